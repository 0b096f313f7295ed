//! The simulator as a service, with the addresses that are not those of the server: its page, the control address and the watch.

mod callers;
mod control;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use tokio::time::sleep;
use tower::Service;

use crate::faults::Drip;
use crate::page;
use crate::simulator::{ConnectionError, Simulator};
use crate::watch::Watch;

impl Simulator {
    /// Answers a request. A poll of the event channel is answered when something has happened, or when its time is over.
    ///
    /// # Errors
    ///
    /// Fails where a client would see a broken connection and no response.
    pub async fn handle(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ConnectionError> {
        let mut response = self.respond(request).await?;
        if let Some(drip) = response.extensions_mut().remove::<Drip>() {
            sleep(drip.duration(response.body())).await;
        }
        Ok(response)
    }

    /// As [`handle`](Self::handle), for those who send bodies piece by piece: a body that is to be sent slowly comes at once, with
    /// [`Drip`] among the extensions of the response.
    pub(crate) async fn respond(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ConnectionError> {
        if let Some(response) = page::answer(&request).or_else(|| control::answer(self, &request)) {
            return Ok(response);
        }
        if let Some(watch) = Watch::of(&request) {
            return Ok(watch.answer(self).await);
        }
        self.answer_logged(request).await
    }
}

impl Service<Request<Bytes>> for Simulator {
    type Response = Response<Bytes>;
    type Error = ConnectionError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, ConnectionError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectionError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let simulator = self.clone();
        Box::pin(async move { simulator.handle(request).await })
    }
}
