//! The documented conditions, and which codes belong to which statuses.

use std::fmt;

use http::StatusCode;

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
    /// The errors that any operation may return.
    type Generic: Conditions;

    /// The errors, and what each of them stands for.
    const TABLE: &'static [(Self, Condition)];
}

/// The codes that belong to statuses.
const CODES: [(StatusCode, &str); 15] = [
    (StatusCode::BAD_REQUEST, "BadRequest"),
    (StatusCode::FORBIDDEN, "Forbidden"),
    (StatusCode::NOT_FOUND, "NotFound"),
    (StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
    (StatusCode::REQUEST_TIMEOUT, "ClientTimeout"),
    (StatusCode::CONFLICT, "Conflict"),
    (StatusCode::GONE, "Gone"),
    (StatusCode::PRECONDITION_FAILED, "PreconditionFailed"),
    (StatusCode::PAYLOAD_TOO_LARGE, "EntityTooLarge"),
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType"),
    (StatusCode::PRECONDITION_REQUIRED, "PreconditionRequired"),
    (StatusCode::TOO_MANY_REQUESTS, "TooManyRequests"),
    (StatusCode::INTERNAL_SERVER_ERROR, "ServiceFailure"),
    (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"),
    (StatusCode::GATEWAY_TIMEOUT, "Timeout"),
];

pub(super) fn code_of(status: StatusCode) -> Option<&'static str> {
    CODES.iter().find(|(known, _)| *known == status).map(|(_, code)| *code)
}

/// The status that belongs to a code.
pub(super) fn status_of(code: &str) -> Option<StatusCode> {
    let code = if code == "GatewayTimeout" { "Timeout" } else { code };
    CODES.iter().find(|(_, known)| *known == code).map(|(status, _)| *status)
}
