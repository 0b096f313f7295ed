//! What the channel waits for.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::sleep;
use ucwa::GetRequest;
use ucwa::general::{Events, EventsGetError};

use crate::application::Application;
use crate::error::Error;
use crate::session::Received;

/// What the channel waits for.
pub(super) type Work = Pin<Box<dyn Future<Output = WorkOutcome> + Send>>;

/// What became of it.
pub(super) enum WorkOutcome {
    /// The response, and how long it took. It is read once those before it are handled: until then it takes a fraction of the memory.
    Polled(Box<Result<Received<GetRequest<Events>>, Error<EventsGetError>>>, Duration),
    Recreated(Result<(), Error>),
    Closed,
    /// A later stream of the application has the channel, and this one must not take it back.
    Taken,
}

/// Does something after a delay, unless the application is closed before it is done.
pub(super) fn work(
    application: &Application,
    delay: Duration,
    task: impl Future<Output = WorkOutcome> + Send + 'static,
) -> Work {
    let closed = application.closed();
    // Boxed, as each future around another one would have room for it twice, and every user waits for one.
    let task = Box::pin(task);
    Box::pin(async move {
        let task = async {
            if !delay.is_zero() {
                sleep(delay).await;
            }
            task.await
        };
        tokio::select! {
            biased;
            () = closed.cancelled() => WorkOutcome::Closed,
            outcome = task => outcome,
        }
    })
}
