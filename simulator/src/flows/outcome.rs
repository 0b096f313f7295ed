//! What operations give.

use crate::channel::Poll;
use crate::protocol::Reply;
use crate::state::ApplicationId;

/// What an operation gives: a reply, or a poll.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// A reply, and the revision of the resource that was served.
    Reply(Reply, u32),
    Poll(ApplicationId, Poll),
}

impl From<Reply> for Outcome {
    /// A reply in the first revision.
    fn from(reply: Reply) -> Self {
        Self::Reply(reply, 1)
    }
}
