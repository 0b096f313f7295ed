//! Errors of the client, in layers: refused before sending, sign-in, transport, server, unreadable.

mod capability;
mod discovery;
mod offered;
mod refused;
mod sign_in;
mod transport;
mod unsuccessful;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ucwa::http::StatusCode;
use ucwa::http::header::CONTENT_TYPE;
use ucwa::{Conditions, DecodeProblem, ErrorKind, Format, GenericError, NotLinked, OperationError, RequestError};

pub use capability::Capability;
pub use discovery::{DiscoveryAttempt, DiscoveryError, DiscoveryProblem};
pub(crate) use offered::{Needed, Offered};
pub use refused::RefusedError;
pub use sign_in::SignInError;
pub use transport::TransportFailure;
pub use unsuccessful::{Cause, UnknownOutcome, Unsuccessful};

use crate::transport::TransportError;

/// Why an operation failed, by the layer that failed.
///
/// `C` are the documented errors of the operation. [`into_general`](Self::into_general) gives up that distinction, so that
/// functions which send several requests have one error type.
#[non_exhaustive]
pub enum Error<C: Conditions = GenericError> {
    /// The request was not sent: it exceeds a documented limit, or it leads to a place that must not see a token.
    Refused(RefusedError),
    /// There is no token to send the request with. All requests that waited for the token share the error.
    SignIn(Arc<SignInError>),
    /// There is no response.
    Transport(TransportFailure),
    /// The server responded with an error.
    Server(OperationError<C>),
    /// The server executed the request, and its response cannot be read.
    Unreadable(OperationError<C>),
    /// The server began the operation, which did not succeed, or nobody knows if it did.
    Unsuccessful(Arc<Unsuccessful>),
}

impl<C: Conditions> Error<C> {
    /// The response of the server, be it an error or unreadable.
    pub fn response(&self) -> Option<&OperationError<C>> {
        match self {
            Self::Server(error) | Self::Unreadable(error) => Some(error),
            Self::Refused(_) | Self::SignIn(_) | Self::Transport(_) | Self::Unsuccessful(_) => None,
        }
    }

    /// Whether it is the documented error `condition`.
    pub fn is(&self, condition: C) -> bool {
        self.response().is_some_and(|error| error.is(condition))
    }

    /// The documented error, if it is one.
    pub fn documented(&self) -> Option<C> {
        self.response()?.documented()
    }

    /// The error that any operation may return, if it is one.
    pub fn generic(&self) -> Option<C::Generic> {
        self.response()?.generic()
    }

    /// The method and the resource, such as `GET contactPresence`; `None` where the failure is not that of one request.
    pub fn operation(&self) -> Option<&str> {
        match self {
            Self::Server(error) | Self::Unreadable(error) => Some(error.operation()),
            Self::Transport(failure) => Some(&failure.operation),
            Self::Unsuccessful(failed) => Some(failed.operation),
            Self::Refused(_) | Self::SignIn(_) => None,
        }
    }

    /// The URL of the request, without credentials.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Server(error) | Self::Unreadable(error) => error.url(),
            Self::Transport(failure) => Some(&failure.url),
            Self::Refused(_) | Self::SignIn(_) | Self::Unsuccessful(_) => None,
        }
    }

    /// The HTTP status, where the server responded.
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(OperationError::status)
    }

    /// The code of UCWA, such as `Conflict`; of an operation that did not succeed, such as `RemoteFailure`.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Unsuccessful(failed) => Some(&failed.reason()?.code),
            _ => self.response()?.code(),
        }
    }

    /// The subcode of UCWA, such as `TooManyGroups`; of an operation that did not succeed, such as `Declined`.
    pub fn subcode(&self) -> Option<&str> {
        match self {
            Self::Unsuccessful(failed) => failed.reason()?.subcode.as_deref(),
            _ => self.response()?.subcode(),
        }
    }

    /// The identifier by which the server's logs name the request, where it sent one.
    pub fn request_id(&self) -> Option<&str> {
        self.response()?.request_id()
    }

    /// How long the server asks to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::SignIn(error) => error.retry_after(),
            _ => self.response()?.retry_after(),
        }
    }

    /// The first 512 bytes of the response, whatever it was. They may hold secrets.
    pub fn excerpt(&self) -> Option<&str> {
        self.response().map(OperationError::body_start)
    }
}

/// The layer that failed.
impl<C: Conditions> Error<C> {
    /// Whether the request was not sent, for what it is.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    /// Whether there is no token.
    pub fn is_sign_in(&self) -> bool {
        matches!(self, Self::SignIn(_))
    }

