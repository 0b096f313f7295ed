//! Sign-in that failed.

use std::fmt::{self, Write as _};
use std::time::Duration;

use ucwa::Challenge;
use ucwa::http::StatusCode;
use ucwa_runtime::secret::redact_line;

use super::{DiscoveryError, RefusedError, TransportFailure};
use crate::transport::BoxError;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// The user's server was not found.
    #[error(transparent)]
    Discovery(#[from] DiscoveryError),
    /// The server did not say how to get a token that fits the credentials.
    #[error("{origin} accepts {}, but not {wanted}", list(offered))]
    NoGrant {
        /// The host that wants a token.
        origin: String,
        /// What the server accepts, by its `WWW-Authenticate` headers.
        offered: Vec<String>,
        /// What the credentials are for, such as `password`.
        wanted: &'static str,
    },
    /// The token endpoint refused the credentials, or could not serve the request.
    ///
    /// A client whose credentials are wrong (`invalid_grant`, or 401 with any code but `server_error`) does not send them again for ten
    /// minutes, as servers lock accounts after some attempts. All requests that need a token fail with the same error meanwhile. Sign in
    /// again once the user has other credentials.
    #[error("{endpoint} responded with {status}{}", details(code.as_deref(), description.as_deref()))]
    Denied {
        /// The URL of the token endpoint.
        endpoint: String,
        /// The HTTP status.
        status: StatusCode,
        /// The OAuth error, such as `invalid_grant` for a wrong password; `None` where the response has no OAuth body.
        code: Option<String>,
        /// The server's explanation.
        description: Option<String>,
        /// How long the server asks to wait before the next try.
        retry_after: Option<Duration>,
    },
    /// The user has to sign in with a browser first. As with [`Denied`](Self::Denied), the credentials are not sent again for ten minutes.
    #[error(
        "the user has to sign in with a browser at `{address}` first; then send the cookie that the browser received"
    )]
    BrowserSignInRequired {
        /// The URL to open.
        address: String,
    },
    /// The token endpoint responded with success, but without a token that can be used.
    #[error("{endpoint} responded without a usable token: {problem}")]
    UnreadableToken {
        /// The URL of the token endpoint.
        endpoint: String,
        /// What is wrong with the response.
        problem: String,
    },
    /// What responded in place of the token endpoint may be a proxy with a page of its own, or the response was damaged on the way: it is
    /// neither a token nor an OAuth error. It says nothing of the credentials.
    #[error("{endpoint} responded with {status} and {found}, not with a token or an OAuth error")]
    NoTokenResponse {
        /// The URL of the token endpoint.
        endpoint: String,
        /// The HTTP status.
        status: StatusCode,
        /// What the response has, such as `text/html`.
        found: String,
        /// How long the server asks to wait before the next try.
        retry_after: Option<Duration>,
    },
    /// The caller's source of tokens failed.
    #[error("the token source failed for {origin}: {source}")]
    Source {
        /// The host that wants a token.
        origin: String,
        /// Why there is no token.
        source: BoxError,
    },
    /// The caller's Windows account could not be authenticated.
    #[error("Windows sign-in at {origin} failed: {source}")]
    Windows {
        /// The host that issues tokens.
        origin: String,
        /// What failed.
        source: BoxError,
    },
    /// The server accepted the token, and then offered no applications. The user may not be enabled for UCWA.
    #[error("`{url}` offers no applications: the user may not be enabled for UCWA")]
    NoApplications {
        /// The URL of the resource `user`.
        url: String,
    },
    /// A host refuses the token right after it was issued.
    #[error("{origin} refuses a token that was issued for it")]
    TokenRefused {
        /// The host.
        origin: String,
    },
    /// An address on the way must not be used.
    #[error(transparent)]
    Refused(#[from] RefusedError),
    /// There was no response.
    #[error(transparent)]
    Transport(#[from] TransportFailure),
}

impl SignInError {
    /// Whether the same credentials may be accepted later: the failure is one of the network or of the server, not of the
    /// credentials.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Discovery(error) => error.is_retryable(),
            Self::Denied { status, code, .. } => {
                let is_busy = status.is_server_error() || matches!(status.as_u16(), 408 | 429);
                code.as_deref().map_or(is_busy, |code| code == "server_error")
            }
            Self::Transport(failure) => failure.source.is_retryable(),
            // What is the caller's may be out of reach for the moment, as may the endpoint.
            Self::Source { .. } | Self::Windows { .. } | Self::NoTokenResponse { .. } => true,
            Self::NoGrant { .. }
            | Self::BrowserSignInRequired { .. }
            | Self::UnreadableToken { .. }
            | Self::NoApplications { .. }
            | Self::TokenRefused { .. }
            | Self::Refused(_) => false,
        }
    }
}

impl SignInError {
    /// The error for a server whose challenges do not say how to get a token by the grant that is wanted.
    pub(crate) fn no_grant(origin: impl fmt::Display, challenges: &[Challenge], wanted: &'static str) -> Self {
        let offered = challenges.iter().map(|challenge| redact_line(&challenge.to_string())).collect();
        Self::NoGrant { origin: origin.to_string(), offered, wanted }
    }

    /// How long the server asks to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Discovery(error) => error.retry_after(),
            Self::Denied { retry_after, .. } | Self::NoTokenResponse { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the credentials are wrong, so that sending them again can lock the account.
    pub(crate) fn is_denial(&self) -> bool {
        match self {
            Self::Denied { code, status, .. } => match code.as_deref() {
                Some("invalid_grant") => true,
                Some("server_error") => false,
                // A Windows account was refused, whatever the body calls that.
                _ => *status == StatusCode::UNAUTHORIZED,
            },
            // Some servers respond to a wrong password by the way to the browser.
            Self::BrowserSignInRequired { .. } => true,
            _ => false,
        }
    }
}

fn list(offered: &[String]) -> String {
    if offered.is_empty() { "no token of a known kind".into() } else { offered.join("; ") }
}

fn details(code: Option<&str>, description: Option<&str>) -> String {
    let mut text = String::new();
    // Servers seldom explain the code that users meet most often.
    let description = description.or((code == Some("invalid_grant")).then_some("the credentials are wrong or expired"));
    for word in [code, description].into_iter().flatten() {
        // Writing to a string does not fail.
        let _ = write!(text, ": {word}");
    }
    text
}
