//! Who is followed, by which subscription, and what is known: state without requests.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::task::Waker;

use tokio::time::Instant;
use ucwa::Link;
use ucwa::people::{Contact, ContactPresence, Memberships, PresenceSubscription};

use super::contact::{FollowedContact, Standing};
use crate::address::ContactAddress;
use crate::error::Error;

/// Whoever follows contacts has a number.
pub(super) type FollowerId = u64;
pub(super) type SubscriptionId = u64;

/// Who is followed, by which subscription, and what is known.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) contacts: BTreeMap<ContactAddress, Entry>,
    pub(super) followers: BTreeMap<FollowerId, Follower>,
    pub(super) subscriptions: BTreeMap<SubscriptionId, Subscription>,
    /// Contacts that no subscription covers.
    pub(super) uncovered: BTreeSet<ContactAddress>,
    /// Contacts that the server refuses, until they are tried again.
    pub(super) refused: BTreeSet<ContactAddress>,
    pub(super) refused_until: Option<Instant>,
    /// Contacts whose presence has to be read.
    pub(super) outdated: BTreeSet<ContactAddress>,
    /// Contacts that the server named by a link alone: who they are has to be read.
    pub(super) unidentified: BTreeMap<String, Link<Contact>>,
    /// Whom a link is about, by its address.
    pub(super) by_link: BTreeMap<String, ContactAddress>,
    /// Links to contacts whom nobody here follows.
    pub(super) strangers: BTreeSet<String>,
    /// Subscriptions to be ended, as nobody follows their contacts any more.
    pub(super) ending: Vec<Link<PresenceSubscription>>,
    /// How many contacts the server takes in one subscription.
    pub(super) capacity: usize,
    /// How many contacts are subscribed to by one request.
    pub(super) portion: usize,
    /// No request before this moment, as the last ones failed.
    pub(super) pause: Option<Instant>,
    pub(super) failures: u32,
    /// Counts losses: what was asked for before one says nothing about the time after it.
    pub(super) generation: u64,
    pub(super) is_running: bool,
    /// Whether events arrive.
    is_live: bool,
    is_closed: bool,
    next_number: u64,
}

/// A contact who is followed.
#[derive(Debug, Default)]
pub(super) struct Entry {
    followers: BTreeSet<FollowerId>,
    pub(super) subscription: Option<SubscriptionId>,
    /// Where the presence is read.
    pub(super) link: Option<Link<ContactPresence>>,
    /// The address of the link by which the server names the contact.
    pub(super) named: Option<String>,
    value: Option<(Arc<ContactPresence>, Instant)>,
    /// Whether the value was read since the subscription began.
    pub(super) is_confirmed: bool,
    refusal: Option<Arc<Error>>,
}

/// Somebody who follows contacts.
#[derive(Debug, Default)]
pub(super) struct Follower {
    contacts: BTreeSet<ContactAddress>,
    /// Contacts of whom there is news, each once.
    news: VecDeque<ContactAddress>,
    is_in_news: BTreeSet<ContactAddress>,
    waker: Option<Waker>,
}

impl Follower {
    /// Tells the follower that there is news of a contact.
    fn announce(&mut self, address: &ContactAddress) {
        if self.is_in_news.insert(address.clone()) {
            self.news.push_back(address.clone());
        }
        self.waker.take().into_iter().for_each(Waker::wake);
    }
}

/// A presence subscription, as the server has it.
#[derive(Debug)]
pub(super) struct Subscription {
    pub(super) link: Link<PresenceSubscription>,
    pub(super) memberships: Option<Link<Memberships>>,
    pub(super) resource: Arc<PresenceSubscription>,
    pub(super) contacts: BTreeSet<ContactAddress>,
    /// Contacts whom nobody follows any more, and how the server names them.
    pub(super) leaving: BTreeMap<ContactAddress, Option<String>>,
    pub(super) renew_at: Instant,
    pub(super) expires: Instant,
    /// When the contacts are looked up of whom the server has said nothing.
    pub(super) check_at: Option<Instant>,
}

impl Subscription {
    pub(super) fn size(&self) -> usize {
        self.contacts.len() + self.leaving.len()
    }
}

/// The news for a follower.
pub(super) enum News {
    Contact(FollowedContact),
    None,
    Closed,
}

/// How many contacts one request subscribes to at most. Servers limit it; this is taken by all.
pub(super) const PORTION: usize = 100;

