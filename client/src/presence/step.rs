//! What has to be done next, and what comes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use ucwa::people::{Contact, ContactPresence, Memberships, PresenceSubscription};
use ucwa::{Fetched, Link};

use super::book::{Book, PORTION, Subscription, SubscriptionId};
use crate::address::ContactAddress;
use crate::error::Error;

/// For how long the server is asked to report changes, in minutes: as long as it allows.
pub(super) const MINUTES: i32 = 30;

const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// How long after it began a subscription is renewed.
const RENEWAL: Duration = Duration::from_secs(20 * 60);

/// How long after it began a subscription has told the presence of all its contacts.
pub(super) const GRACE: Duration = Duration::from_secs(60);

/// When contacts are tried again whom the server refuses.
pub(super) const REFUSAL: Duration = Duration::from_secs(10 * 60);

/// How many presences are read in one step.
const READS: usize = 100;

/// What has to be done next.
#[derive(Debug)]
pub(super) enum Next {
    Do(Step),
    /// Nothing, until this moment or until something happens.
    Wait(Option<Instant>),
    /// Nothing any more: nobody follows anybody.
    Finished,
}

/// Something that takes requests.
#[derive(Debug)]
pub(super) enum Step {
    Renew(SubscriptionId, Link<PresenceSubscription>),
    Subscribe(Vec<ContactAddress>),
    Add(SubscriptionId, Arc<PresenceSubscription>, Vec<ContactAddress>),
    End(Link<PresenceSubscription>),
    /// Contacts leave a subscription; each is known by the address of its link, or has to be found by its own.
    Leave(Option<Link<Memberships>>, Vec<(ContactAddress, Option<String>)>),
    /// Finds out who the contacts of a subscription are of whom nothing was told.
    Check(Option<Link<Memberships>>),
    Read(Vec<Reading>),
}

/// A presence to be read.
#[derive(Debug, Clone)]
pub(super) enum Reading {
    Presence(ContactAddress, Link<ContactPresence>),
    /// Of a contact of whom only the link is known.
    Contact(Link<Contact>),
}

impl Book {
    /// What has to be done next. It is taken off the book, and put back where it fails.
    pub(super) fn next(&mut self, now: Instant) -> Next {
        if let Some(pause) = self.pause.filter(|pause| *pause > now) {
            return if self.contacts.is_empty() { self.finish() } else { Next::Wait(Some(pause)) };
        }
        if self.refused_until.is_some_and(|until| until <= now) {
            self.try_refused_again();
        }
        let expired: Vec<_> =
            self.subscriptions.iter().filter(|(_, found)| found.expires <= now).map(|(id, _)| *id).collect();
        for id in expired {
            self.drop_subscription(id);
        }
        let step = self.renewal(now).or_else(|| self.departure()).or_else(|| self.arrival());
        let step = step.or_else(|| self.check(now)).or_else(|| self.reading());
        match step {
            Some(step) => Next::Do(step),
            None if self.contacts.is_empty() => self.finish(),
            None => {
                Next::Wait(self.subscriptions.values().flat_map(Subscription::moments).chain(self.refused_until).min())
            }
        }
    }

    pub(super) fn try_refused_again(&mut self) {
        self.refused_until = None;
        (self.capacity, self.portion) = (PORTION, PORTION);
        self.uncovered.append(&mut self.refused);
    }

    fn finish(&mut self) -> Next {
        self.is_running = false;
        Next::Finished
    }

    fn renewal(&mut self, now: Instant) -> Option<Step> {
        let mut all = self.subscriptions.iter();
        let (id, due) = all.find(|(_, found)| found.renew_at <= now)?;
        Some(Step::Renew(*id, due.link.clone()))
    }

    fn departure(&mut self) -> Option<Step> {
        if let Some(link) = self.ending.pop() {
            return Some(Step::End(link));
        }
        let found = self.subscriptions.values_mut().find(|found| !found.leaving.is_empty())?;
        Some(Step::Leave(found.memberships.clone(), std::mem::take(&mut found.leaving).into_iter().collect()))
    }

