//! Creating the application again after the server lost it: once for all who ask for it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::WeakShared;

use super::shared::Shared;
use crate::concurrency::join;
use crate::error::{Error, RefusedError};

/// The attempt that is under way.
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

impl Shared {
    /// Creates the application again, unless somebody else has since it had `generation`.
    pub(super) async fn recreate_after(self: &Arc<Self>, generation: u64) -> Result<(), Error> {
        while !self.is_whole_since(generation) {
            let attempt = join(&mut lock(&self.recreation.attempt), || {
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
            self.until_closed(self.make_available(input)).await??;
        }
        self.state().has_to_be_restored = false;
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
