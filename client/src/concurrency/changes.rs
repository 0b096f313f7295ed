//! Changes of something that several wait for.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

/// Changes of something. Those who wait for one are woken in the order in which they began to wait, so that the same happens in each run:
/// `tokio::sync::watch` wakes them in any order.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    count: AtomicU64,
    waiting: Notify,
}

/// Somebody who waits for changes.
#[derive(Debug)]
pub(crate) struct Watcher<'c> {
    changes: &'c Changes,
    /// How many changes there had been when they looked last.
    seen: u64,
}

impl Changes {
    /// Notes a change, after it was made.
    pub(crate) fn note(&self) {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.waiting.notify_waiters();
    }

    /// Waits for changes from now on.
    pub(crate) fn watch(&self) -> Watcher<'_> {
        Watcher { changes: self, seen: self.count() }
    }

    /// How many there have been.
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }
}

impl Watcher<'_> {
    /// Waits for a change since the last look. Dropping the future loses nothing.
    pub(crate) async fn changed(&mut self) {
        let mut woken = pin!(self.changes.waiting.notified());
        // Registered before the look, so that no change falls in between.
        woken.as_mut().enable();
        if self.changes.count() == self.seen {
            woken.await;
        }
        self.look();
    }

    /// Takes all changes so far as seen.
    pub(crate) fn look(&mut self) {
        self.seen = self.changes.count();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use futures_util::FutureExt as _;
    use tokio::task::{JoinSet, yield_now};

    use super::*;

    #[test]
    fn a_change_is_seen_once_also_by_who_was_not_waiting() {
        let changes = Changes::default();
        changes.note();
        let mut watcher = changes.watch();
        assert!(watcher.changed().now_or_never().is_none(), "it came before");
        changes.note();
        changes.note();
        assert!(watcher.changed().now_or_never().is_some());
        assert!(watcher.changed().now_or_never().is_none());
        changes.note();
        watcher.look();
        assert!(watcher.changed().now_or_never().is_none());
    }

    #[tokio::test]
    async fn who_waited_first_is_woken_first() {
        let (changes, woken) = (Arc::new(Changes::default()), Arc::new(Mutex::new(Vec::new())));
        let mut tasks = JoinSet::new();
        for number in 0..20 {
            let (changes, woken) = (Arc::clone(&changes), Arc::clone(&woken));
            tasks.spawn(async move {
                changes.watch().changed().await;
                woken.lock().expect("nobody panics").push(number);
            });
        }
        yield_now().await;
        changes.note();
        tasks.join_all().await;
        assert!(woken.lock().expect("nobody panics").is_sorted());
    }
}
