//! Operations that the server began and that did not succeed.

use std::fmt;

use ucwa::{ErrorBody, Resource};

use crate::operations::{OperationFailure, UnknownOutcome};

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

impl<T: Resource> From<OperationFailure<T>> for Unsuccessful {
    fn from(failure: OperationFailure<T>) -> Self {
        let cause = match failure {
            OperationFailure::Failed(failed) => Cause::Failed(failed.details().cloned().map(Box::new)),
            OperationFailure::Unknown(cause) => Cause::Unknown(cause),
        };
        Self { operation: T::DESCRIPTION.rel, cause }
    }
}

impl fmt::Display for Unsuccessful {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.operation;
        match &self.cause {
            Cause::Failed(None) => write!(f, "`{operation}` failed"),
            Cause::Failed(Some(reason)) => match &reason.subcode {
                Some(subcode) => write!(f, "`{operation}` failed: {} ({subcode})", reason.code),
                None => write!(f, "`{operation}` failed: {}", reason.code),
            },
            Cause::Unknown(cause) => write!(f, "nobody knows how `{operation}` ended: {cause}"),
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
