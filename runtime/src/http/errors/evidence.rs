//! What is known of a failed operation, whatever its type: the request, and the response as far as it tells anything.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER};
use http::{Response, StatusCode};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::challenge::Challenge;
use super::conditions::status_of;
use super::diagnostics::Diagnostics;
use crate::codec::{ErrorBody, Limits};
use crate::http::headers::{format, text};
use crate::secret::redact_url;

/// How much of a body is kept, in bytes.
const START: usize = 512;

/// The headers in which servers and what stands before them name a request, the most telling first.
const REQUEST_ID: [HeaderName; 4] = [
    HeaderName::from_static("x-ms-correlation-id"),
    HeaderName::from_static("request-id"),
    HeaderName::from_static("x-ms-request-id"),
    HeaderName::from_static("client-request-id"),
];

/// What is known of a failed operation.
#[derive(Clone)]
pub(super) struct Evidence {
    pub(super) operation: String,
    pub(super) status: StatusCode,
    pub(super) url: Option<String>,
    pub(super) headers: HeaderMap,
    pub(super) body: ErrorBody,
    pub(super) start: String,
    /// When the response was received, where the client said so.
    pub(super) received: Option<SystemTime>,
}

impl Evidence {
    /// What a response tells. `url` is where it came from.
    pub(super) fn new(
        operation: String,
        url: Option<&str>,
        (status, headers): (StatusCode, HeaderMap),
        bytes: &[u8],
    ) -> Self {
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(START)]).into_owned();
        let url = url.map(|url| redact_url(url).into_owned());
        let body = ErrorBody::default();
        Self { operation, status, url, headers, body, start, received: None }
    }

    /// The body of an error of UCWA, if it is one.
    pub(super) fn error_body(response: &Response<Vec<u8>>) -> Option<ErrorBody> {
        let format = format(response.headers(), response.body())?;
        ErrorBody::decode(format, response.body(), Limits::default()).ok()
    }

    pub(super) fn media_type(&self) -> &str {
        text(&self.headers, &CONTENT_TYPE).unwrap_or("of no media type")
    }

    /// The status that belongs to the code, or the HTTP status where the code belongs to none.
    pub(super) fn class(&self) -> StatusCode {
        status_of(&self.body.code).unwrap_or(self.status)
    }

    pub(super) fn request_id(&self) -> Option<&str> {
        REQUEST_ID.iter().find_map(|name| text(&self.headers, name))
    }

    pub(super) fn challenges(&self) -> Vec<Challenge> {
        Challenge::from_headers(&self.headers)
    }

    pub(super) fn diagnostics(&self) -> Option<Diagnostics> {
        Diagnostics::from_headers(&self.headers)
    }

    /// Whether the server says that the token is invalid, with whatever status.
    pub(super) fn is_invalid_token(&self) -> bool {
        self.diagnostics().is_some_and(|diagnostics| diagnostics.code == Diagnostics::INVALID_TOKEN)
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.headers, self.received)
    }
}

impl fmt::Debug for Evidence {
    /// Headers and the body may hold what is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Evidence");
        debug.field("operation", &self.operation).field("status", &self.status).field("url", &self.url);
        debug.field("request_id", &self.request_id()).field("body", &self.body);
        debug.field("diagnostics", &self.diagnostics()).field("challenges", &self.challenges()).finish_non_exhaustive()
    }
}

/// How long a response asks to wait before the next try, by its header `Retry-After`. `received` is when it was received; by
/// default, that is what the system's clock says.
pub fn retry_after(headers: &HeaderMap, received: Option<SystemTime>) -> Option<Duration> {
    // The server's own clock is the one that its dates are good for.
    let now = text(headers, &DATE).and_then(parse_date).or(received);
    parse_retry_after(text(headers, &RETRY_AFTER)?, now)
}

/// Reads a number of seconds, or a date after `now`, which is by default what the system's clock says.
fn parse_retry_after(text: &str, now: Option<SystemTime>) -> Option<Duration> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // A number that is too large is a long time.
    if let Some(seconds) = text.parse().ok().or(is_number.then_some(u64::MAX)) {
        return Some(Duration::from_secs(seconds));
    }
    let until = parse_date(text)?;
    Some(until.duration_since(now.unwrap_or_else(SystemTime::now)).unwrap_or_default())
}

/// Reads a date as HTTP writes it, in any of its three forms, or as mail does.
fn parse_date(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    httpdate::parse_http_date(text).ok().or_else(|| {
        // HTTP writes GMT where mail writes an offset.
        let date = OffsetDateTime::parse(&text.replace("GMT", "+0000"), &Rfc2822);
        date.ok().map(SystemTime::from)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_that_is_longer_than_can_be_told_is_a_long_one() {
        let after = |text| parse_retry_after(text, None);
        assert_eq!(after("18446744073709551615"), Some(Duration::from_secs(u64::MAX)));
        assert_eq!(after("18446744073709551616"), Some(Duration::from_secs(u64::MAX)));
        assert_eq!(
            (after("+7"), after(""), after("-7"), after("7 7")),
            (Some(Duration::from_secs(7)), None, None, None)
        );
    }
}
