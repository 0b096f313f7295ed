//! What the items of the event channel mean to those who follow contacts.

use tokio::time::Instant;
use ucwa::people::{Contact, ContactPresence, PresenceSubscription};
use ucwa::{Event, EventKind};

use super::book::{Book, SubscriptionId};
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
            ("contactPresence", EventKind::Updated | EventKind::Added) => self.note_presence(event),
            ("presenceSubscription", EventKind::Deleted) => self.note_end(event),
            _ => false,
        }
    }

    /// Notes that the presence of a contact has changed.
    fn note_presence(&mut self, event: &Event) -> bool {
        let Some(contact) = event.collection_link::<Contact>() else { return false };
        let Ok(named) = contact.address() else { return false };
        if let Some(address) = self.by_link.get(&named).cloned() {
            if let Some(entry) = self.contacts.get_mut(&address) {
                entry.link = event.link::<ContactPresence>().or(entry.link.take());
            }
            return self.outdated.insert(address);
        }
        if self.contacts.is_empty() || self.strangers.contains(&named) {
            return false;
        }
        self.unidentified.insert(named, contact);
        true
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
                (entry.link, entry.named) = (None, None);
            }
        }
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
    pub(super) fn note_stranger(&mut self, named: String) {
        if self.strangers.len() >= STRANGERS {
            self.strangers.clear();
        }
        self.strangers.insert(named);
    }
}
