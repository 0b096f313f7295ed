//! What happens in a client that the feature `metrics` counts.

use std::time::Duration;

use ucwa::http::{Method, StatusCode};
use ucwa::{EventDocument, EventKind};

use crate::loss::Loss;

/// Something that is counted.
#[derive(Debug)]
#[cfg_attr(not(feature = "metrics"), allow(dead_code, reason = "nobody reads what is not counted"))]
pub(crate) enum Occurrence<'a> {
    /// A request was sent, and this came of it: a status, unless there was no response.
    Request { rel: &'static str, method: &'a Method, status: Option<StatusCode>, time: Duration },
    /// A request that failed is sent again.
    Retry { rel: &'static str, method: &'a Method },
    /// A user signed in, or could not.
    SignIn { outcome: SignInOutcome, time: Duration },
    /// A token was renewed, or could not be.
    Renewal(SignInOutcome),
    /// Something waited for its turn.
    Turn(Duration),
    /// An event channel was opened.
    ChannelOpened,
    /// An event channel is no longer read.
    ChannelClosed,
    /// A poll of an event channel ended.
    Poll(PollOutcome),
    /// An event arrived, and is handed on to the program.
    Event(&'a EventKind),
    /// A program has handled all items of a response.
    Handled(Duration),
    /// The server dropped state.
    Loss(Loss),
    /// An event channel stopped working, and is tried again.
    Interruption,
    /// An event channel ended, and why.
    End { reason: &'static str },
}

/// Whether something succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInOutcome {
    Success,
    Failure,
}

impl SignInOutcome {
    pub(crate) fn of<T, E>(result: &Result<T, E>) -> Self {
        if result.is_ok() { Self::Success } else { Self::Failure }
    }
}

/// What a poll of the event channel brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PollOutcome {
    Events,
    Nothing,
    Failure,
}

impl PollOutcome {
    pub(crate) fn of<E>(result: &Result<EventDocument, E>) -> Self {
        match result {
            Ok(document) if document.senders.iter().any(|sender| !sender.events.is_empty()) => Self::Events,
            Ok(_) => Self::Nothing,
            Err(_) => Self::Failure,
        }
    }
}
