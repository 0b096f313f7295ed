//! How operations end.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use ucwa::{Completes, Conditions, ErrorBody, Event, EventKind, FailureReason as _, Link, Representation, Resource};
use ucwa_runtime::secret::redact_line;

use crate::error::{Cause, Error, UnknownOutcome, Unsuccessful};

/// An event about an operation, whose resource is a `T`.
pub struct OperationEvent<T> {
    event: Event,
    resource: PhantomData<fn() -> T>,
}

impl<T: Resource> OperationEvent<T> {
    pub(super) fn new(event: Event) -> Self {
        Self { event, resource: PhantomData }
    }

    /// What happened: [`Started`](EventKind::Started), [`Updated`](EventKind::Updated) or [`Completed`](EventKind::Completed).
    pub fn kind(&self) -> &EventKind {
        &self.event.kind
    }

    /// The resource of the operation as it is now, such as the invitation, where the server sent it along.
    pub fn resource(&self) -> Option<&T>
    where
        T: Representation,
    {
        self.event.about::<T>()?.resource()
    }

    /// The link to the resource of the operation.
    pub fn link(&self) -> Option<Link<T>> {
        self.event.link()
    }

    /// The event with all that the server said.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The same, to be kept.
    pub fn into_event(self) -> Event {
        self.event
    }
}

impl<T> Clone for OperationEvent<T> {
    fn clone(&self) -> Self {
        Self { event: self.event.clone(), resource: PhantomData }
    }
}

impl<T> fmt::Debug for OperationEvent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.event.fmt(f)
    }
}

/// Why an operation did not succeed, as far as is known.
#[non_exhaustive]
pub enum OperationFailure<T> {
    /// It failed: the `completed` event says so.
    Failed(FailedOperation<T>),
    /// Nobody knows how it ended, or whether it has ended. It may have succeeded: read the resource again before
    /// starting the operation a second time.
    Unknown(UnknownOutcome),
}

impl<T: Resource> OperationFailure<T> {
    /// The failure that the server reported, if it did.
    pub fn failed(&self) -> Option<&FailedOperation<T>> {
        match self {
            Self::Failed(failed) => Some(failed),
            Self::Unknown(_) => None,
        }
    }
}

impl<T: Completes> OperationFailure<T> {
    /// Why the operation failed, if the server reported one of the reasons that the reference lists.
    pub fn reason(&self) -> Option<T::Reason> {
        self.failed()?.reason()
    }
}

/// The failure of an operation, as the server reported it.
pub struct FailedOperation<T> {
    event: Box<OperationEvent<T>>,
}

impl<T: Resource> FailedOperation<T> {
    pub(super) fn new(event: OperationEvent<T>) -> Self {
        Self { event: Box::new(event) }
    }

    /// The code, such as `RemoteFailure`; `None` where the server gave no reason.
    pub fn code(&self) -> Option<&str> {
        Some(self.details()?.code.as_ref())
    }

    /// The subcode, such as `Declined`.
    pub fn subcode(&self) -> Option<&str> {
        self.details()?.subcode.as_deref()
    }

    /// All that the server said about the reason.
    pub fn details(&self) -> Option<&ErrorBody> {
        self.event.event().reason.as_deref()
    }

    /// Whether nothing went wrong: the code is `Informational`, for example as the call was missed, connected elsewhere, or taken
    /// over by another conversation.
    pub fn is_informational(&self) -> bool {
        self.code() == Some("Informational")
    }

    /// The `completed` event.
    pub fn event(&self) -> &OperationEvent<T> {
        &self.event
    }
}

impl<T: Completes> FailedOperation<T> {
    /// The reason, if it is one of those that the reference lists.
    pub fn reason(&self) -> Option<T::Reason> {
        T::Reason::find(self.code()?, self.subcode())
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

impl<C: Conditions, T: Resource> From<OperationFailure<T>> for Error<C> {
    fn from(failure: OperationFailure<T>) -> Self {
        Self::Unsuccessful(Arc::new(failure.into()))
    }
}

impl<T: Resource> fmt::Display for OperationFailure<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(failed) => failed.fmt(f),
            Self::Unknown(cause) => write!(f, "the outcome of the operation is unknown: {cause}"),
        }
    }
}

impl<T: Resource> fmt::Display for FailedOperation<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the operation failed")?;
        match (self.code(), self.subcode()) {
            (Some(code), Some(subcode)) => write!(f, ": {} ({})", redact_line(code), redact_line(subcode)),
            (Some(code), None) => write!(f, ": {}", redact_line(code)),
            _ => Ok(()),
        }
    }
}

impl<T> fmt::Debug for OperationFailure<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(failed) => f.debug_tuple("Failed").field(failed).finish(),
            Self::Unknown(cause) => f.debug_tuple("Unknown").field(cause).finish(),
        }
    }
}

impl<T> fmt::Debug for FailedOperation<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FailedOperation").field("event", &self.event).finish()
    }
}

impl<T: Resource> std::error::Error for OperationFailure<T> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(_) => None,
            Self::Unknown(cause) => cause.source(),
        }
    }
}
