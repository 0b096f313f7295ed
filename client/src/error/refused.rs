//! Requests that are not sent.

use ucwa::url::Url;
use ucwa::{AddressError, NotLinked, RequestError};
use ucwa_runtime::secret::redact_url;

use super::capability::Capability;

/// Why a request was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefusedError {
    /// The request cannot be built from its parameters.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The server did not offer what the request needs.
    #[error(transparent)]
    NotLinked(#[from] NotLinked),
    /// The server does not offer what was asked for: it sent no such link.
    #[error("the server does not let the user {capability} (no link `{rel}`); what usually grants it: {}", .capability.granted_by())]
    NotCapable {
        /// What cannot be done.
        capability: Capability,
        /// The link that is not there.
        rel: String,
    },
    /// The link has no valid URL.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The URL is on a host that must not see the token: neither discovery nor the server's own links named it during sign-in.
    #[error("`{url}` is on a host that sign-in did not lead to, so the token is not sent to it")]
    ForeignHost {
        /// The URL, without credentials.
        url: String,
    },
    /// The URL is not https.
    #[error("`{url}` is not https")]
    Insecure {
        /// The URL, without credentials.
        url: String,
    },
    /// The URL holds a user name or a password.
    #[error("`{url}` contains a user name or a password; remove them")]
    Credentials {
        /// The URL, without the password.
        url: String,
    },
    /// A redirect leads on after as many as are followed.
    #[error("too many redirects; the last leads to `{url}`")]
    TooManyRedirects {
        /// The URL, without credentials.
        url: String,
    },
    /// An operation with the same `operationId` has not ended, or the program still has its handle.
    #[error(
        "an operation with the operationId `{id}` has not ended, or its handle is kept; choose another id, or none"
    )]
    OperationIdInUse {
        /// The id.
        id: String,
    },
    /// The request cannot be part of a batch, as a batch or a poll of the event channel.
    #[error("{operation} cannot be part of a batch; send it by itself")]
    NotInBatch {
        /// The method and the resource.
        operation: String,
    },
    /// The address of a contact is empty.
    #[error("the address of the contact is empty")]
    EmptyAddress,
    /// The batch was dropped before the request was sent.
    #[error("the batch was not sent")]
    BatchNotSent,
    /// The application was closed and sends nothing.
    #[error("the application was closed")]
    Closed,
}

impl RefusedError {
    pub(crate) fn foreign(url: &Url) -> Self {
        Self::ForeignHost { url: redact_url(url.as_str()).into_owned() }
    }

    pub(crate) fn insecure(url: &Url) -> Self {
        Self::Insecure { url: redact_url(url.as_str()).into_owned() }
    }

    pub(crate) fn with_credentials(url: &Url) -> Self {
        Self::Credentials { url: redact_url(url.as_str()).into_owned() }
    }

    pub(crate) fn redirected(url: &Url) -> Self {
        Self::TooManyRedirects { url: redact_url(url.as_str()).into_owned() }
    }
}
