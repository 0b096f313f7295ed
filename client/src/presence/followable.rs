//! The resources that are followed of a contact.

use ucwa::people::{ContactLocation, ContactNote, ContactPresence};
use ucwa::{Conditions, Fetched, GenericError, Get, Optional};

use super::aspect::Aspect;
use super::entry::{Entry, Slot};

/// A resource that is followed.
pub(super) trait Followable:
    Get<Response = Fetched<Self>, Query: Optional, Error: Conditions<Generic = GenericError>> + PartialEq + Sized + 'static
{
    const ASPECT: Aspect;

    /// What is known of it.
    fn slot(entry: &mut Entry) -> &mut Slot<Self>;
}

impl Followable for ContactPresence {
    const ASPECT: Aspect = Aspect::Presence;

    fn slot(entry: &mut Entry) -> &mut Slot<Self> {
        &mut entry.presence
    }
}

impl Followable for ContactNote {
    const ASPECT: Aspect = Aspect::Note;

    fn slot(entry: &mut Entry) -> &mut Slot<Self> {
        &mut entry.note
    }
}

impl Followable for ContactLocation {
    const ASPECT: Aspect = Aspect::Location;

    fn slot(entry: &mut Entry) -> &mut Slot<Self> {
        &mut entry.location
    }
}
