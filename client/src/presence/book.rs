//! Who is followed, by which subscription, and what is known: state without requests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::task::Waker;

use tokio::time::Instant;
use ucwa::Link;
use ucwa::people::{Contact, PresenceSubscription};

use super::aspect::{Aspect, Aspects};
use super::contact::{FollowedContact, Standing};
use super::entry::{Entry, Follower, FollowerId, Source};
use super::followable::Followable;
use super::limits::PORTION;
use super::subscription::{Subscription, SubscriptionId};
use crate::address::ContactAddress;
use crate::error::{Error, RefusedError};

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
    /// Contacts of whom something has to be read.
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
    pub(super) callers: Callers,
}

/// Those who are to be called once the book is not locked any more, as what they do may need it.
#[derive(Debug, Default)]
pub(super) struct Callers {
    woken: Vec<Waker>,
    /// Those who are only dropped.
    replaced: Vec<Waker>,
}

impl Drop for Callers {
    fn drop(&mut self) {
        self.woken.drain(..).for_each(Waker::wake);
    }
}

/// The news for a follower.
pub(super) enum News {
    Contact(FollowedContact),
    None,
    Closed,
}

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
            callers: Callers::default(),
        }
    }
}

impl Book {
    pub(super) fn new_number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    /// Registers a follower of nobody so far.
    pub(super) fn add_follower(&mut self, aspects: Aspects) -> FollowerId {
        let id = self.new_number();
        self.followers.insert(id, Follower { aspects, ..Follower::default() });
        id
    }

    /// Follows a contact. What is known is news to the follower.
    pub(super) fn follow(&mut self, id: FollowerId, address: &ContactAddress) {
        let Some(follower) = self.followers.get_mut(&id) else { return };
        if !follower.contacts.insert(address.clone()) {
            return;
        }
        let aspects = follower.aspects;
        if !self.contacts.contains_key(address) {
            self.admit(address);
        }
        let Some(entry) = self.contacts.get_mut(address) else { return };
        entry.followers.insert(id);
        // The others may have followed the presence alone.
        let more = aspects.iter().filter(|aspect| *aspect != Aspect::Presence);
        let is_any = more.fold(false, |is_any, aspect| {
            let is_missing = entry.subscription.is_some() && !entry.slot(aspect).marks().is_confirmed;
            is_any | (is_missing && entry.outdate(aspect))
        });
        let is_news = entry.presence.value.is_some() || entry.refusal.is_some();
        if is_any {
            self.outdated.insert(address.clone());
        }
        if is_news && let Some(follower) = self.followers.get_mut(&id) {
            self.callers.woken.extend(follower.announce(address));
        }
    }

    /// What is followed of a contact.
    pub(super) fn wanted(&self, address: &ContactAddress) -> Aspects {
        let ids = self.contacts.get(address).into_iter().flat_map(|entry| &entry.followers);
        let followers = ids.filter_map(|id| self.followers.get(id));
        followers.map(|follower| follower.aspects).fold(Aspects::default(), Aspects::or)
    }