impl Default for Book {
    fn default() -> Self {
        Self {
            contacts: BTreeMap::new(),
            followers: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            uncovered: BTreeSet::new(),
            refused: BTreeSet::new(),
            refused_until: None,
            outdated: BTreeSet::new(),
            unidentified: BTreeMap::new(),
            by_link: BTreeMap::new(),
            strangers: BTreeSet::new(),
            ending: Vec::new(),
            capacity: PORTION,
            portion: PORTION,
            pause: None,
            failures: 0,
            generation: 0,
            is_running: false,
            is_live: false,
            is_closed: false,
            next_number: 0,
        }
    }
}

impl Book {
    pub(super) fn new_number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    /// Registers a follower of nobody so far.
    pub(super) fn add_follower(&mut self) -> FollowerId {
        let id = self.new_number();
        self.followers.insert(id, Follower::default());
        id
    }

    /// Follows a contact. What is known is news to the follower.
    pub(super) fn follow(&mut self, id: FollowerId, address: &ContactAddress) {
        let Some(follower) = self.followers.get_mut(&id) else { return };
        if !follower.contacts.insert(address.clone()) {
            return;
        }
        if !self.contacts.contains_key(address) {
            self.admit(address);
        }
        let Some(entry) = self.contacts.get_mut(address) else { return };
        entry.followers.insert(id);
        if (entry.value.is_some() || entry.refusal.is_some())
            && let Some(follower) = self.followers.get_mut(&id)
        {
            follower.announce(address);
        }
    }

    /// Begins to follow a contact whom nobody followed. One who is about to leave a subscription stays there.
    fn admit(&mut self, address: &ContactAddress) {
        let mut entry = Entry::default();
        let staying = self.subscriptions.iter_mut().find_map(|(id, found)| {
            let named = found.leaving.remove(address)?;
            found.contacts.insert(address.clone());
            found.check_at = Some(Instant::now());
            Some((*id, named))
        });
        match staying {
            Some((id, named)) => {
                entry.subscription = Some(id);
                entry.named.clone_from(&named);
                self.by_link.extend(named.map(|named| (named, address.clone())));
            }
            None => {
                self.uncovered.insert(address.clone());
            }
        }
        // Some of the strangers may be who is meant.
        self.strangers.clear();
        self.contacts.insert(address.clone(), entry);
    }

    /// Notes where a contact is found.
    pub(super) fn name(
        &mut self,
        address: &ContactAddress,
        link: &Link<Contact>,
        presence: Option<Link<ContactPresence>>,
    ) {
        let Ok(named) = link.address() else { return };
        let Some(entry) = self.contacts.get_mut(address) else {
            self.strangers.insert(named);
            return;
        };
        entry.link = presence.or(entry.link.take());
        if let Some(before) = entry.named.replace(named.clone()) {
            self.by_link.remove(&before);
        }
        self.by_link.insert(named, address.clone());
    }

    /// Whether it is known where the presence is read of whoever a link is about.
    pub(super) fn is_readable(&self, named: &str) -> bool {
        let address = self.by_link.get(named);
        address.and_then(|address| self.contacts.get(address)).is_some_and(|entry| entry.link.is_some())
    }

    /// Follows a contact no more.
    pub(super) fn unfollow(&mut self, id: FollowerId, address: &ContactAddress) {
        let Some(follower) = self.followers.get_mut(&id) else { return };
        follower.contacts.remove(address);
        if follower.is_in_news.remove(address) {
            follower.news.retain(|news| news != address);
        }
        let Some(entry) = self.contacts.get_mut(address) else { return };
        entry.followers.remove(&id);
        if entry.followers.is_empty() {
            self.dismiss(address);
        }
    }

    /// Forgets a contact whom nobody follows.
    fn dismiss(&mut self, address: &ContactAddress) {
        let Some(entry) = self.contacts.remove(address) else { return };
        for set in [&mut self.uncovered, &mut self.refused, &mut self.outdated] {
            set.remove(address);
        }
        if let Some(named) = &entry.named {
            self.by_link.remove(named);
        }
        let Some(id) = entry.subscription else { return };
        let Some(subscription) = self.subscriptions.get_mut(&id) else { return };
        subscription.contacts.remove(address);
        subscription.leaving.insert(address.clone(), entry.named);
        if subscription.contacts.is_empty()
            && let Some(subscription) = self.subscriptions.remove(&id)
        {
            self.ending.push(subscription.link);
        }
    }

    /// Forgets a follower, with all whom nobody else follows.
    pub(super) fn remove_follower(&mut self, id: FollowerId) {
        let contacts = self.followers.get(&id).map(|follower| follower.contacts.clone()).unwrap_or_default();
        for address in contacts {
            self.unfollow(id, &address);
        }
        self.followers.remove(&id);
    }