    /// Puts contacts into a subscription that has room, or into a new one.
    fn arrival(&mut self) -> Option<Step> {
        if self.uncovered.is_empty() {
            return None;
        }
        let size = |room: usize| room.min(self.portion);
        let roomy = self
            .subscriptions
            .iter()
            .find(|(_, found)| found.size() < self.capacity && found.resource.add_to_presence_subscription().exists());
        let roomy = roomy.map(|(id, found)| (*id, Arc::clone(&found.resource), size(self.capacity - found.size())));
        let count = roomy.as_ref().map_or(size(self.capacity), |(_, _, count)| *count);
        let contacts: Vec<_> = self.uncovered.iter().take(count).cloned().collect();
        for address in &contacts {
            self.uncovered.remove(address);
        }
        Some(match roomy {
            Some((id, resource, _)) => Step::Add(id, resource, contacts),
            None => Step::Subscribe(contacts),
        })
    }

    /// Has the presence read of contacts of whom a subscription has told nothing.
    fn check(&mut self, now: Instant) -> Option<Step> {
        let found = self.subscriptions.values_mut().find(|found| found.check_at.is_some_and(|at| at <= now))?;
        found.check_at = None;
        let mut is_somebody_unknown = false;
        for address in &found.contacts {
            match self.contacts.get(address) {
                Some(entry) if entry.is_confirmed => {}
                Some(entry) if entry.link.is_some() => {
                    self.outdated.insert(address.clone());
                }
                _ => is_somebody_unknown = true,
            }
        }
        let memberships = found.memberships.clone();
        is_somebody_unknown.then_some(Step::Check(memberships)).or_else(|| self.reading())
    }

    fn reading(&mut self) -> Option<Step> {
        let mut readings = Vec::new();
        while readings.len() < READS
            && let Some(address) = self.outdated.pop_first()
        {
            let link = self.contacts.get(&address).and_then(|entry| entry.link.clone());
            readings.extend(link.map(|link| Reading::Presence(address, link)));
        }
        while readings.len() < READS
            && let Some((_, link)) = self.unidentified.pop_first()
        {
            readings.push(Reading::Contact(link));
        }
        (!readings.is_empty()).then_some(Step::Read(readings))
    }

    /// Notes that requests get through.
    pub(super) fn succeeded(&mut self) {
        (self.failures, self.pause) = (0, None);
    }

    pub(super) fn subscribed(
        &mut self,
        contacts: Vec<ContactAddress>,
        made: &Fetched<PresenceSubscription>,
        now: Instant,
    ) {
        self.portion = (self.portion * 2).min(self.capacity);
        let Some(link) = made.link() else { return self.uncovered.extend(contacts) };
        let id = self.new_number();
        let subscription = Subscription {
            link,
            memberships: made.memberships().link(),
            resource: Arc::new((**made).clone()),
            contacts: BTreeSet::new(),
            leaving: BTreeMap::new(),
            renew_at: now + RENEWAL,
            expires: now + LIFETIME,
            check_at: Some(now + GRACE),
        };
        self.subscriptions.insert(id, subscription);
        self.cover(id, contacts);
    }

    pub(super) fn added(&mut self, id: SubscriptionId, contacts: Vec<ContactAddress>, now: Instant) {
        self.portion = (self.portion * 2).min(self.capacity);
        match self.subscriptions.get_mut(&id) {
            Some(found) => {
                found.check_at = Some(now + GRACE);
                self.cover(id, contacts);
            }
            None => self.uncovered.extend(contacts),
        }
    }

    /// Notes whom a subscription covers. Some of them may have been given up meanwhile.
    fn cover(&mut self, id: SubscriptionId, contacts: Vec<ContactAddress>) {
        for address in contacts {
            let is_followed = self.contacts.contains_key(&address);
            let Some(subscription) = self.subscriptions.get_mut(&id) else { return };
            if is_followed {
                subscription.contacts.insert(address.clone());
                self.uncovered.remove(&address);
                self.set_subscription(&address, Some(id));
                self.set_refusal(&address, None);
            } else {
                subscription.leaving.insert(address, None);
            }
        }
    }

    pub(super) fn renewed(&mut self, id: SubscriptionId, now: Instant) {
        if let Some(found) = self.subscriptions.get_mut(&id) {
            (found.renew_at, found.expires) = (now + RENEWAL, now + LIFETIME);
        }
    }

