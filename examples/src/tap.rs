//! A layer that shows each request and its response.

use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use tokio::time::Instant;
use tower::{Layer, Service};
use ucwa::http::{Request, Response};
use ucwa_client::{BoxError, Transport};

/// A layer of `tower` that gives each request, with its response, to a function. Requests that got no response are left out.
#[derive(Debug, Clone)]
pub struct Tap<F>(pub F);

/// A request and its response. They have passwords and tokens: leave those out of what is kept or printed.
#[derive(Debug)]
pub struct Exchange {
    /// When the request was sent.
    pub sent: SystemTime,
    /// How long the response took.
    pub time: Duration,
    /// The request.
    pub request: Request<Bytes>,
    /// The response.
    pub response: Response<Bytes>,
}

/// The transport below a [`Tap`].
#[derive(Debug, Clone)]
pub struct Tapped<F> {
    transport: Transport,
    show: F,
}

impl<F: Clone> Layer<Transport> for Tap<F> {
    type Service = Tapped<F>;

    fn layer(&self, transport: Transport) -> Tapped<F> {
        Tapped { transport, show: self.0.clone() }
    }
}

impl<F> Service<Request<Bytes>> for Tapped<F>
where
    F: Fn(Exchange) + Clone + Send + 'static,
{
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Bytes>, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.transport.poll_ready(context)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let (sent, begin, show) = (SystemTime::now(), Instant::now(), self.show.clone());
        let response = self.transport.call(request.clone());
        Box::pin(async move {
            let response = response.await?;
            show(Exchange { sent, time: begin.elapsed(), request, response: response.clone() });
            Ok(response)
        })
    }
}
