//! One request and its response, without a token.

use std::time::Duration;

use bytes::Bytes;
use futures_util::TryFutureExt as _;
use ucwa::http::header::{ACCEPT, LOCATION};
use ucwa::http::{Method, Request, Response, StatusCode};
use ucwa::url::Url;
use ucwa::{ReceivedAt, ResponseUrl};

use crate::clock::Clock;
use crate::error::TransportFailure;
use crate::settings::RequestLimits;
use crate::transport::{Allowance, Transport, TransportError};

/// Sends requests within limits.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) transport: Transport,
    pub(crate) limits: RequestLimits,
    pub(crate) clock: Clock,
}

impl Exchange {
    /// Sends a request once. `operation` is what errors name.
    pub(crate) async fn once(
        &self,
        operation: &str,
        url: &Url,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, TransportFailure> {
        let result = self.within(request, self.limits.request_time).await;
        result.map_err(|error| TransportFailure::new(operation, url.as_str(), 1, error))
    }

    /// Sends a request once that has a time of its own.
    pub(crate) fn within(
        &self,
        request: Request<Bytes>,
        time: Duration,
    ) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send + use<> {
        let body = if is_for_content(&request) { self.limits.content } else { self.limits.body };
        let clock = self.clock;
        self.transport.send(request, Allowance { time, body }).map_ok(move |mut response| {
            // Only an error says after how long to try again.
            if !response.status().is_success() {
                response.extensions_mut().insert(ReceivedAt(clock.now()));
            }
            response
        })
    }
}

/// Whether the response is content as it is, such as a photo, and no document.
fn is_for_content<B>(request: &Request<B>) -> bool {
    const DOCUMENTS: [&str; 3] = ["json", "xml", "multipart/batching"];
    let accepted = request.headers().get(ACCEPT).and_then(|accepted| accepted.to_str().ok());
    accepted.is_some_and(|accepted| !DOCUMENTS.iter().any(|document| accepted.ends_with(document)))
}

/// Where an HTTP redirect leads, if the response to a `GET` is one. It may be relative to the URL of the request.
pub(crate) fn redirect<'r>(method: &Method, response: &'r Response<Bytes>) -> Option<&'r str> {
    const REDIRECTS: [StatusCode; 5] = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    if *method != Method::GET || !REDIRECTS.contains(&response.status()) {
        return None;
    }
    // Servers write more than ASCII.
    str::from_utf8(response.headers().get(LOCATION)?.as_bytes()).ok()
}

/// Notes in a response where it came from, so that its links are relative to that.
pub(crate) fn came_from(response: &mut Response<Bytes>, url: Url) {
    response.extensions_mut().insert(ResponseUrl(url));
}