    /// Puts a step back that failed, or gives it up, depending on the error.
    pub(super) fn failed(&mut self, step: Step, error: Error, now: Instant, delay: Duration) {
        let may_pass = error.is_retryable();
        if may_pass {
            self.pause = Some(now + delay);
        }
        match step {
            Step::Renew(id, _) if error.is_not_found() => self.drop_subscription(id),
            Step::Renew(..) if may_pass => {}
            // The server may have another opinion before the subscription expires.
            Step::Renew(id, _) => {
                if let Some(found) = self.subscriptions.get_mut(&id) {
                    found.renew_at = (now + GRACE).min(found.expires);
                }
            }
            Step::Add(id, _, contacts) if error.is_not_found() => {
                self.uncovered.extend(contacts);
                self.drop_subscription(id);
            }
            Step::Subscribe(contacts) | Step::Add(_, _, contacts) => {
                self.not_subscribed(contacts, error, now, may_pass);
            }
            Step::End(link) if may_pass => self.ending.push(link),
            Step::Leave(memberships, leaving) if may_pass => self.not_left(memberships.as_ref(), leaving),
            Step::Check(memberships) => {
                self.not_checked(memberships.as_ref(), now + if may_pass { GRACE } else { REFUSAL });
            }
            Step::End(_) | Step::Leave(..) | Step::Read(_) => {}
        }
    }

    /// Has a subscription checked again.
    fn not_checked(&mut self, memberships: Option<&Link<Memberships>>, at: Instant) {
        let found = self.subscriptions.values_mut().find(|found| found.memberships.as_ref() == memberships);
        if let Some(found) = found {
            found.check_at = Some(found.check_at.map_or(at, |before| before.min(at)));
        }
    }

    /// Tries fewer contacts at a time, until it is known which of them the server refuses.
    fn not_subscribed(&mut self, contacts: Vec<ContactAddress>, error: Error, now: Instant, may_pass: bool) {
        let is_limit = error.subcode() == Some("LimitExceeded");
        let contacts: Vec<_> = contacts.into_iter().filter(|address| self.contacts.contains_key(address)).collect();
        if may_pass {
            return self.uncovered.extend(contacts);
        }
        if contacts.len() > 1 {
            self.portion = contacts.len() / 2;
            if is_limit {
                self.capacity = self.portion;
            }
            return self.uncovered.extend(contacts);
        }
        let error = Arc::new(error);
        let mut refused: BTreeSet<_> = contacts.into_iter().collect();
        // There can be no more subscriptions: all others are refused as well.
        if is_limit {
            refused.append(&mut self.uncovered);
        }
        for address in &refused {
            self.set_refusal(address, Some(&error));
        }
        self.refused.append(&mut refused);
        self.refused_until = Some(now + REFUSAL);
    }

    fn not_left(&mut self, memberships: Option<&Link<Memberships>>, leaving: Vec<(ContactAddress, Option<String>)>) {
        let found = self.subscriptions.values_mut().find(|found| found.memberships.as_ref() == memberships);
        if let Some(found) = found {
            found.leaving.extend(leaving.into_iter().filter(|(address, _)| !found.contacts.contains(address)));
        }
    }

    /// Notes that a presence cannot be read until a moment, at which it is tried again. What was known before is not current.
    pub(super) fn unknown_for_now(&mut self, reading: &Reading, until: Instant) {
        if let Reading::Presence(address, _) = reading {
            self.set_unconfirmed(address);
        }
        for found in self.subscriptions.values_mut() {
            let is_concerned = match reading {
                Reading::Presence(address, _) => found.contacts.contains(address),
                // Nobody knows whose subscription it is.
                Reading::Contact(_) => true,
            };
            if is_concerned {
                found.check_at = Some(found.check_at.map_or(until, |at| at.min(until)));
            }
        }
    }

    /// Puts readings back that failed.
    pub(super) fn not_read(&mut self, reading: Reading) {
        match reading {
            Reading::Presence(address, _) => {
                if self.contacts.contains_key(&address) {
                    self.outdated.insert(address);
                }
            }
            Reading::Contact(link) => {
                if let Ok(named) = link.address() {
                    self.unidentified.insert(named, link);
                }
            }
        }
    }
}

impl Subscription {
    /// When there is something to do.
    fn moments(&self) -> impl Iterator<Item = Instant> {
        [Some(self.renew_at.min(self.expires)), self.check_at].into_iter().flatten()
    }
}
