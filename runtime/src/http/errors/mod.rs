//! Why an operation failed: a documented error, a generic one, an undocumented one, a missing token, or a response that
//! is not UCWA.

mod challenge;
mod conditions;
mod diagnostics;
mod evidence;
mod kind;
mod page;

use std::fmt;
use std::time::Duration;

use http::header::HeaderMap;
use http::{Response, StatusCode};
use serde_json::Value as Json;

use crate::codec::{ErrorBody, InvalidParameter};
use crate::http::received::ReceivedAt;
use crate::http::unread_body::UnreadBody;
use crate::secret::redact_line;

pub use challenge::Challenge;
pub use conditions::{Condition, Conditions, named, row};
use conditions::{code_of, status_of};
pub use diagnostics::Diagnostics;
use evidence::Evidence;
pub use evidence::retry_after;
pub use kind::ErrorKind;
use kind::{by_code, by_status};

/// Why an operation failed, with what the response said.
pub struct OperationError<C: Conditions> {
    kind: ErrorKind<C>,
    evidence: Box<Evidence>,
}

impl<C: Conditions> OperationError<C> {
    pub(crate) fn unreadable(operation: String, url: Option<&str>, unread: UnreadBody) -> Self {
        let head = (unread.status(), unread.headers().clone());
        let evidence = Box::new(Evidence::new(operation, url, head, &unread.body().bytes));
        Self { kind: ErrorKind::Unreadable(unread.into_error()), evidence }
    }

    /// Reads a response whose status says that something went wrong.
    pub(crate) fn from_response(operation: String, url: Option<&str>, response: Response<Vec<u8>>) -> Self {
        let body = Evidence::error_body(&response);
        let is_empty = response.body().trim_ascii().is_empty();
        let (parts, bytes) = response.into_parts();
        let mut evidence = Box::new(Evidence::new(operation, url, (parts.status, parts.headers), &bytes));
        evidence.received = parts.extensions.get().map(|ReceivedAt(moment)| *moment);
        let kind = match &body {
            Some(body) => by_code(&body.code, body.subcode.as_deref()),
            None if is_empty => by_status(evidence.status),
            None => ErrorKind::NotUcwa { media_type: evidence.media_type().to_owned() },
        };
        let code = || if is_empty { code_of(evidence.status).unwrap_or_default() } else { "" };
        evidence.body = body.unwrap_or_else(|| ErrorBody { code: code().to_owned(), ..ErrorBody::default() });
        let is_unauthorized = evidence.status == StatusCode::UNAUTHORIZED || evidence.is_invalid_token();
        Self { kind: if is_unauthorized { ErrorKind::Unauthorized } else { kind }, evidence }
    }

