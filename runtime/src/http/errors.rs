//! What can go wrong: a documented condition, a generic one, one that no table lists, or something that is not UCWA at all.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{Response, StatusCode};
use serde_json::Value as Json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::codec::{DecodeError, ErrorBody, InvalidParameter, Limits};
use crate::http::headers::format;

/// A row of an error table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// The HTTP status; 0 where the table has none.
    pub status: u16,
    /// The code, such as `Conflict`; empty where the table has only a name that may be either.
    pub code: &'static str,
    /// The subcode, such as `TooManyGroups`; empty where there is none.
    pub subcode: &'static str,
}

/// A row of an error table: an error, and the status, code and subcode that it stands for.
pub const fn row<E: Copy>(error: E, status: u16, code: &'static str, subcode: &'static str) -> (E, Condition) {
    (error, Condition { status, code, subcode })
}

/// A row of the table of generic errors, which are known by a name that is a code or a subcode.
pub const fn named<E: Copy>(error: E, name: &'static str) -> (E, Condition) {
    (error, Condition { status: 0, code: "", subcode: name })
}

/// The documented errors of an operation.
pub trait Conditions: Copy + fmt::Debug + PartialEq + Send + Sync + 'static {
    /// The errors that any operation can meet.
    type Generic: Conditions;

    /// The errors, and what each of them stands for.
    const TABLE: &'static [(Self, Condition)];
}

/// Why an operation failed.
#[derive(Debug)]
pub struct OperationError<C: Conditions> {
    operation: String,
    kind: ErrorKind<C>,
    status: StatusCode,
    details: Option<Box<Details>>,
}

/// What kind of failure it is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind<C: Conditions> {
    /// An error that the operation's page documents.
    Documented(C),
    /// An error that any operation can meet.
    Generic(C::Generic),
    /// An error of UCWA that no table lists; its code and subcode say more.
    Other,
    /// An answer that is none of UCWA: from a proxy or a web server on the way.
    NotUcwa {
        /// The media type of the answer.
        media_type: String,
        /// How it begins: at most 200 bytes, as text.
        start: String,
    },
    /// The operation went well, and its answer could not be read.
    Unreadable(DecodeError),
}

#[derive(Debug, Default)]
struct Details {
    body: ErrorBody,
    retry_after: Option<Duration>,
}

impl<C: Conditions> OperationError<C> {
    pub(crate) fn unreadable(operation: String, status: StatusCode, error: DecodeError) -> Self {
        Self { operation, kind: ErrorKind::Unreadable(error), status, details: None }
    }

    /// Reads an answer whose status says that something went wrong.
    pub(crate) fn from_response(operation: String, answer: &Response<Vec<u8>>) -> Self {
        let status = answer.status();
        let retry_after = answer.headers().get(RETRY_AFTER).and_then(|value| parse_retry_after(value.to_str().ok()?));
        let (kind, body) = read_failure(answer);
        Self { operation, kind, status, details: Some(Box::new(Details { body, retry_after })) }
    }

    /// The failure that an event tells of, whose `reason` is what an answer's body would be. An event has no HTTP status: it
    /// is the one that belongs to the code, or 500 where none does.
    pub fn from_reason(operation: impl Into<String>, reason: ErrorBody) -> Self {
        let status = status_of(&reason.code);
        let kind = by_code(&reason.code, reason.subcode.as_deref());
        Self {
            operation: operation.into(),
            kind,
            status,
            details: Some(Box::new(Details { body: reason, retry_after: None })),
        }
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> &ErrorKind<C> {
        &self.kind
    }

    /// Whether it is the documented error `condition`.
    pub fn is(&self, condition: C) -> bool {
        self.kind == ErrorKind::Documented(condition)
    }

    /// The documented error, if it is one.
    pub fn documented(&self) -> Option<C> {
        match self.kind {
            ErrorKind::Documented(condition) => Some(condition),
            _ => None,
        }
    }

    /// The error that any operation can meet, if it is one.
    pub fn generic(&self) -> Option<C::Generic> {
        match self.kind {
            ErrorKind::Generic(condition) => Some(condition),
            _ => None,
        }
    }

    /// The verb and the resource, such as `GET contactPresence`.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The code, such as `Conflict`; where the answer had no body, the one that belongs to the status.
    pub fn code(&self) -> Option<&str> {
        self.body().map(|body| body.code.as_str()).filter(|code| !code.is_empty())
    }

    /// The subcode, such as `TooManyGroups`.
    pub fn subcode(&self) -> Option<&str> {
        self.body()?.subcode.as_deref()
    }

    /// The server's explanation for people.
    pub fn message(&self) -> Option<&str> {
        self.body()?.message.as_deref()
    }

    /// What was wrong with the parameters.
    pub fn parameters(&self) -> &[InvalidParameter] {
        self.body().map_or(&[], |body| &body.parameters)
    }

    /// What to put into a log; of no fixed shape.
    pub fn debug_info(&self) -> Option<&Json> {
        self.body()?.debug_info.as_ref()
    }

    /// All that the server said.
    pub fn body(&self) -> Option<&ErrorBody> {
        self.details.as_ref().map(|details| &details.body)
    }

    /// Whether the same request may succeed later. Never repeat a POST that may have run: only the caller knows whether
    /// running it twice does harm.
    pub fn is_retryable(&self) -> bool {
        match self.status.as_u16() {
            408 | 429 | 503 | 504 => true,
            500 => self.subcode() == Some("ServiceTimeout"),
            _ => false,
        }
    }

    /// How long the server asks to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        self.details.as_ref()?.retry_after
    }
}

