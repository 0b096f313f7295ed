//! What is followed of a contact: the presence, and perhaps the note and the location.

/// Something that is followed of a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aspect {
    Presence,
    Note,
    Location,
}

impl Aspect {
    pub(super) const ALL: [Self; 3] = [Self::Presence, Self::Note, Self::Location];
}

/// What somebody follows of contacts: always the presence.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Aspects {
    has_notes: bool,
    has_locations: bool,
}

impl Aspects {
    pub(super) fn with_notes(self) -> Self {
        Self { has_notes: true, ..self }
    }

    pub(super) fn with_locations(self) -> Self {
        Self { has_locations: true, ..self }
    }

    pub(super) fn has(self, aspect: Aspect) -> bool {
        match aspect {
            Aspect::Presence => true,
            Aspect::Note => self.has_notes,
            Aspect::Location => self.has_locations,
        }
    }

    /// What at least one of two follows.
    pub(super) fn or(self, other: Self) -> Self {
        Self { has_notes: self.has_notes || other.has_notes, has_locations: self.has_locations || other.has_locations }
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Aspect> {
        Aspect::ALL.into_iter().filter(move |aspect| self.has(*aspect))
    }
}
