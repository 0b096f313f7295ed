//! Work that is done once for all who wait for it, or in turn.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{Shared, WeakShared};

/// Joins the work that is under way, or else what `start` begins. It goes on until nobody waits for it any more. Each of those who wait
/// drives it: one who is not polled, as a stream between two items, does not hold it up.
pub(crate) fn join<F: Future<Output: Clone>>(
    under_way: &mut Option<WeakShared<F>>,
    start: impl FnOnce() -> F,
) -> Shared<F> {
    let running = under_way.as_ref().and_then(WeakShared::upgrade);
    running.filter(|running| running.peek().is_none()).unwrap_or_else(|| {
        let started = start().shared();
        *under_way = started.downgrade();
        started
    })
}

/// Work that is done piece by piece, in the order in which it was asked for. Those who wait drive the piece whose turn it is, whoever asked
/// for it: one who is not polled does not hold up the others. A piece that nobody waits for any more is given up.
pub(crate) struct Turns<T> {
    waiting: Mutex<VecDeque<WeakShared<Piece<T>>>>,
}

type Piece<T> = Pin<Box<dyn Future<Output = Outcome<T>> + Send>>;

/// It is for the one who asked: the others wait for its being there.
type Outcome<T> = Arc<Mutex<Option<T>>>;

impl<T> Turns<T> {
    pub(crate) async fn run(&self, piece: impl Future<Output = T> + Send + 'static) -> T {
        let piece: Piece<T> = Box::pin(piece.map(|outcome| Arc::new(Mutex::new(Some(outcome)))));
        let own = piece.shared();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).extend(own.downgrade());
        while let Some(first) = self.first().filter(|first| !first.ptr_eq(&own)) {
            first.await;
        }
        let outcome = own.await;
        let outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
        outcome.expect("nobody else takes the outcome")
    }

    /// The piece whose turn it is. What is done or given up is behind it.
    fn first(&self) -> Option<Shared<Piece<T>>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let first = waiting.front()?.upgrade();
            if let Some(first) = first.filter(|first| first.peek().is_none()) {
                return Some(first);
            }
            waiting.pop_front();
        }
    }
}

impl<T> Default for Turns<T> {
    fn default() -> Self {
        Self { waiting: Mutex::default() }
    }
}

impl<T> fmt::Debug for Turns<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turns").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::*;

    /// Notes a name when it begins and when it is done, a second later.
    fn piece(name: char, notes: &Arc<Mutex<String>>) -> impl Future<Output = char> + use<> {
        let notes = Arc::clone(notes);
        let note = move |text: char| notes.lock().expect("no test panics while it holds the lock").push(text);
        async move {
            note(name);
            sleep(Duration::from_secs(1)).await;
            note(name.to_ascii_uppercase());
            name
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_drives_what_stands_before() {
        let (turns, notes) = (Turns::default(), Arc::default());
        let mut kept = Box::pin(turns.run(piece('a', &notes)));
        assert!((&mut kept).now_or_never().is_none());
        let mut dropped = Box::pin(turns.run(piece('b', &notes)));
        assert!((&mut dropped).now_or_never().is_none());
        let mut last = Box::pin(turns.run(piece('c', &notes)));
        assert!((&mut last).now_or_never().is_none());
        drop(dropped);
        let begin = Instant::now();
        assert_eq!(last.await, 'c');
        assert_eq!(begin.elapsed(), Duration::from_secs(2));
        assert_eq!(kept.await, 'a');
        assert_eq!(*notes.lock().expect("no test panics while it holds the lock"), "aAcC");
        assert!(turns.first().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_holds_up_nobody() {
        let (turns, notes) = (Turns::default(), Arc::default());
        let mut first = Box::pin(turns.run(piece('a', &notes)));
        assert!((&mut first).now_or_never().is_none());
        drop(first);
        assert_eq!(turns.run(piece('b', &notes)).await, 'b');
        assert_eq!(*notes.lock().expect("no test panics while it holds the lock"), "abB");
    }
}
