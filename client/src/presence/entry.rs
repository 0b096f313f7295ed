//! A contact who is followed, and who follows.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::task::Waker;

use tokio::time::Instant;
use ucwa::Link;
use ucwa::people::{Contact, ContactLocation, ContactNote, ContactPresence};

use super::aspect::{Aspect, Aspects};
use super::contact::Known;
use super::subscription::SubscriptionId;
use crate::address::ContactAddress;
use crate::error::Error;

/// Whoever follows contacts has a number.
pub(super) type FollowerId = u64;

/// A contact who is followed.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// Tells this time of following the contact from those before: what was read then says nothing about the time since.
    pub(super) number: u64,
    pub(super) followers: BTreeSet<FollowerId>,
    pub(super) subscription: Option<SubscriptionId>,
    /// The address of the link by which the server names the contact.
    pub(super) named: Option<String>,
    pub(super) presence: Slot<ContactPresence>,
    pub(super) note: Slot<ContactNote>,
    pub(super) location: Slot<ContactLocation>,
    pub(super) refusal: Option<Arc<Error>>,
}

/// What is known of one aspect of a contact.
#[derive(Debug)]
pub(super) struct Slot<T> {
    pub(super) source: Source<T>,
    pub(super) value: Option<Known<T>>,
    pub(super) marks: Marks,
}

/// Where something is read.
#[derive(Debug)]
pub(super) enum Source<T> {
    /// The contact was not identified yet.
    Unknown,
    /// The server does not show it to the user.
    Nowhere,
    At(Link<T>),
}

/// How good a value is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks {
    /// Whether it was read since the subscription began.
    pub(super) is_confirmed: bool,
    /// Whether it has to be read.
    pub(super) is_outdated: bool,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { source: Source::Unknown, value: None, marks: Marks::default() }
    }
}

impl<T: PartialEq> Slot<T> {
    /// Notes what was read; returns whether that is news. Where an event came meanwhile, it may be older than that.
    pub(super) fn set(&mut self, value: T, now: Instant) -> bool {
        let was_confirmed = self.marks.is_confirmed;
        let is_same = self.value.as_ref().is_some_and(|known| **known == value);
        self.marks.is_confirmed |= !self.marks.is_outdated;
        // What was not followed in between may have been something else.
        if !is_same || !was_confirmed {
            self.value = Some(Known::new(value, now));
        }
        !is_same || self.marks.is_confirmed != was_confirmed
    }
}

/// A slot of any aspect.
pub(super) trait AnySlot {
    fn marks(&self) -> Marks;
    fn marks_mut(&mut self) -> &mut Marks;
    fn has_value(&self) -> bool;
    fn is_nowhere(&self) -> bool;
    fn has_link(&self) -> bool;
    fn forget_source(&mut self);
}

impl<T> AnySlot for Slot<T> {
    fn marks(&self) -> Marks {
        self.marks
    }

    fn marks_mut(&mut self) -> &mut Marks {
        &mut self.marks
    }

    fn has_value(&self) -> bool {
        self.value.is_some()
    }

    fn is_nowhere(&self) -> bool {
        matches!(self.source, Source::Nowhere)
    }

    fn has_link(&self) -> bool {
        matches!(self.source, Source::At(_))
    }

    fn forget_source(&mut self) {
        self.source = Source::Unknown;
    }
}

impl Entry {
    pub(super) fn slot(&self, aspect: Aspect) -> &dyn AnySlot {
        match aspect {
            Aspect::Presence => &self.presence,
            Aspect::Note => &self.note,
            Aspect::Location => &self.location,
        }
    }

    pub(super) fn slot_mut(&mut self, aspect: Aspect) -> &mut dyn AnySlot {
        match aspect {
            Aspect::Presence => &mut self.presence,
            Aspect::Note => &mut self.note,
            Aspect::Location => &mut self.location,
        }
    }

    fn shown(&self, aspects: Aspects) -> impl Iterator<Item = &dyn AnySlot> {
        aspects.iter().map(|aspect| self.slot(aspect)).filter(|slot| !slot.is_nowhere())
    }

    /// Whether something was never read.
    pub(super) fn is_pending(&self, aspects: Aspects) -> bool {
        self.shown(aspects).any(|slot| !slot.has_value())
    }

    /// Whether all was read since the subscription began.
    pub(super) fn is_confirmed(&self, aspects: Aspects) -> bool {
        self.shown(aspects).all(|slot| slot.marks().is_confirmed)
    }

    /// How much has to be read.
    pub(super) fn outdated(&self) -> usize {
        Aspect::ALL.into_iter().filter(|aspect| self.slot(*aspect).marks().is_outdated).count()
    }

    /// Has something read, if it is known where.
    pub(super) fn outdate(&mut self, aspect: Aspect) -> bool {
        let slot = self.slot_mut(aspect);
        let has_link = slot.has_link();
        slot.marks_mut().is_outdated |= has_link;
        has_link
    }

    /// Takes over where things are read.
    pub(super) fn locate(&mut self, contact: &Contact) {
        if let Some(link) = contact.contact_presence().link() {
            self.presence.source = Source::At(link);
        }
        self.note.source = contact.contact_note().link().map_or(Source::Nowhere, Source::At);
        self.location.source = contact.contact_location().link().map_or(Source::Nowhere, Source::At);
    }
}

/// Somebody who follows contacts.
#[derive(Debug, Default)]
pub(super) struct Follower {
    pub(super) aspects: Aspects,
    pub(super) contacts: BTreeSet<ContactAddress>,
    /// Contacts of whom there is news, each once.
    pub(super) news: VecDeque<ContactAddress>,
    pub(super) is_in_news: BTreeSet<ContactAddress>,
    pub(super) waker: Option<Waker>,
}

impl Follower {
    /// Notes that there is news of a contact, and gives whom to wake.
    #[must_use]
    pub(super) fn announce(&mut self, address: &ContactAddress) -> Option<Waker> {
        if self.is_in_news.insert(address.clone()) {
            self.news.push_back(address.clone());
        }
        self.waker.take()
    }
}
