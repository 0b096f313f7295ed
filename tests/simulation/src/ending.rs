//! Why streams of events end, and which of that nobody had reason for.

use ucwa::http::StatusCode;
use ucwa_client::{ChannelEnd, Error, SignInError};

/// What is wrong about the end of a stream.
pub(crate) fn unfounded(end: &ChannelEnd) -> Option<String> {
    let ChannelEnd::SignIn(Error::SignIn(reason)) = end else { return None };
    // Nobody changes a password. That it is wrong, a server may say all the same.
    let is_denial = matches!(**reason, SignInError::Denied { status: StatusCode::UNAUTHORIZED, .. });
    (!is_denial).then(|| format!("is told that the credentials no longer work: {reason}"))
}
