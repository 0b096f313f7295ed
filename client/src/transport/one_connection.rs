//! Keeping a client of reqwest to one connection, as those need who authenticate it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::task_local;
use tokio::time::sleep;
use tower::{Layer, Service};

use super::BoxError;

/// For how long a request waits for the connection of the one before. It usually comes back at once.
const RETURN_TIME: Duration = Duration::from_secs(1);

task_local! {
    /// Is there while a request is polled, by whichever task, and not while a connection is made in the background.
    static REQUEST: ();
}

/// A request as the connector has to see it.
pub(super) fn needing_a_connection<F: Future>(request: F) -> impl Future<Output = F::Output> {
    REQUEST.scope((), request)
}

/// Keeps a client to one connection, as long as the server does.
///
/// A connection comes back to the pool of a client a moment after its response was read. To a request that is sent before that, the pool
/// makes another connection. It takes the one that is there first, and keeps the other for later. So requests that were sent one after
/// the other would go over two connections by turns. Here another connection is not made before the first has had time to come back, and
/// is not kept where the request went over the first.
#[derive(Debug, Clone, Default)]
pub(super) struct OneConnection {
    /// Whether there was a connection, or an attempt to make one.
    has_begun: Arc<AtomicBool>,
    /// How many connections were made, one after the other.
    count: Arc<AtomicUsize>,
}

impl OneConnection {
    /// The number of the connection that requests go over, counted from 1.
    pub(super) fn number(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    fn made<C>(&self, connection: C) -> C {
        self.count.fetch_add(1, Ordering::Relaxed);
        connection
    }
}

/// Makes connections as [`OneConnection`] says.
#[derive(Debug, Clone)]
pub(super) struct OneConnectionService<S> {
    inner: S,
    layer: OneConnection,
}

/// The request went over the first connection.
#[derive(Debug, thiserror::Error)]
#[error("no request needs another connection")]
struct NotNeeded;

impl<S> Layer<S> for OneConnection {
    type Service = OneConnectionService<S>;

    fn layer(&self, inner: S) -> OneConnectionService<S> {
        OneConnectionService { inner, layer: self.clone() }
    }
}

impl<S, R> Service<R> for OneConnectionService<S>
where
    S: Service<R, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, place: R) -> Self::Future {
        let is_first = !self.layer.has_begun.swap(true, Ordering::Relaxed);
        let connecting = self.inner.call(place);
        let layer = self.layer.clone();
        Box::pin(async move {
            if is_first {
                return connecting.await.map(|connection| layer.made(connection));
            }
            // A pool leaves connections that a request does not need to a task of their own.
            let check = || REQUEST.try_with(|()| ()).map_err(|_| NotNeeded);
            sleep(RETURN_TIME).await;
            check()?;
            let connection = connecting.await?;
            check()?;
            Ok(layer.made(connection))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::FutureExt as _;
    use futures_util::future::poll_immediate;
    use tokio::time::{Instant, advance};
    use tower::ServiceExt as _;

    use super::*;

    /// Makes connections that are numbers, which takes some time.
    fn connector() -> OneConnectionService<impl Service<u32, Response = u32, Error = BoxError, Future: Send> + Clone> {
        let make = tower::service_fn(|number| async move {
            sleep(Duration::from_millis(10)).await;
            Ok::<u32, Infallible>(number)
        });
        OneConnection::default().layer(make.map_err(BoxError::from))
    }

    #[tokio::test(start_paused = true)]
    async fn another_connection_is_made_where_the_first_does_not_come_back() {
        let connector = connector();
        let begin = Instant::now();
        assert_eq!(connector.layer.number(), 0);
        assert_eq!(connector.clone().oneshot(1).await.expect("it is the first"), 1);
        assert_eq!(begin.elapsed(), Duration::from_millis(10));
        let second = needing_a_connection(connector.clone().oneshot(2));
        assert_eq!(second.await.expect("the server closed the first"), 2);
        assert_eq!(begin.elapsed(), Duration::from_millis(20) + RETURN_TIME);
        assert_eq!(connector.layer.number(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn another_connection_is_made_whichever_task_waits_for_it() {
        let connector = connector();
        connector.clone().oneshot(1).await.expect("it is the first");
        let mut second = needing_a_connection(connector.clone().oneshot(2)).boxed();
        assert!(poll_immediate(&mut second).await.is_none());
        let elsewhere = tokio::spawn(second).await.expect("it does not panic");
        assert_eq!(elsewhere.expect("the server closed the first"), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn another_connection_is_not_kept_where_the_first_came_back() {
        let connector = connector();
        connector.clone().oneshot(1).await.expect("it is the first");
        for passed in [Duration::ZERO, RETURN_TIME] {
            let mut connecting = connector.clone().oneshot(2).boxed();
            assert!(needing_a_connection(poll_immediate(&mut connecting)).await.is_none());
            advance(passed).await;
            assert!(needing_a_connection(poll_immediate(&mut connecting)).await.is_none());
            let in_background = tokio::spawn(connecting).await.expect("it does not panic");
            assert!(in_background.expect_err("nobody needs it").is::<NotNeeded>());
        }
        assert_eq!(connector.layer.number(), 1);
    }
}
