//! The connection to the network: a [`tower::Service`] from HTTP requests to HTTP responses.
//!
//! The feature `reqwest` (default) has one that uses the network, `Network`. Any other service can be used: one with
//! layers that limit, record or route requests, or a server in the same process.

mod error;
#[cfg(feature = "reqwest")]
mod network;
#[cfg(feature = "reqwest")]
mod one_connection;
#[cfg(feature = "reqwest")]
mod request_urls;
mod same_connection;
#[cfg(feature = "reqwest")]
mod spread;

use std::fmt;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use tokio::time::error::Elapsed;
use tower::util::BoxCloneSyncService;
use tower::{Layer, Service, ServiceExt as _};

pub use error::{BoxError, TransportError};
#[cfg(feature = "reqwest")]
pub use network::Network;
pub(crate) use same_connection::ConnectionNumber;
pub use same_connection::SameConnection;

/// Sends HTTP requests and receives the responses. Clones share connections.
#[derive(Clone)]
pub struct Transport {
    service: BoxCloneSyncService<Request<Bytes>, Response<Bytes>, BoxError>,
}

/// The largest body of a response, in bytes, which every request has among its [extensions](http::Extensions). A service that
/// receives a body in pieces stops when it exceeds the limit. The client discards a larger body in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimit(pub usize);

/// What one request may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    /// How long the response may take, with its body.
    pub(crate) time: Duration,
    /// How large the body of the response may be, in bytes.
    pub(crate) body: usize,
}

impl Transport {
    /// A transport over a service. Its clones are used at the same time.
    ///
    /// A service reports that it did not send a request by [`TransportError::NotConnected`]; after any other error, a request
    /// that is not idempotent is not repeated, as the server may have executed it.
    pub fn new<S>(service: S) -> Self
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
    {
        Self { service: BoxCloneSyncService::new(service.map_err(Into::into)) }
    }

    /// The same transport below a layer, such as one of `tower` or `tower-http` that limits, records or traces requests.
    ///
    /// The layer sees each request of the client, with its token, also those that are repeated.
    #[must_use]
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Self>,
        L::Service: Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request<Bytes>>>::Error: Into<BoxError>,
        <L::Service as Service<Request<Bytes>>>::Future: Send + 'static,
    {
        Self::new(layer.layer(self))
    }

    /// Sends a request once.
    ///
    /// This is no `async fn`: its future would have room for the request twice.
    pub(crate) fn send(
        &self,
        mut request: Request<Bytes>,
        allowance: Allowance,
    ) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send + use<> {
        request.extensions_mut().insert(BodyLimit(allowance.body));
        let sent = tokio::time::timeout(allowance.time, self.service.clone().oneshot(request));
        sent.map(move |result| received(result, allowance))
    }
}

/// The response of a service within what was allowed.
fn received(
    result: Result<Result<Response<Bytes>, BoxError>, Elapsed>,
    allowance: Allowance,
) -> Result<Response<Bytes>, TransportError> {
    let response = result.map_err(|_| TransportError::TimedOut { after: allowance.time })?;
    let response = response.map_err(TransportError::from_service)?;
    if response.body().len() > allowance.body {
        return Err(TransportError::BodyTooLarge { limit: allowance.body });
    }
    Ok(response)
}

impl Service<Request<Bytes>> for Transport {
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Bytes>, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        self.service.call(request)
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use tokio::time::{Instant, sleep};

    use super::*;

    const ALLOWANCE: Allowance = Allowance { time: Duration::from_secs(30), body: 8 };

    fn request() -> Request<Bytes> {
        Request::get("https://fe1.contoso.com/").body(Bytes::new()).expect("a request")
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_is_given_up_after_its_time() {
        let transport = Transport::new(tower::service_fn(|_: Request<Bytes>| async {
            sleep(Duration::from_secs(31)).await;
            Ok::<_, Infallible>(Response::new(Bytes::new()))
        }));
        let begin = Instant::now();
        let error = transport.send(request(), ALLOWANCE).await.expect_err("it takes too long");
        assert!(matches!(error, TransportError::TimedOut { after } if after == ALLOWANCE.time), "{error}");
        assert_eq!(begin.elapsed(), ALLOWANCE.time);
    }

    #[tokio::test]
    async fn a_body_is_received_up_to_the_limit() {
        for (length, is_received) in [(8, true), (9, false)] {
            let transport = Transport::new(tower::service_fn(move |request: Request<Bytes>| async move {
                assert_eq!(request.extensions().get(), Some(&BodyLimit(8)));
                Ok::<_, Infallible>(Response::new(Bytes::from(vec![0; length])))
            }));
            let result = transport.send(request(), ALLOWANCE).await;
            assert_eq!(result.is_ok(), is_received, "{result:?}");
        }
    }

    #[tokio::test]
    async fn a_service_says_whether_it_sent_the_request() {
        let transport = Transport::new(tower::service_fn(|_: Request<Bytes>| async {
            Err::<Response<Bytes>, _>(TransportError::NotConnected("no such host".into()))
        }));
        let error = transport.send(request(), ALLOWANCE).await.expect_err("it fails");
        assert!(!error.may_have_been_sent(), "{error}");
        let transport = Transport::new(tower::service_fn(|_: Request<Bytes>| async {
            Err::<Response<Bytes>, BoxError>("cut".into())
        }));
        let error = transport.send(request(), ALLOWANCE).await.expect_err("it fails");
        assert!(error.may_have_been_sent(), "{error}");
    }
}
