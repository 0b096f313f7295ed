//! What is known of a contact.

use std::ops::Deref;
use std::sync::Arc;

use tokio::time::Instant;
use ucwa::people::{ContactLocation, ContactNote, ContactPresence};

use crate::address::ContactAddress;
use crate::error::Error;

/// A contact who is followed, with what is known at the moment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FollowedContact {
    /// Who it is.
    pub address: ContactAddress,
    /// The presence that was read last; `None` before the first time.
    pub presence: Option<Known<ContactPresence>>,
    /// The note that was read last; `None` before the first time, where notes are not [followed](super::Presence::with_notes), and where
    /// the server does not show it to the user.
    pub note: Option<Known<ContactNote>>,
    /// The location that was read last; `None` before the first time, where locations are not [followed](super::Presence::with_locations),
    /// and where the server does not show it to the user.
    pub location: Option<Known<ContactLocation>>,
    /// Whether all that is followed of the contact is that of this moment.
    pub standing: Standing,
}

/// Something that was read of a contact, such as the presence.
#[derive(Debug)]
pub struct Known<T> {
    value: Arc<T>,
    since: Instant,
}

impl<T> Known<T> {
    pub(super) fn new(value: T, since: Instant) -> Self {
        Self { value: Arc::new(value), since }
    }

    /// Since when this is known, by tokio's clock: when it was read first.
    pub fn since(&self) -> Instant {
        self.since
    }
}

impl<T> Clone for Known<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), since: self.since }
    }
}

impl<T> Deref for Known<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Whether what is known of a contact is up to date.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Standing {
    /// Something that is followed was not read yet.
    Pending,
    /// The server reports changes, and each that is known was read, or is about to be.
    Current,
    /// Something may be that of an earlier moment: the server does not report changes at present, a change could not be read, or the
    /// event channel does not work, or has not worked so far.
    Stale,
    /// The server refuses to report changes, which is tried again every ten minutes; or the address is empty, and no server is asked.
    Refused(Arc<Error>),
}