    /// Begins to follow a contact whom nobody followed. One who is about to leave a subscription stays there.
    fn admit(&mut self, address: &ContactAddress) {
        let mut entry = Entry { number: self.new_number(), ..Entry::default() };
        if address.as_str().is_empty() {
            // It is nobody's, and no server need say so.
            entry.refusal = Some(Arc::new(RefusedError::EmptyAddress.into()));
            self.contacts.insert(address.clone(), entry);
            return;
        }
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
    pub(super) fn name(&mut self, address: &ContactAddress, link: &Link<Contact>, contact: &Contact) {
        let Ok(named) = link.address() else { return };
        let Some(entry) = self.contacts.get_mut(address) else {
            self.strangers.insert(named);
            return;
        };
        entry.locate(contact);
        if let Some(before) = entry.named.replace(named.clone()) {
            self.by_link.remove(&before);
        }
        self.by_link.insert(named, address.clone());
    }

    /// Whether it is known who a link is about, and where what they publish is read.
    pub(super) fn is_identified(&self, named: &str) -> bool {
        let entry = self.by_link.get(named).and_then(|address| self.contacts.get(address));
        entry.is_some_and(|entry| !matches!(entry.presence.source, Source::Unknown))
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
        subscription.dismiss(address.clone(), entry.named);
        self.end_if_empty(id);
    }

    /// Has a subscription ended that covers nobody.
    pub(super) fn end_if_empty(&mut self, id: SubscriptionId) {
        let is_empty = self.subscriptions.get(&id).is_some_and(|found| found.contacts.is_empty());
        let ended = if is_empty { self.subscriptions.remove(&id) } else { None };
        self.ending.extend(ended.map(|ended| ended.link));
    }

    /// Forgets a follower, with all whom nobody else follows.
    pub(super) fn remove_follower(&mut self, id: FollowerId) {
        let contacts = self.followers.get(&id).map(|follower| follower.contacts.clone()).unwrap_or_default();
        for address in contacts {
            self.unfollow(id, &address);
        }
        let removed = self.followers.remove(&id);
        self.callers.replaced.extend(removed.and_then(|follower| follower.waker));
    }

    /// Whom a follower follows.
    pub(super) fn of_follower(&self, id: FollowerId) -> Vec<FollowedContact> {
        let Some(follower) = self.followers.get(&id) else { return Vec::new() };
        follower.contacts.iter().filter_map(|address| self.snapshot(address, follower.aspects)).collect()
    }

    /// What is known of a contact, as far as it is followed.
    pub(super) fn snapshot(&self, address: &ContactAddress, aspects: Aspects) -> Option<FollowedContact> {
        let entry = self.contacts.get(address)?;
        Some(FollowedContact {
            address: address.clone(),
            presence: entry.presence.value.clone(),
            note: entry.note.value.clone().filter(|_| aspects.has(Aspect::Note)),
            location: entry.location.value.clone().filter(|_| aspects.has(Aspect::Location)),
            standing: self.standing(entry, aspects),
        })
    }

    fn standing(&self, entry: &Entry, aspects: Aspects) -> Standing {
        if let Some(refusal) = &entry.refusal {
            return Standing::Refused(Arc::clone(refusal));
        }
        let is_reported = self.is_live && entry.subscription.is_some();
        match (entry.is_pending(aspects), is_reported && entry.is_confirmed(aspects)) {
            (true, _) => Standing::Pending,
            (false, true) => Standing::Current,
            (false, false) => Standing::Stale,
        }
    }

    /// Whether a contact is followed for the same time still that has a number.
    pub(super) fn is_same_entry(&self, address: &ContactAddress, number: u64) -> bool {
        self.contacts.get(address).is_some_and(|entry| entry.number == number)
    }

    /// Notes what was read of a contact. It is news unless it was known and current.
    pub(super) fn set_value<T: Followable>(&mut self, address: &ContactAddress, value: T, now: Instant) {
        let entry = self.contacts.get_mut(address);
        if entry.is_some_and(|entry| T::slot(entry).set(value, now)) {
            self.announce(address, |_, aspects| aspects.has(T::ASPECT));
        }
    }

    /// Notes that the server does not show something to the user.
    pub(super) fn set_nowhere<T: Followable>(&mut self, address: &ContactAddress) {
        let Some(entry) = self.contacts.get_mut(address) else { return };
        let slot = T::slot(entry);
        (slot.source, slot.value) = (Source::Nowhere, None);
        self.announce(address, |_, aspects| aspects.has(T::ASPECT));
    }

    /// Has something read of a contact, if it is known where.
    pub(super) fn outdate(&mut self, address: &ContactAddress, aspect: Aspect) {
        if self.contacts.get_mut(address).is_some_and(|entry| entry.outdate(aspect)) {
            self.outdated.insert(address.clone());
        }
    }

    /// Has all read that is followed of a contact and not current. Returns whether the contact has to be identified before.
    pub(super) fn outdate_unconfirmed(&mut self, address: &ContactAddress) -> bool {
        let wanted = self.wanted(address);
        let Some(entry) = self.contacts.get_mut(address) else { return false };
        let mut is_unknown = false;
        for aspect in wanted.iter() {
            let slot = entry.slot(aspect);
            if slot.is_nowhere() || slot.marks().is_confirmed {
                continue;
            }
            if entry.outdate(aspect) {
                self.outdated.insert(address.clone());
            } else {
                is_unknown = true;
            }
        }
        is_unknown
    }

    /// Notes that the server refuses to report a contact, or does so no longer.
    pub(super) fn set_refusal(&mut self, address: &ContactAddress, refusal: Option<&Arc<Error>>) {
        let Some(entry) = self.contacts.get_mut(address) else { return };
        if entry.refusal.is_some() || refusal.is_some() {
            entry.refusal = refusal.map(Arc::clone);
            self.announce(address, |_, _| true);
        }
    }

    /// Notes that a contact is covered by a subscription, or no longer is.
    pub(super) fn set_subscription(&mut self, address: &ContactAddress, id: Option<SubscriptionId>) {
        let Some(entry) = self.contacts.get_mut(address) else { return };
        entry.subscription = id;
        if id.is_none() {
            self.uncovered.insert(address.clone());
        }
        self.set_unconfirmed(address, &Aspect::ALL);
    }

    /// Notes that what is known of a contact may have changed. It is news if it was current.
    pub(super) fn set_unconfirmed(&mut self, address: &ContactAddress, changed: &[Aspect]) {
        let Some(entry) = self.contacts.get_mut(address) else { return };
        let mut were_known = Vec::new();
        for aspect in changed.iter().copied() {
            let slot = entry.slot_mut(aspect);
            if std::mem::take(&mut slot.marks_mut().is_confirmed) && slot.has_value() {
                were_known.push(aspect);
            }
        }
        if self.is_live {
            self.announce(address, |_, aspects| were_known.iter().any(|aspect| aspects.has(*aspect)));
        }
    }

    /// Notes whether events arrive.
    pub(super) fn set_live(&mut self, is_live: bool) {
        if self.is_live == is_live {
            return;
        }
        self.is_live = is_live;
        let covered = self.contacts.iter().filter(|(_, entry)| entry.subscription.is_some());
        let covered: Vec<_> = covered.map(|(address, _)| address.clone()).collect();
        for address in &covered {
            self.announce(address, Entry::is_confirmed);
        }
    }

    /// Ends all followers, as the application was closed.
    pub(super) fn close(&mut self) {
        self.is_closed = true;
        self.is_running = false;
        self.set_live(false);
        self.callers.woken.extend(self.followers.values_mut().filter_map(|follower| follower.waker.take()));
    }

    /// Whether there is something to do, and nobody who does it.
    pub(super) fn is_interrupted(&self) -> bool {
        !self.is_running && !self.is_closed && !self.contacts.is_empty()
    }

    /// Tells those followers of a contact whom it concerns that there is news.
    fn announce(&mut self, address: &ContactAddress, concerns: impl Fn(&Entry, Aspects) -> bool) {
        let Some(entry) = self.contacts.get(address) else { return };
        for id in &entry.followers {
            if let Some(follower) = self.followers.get_mut(id).filter(|found| concerns(entry, found.aspects)) {
                self.callers.woken.extend(follower.announce(address));
            }
        }
    }

    /// The next news for a follower, who is woken where there is none.
    pub(super) fn take_news(&mut self, id: FollowerId, waker: &Waker) -> News {
        let Some(follower) = self.followers.get_mut(&id) else { return News::Closed };
        if let Some(address) = follower.news.pop_front() {
            follower.is_in_news.remove(&address);
            let aspects = follower.aspects;
            return self.snapshot(&address, aspects).map_or_else(
                || {
                    self.callers.woken.push(waker.clone());
                    News::None
                },
                News::Contact,
            );
        }
        if self.is_closed {
            return News::Closed;
        }
        self.callers.replaced.extend(follower.waker.replace(waker.clone()));
        News::None
    }
}
