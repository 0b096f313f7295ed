//! An attempt that is made once for all who ask for it meanwhile.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::WeakShared;

use crate::concurrency::join;
use crate::error::Error;

/// The attempt that is under way.
#[derive(Default)]
pub(super) struct Attempt {
    under_way: Mutex<Option<WeakShared<BoxedAttempt>>>,
}

type BoxedAttempt = Pin<Box<dyn Future<Output = AttemptOutcome> + Send>>;

/// The error is for one of those who waited: the others try again themselves.
type AttemptOutcome = Result<(), Arc<Mutex<Option<Error>>>>;

impl Attempt {
    /// Waits for the attempt that is under way, or for `work` if there is none. Gives nothing where it failed and another of those who
    /// waited has the error.
    pub(super) async fn join(
        &self,
        work: impl Future<Output = Result<(), Error>> + Send + 'static,
    ) -> Option<Result<(), Error>> {
        let shared = |error| Arc::new(Mutex::new(Some(error)));
        let attempt = join(&mut lock(&self.under_way), || Box::pin(async move { work.await.map_err(shared) }));
        match attempt.await {
            Ok(()) => Some(Ok(())),
            Err(error) => lock(&error).take().map(Err),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
