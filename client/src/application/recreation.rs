//! Creating the application again after the server lost it: once for all who ask for it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{Shared as Joined, WeakShared};

use super::shared::Shared;
use crate::error::{Error, RefusedError};

/// An attempt that is under way, until nobody waits for it. Each of those who wait drives it: a stream that is kept and no longer
/// read does not hold it up.
#[derive(Default)]
pub(super) struct Recreation {
    attempt: Mutex<Option<WeakShared<Attempt>>>,
}

type Attempt = Pin<Box<dyn Future<Output = AttemptOutcome> + Send>>;

#[derive(Clone)]
enum AttemptOutcome {
    Done,
    /// The error is for one of those who waited: the others try again themselves.
    Failed(Arc<Mutex<Option<Error>>>),
}

impl From<Result<(), Error>> for AttemptOutcome {
    fn from(result: Result<(), Error>) -> Self {
        match result {
            Ok(()) => Self::Done,
            Err(error) => Self::Failed(Arc::new(Mutex::new(Some(error)))),
        }
    }
}

impl Recreation {
    /// The attempt that is under way, or a new one.
    fn join(&self, start: impl FnOnce() -> Attempt) -> Joined<Attempt> {
        let mut attempt = lock(&self.attempt);
        let running = attempt.as_ref().and_then(WeakShared::upgrade).filter(|running| running.peek().is_none());
        running.unwrap_or_else(|| {
            let started = start().shared();
            *attempt = started.downgrade();
            started
        })
    }
}

impl Shared {
    /// Creates the application again, unless somebody else has since it had `generation`.
    pub(super) async fn recreate_after(self: &Arc<Self>, generation: u64) -> Result<(), Error> {
        while !self.is_whole_since(generation) {
            let attempt = self.recreation.join(|| {
                let shared = Arc::clone(self);
                Box::pin(async move { shared.recreate().await.into() })
            });
            match attempt.await {
                AttemptOutcome::Done => return Ok(()),
                AttemptOutcome::Failed(error) => {
                    if let Some(error) = lock(&error).take() {
                        return Err(error);
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether the application was created again since it had `generation`, and the user made available.
    fn is_whole_since(&self, generation: u64) -> bool {
        let state = self.state();
        state.generation != generation && !state.has_to_be_restored
    }

    async fn recreate(&self) -> Result<(), Error> {
        self.check_open()?;
        let (available, identity) = self.replace().await?;
        self.parts.lost(identity);
        if self.check_open().is_err() {
            let is_left = self.state().is_left;
            if !is_left {
                self.delete().await?;
            }
            return Err(RefusedError::Closed.into());
        }
        #[cfg(ucwa_planted)]
        let available = available.filter(|_| !crate::planted::Planted::NoRestoration.is_made());
        if let Some(input) = available {
            self.make_available(input).await?;
        }
        self.state().has_to_be_restored = false;
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