    /// Whom a follower follows.
    pub(super) fn of_follower(&self, id: FollowerId) -> Vec<FollowedContact> {
        let contacts = self.followers.get(&id).into_iter().flat_map(|follower| &follower.contacts);
        contacts.filter_map(|address| self.snapshot(address)).collect()
    }

    /// What is known of a contact.
    pub(super) fn snapshot(&self, address: &ContactAddress) -> Option<FollowedContact> {
        let entry = self.contacts.get(address)?;
        Some(FollowedContact {
            address: address.clone(),
            presence: entry.value.as_ref().map(|(presence, _)| Arc::clone(presence)),
            known_since: entry.value.as_ref().map(|(_, since)| *since),
            standing: self.standing(entry),
        })
    }

    fn standing(&self, entry: &Entry) -> Standing {
        if let Some(refusal) = &entry.refusal {
            return Standing::Refused(Arc::clone(refusal));
        }
        let is_current = self.is_live && entry.subscription.is_some() && entry.is_confirmed;
        match (&entry.value, is_current) {
            (None, _) => Standing::Pending,
            (Some(_), true) => Standing::Current,
            (Some(_), false) => Standing::Stale,
        }
    }

    /// Notes the presence of a contact. It is news unless it was known and current.
    pub(super) fn set_value(&mut self, address: &ContactAddress, presence: ContactPresence, now: Instant) {
        let Some(entry) = self.contacts.get_mut(address) else { return };
        let was_confirmed = std::mem::replace(&mut entry.is_confirmed, true);
        let is_same = was_confirmed && entry.value.as_ref().is_some_and(|(known, _)| **known == presence);
        if !is_same {
            entry.value = Some((Arc::new(presence), now));
            self.announce(address);
        }
    }

    /// Notes that the server refuses to report a contact, or does so no longer.
    pub(super) fn set_refusal(&mut self, address: &ContactAddress, refusal: Option<&Arc<Error>>) {
        let Some(entry) = self.contacts.get_mut(address) else { return };
        if entry.refusal.is_some() || refusal.is_some() {
            entry.refusal = refusal.map(Arc::clone);
            self.announce(address);
        }
    }

    /// Notes that a contact is covered by a subscription, or no longer is.
    pub(super) fn set_subscription(&mut self, address: &ContactAddress, id: Option<SubscriptionId>) {
        let Some(entry) = self.contacts.get_mut(address) else { return };
        entry.subscription = id;
        if id.is_none() {
            self.uncovered.insert(address.clone());
        }
        self.set_unconfirmed(address);
    }

    /// Notes that what is known of a contact may have changed. It is news if it was current.
    pub(super) fn set_unconfirmed(&mut self, address: &ContactAddress) {
        let Some(entry) = self.contacts.get_mut(address) else { return };
        let was_confirmed = std::mem::replace(&mut entry.is_confirmed, false);
        if was_confirmed && self.is_live && entry.value.is_some() {
            self.announce(address);
        }
    }

    /// Notes whether events arrive.
    pub(super) fn set_live(&mut self, is_live: bool) {
        if self.is_live == is_live {
            return;
        }
        self.is_live = is_live;
        let known = |(address, entry): (&ContactAddress, &Entry)| {
            (entry.is_confirmed && entry.subscription.is_some()).then(|| address.clone())
        };
        let known: Vec<_> = self.contacts.iter().filter_map(known).collect();
        for address in &known {
            self.announce(address);
        }
    }

    /// Ends all followers, as the application was closed.
    pub(super) fn close(&mut self) {
        self.is_closed = true;
        self.is_running = false;
        self.set_live(false);
        self.followers.values_mut().filter_map(|follower| follower.waker.take()).for_each(Waker::wake);
    }

    /// Tells all followers of a contact that there is news.
    fn announce(&mut self, address: &ContactAddress) {
        let Some(entry) = self.contacts.get(address) else { return };
        for id in &entry.followers {
            if let Some(follower) = self.followers.get_mut(id) {
                follower.announce(address);
            }
        }
    }

    /// The next news for a follower, who is woken where there is none.
    pub(super) fn take_news(&mut self, id: FollowerId, waker: &Waker) -> News {
        let Some(follower) = self.followers.get_mut(&id) else { return News::Closed };
        if let Some(address) = follower.news.pop_front() {
            follower.is_in_news.remove(&address);
            return self.snapshot(&address).map_or_else(
                || {
                    waker.wake_by_ref();
                    News::None
                },
                News::Contact,
            );
        }
        if self.is_closed {
            return News::Closed;
        }
        follower.waker = Some(waker.clone());
        News::None
    }
}