    /// Whether there is no response.
    pub fn is_transport(&self) -> bool {
        matches!(self, Self::Transport(_))
    }

    /// Whether the server responded with an error.
    pub fn is_server(&self) -> bool {
        matches!(self, Self::Server(_))
    }

    /// Whether the server responded with success, and with something that cannot be read.
    pub fn is_unreadable(&self) -> bool {
        matches!(self, Self::Unreadable(_))
    }
}

/// Classes of failures, whatever the operation.
impl<C: Conditions> Error<C> {
    /// Whether the server refuses the token, after it was renewed.
    pub fn is_unauthorized(&self) -> bool {
        self.has(OperationError::is_unauthorized)
    }

    /// Whether the user lacks the right, or a policy forbids it: 403.
    pub fn is_forbidden(&self) -> bool {
        self.has(OperationError::is_forbidden)
    }

    /// Whether nothing is at the URL: 404.
    pub fn is_not_found(&self) -> bool {
        self.has(OperationError::is_not_found)
    }

    /// Whether the server says that nothing is at the URL, and not a proxy or a web server on the way.
    pub(crate) fn is_missing(&self) -> bool {
        self.is_not_found() && self.has_document()
    }

    /// Whether what was to be ended is over: the server says that nothing is at the URL, or that it has ended the application (410).
    pub(crate) fn is_over(&self) -> bool {
        (self.is_not_found() || self.is_gone()) && self.has_document()
    }

    /// Whether what was to be deleted is gone. Where the application is, nobody knows what became of what is outside of it.
    pub(crate) fn is_deleted_already(&self) -> bool {
        self.is_missing() && !self.is_application_not_found()
    }

    /// Whether the application no longer exists on the server: 404 with `ApplicationNotFound`.
    pub fn is_application_not_found(&self) -> bool {
        self.is_not_found() && self.subcode() == Some("ApplicationNotFound")
    }

    /// Whether the server lacks the revision of the resource that was asked for: 404 with `APIVersionNotSupported`.
    pub fn is_revision_not_supported(&self) -> bool {
        self.has(OperationError::is_revision_not_supported)
    }

    /// Whether the state of the server does not allow it now: 409.
    pub fn is_conflict(&self) -> bool {
        self.has(OperationError::is_conflict)
    }

    /// Whether what was there is gone for good: 410.
    pub fn is_gone(&self) -> bool {
        self.has(OperationError::is_gone)
    }

    /// Whether the resource has changed since it was read: 412.
    pub fn is_precondition_failed(&self) -> bool {
        self.has(OperationError::is_precondition_failed)
    }

    /// Whether too many requests were sent: 429.
    pub fn is_too_many_requests(&self) -> bool {
        self.has(OperationError::is_too_many_requests)
    }

    /// Whether the server cannot serve anybody now: 503.
    pub fn is_unavailable(&self) -> bool {
        self.has(OperationError::is_unavailable)
    }

    /// What the server does not offer, if that is the reason. [`Capability::granted_by`] says what usually grants it.
    pub fn missing_capability(&self) -> Option<Capability> {
        match self {
            Self::Refused(RefusedError::NotCapable { capability, .. }) => Some(*capability),
            _ => None,
        }
    }

    /// Whether the application was closed or left: before the request was sent, or before there was a response.
    pub fn is_closed(&self) -> bool {
        match self {
            Self::Refused(reason) => *reason == RefusedError::Closed,
            Self::Transport(failure) => matches!(failure.source, TransportError::Closed),
            _ => false,
        }
    }

