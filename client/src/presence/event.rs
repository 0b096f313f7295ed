//! What the items of the event channel mean to those who follow contacts.

use tokio::time::Instant;
use ucwa::people::{Contact, ContactLocation, ContactNote, ContactPresence, PresenceSubscription};
use ucwa::{Event, EventKind, Link};

use super::aspect::Aspect;
use super::book::Book;
use super::entry::Source;
use super::followable::Followable;
use super::subscription::SubscriptionId;
use crate::address::ContactAddress;
use crate::channel::ChannelItem;
use crate::loss::Loss;

/// How many links to people whom nobody follows are remembered.
const STRANGERS: usize = 10_000;

impl Book {
    /// Notes an item; returns whether there is something to do now.
    pub(super) fn hear(&mut self, item: &ChannelItem) -> bool {
        match item {
            ChannelItem::Event(event) => self.note(event),
            ChannelItem::Lost(loss) => {
                self.lose(*loss);
                true
            }
            _ => false,
        }
    }

    fn note(&mut self, event: &Event) -> bool {
        match (event.rel(), &event.kind) {
            ("contactPresence", EventKind::Updated | EventKind::Added) => self.note_change::<ContactPresence>(event),
            ("contactNote", EventKind::Updated | EventKind::Added) => self.note_change::<ContactNote>(event),
            ("contactLocation", EventKind::Updated | EventKind::Added) => self.note_change::<ContactLocation>(event),
            ("presenceSubscription", EventKind::Deleted) => self.note_end(event),
            _ => false,
        }
    }

    /// Notes that something about a contact has changed.
    fn note_change<T: Followable>(&mut self, event: &Event) -> bool {
        let Some(contact) = event.collection_link::<Contact>() else { return false };
        let Ok(named) = contact.address() else { return false };
        if let Some(address) = self.by_link.get(&named).cloned() {
            let is_wanted = self.wanted(&address).has(T::ASPECT);
            let Some(entry) = self.contacts.get_mut(&address) else { return false };
            let slot = T::slot(entry);
            if let Some(link) = event.link::<T>() {
                slot.source = Source::At(link);
            }
            if !is_wanted {
                slot.marks.is_confirmed = false;
                return false;
            }
            slot.marks.is_outdated = true;
            return self.outdated.insert(address);
        }
        let is_followed = self.followers.values().any(|follower| follower.aspects.has(T::ASPECT));
        if self.contacts.is_empty() || !is_followed || self.strangers.contains(&named) {
            return false;
        }
        self.unidentified.insert(named, contact);
        true
    }

    /// Notes who a contact is, and has read how they are, if somebody follows them.
    pub(super) fn recognize(&mut self, link: &Link<Contact>, contact: &Contact) {
        let address = ContactAddress::of(contact).filter(|address| self.contacts.contains_key(address));
        match address.filter(|_| contact.contact_presence().exists()) {
            Some(address) => {
                self.name(&address, link, contact);
                self.outdate_unconfirmed(&address);
            }
            None => self.note_stranger(link),
        }
    }

    /// Notes that the server ended a subscription.
    fn note_end(&mut self, event: &Event) -> bool {
        let Some(address) = event.link::<PresenceSubscription>().and_then(|link| link.address().ok()) else {
            return false;
        };
        let mut all = self.subscriptions.iter();
        let found = all.find(|(_, found)| found.link.address().is_ok_and(|own| own == address));
        let found = found.map(|(id, _)| *id);
        found.is_some_and(|id| {
            self.drop_subscription(id);
            true
        })
    }

    /// Forgets a subscription that the server no longer has. Its contacts need another.
    pub(super) fn drop_subscription(&mut self, id: SubscriptionId) {
        let Some(subscription) = self.subscriptions.remove(&id) else { return };
        for address in &subscription.contacts {
            self.set_subscription(address, None);
        }
    }

    /// Notes that contacts are in no subscription, where they are followed still.
    pub(super) fn uncover(&mut self, contacts: Vec<ContactAddress>) {
        for address in contacts {
            if self.contacts.get(&address).is_some_and(|entry| entry.subscription.is_none()) {
                self.uncovered.insert(address);
            }
        }
    }

    /// Forgets what the server has forgotten. After a `resync` nobody knows whether it has: it is asked by renewing.
    fn lose(&mut self, loss: Loss) {
        self.generation += 1;
        self.strangers.clear();
        self.unidentified.clear();
        self.pause = None;
        if loss == Loss::Resynchronized {
            return self.doubt();
        }
        let ids: Vec<_> = self.subscriptions.keys().copied().collect();
        for id in ids {
            self.drop_subscription(id);
        }
        self.ending.clear();
        self.try_refused_again();
        if loss == Loss::Recreated {
            self.by_link.clear();
            for entry in self.contacts.values_mut() {
                entry.named = None;
                for aspect in Aspect::ALL {
                    entry.slot_mut(aspect).forget_source();
                }
            }
        }
    }

    /// Notes that the task has ended in the middle of something. Nobody knows what came of it, nor what happens until the next one begins.
    pub(super) fn interrupt(&mut self) {
        self.is_running = false;
        self.lose(Loss::Resynchronized);
        let without = self.contacts.iter().filter(|(_, entry)| entry.subscription.is_none() && entry.refusal.is_none());
        let without: Vec<_> = without.map(|(address, _)| address.clone()).collect();
        self.uncovered.extend(without);
    }

    /// Has all subscriptions renewed, and all presences read.
    fn doubt(&mut self) {
        let now = Instant::now();
        for subscription in self.subscriptions.values_mut() {
            (subscription.renew_at, subscription.check_at) = (now, Some(now));
        }
        let covered = self.contacts.iter().filter_map(|(address, entry)| Some((address.clone(), entry.subscription?)));
        let covered: Vec<_> = covered.collect();
        for (address, id) in covered {
            self.set_subscription(&address, Some(id));
        }
    }

    /// Notes that a link leads to nobody whom anybody follows.
    fn note_stranger(&mut self, link: &Link<Contact>) {
        if self.strangers.len() >= STRANGERS {
            self.strangers.clear();
        }
        self.strangers.extend(link.address().ok());
    }
}
