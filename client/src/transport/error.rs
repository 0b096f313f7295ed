//! Why a request got no response.

use std::time::Duration;

/// Any error that can go from one thread to another.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a request got no response.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// There was no connection, so that the request was not sent: the host name is unknown, nothing listens there, or its
    /// certificate is not trusted.
    #[error("no connection: {}", chain(&**_0))]
    NotConnected(#[source] BoxError),
    /// The connection broke before the response was complete. The server may have executed the request.
    #[error("the connection broke: {}", chain(&**_0))]
    Broken(#[source] BoxError),
    /// The response took too long. The server may have executed the request.
    #[error("no response within {after:?}")]
    TimedOut {
        /// How long the client waited.
        after: Duration,
    },
    /// The body of the response is too large. The server has executed the request.
    #[error("the response has a body of more than {limit} bytes; set a higher limit if that is expected")]
    BodyTooLarge {
        /// The largest body that is received, in bytes.
        limit: usize,
    },
    /// The application was closed or left while the request was on its way. The server may have executed it.
    #[error("the application was closed before there was a response")]
    Closed,
}

impl TransportError {
    /// Whether the server may have received the request, and executed it.
    pub fn may_have_been_sent(&self) -> bool {
        !matches!(self, Self::NotConnected(_))
    }

    /// Whether the same request may succeed when it is sent again.
    pub fn is_retryable(&self) -> bool {
        !matches!(self, Self::BodyTooLarge { .. } | Self::Closed)
    }

    /// The same error, with its cause as text.
    pub(crate) fn copy(&self) -> Self {
        match self {
            Self::NotConnected(cause) => Self::NotConnected(chain(&**cause).into()),
            Self::Broken(cause) => Self::Broken(chain(&**cause).into()),
            Self::TimedOut { after } => Self::TimedOut { after: *after },
            Self::BodyTooLarge { limit } => Self::BodyTooLarge { limit: *limit },
            Self::Closed => Self::Closed,
        }
    }

    /// The error of a service, which may be one of these.
    pub(super) fn from_service(error: BoxError) -> Self {
        match error.downcast() {
            Ok(error) => *error,
            Err(error) => Self::Broken(error),
        }
    }
}

/// An error and its causes, as one text. Causes that the text names already are left out.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(found) = cause {
        let words = found.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = found.source();
    }
    text
}
