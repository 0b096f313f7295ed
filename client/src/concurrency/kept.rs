//! Work that goes on though nobody waits for it any more.

use std::fmt;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use tokio::runtime::Handle;
use tracing::Instrument as _;

/// Work of which one piece at a time is under way, known by a key. All who wait for it share it, and it goes on where they have given up:
/// who comes back finds it further on, or done. So a program that never waits for long gets there, and sends no request twice.
pub(crate) struct Kept<K, T> {
    under_way: Mutex<UnderWay<K, T>>,
}

/// What comes of the task is `None` where its runtime was shut down.
type UnderWay<K, T> = Option<(K, Shared<BoxFuture<'static, Option<T>>>)>;

impl<K: PartialEq, T: Clone + Send + Sync + 'static> Kept<K, T> {
    /// What comes of the work with a key, which begins unless it is under way.
    pub(crate) async fn run<F>(&self, key: K, work: impl Fn() -> F) -> T
    where
        F: Future<Output = T> + Send + 'static,
    {
        let Ok(runtime) = Handle::try_current() else { return work().await };
        let running = {
            let mut under_way = self.under_way();
            match &*under_way {
                Some((found, running)) if *found == key => running.clone(),
                _ => {
                    let task = runtime.spawn(work().in_current_span());
                    let running = task.map(Result::ok).boxed().shared();
                    *under_way = Some((key, running.clone()));
                    running
                }
            }
        };
        match running.await {
            Some(done) => done,
            // The runtime of the task was shut down, or the work panicked.
            None => work().await,
        }
    }

    /// Forgets what came of the work with a key.
    pub(crate) fn forget(&self, key: &K) {
        self.under_way().take_if(|(found, _)| found == key);
    }

    fn under_way(&self) -> MutexGuard<'_, UnderWay<K, T>> {
        // It is whole whoever panics.
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, T> Default for Kept<K, T> {
    fn default() -> Self {
        Self { under_way: Mutex::default() }
    }
}

impl<K, T> fmt::Debug for Kept<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use tokio::runtime::Builder;
    use tokio::time::{sleep, timeout};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_goes_on_and_is_done_once_for_who_gives_up_again_and_again() {
        let (kept, begun) = (Kept::default(), Arc::new(AtomicU32::new(0)));
        let work = || {
            begun.fetch_add(1, Ordering::SeqCst);
            async {
                sleep(Duration::from_secs(1)).await;
                'a'
            }
        };
        let mut attempts = 0;
        while timeout(Duration::from_millis(150), kept.run(1, work)).await.is_err() {
            attempts += 1;
        }
        assert_eq!((attempts, begun.load(Ordering::SeqCst)), (6, 1));
        kept.forget(&2);
        assert_eq!(kept.run(1, work).await, 'a');
        assert_eq!(begun.load(Ordering::SeqCst), 1);
        kept.forget(&1);
        assert_eq!(kept.run(1, work).await, 'a');
        assert_eq!(begun.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn it_is_done_again_where_its_runtime_was_shut_down() {
        let kept = Kept::default();
        let work = || async {
            sleep(Duration::from_millis(1)).await;
            'a'
        };
        let runtime = || Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        let (first, second) = (runtime(), runtime());
        assert!(first.block_on(async { kept.run(1, work).now_or_never() }).is_none());
        drop(first);
        assert_eq!(second.block_on(kept.run(1, work)), 'a');
        assert_eq!(kept.run(2, || async { 'b' }).now_or_never(), Some('b'), "outside of a runtime");
    }
}
