//! What is known of a contact.

use std::sync::Arc;

use tokio::time::Instant;
use ucwa::people::ContactPresence;

use crate::address::ContactAddress;
use crate::error::Error;

/// A contact who is followed, with what is known at the moment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FollowedContact {
    /// Who it is.
    pub address: ContactAddress,
    /// The presence that was read last; `None` before the first time.
    pub presence: Option<Arc<ContactPresence>>,
    /// Since when this presence is known, by tokio's clock: when it was read first.
    pub known_since: Option<Instant>,
    /// Whether the presence is that of this moment.
    pub standing: Standing,
}

/// Whether what is known of a contact is up to date.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Standing {
    /// Nothing is known yet.
    Pending,
    /// The server reports changes, and none is known that was not read.
    Current,
    /// The presence is that of an earlier moment: the server does not report changes at present, or they do not arrive.
    Stale,
    /// The server refuses to report changes. This is tried again every ten minutes.
    Refused(Arc<Error>),
}