/// What an answer says that is no success.
fn read_failure<C: Conditions>(answer: &Response<Vec<u8>>) -> (ErrorKind<C>, ErrorBody) {
    let (status, bytes) = (answer.status(), answer.body().as_slice());
    if bytes.trim_ascii().is_empty() {
        let code = code_of(status).unwrap_or_default().to_owned();
        return (by_status(status), ErrorBody { code, ..ErrorBody::default() });
    }
    let format = format(answer.headers(), bytes);
    if let Some(body) = format.and_then(|format| ErrorBody::decode(format, bytes, Limits::default()).ok()) {
        return (by_code(&body.code, body.subcode.as_deref()), body);
    }
    let media_type = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or("unknown").to_owned();
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    (ErrorKind::NotUcwa { media_type, start }, ErrorBody::default())
}

/// Finds the condition by code and subcode.
fn by_code<C: Conditions>(code: &str, subcode: Option<&str>) -> ErrorKind<C> {
    let subcode = subcode.filter(|subcode| *subcode != "None").unwrap_or_default();
    if let Some((error, _)) = C::TABLE.iter().find(|(_, row)| row.code == code && row.subcode == subcode) {
        return ErrorKind::Documented(*error);
    }
    let name = if subcode.is_empty() { code } else { subcode };
    match C::Generic::TABLE.iter().find(|(_, row)| row.subcode == name) {
        Some((error, _)) => ErrorKind::Generic(*error),
        None => ErrorKind::Other,
    }
}

/// Finds the condition by status alone: the documented one without a subcode, or the only one of that status.
fn by_status<C: Conditions>(status: StatusCode) -> ErrorKind<C> {
    let of_status = || C::TABLE.iter().filter(|(_, row)| row.status == status.as_u16());
    let plain = of_status().find(|(_, row)| row.subcode.is_empty());
    let only = || of_status().next().filter(|_| of_status().count() == 1);
    match plain.or_else(only) {
        Some((error, _)) => ErrorKind::Documented(*error),
        None => code_of(status).map_or(ErrorKind::Other, |code| by_code(code, None)),
    }
}

/// The codes that belong to statuses.
const CODES: [(u16, &str); 15] = [
    (400, "BadRequest"),
    (403, "Forbidden"),
    (404, "NotFound"),
    (405, "MethodNotAllowed"),
    (408, "ClientTimeout"),
    (409, "Conflict"),
    (410, "Gone"),
    (412, "PreconditionFailed"),
    (413, "EntityTooLarge"),
    (415, "UnsupportedMediaType"),
    (428, "PreconditionRequired"),
    (429, "TooManyRequests"),
    (500, "ServiceFailure"),
    (503, "ServiceUnavailable"),
    (504, "Timeout"),
];

fn code_of(status: StatusCode) -> Option<&'static str> {
    CODES.iter().find(|(known, _)| *known == status.as_u16()).map(|(_, code)| *code)
}

fn status_of(code: &str) -> StatusCode {
    let code = if code == "GatewayTimeout" { "Timeout" } else { code };
    let found = CODES.iter().find(|(_, known)| *known == code);
    found.and_then(|(status, _)| StatusCode::from_u16(*status).ok()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Reads a number of seconds or a date.
fn parse_retry_after(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    // HTTP writes GMT where mail writes an offset.
    let until = OffsetDateTime::parse(&text.trim().replace("GMT", "+0000"), &Rfc2822).ok()?;
    Some(SystemTime::from(until).duration_since(SystemTime::now()).unwrap_or_default())
}

/// Text without line breaks and runs of spaces, whatever the server wrote.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl<C: Conditions> fmt::Display for OperationError<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.operation)?;
        match &self.kind {
            ErrorKind::NotUcwa { media_type, start } => {
                return write!(f, "{} and no answer of UCWA but {media_type}: {start:?}", self.status);
            }
            ErrorKind::Unreadable(error) => {
                return write!(f, "{} with an answer that cannot be read: {error}", self.status);
            }
            ErrorKind::Documented(_) | ErrorKind::Generic(_) | ErrorKind::Other => {}
        }
        f.write_str(&one_line(self.code().unwrap_or_else(|| self.status.as_str())))?;
        if let Some(subcode) = self.subcode() {
            write!(f, "/{}", one_line(subcode))?;
        }
        self.message().map_or(Ok(()), |message| write!(f, ": {}", one_line(message)))
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
