//! What happens by itself when its time comes.

use super::ApplicationId;

/// What happens when a timer runs out. Each checks whether there still is something to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// An application may have been silent for too long.
    Application(ApplicationId),
    /// A channel may not have been polled for too long.
    Channel(ApplicationId),
    /// A user may have been idle for too long.
    Idle(ApplicationId),
    /// An invitation was not answered.
    Invitation(String),
    /// A presence subscription is about to end, unless it was extended.
    SubscriptionEnds(ApplicationId, String),
    /// A presence subscription ends, unless it was extended.
    Subscription(ApplicationId, String),
    /// The subscription to contacts and groups ends, unless it was refreshed.
    ContactsSubscription(ApplicationId),
    /// A meeting has expired, or is over as nobody scheduled it, unless somebody is in it.
    Meeting(String),
    /// A renegotiation was not answered: the id of its conversation, and its number.
    Renegotiation(String, u64),
    /// A participant is taken to have stopped typing.
    Typing(String, String),
}
