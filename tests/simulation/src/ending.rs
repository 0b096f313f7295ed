//! Why streams of events end, and which of that nobody had reason for.

use ucwa::http::StatusCode;
use ucwa_client::{ChannelEnd, Error, SignInError};

/// What is wrong about the end of a stream.
pub(crate) fn unfounded(end: &ChannelEnd) -> Option<String> {
    let ChannelEnd::SignIn(Error::SignIn(reason)) = end else { return None };
    // Nobody changes a password. A server that is told to fail says all the same that it is wrong, that there is nothing to sign in to, or
    // that it has no way for Windows accounts.
    let is_said = match &**reason {
        SignInError::Denied { status, .. } => [StatusCode::UNAUTHORIZED, StatusCode::GONE].contains(status),
        SignInError::NoGrant { wanted, .. } => wanted.ends_with(":windows"),
        _ => false,
    };
    (!is_said).then(|| format!("is told that the credentials no longer work: {reason}"))
}