    /// The failure that an event reports, whose `reason` is what the body of a response would be. An event has no HTTP
    /// status: it is the one that belongs to the code, or 500 where none does.
    pub fn from_reason(operation: impl Into<String>, reason: ErrorBody) -> Self {
        let kind = by_code(&reason.code, reason.subcode.as_deref());
        let evidence = Evidence {
            operation: operation.into(),
            status: status_of(&reason.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            url: None,
            headers: HeaderMap::new(),
            body: reason,
            start: String::new(),
            received: None,
        };
        Self { kind, evidence: Box::new(evidence) }
    }

    /// The same failure without the documented errors of the operation: those that any operation may return are still
    /// told apart, and the others are [`Other`](ErrorKind::Other) with their code and subcode. Functions that execute
    /// several operations have one error type by it.
    #[must_use]
    pub fn into_general(self) -> OperationError<C::Generic> {
        self.reclassified()
    }

    /// The same failure as one of another operation, such as `GET me`. Where several requests went as one, what became of
    /// that became of each of them.
    #[must_use]
    pub fn for_operation<D: Conditions>(&self, operation: impl Into<String>) -> OperationError<D> {
        let Self { kind, evidence } = self;
        let mut error = Self { kind: kind.clone(), evidence: evidence.clone() }.reclassified::<D>();
        error.evidence.operation = operation.into();
        error
    }

    /// The same failure, with the errors that another operation documents.
    fn reclassified<D: Conditions>(self) -> OperationError<D> {
        let Self { kind, evidence } = self;
        let kind = match kind {
            ErrorKind::Documented(_) | ErrorKind::Generic(_) | ErrorKind::Other => {
                by_code(&evidence.body.code, evidence.body.subcode.as_deref())
            }
            ErrorKind::Unauthorized => ErrorKind::Unauthorized,
            ErrorKind::NotUcwa { media_type } => ErrorKind::NotUcwa { media_type },
            ErrorKind::Unreadable(error) => ErrorKind::Unreadable(error),
        };
        OperationError { kind, evidence }
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> &ErrorKind<C> {
        &self.kind
    }

    /// Whether it is the documented error `condition`.
    pub fn is(&self, condition: C) -> bool {
        self.documented() == Some(condition)
    }

    /// The documented error, if it is one.
    pub fn documented(&self) -> Option<C> {
        match self.kind {
            ErrorKind::Documented(condition) => Some(condition),
            _ => None,
        }
    }

    /// The error that any operation may return, if it is one.
    pub fn generic(&self) -> Option<C::Generic> {
        match self.kind {
            ErrorKind::Generic(condition) => Some(condition),
            _ => None,
        }
    }
}

/// What the response said.
impl<C: Conditions> OperationError<C> {
    /// The method and the resource, such as `GET contactPresence`.
    pub fn operation(&self) -> &str {
        &self.evidence.operation
    }

    /// The URL that the response came from, without credentials; `None` for the failure that an event reports.
    pub fn url(&self) -> Option<&str> {
        self.evidence.url.as_deref()
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.evidence.status
    }

    /// The headers of the response; none for the failure that an event reports. They may hold secrets.
    pub fn headers(&self) -> &HeaderMap {
        &self.evidence.headers
    }

    /// The identifier by which the server's logs name the request, where it sent one.
    pub fn request_id(&self) -> Option<&str> {
        self.evidence.request_id()
    }

    /// The code, such as `Conflict`; where the response had no body, the one that belongs to the status.
    pub fn code(&self) -> Option<&str> {
        Some(self.body().code.as_str()).filter(|code| !code.is_empty())
    }

    /// The subcode, such as `TooManyGroups`.
    pub fn subcode(&self) -> Option<&str> {
        self.body().subcode.as_deref()
    }

    /// The server's explanation for people.
    pub fn message(&self) -> Option<&str> {
        self.body().message.as_deref()
    }

    /// What was wrong with the parameters.
    pub fn parameters(&self) -> &[InvalidParameter] {
        &self.body().parameters
    }

    /// Details for logs, of no fixed shape.
    pub fn debug_info(&self) -> Option<&Json> {
        self.body().debug_info.as_ref()
    }

    /// The body as an error of UCWA; empty where it was none.
    pub fn body(&self) -> &ErrorBody {
        &self.evidence.body
    }

    /// The first 512 bytes of the body as text, whatever it was. They may hold secrets: a page can repeat the request.
    pub fn body_start(&self) -> &str {
        &self.evidence.start
    }

    /// How to get access, from the headers `WWW-Authenticate`.
    pub fn challenges(&self) -> Vec<Challenge> {
        self.evidence.challenges()
    }

    /// The header `X-Ms-diagnostics`.
    pub fn diagnostics(&self) -> Option<Diagnostics> {
        self.evidence.diagnostics()
    }

    /// How long the server asks to wait before the next try. A date counts from the `Date` of the response; where it has none, from
    /// when it was [received](crate::ReceivedAt).
    pub fn retry_after(&self) -> Option<Duration> {
        self.evidence.retry_after()
    }
}

/// Classes of failures, which every operation has. They follow the code where it belongs to a status, and else the HTTP status.
impl<C: Conditions> OperationError<C> {
    /// Whether the token is missing, expired or invalid: status 401, or diagnostics that say so. Get another token and send
    /// the request again, once.
    pub fn is_unauthorized(&self) -> bool {
        self.kind == ErrorKind::Unauthorized
    }

    /// Whether the server says that the token is invalid (diagnostics 28055), which it also does with status 403. The
    /// user does not lack a right then; the token has to be renewed.
    pub fn is_invalid_token(&self) -> bool {
        self.evidence.is_invalid_token()
    }

    /// Whether the user lacks the right, or a policy forbids it: 403, unless the token [is invalid](Self::is_invalid_token).
    pub fn is_forbidden(&self) -> bool {
        self.has_class(StatusCode::FORBIDDEN) && !self.is_unauthorized()
    }

    /// Whether nothing is at the URL: 404.
    pub fn is_not_found(&self) -> bool {
        self.has_class(StatusCode::NOT_FOUND)
    }

    /// Whether the server lacks the revision of the resource that was asked for: 404 with `APIVersionNotSupported`.
    pub fn is_revision_not_supported(&self) -> bool {
        const NAMES: [&str; 2] = ["APIVersionNotSupported", "VersionNotSupported"];
        self.is_not_found() && self.subcode().is_some_and(|subcode| NAMES.contains(&subcode))
    }

    /// Whether the state of the server does not allow it now: 409.
    pub fn is_conflict(&self) -> bool {
        self.has_class(StatusCode::CONFLICT)
    }

    /// Whether what was there is gone for good: 410.
    pub fn is_gone(&self) -> bool {
        self.has_class(StatusCode::GONE)
    }

    /// Whether the resource has changed since it was read: 412.
    pub fn is_precondition_failed(&self) -> bool {
        self.has_class(StatusCode::PRECONDITION_FAILED)
    }

    /// Whether too many requests were sent: 429.
    pub fn is_too_many_requests(&self) -> bool {
        self.has_class(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the server cannot serve anybody now: 503.
    pub fn is_unavailable(&self) -> bool {
        self.has_class(StatusCode::SERVICE_UNAVAILABLE)
    }

    /// Whether the same request may succeed later: 408, 429, 502, 503, 504, and 500 with `ServiceTimeout`. Never repeat a
    /// POST that may have run: only the caller knows whether running it twice does harm.
    pub fn is_retryable(&self) -> bool {
        match self.evidence.class().as_u16() {
            408 | 429 | 502 | 503 | 504 => true,
            500 => self.subcode() == Some("ServiceTimeout"),
            _ => false,
        }
    }

    fn has_class(&self, status: StatusCode) -> bool {
        self.evidence.class() == status
    }
}

impl<C: Conditions> fmt::Display for OperationError<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.operation())?;
        match &self.kind {
            ErrorKind::NotUcwa { media_type } => {
                write!(f, "{}, not a UCWA response but {}", self.status(), redact_line(media_type))?;
                let words = page::summary(self.body_start());
                return if words.is_empty() { Ok(()) } else { write!(f, ": {words}") };
            }
            ErrorKind::Unreadable(error) => {
                return write!(f, "{} with a body that cannot be read: {error}", self.status());
            }
            ErrorKind::Unauthorized => return self.fmt_unauthorized(f),
            ErrorKind::Documented(_) | ErrorKind::Generic(_) | ErrorKind::Other => {}
        }
        let status = self.status();
        f.write_str(&redact_line(self.code().unwrap_or(status.as_str())))?;
        if let Some(subcode) = self.subcode() {
            write!(f, "/{}", redact_line(subcode))?;
        }
        self.message().map_or(Ok(()), |message| write!(f, ": {}", redact_line(message)))
    }
}

impl<C: Conditions> OperationError<C> {
    /// What the server asks for, and why.
    fn fmt_unauthorized(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: the token is missing, expired or invalid", self.status())?;
        if let Some(reason) = self.diagnostics().and_then(|diagnostics| diagnostics.reason) {
            write!(f, " ({})", redact_line(&reason))?;
        }
        let challenges: Vec<_> =
            self.challenges().iter().map(|challenge| redact_line(&challenge.to_string())).collect();
        if challenges.is_empty() { Ok(()) } else { write!(f, "; the server accepts {}", challenges.join("; ")) }
    }
}

impl<C: Conditions> fmt::Debug for OperationError<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, evidence } = self;
        f.debug_struct("OperationError").field("kind", kind).field("evidence", evidence).finish()
    }
}

impl<C: Conditions> std::error::Error for OperationError<C> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            ErrorKind::Unreadable(error) => Some(error),
            _ => None,
        }
    }
}