    /// Whether the same request may succeed later. The client has already repeated what is safe to repeat: check before
    /// repeating a POST that may have been executed.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Server(error) => error.is_retryable(),
            Self::Transport(failure) => failure.source.is_retryable(),
            Self::SignIn(error) => error.is_retryable(),
            Self::Unreadable(error) => is_damaged(error),
            Self::Refused(_) | Self::Unsuccessful(_) => false,
        }
    }

    /// Whether what works in the background should try again soon. Where a proxy or a web server responds in place of the server
    /// that it does not find, that may pass too; what it forbids, it always forbids.
    pub(crate) fn may_pass(&self) -> bool {
        let is_no_server = |status: StatusCode| status == StatusCode::NOT_FOUND || status.is_server_error();
        self.is_retryable() || !self.has_document() && self.status().is_some_and(is_no_server)
    }

    /// Whether it is the server that refuses, and will do so again. One that only says that it failed does not.
    pub(crate) fn is_final(&self) -> bool {
        let has_failed = self.status().is_some_and(|status| status.is_server_error());
        self.has_document() && !self.may_pass() && !has_failed
    }

    /// Whether the response is that of the server, which has a document of UCWA or no body, and not the page of a proxy or a web server on
    /// the way. Where nothing is known of a response, it is the server's.
    pub(crate) fn has_document(&self) -> bool {
        let Some(response) = self.response() else { return true };
        match response.headers().get(CONTENT_TYPE) {
            Some(media_type) => media_type.to_str().is_ok_and(|media_type| Format::of_media_type(media_type).is_some()),
            None => response.body_start().trim_ascii().is_empty() || response.code().is_some(),
        }
    }

    fn has(&self, class: fn(&OperationError<C>) -> bool) -> bool {
        matches!(self, Self::Server(error) if class(error))
    }

    /// The same error, as that of another operation whose request was sent along.
    pub(crate) fn for_operation<D: Conditions>(&self, operation: String) -> Error<D> {
        match self {
            Self::Refused(error) => Error::Refused(error.clone()),
            Self::SignIn(error) => Error::SignIn(Arc::clone(error)),
            Self::Transport(failure) => Error::Transport(failure.for_operation(operation)),
            Self::Server(error) => Error::Server(error.for_operation(operation)),
            Self::Unreadable(error) => Error::Unreadable(error.for_operation(operation)),
            Self::Unsuccessful(failed) => Error::Unsuccessful(Arc::clone(failed)),
        }
    }

    /// The same error without the documented errors of the operation. Code and subcode still tell them.
    pub fn into_general(self) -> Error<C::Generic> {
        match self {
            Self::Refused(error) => Error::Refused(error),
            Self::SignIn(error) => Error::SignIn(error),
            Self::Transport(failure) => Error::Transport(failure),
            Self::Server(error) => Error::Server(error.into_general()),
            Self::Unreadable(error) => Error::Unreadable(error.into_general()),
            Self::Unsuccessful(failed) => Error::Unsuccessful(failed),
        }
    }
}

/// Whether a response that cannot be read was damaged on the way: it is no JSON or XML, or ends in the middle.
fn is_damaged<C: Conditions>(error: &OperationError<C>) -> bool {
    match error.kind() {
        ErrorKind::Unreadable(error) => matches!(error.problem(), DecodeProblem::Syntax(_) | DecodeProblem::Encoding),
        _ => false,
    }
}

impl<C: Conditions> From<OperationError<C>> for Error<C> {
    fn from(error: OperationError<C>) -> Self {
        match error.kind() {
            ErrorKind::Unreadable(_) => Self::Unreadable(error),
            _ => Self::Server(error),
        }
    }
}

impl<C: Conditions> From<RefusedError> for Error<C> {
    fn from(error: RefusedError) -> Self {
        Self::Refused(error)
    }
}

impl<C: Conditions> From<RequestError> for Error<C> {
    fn from(error: RequestError) -> Self {
        Self::Refused(error.into())
    }
}

impl<C: Conditions> From<NotLinked> for Error<C> {
    fn from(error: NotLinked) -> Self {
        Self::Refused(error.into())
    }
}

impl<C: Conditions> From<SignInError> for Error<C> {
    fn from(error: SignInError) -> Self {
        Self::SignIn(Arc::new(error))
    }
}

impl<C: Conditions> From<TransportFailure> for Error<C> {
    fn from(failure: TransportFailure) -> Self {
        Self::Transport(failure)
    }
}

impl<C: Conditions> fmt::Display for Error<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => write!(f, "not sent: {error}"),
            Self::SignIn(error) => write!(f, "sign-in failed: {error}"),
            Self::Transport(failure) => failure.fmt(f),
            Self::Server(error) | Self::Unreadable(error) => error.fmt(f),
            Self::Unsuccessful(failed) => failed.fmt(f),
        }
    }
}

impl<C: Conditions> fmt::Debug for Error<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => f.debug_tuple("Refused").field(error).finish(),
            Self::SignIn(error) => f.debug_tuple("SignIn").field(error).finish(),
            Self::Transport(failure) => f.debug_tuple("Transport").field(failure).finish(),
            Self::Server(error) => f.debug_tuple("Server").field(error).finish(),
            Self::Unreadable(error) => f.debug_tuple("Unreadable").field(error).finish(),
            Self::Unsuccessful(failed) => f.debug_tuple("Unsuccessful").field(failed).finish(),
        }
    }
}

impl<C: Conditions> std::error::Error for Error<C> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(error) => error.source(),
            Self::SignIn(error) => error.source(),
            Self::Transport(failure) => failure.source(),
            Self::Server(error) | Self::Unreadable(error) => error.source(),
            Self::Unsuccessful(failed) => failed.source(),
        }
    }
}
