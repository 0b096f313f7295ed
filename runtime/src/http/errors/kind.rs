//! The kinds of failure, and which of them a code, a subcode or a status stands for.

use http::StatusCode;

use super::conditions::{Condition, Conditions, code_of};
use crate::codec::DecodeError;

/// What kind of failure it is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind<C: Conditions> {
    /// An error that the operation's page documents. An undocumented subcode of a documented code is that code.
    Documented(C),
    /// An error that any operation may return.
    Generic(C::Generic),
    /// The token is missing, expired or invalid: get another one and send the request again.
    /// [`challenges`](super::OperationError::challenges) say where to get it.
    Unauthorized,
    /// A UCWA error that the operation does not document; see its code and subcode.
    Other,
    /// A response that is not UCWA: from a proxy or a web server on the way.
    NotUcwa {
        /// The media type of the response.
        media_type: String,
    },
    /// The operation succeeded, and its response could not be read.
    Unreadable(DecodeError),
}

/// Finds the condition by code and subcode. A subcode that no table lists leaves the condition of the code alone.
pub(super) fn by_code<C: Conditions>(code: &str, subcode: Option<&str>) -> ErrorKind<C> {
    let subcode = subcode.filter(|subcode| *subcode != "None").unwrap_or_default();
    documented(|row| row.code == code && row.subcode == subcode)
        .or_else(|| generic(subcode))
        .or_else(|| documented(|row| row.code == code && row.subcode.is_empty()))
        .or_else(|| generic(code))
        .unwrap_or(ErrorKind::Other)
}

/// Finds the condition by status alone: the documented one without a subcode, or the only one of that status.
pub(super) fn by_status<C: Conditions>(status: StatusCode) -> ErrorKind<C> {
    let is_of_status = |row: &Condition| row.status == status.as_u16();
    let is_only = C::TABLE.iter().filter(|(_, row)| is_of_status(row)).count() == 1;
    documented(|row| is_of_status(row) && (row.subcode.is_empty() || is_only))
        .or_else(|| code_of(status).map(|code| by_code(code, None)))
        .unwrap_or(ErrorKind::Other)
}

fn documented<C: Conditions>(is_it: impl Fn(&Condition) -> bool) -> Option<ErrorKind<C>> {
    C::TABLE.iter().find(|(_, row)| is_it(row)).map(|(error, _)| ErrorKind::Documented(*error))
}

fn generic<C: Conditions>(name: &str) -> Option<ErrorKind<C>> {
    C::Generic::TABLE.iter().find(|(_, row)| row.subcode == name).map(|(error, _)| ErrorKind::Generic(*error))
}
