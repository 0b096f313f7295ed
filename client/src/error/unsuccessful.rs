//! Operations that the server began and that did not succeed.
//!
//! [`Error`] and [`UnknownOutcome`] hold each other: that a response was lost is an error, and the reason why an outcome is unknown.

use std::fmt;

use ucwa::ErrorBody;
use ucwa_runtime::secret::redact_line;

use super::Error;
use crate::loss::Loss;

/// An operation, such as an invitation, that did not succeed, or whose end nobody knows.
#[derive(Debug)]
#[non_exhaustive]
pub struct Unsuccessful {
    /// The resource of the operation, such as `messagingInvitation`.
    pub operation: &'static str,
    /// What is known of the reason.
    pub cause: Cause,
}

/// What is known of the reason for which an operation did not succeed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Cause {
    /// It failed for a reason that the server gave, such as `RemoteFailure` with `Declined`, or for none that it gave.
    Failed(Option<Box<ErrorBody>>),
    /// Nobody knows how it ended. It may have succeeded.
    Unknown(UnknownOutcome),
}

impl Unsuccessful {
    pub(super) fn reason(&self) -> Option<&ErrorBody> {
        match &self.cause {
            Cause::Failed(reason) => reason.as_deref(),
            Cause::Unknown(_) => None,
        }
    }
}

impl fmt::Display for Unsuccessful {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.operation;
        match &self.cause {
            Cause::Failed(None) => write!(f, "`{operation}` failed; the server gave no reason"),
            Cause::Failed(Some(reason)) => match &reason.subcode {
                Some(subcode) => {
                    write!(f, "`{operation}` failed: {} ({})", redact_line(&reason.code), redact_line(subcode))
                }
                None => write!(f, "`{operation}` failed: {}", redact_line(&reason.code)),
            },
            Cause::Unknown(cause) => write!(f, "the outcome of `{operation}` is unknown: {cause}"),
        }
    }
}

impl std::error::Error for Unsuccessful {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Failed(_) => None,
            Cause::Unknown(cause) => Some(cause),
        }
    }
}

/// Why nobody knows how an operation ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownOutcome {
    /// The response to the request that starts the operation was lost, and no event about the operation came within a minute.
    /// It is likely that the server has not executed the request.
    #[error("the response to the request was lost, and no event says that the operation began: {0}")]
    NoResponse(#[source] Box<Error>),
    /// The server dropped state, and no event about the operation came within a minute after that.
    #[error("the server dropped state ({0:?}), and no event says that the operation goes on")]
    Lost(Loss),
    /// The event channel ended before the operation did, and the program opened no other stream within a minute.
    #[error("the event channel ended before the operation did")]
    ChannelEnded,
    /// Nobody has read the event channel for five minutes: the program has no stream of [`Events`](crate::Events), or takes no items
    /// from it, for example as it waits for the operation in the loop that reads them.
    #[error(
        "nobody reads the event channel, so that no event says how the operation ended; read the events while waiting for it"
    )]
    NotRead,
    /// The application was closed or dropped before the operation ended.
    #[error("the application was closed before the operation ended")]
    Closed,
}
