//! A presence subscription, as the server has it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::time::Instant;
use ucwa::people::{Memberships, PresenceSubscription};
use ucwa::{Fetched, Link};

use super::limits::{GRACE, LIFETIME, RENEWAL};
use crate::address::ContactAddress;

/// Each subscription has a number.
pub(super) type SubscriptionId = u64;

/// A presence subscription, as the server has it.
#[derive(Debug)]
pub(super) struct Subscription {
    pub(super) link: Link<PresenceSubscription>,
    pub(super) memberships: Option<Link<Memberships>>,
    pub(super) resource: Arc<PresenceSubscription>,
    pub(super) contacts: BTreeSet<ContactAddress>,
    /// Whether the server takes no more contacts, until some have left.
    pub(super) is_full: bool,
    /// Contacts whom nobody follows any more, and how the server names them.
    pub(super) leaving: BTreeMap<ContactAddress, Option<String>>,
    pub(super) renew_at: Instant,
    pub(super) expires: Instant,
    /// When the contacts are looked up of whom nothing is known, or nothing new.
    pub(super) check_at: Option<Instant>,
    /// By when the server has told how all contacts are.
    pub(super) told_by: Instant,
}

impl Subscription {
    /// A subscription that began at a moment and covers nobody so far; `None` where it has no address.
    pub(super) fn new(made: &Fetched<PresenceSubscription>, begin: Instant) -> Option<Self> {
        Some(Self {
            link: made.link()?,
            memberships: made.memberships().link(),
            resource: Arc::new((**made).clone()),
            contacts: BTreeSet::new(),
            is_full: false,
            leaving: BTreeMap::new(),
            renew_at: begin + RENEWAL,
            expires: begin + LIFETIME,
            check_at: None,
            told_by: begin,
        })
    }

    /// Notes that the server begins to tell how contacts are, and has them looked up at a moment before it has told that of all.
    pub(super) fn expect_news(&mut self, now: Instant, first_check: Option<Instant>) {
        self.told_by = now + GRACE;
        self.check_at = Some(first_check.unwrap_or(self.told_by));
    }

    /// When there is something to do.
    pub(super) fn moments(&self) -> impl Iterator<Item = Instant> {
        [Some(self.renew_at.min(self.expires)), self.check_at].into_iter().flatten()
    }

    /// Has a contact leave whom nobody follows any more, and notes how the server names them, if that is known.
    pub(super) fn dismiss(&mut self, address: ContactAddress, named: Option<String>) {
        self.contacts.remove(&address);
        self.leaving.insert(address, named);
        self.is_full = false;
    }

    /// Whether there is room for more, where a subscription takes so many contacts.
    pub(super) fn has_room(&self, capacity: usize) -> bool {
        !self.is_full && self.size() < capacity && self.resource.add_to_presence_subscription().exists()
    }

    pub(super) fn size(&self) -> usize {
        self.contacts.len() + self.leaving.len()
    }
}
