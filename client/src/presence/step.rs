//! What has to be done next, and what comes of it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use ucwa::people::{Contact, Memberships, PresenceSubscription};
use ucwa::{Fetched, Link};

use super::book::Book;
use super::limits::{AT_ONCE, GRACE, LIFETIME, PORTION, READS, REFUSAL, RENEWAL};
use super::reading::Readings;
use super::subscription::{Subscription, SubscriptionId};
use crate::address::ContactAddress;
use crate::error::Error;

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
    /// Finds out who contacts are of whom only the link is known.
    Identify(Vec<Link<Contact>>),
    Read(Readings),
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

    /// The renewal of a subscription whose time has come.
    pub(super) fn renewal(&self, now: Instant) -> Option<Step> {
        let mut all = self.subscriptions.iter();
        let (id, due) = all.find(|(_, found)| found.renew_at <= now && now < found.expires)?;
        Some(Step::Renew(*id, due.link.clone()))
    }

    /// When a subscription has to be renewed next; after a while where there is none.
    pub(super) fn next_renewal(&self, now: Instant) -> Instant {
        let due = self.subscriptions.values().filter(|found| now < found.expires).map(|found| found.renew_at).min();
        let due = due.unwrap_or(now + RENEWAL);
        self.pause.map_or(due, |pause| due.max(pause))
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
        let roomy = self.subscriptions.iter().find(|(_, found)| found.has_room(self.capacity));
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

    /// Has the contacts of a subscription read of whom nothing is known, or nothing new.
    fn check(&mut self, now: Instant) -> Option<Step> {
        let found = self.subscriptions.values_mut().find(|found| found.check_at.is_some_and(|at| at <= now))?;
        // Once more when the server has told how all are.
        found.check_at = Some(found.told_by).filter(|told_by| *told_by > now);
        let memberships = found.memberships.clone();
        let mut is_somebody_unknown = false;
        for address in found.contacts.clone() {
            is_somebody_unknown |= self.outdate_unconfirmed(&address);
        }
        is_somebody_unknown.then_some(Step::Check(memberships)).or_else(|| self.reading())
    }

    fn reading(&mut self) -> Option<Step> {
        let mut readings = Readings::default();
        while let Some(address) = self.outdated.first().cloned() {
            if let Some(entry) = self.contacts.get_mut(&address) {
                if readings.len() + entry.outdated() > READS {
                    break;
                }
                readings.take(&address, entry);
            }
            self.outdated.remove(&address);
        }
        if readings.len() > 0 {
            return Some(Step::Read(readings));
        }
        let mut links = Vec::new();
        while links.len() < READS
            && let Some((_, link)) = self.unidentified.pop_first()
        {
            links.push(link);
        }
        (!links.is_empty()).then_some(Step::Identify(links))
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
        let Some(mut subscription) = Subscription::new(made, now) else { return self.uncover(contacts) };
        subscription.expect_news(now, self.first_check(now));
        let id = self.new_number();
        self.subscriptions.insert(id, subscription);
        self.cover(id, contacts);
    }

    pub(super) fn added(&mut self, id: SubscriptionId, contacts: Vec<ContactAddress>, now: Instant) {
        self.portion = (self.portion * 2).min(self.capacity);
        let first_check = self.first_check(now);
        match self.subscriptions.get_mut(&id) {
            Some(found) => {
                found.expect_news(now, first_check);
                self.cover(id, contacts);
            }
            None => self.uncover(contacts),
        }
    }

    /// When new contacts are read: at once, unless there are so many that this would take too many requests.
    fn first_check(&self, now: Instant) -> Option<Instant> {
        (self.contacts.len() <= AT_ONCE).then_some(now)
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
                subscription.dismiss(address, None);
            }
        }
        self.end_if_empty(id);
    }

    pub(super) fn renewed(&mut self, id: SubscriptionId, now: Instant) {
        if let Some(found) = self.subscriptions.get_mut(&id) {
            (found.renew_at, found.expires) = (now + RENEWAL, now + LIFETIME);
        }
    }

    /// Puts a step back that failed, or gives it up, depending on the error.
    pub(super) fn failed(&mut self, step: Step, error: Error, now: Instant, delay: Duration) {
        let may_pass = error.may_pass();
        if may_pass {
            self.pause = Some(now + delay);
        }
        match step {
            Step::Renew(id, _) if error.is_missing() => self.drop_subscription(id),
            Step::Renew(..) if may_pass => {}
            // The server may have another opinion before the subscription expires.
            Step::Renew(id, _) => {
                if let Some(found) = self.subscriptions.get_mut(&id) {
                    found.renew_at = (now + GRACE).min(found.expires);
                }
            }
            Step::Add(id, _, contacts) if error.is_missing() => {
                self.uncover(contacts);
                self.drop_subscription(id);
            }
            #[cfg(ucwa_planted)]
            Step::Add(_, _, contacts) if crate::planted::Planted::RefusedContact.is_made() => {
                self.not_subscribed(contacts, error, now, may_pass);
            }
            // The limit may be that of the subscription alone: another one may take them.
            Step::Add(id, _, contacts) if is_limit(&error) => {
                if let Some(found) = self.subscriptions.get_mut(&id) {
                    found.is_full = true;
                }
                self.uncover(contacts);
            }
            Step::Subscribe(contacts) | Step::Add(_, _, contacts) => {
                self.not_subscribed(contacts, error, now, may_pass);
            }
            Step::End(link) if may_pass => self.ending.push(link),
            Step::Leave(memberships, leaving) if may_pass => self.not_left(memberships.as_ref(), leaving),
            Step::Check(memberships) => {
                let until = now + if may_pass { GRACE } else { REFUSAL };
                self.check_again(|found| found.memberships == memberships, until);
            }
            Step::End(_) | Step::Leave(..) | Step::Identify(_) | Step::Read(_) => {}
        }
    }

    /// Tries fewer contacts at a time, until it is known which of them the server refuses.
    fn not_subscribed(&mut self, contacts: Vec<ContactAddress>, error: Error, now: Instant, may_pass: bool) {
        if may_pass {
            return self.uncover(contacts);
        }
        let is_limit = is_limit(&error);
        let contacts: Vec<_> = contacts.into_iter().filter(|address| self.contacts.contains_key(address)).collect();
        if contacts.len() > 1 {
            self.portion = contacts.len() / 2;
            if is_limit {
                self.capacity = self.portion;
            }
            return self.uncover(contacts);
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

    /// Has subscriptions checked at a moment, if not before.
    pub(super) fn check_again(&mut self, is_concerned: impl Fn(&Subscription) -> bool, until: Instant) {
        for found in self.subscriptions.values_mut().filter(|found| is_concerned(found)) {
            found.check_at = Some(found.check_at.map_or(until, |at| at.min(until)));
        }
    }
}

/// Whether the server refuses more contacts, whoever they are.
fn is_limit(error: &Error) -> bool {
    error.subcode() == Some("LimitExceeded")
}
