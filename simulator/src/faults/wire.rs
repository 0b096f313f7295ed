//! Responses that are not the server's, and responses that are spoiled on the way.

use std::io::Write as _;
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderValue, LOCATION};
use http::{Response, StatusCode};

use super::Effect;
use super::distort::lead_elsewhere;
use crate::document::Name;
use crate::protocol::{Failure, Reply, set_header};

/// The page of a proxy.
const PAGE: &str =
    "<!DOCTYPE html><html><head><title>Proxy</title></head><body><h1>The proxy could not do this.</h1></body></html>";

/// How a body is sent that is sent slowly. Whoever sends a response finds it among the extensions of the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Drip {
    /// How many bytes are sent at a time.
    pub(crate) bytes: usize,
    /// How long the pause behind them is.
    pub(crate) pause: Duration,
}

impl Drip {
    /// How long all pauses of a body take.
    pub(crate) fn duration(self, body: &Bytes) -> Duration {
        let pauses = body.len().div_ceil(self.bytes.max(1)).saturating_sub(1);
        self.pause.saturating_mul(u32::try_from(pauses).unwrap_or(u32::MAX))
    }
}

/// What a request gets instead of the server's own answer, if the effect is of that kind.
pub(crate) fn replacement(effect: &Effect) -> Option<Result<Reply, Failure>> {
    match effect {
        Effect::Error { status, code, subcode } => {
            let mut failure = Failure::new(*status, code.clone(), None).saying("The simulator was told to fail.");
            failure.reason.subcode = subcode.clone().map(Name::Owned);
            Some(Err(failure))
        }
        Effect::RetryAfter { status, value } => {
            let code = if *status == 429 { "TooManyRequests" } else { "ServiceUnavailable" };
            Some(Err(Failure::new(*status, code, None).with_header("retry-after", value.clone())))
        }
        Effect::InvalidToken => {
            let diagnostics =
                "28055;source=\"fe1\";reason=\"The OAuth token is invalid.\";faultcode=\"wsse:InvalidSecurityToken\"";
            let mut response = page(403);
            set_header(&mut response, "x-ms-diagnostics", diagnostics);
            Some(Ok(Reply::Raw(Box::new(response))))
        }
        Effect::Redirect { status, location } => {
            let mut response = page(*status);
            set_header(&mut response, "location", location);
            Some(Ok(Reply::Raw(Box::new(response))))
        }
        Effect::Proxy { status } => Some(Ok(Reply::Raw(Box::new(page(*status))))),
        _ => None,
    }
}

fn page(status: u16) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(PAGE.as_bytes()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response.headers_mut().insert(CONTENT_LENGTH, PAGE.len().into());
    response
}

/// Spoils a response on its way, if the effect is of that kind.
pub(crate) fn spoil(effect: &Effect, mut response: Response<Bytes>) -> Response<Bytes> {
    match effect {
        // The length in the header stays that of the whole.
        Effect::Truncated { bytes } => response.map(|body| body.slice(..body.len().min(*bytes))),
        Effect::HostileLinks { origin } => {
            let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
            if let Some(mut location) = location {
                lead_elsewhere(origin, &mut location);
                response.headers_mut().remove(LOCATION);
                set_header(&mut response, "location", &location);
            }
            response
        }
        Effect::SlowDrip { bytes, milliseconds } => {
            let pause = Duration::from_millis(*milliseconds);
            response.extensions_mut().insert(Drip { bytes: (*bytes).max(1), pause });
            response
        }
        Effect::Garbage => with_body(response, Bytes::from_static(b"\x00\xff\xfe{\xc3\x28\x80]\"<\x1f")),
        Effect::MediaType { value } => {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(CONTENT_TYPE, value);
            }
            response
        }
        Effect::ByteOrderMark => {
            let body = [b"\xef\xbb\xbf", &response.body()[..]].concat();
            with_body(response, body.into())
        }
        Effect::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            // Writing to memory cannot fail; if it did, the body would stay as it is.
            let compressed = encoder.write_all(response.body()).and_then(|()| encoder.finish());
            let Ok(compressed) = compressed else { return response };
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            // What is compressed is not the same to the byte.
            let etag =
                response.headers().get(ETAG).and_then(|etag| etag.to_str().ok()).filter(|etag| etag.starts_with('"'));
            if let Some(weak) = etag.and_then(|etag| HeaderValue::try_from(format!("W/{etag}")).ok()) {
                response.headers_mut().insert(ETAG, weak);
            }
            with_body(response, compressed.into())
        }
        Effect::Chunked => {
            response.headers_mut().remove(CONTENT_LENGTH);
            response
        }
        _ => response,
    }
}

fn with_body(mut response: Response<Bytes>, body: Bytes) -> Response<Bytes> {
    response.headers_mut().insert(CONTENT_LENGTH, body.len().into());
    response.map(|_| body)
}
