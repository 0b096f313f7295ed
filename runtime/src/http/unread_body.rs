//! The body of a successful response that could not be read.

use std::fmt;

use http::header::{CONTENT_TYPE, HeaderMap};
use http::{Response, StatusCode};

use crate::codec::{DecodeError, DecodeProblem};
use crate::http::body::Body;
use crate::http::headers::text;

/// The body of a successful response that could not be read, or not in full, with the reason.
///
/// What the response did is done: an application that was created exists, whatever a proxy made of the page that says so.
#[derive(Clone, PartialEq)]
pub struct UnreadBody {
    error: DecodeError,
    status: StatusCode,
    headers: HeaderMap,
    body: Body,
}

impl UnreadBody {
    pub(super) fn new(error: DecodeError, response: Response<Vec<u8>>) -> Box<Self> {
        let (parts, bytes) = response.into_parts();
        let media_type = text(&parts.headers, &CONTENT_TYPE).unwrap_or_default();
        let body = Body::new(media_type, bytes);
        Box::new(Self { error, status: parts.status, headers: parts.headers, body })
    }

    /// A body that is something else than `expected`.
    pub(super) fn unexpected(expected: &str, response: Response<Vec<u8>>) -> Box<Self> {
        let found = match text(response.headers(), &CONTENT_TYPE) {
            _ if response.body().trim_ascii().is_empty() => "a response without a body",
            Some(media_type) => media_type,
            None => "something that is neither JSON nor XML",
        };
        let problem = DecodeProblem::Shape(format!("expected {expected}, found {found}"));
        Self::new(DecodeError::new(problem), response)
    }

    /// Why it could not be read, and where.
    pub fn error(&self) -> &DecodeError {
        &self.error
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as it came; its media type is empty where the response has none.
    pub fn body(&self) -> &Body {
        &self.body
    }

    pub(super) fn into_error(self) -> DecodeError {
        self.error
    }
}

impl fmt::Debug for UnreadBody {
    /// Headers and body may hold what is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("UnreadBody");
        debug
            .field("error", &self.error)
            .field("status", &self.status)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}
