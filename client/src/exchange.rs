//! One request and its response, without a token.

use std::time::Duration;

use bytes::Bytes;
use ucwa::ResponseUrl;
use ucwa::http::header::LOCATION;
use ucwa::http::{Method, Request, Response, StatusCode};
use ucwa::url::Url;

use crate::error::TransportFailure;
use crate::settings::Limits;
use crate::transport::{Allowance, Transport};

/// Sends requests within limits.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) transport: Transport,
    pub(crate) limits: Limits,
}

impl Exchange {
    /// Sends a request once. `operation` is what errors name.
    pub(crate) async fn once(
        &self,
        operation: &str,
        url: &Url,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, TransportFailure> {
        let result = self.transport.send(request, self.allowance(self.limits.request_time)).await;
        result.map_err(|error| TransportFailure::new(operation, url, 1, error))
    }

    /// What a request may take that has a time of its own.
    pub(crate) fn allowance(&self, time: Duration) -> Allowance {
        Allowance { time, body: self.limits.body }
    }
}

/// Where an HTTP redirect leads, if the response to a `GET` is one.
pub(crate) fn redirect(method: &Method, url: &Url, response: &Response<Bytes>) -> Option<Url> {
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
    url.join(response.headers().get(LOCATION)?.to_str().ok()?).ok()
}

/// Notes in a response where it came from, so that its links are relative to that.
pub(crate) fn came_from(response: &mut Response<Bytes>, url: Url) {
    response.extensions_mut().insert(ResponseUrl(url));
}
