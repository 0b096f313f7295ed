//! The task that does for followers what takes requests.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{Either, select};
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep_until};
use ucwa::people::{
    AddToPresenceSubscriptionInput, Contact, Memberships, PresenceSubscription, PresenceSubscriptionInput,
    PresenceSubscriptionMembership, PresenceSubscriptionsInput,
};
use ucwa::{Fetched, GetRequest, Link, Resource as _};

use super::following::Following;
use super::limits::MINUTES;
use super::step::{Next, Step};
use crate::address::ContactAddress;
use crate::concurrency::OnInterruption;
use crate::error::{Capability, Error, Needed as _, Offered as _};

/// What a step came to.
enum StepOutcome {
    Subscribed(Box<Fetched<PresenceSubscription>>),
    Done,
}

/// Starts the task, or tells it that there is more to do.
pub(super) fn start(shared: &Arc<Following>) {
    // Outside of a runtime it panics before anything says that there is a task.
    let runtime = Handle::current();
    let was_running = std::mem::replace(&mut shared.book().is_running, true);
    if was_running {
        shared.work.notify_one();
    } else {
        spawn(&runtime, Arc::clone(shared));
    }
}

/// Starts the task again if it ended with the runtime that it was on.
pub(super) fn start_again(shared: &Arc<Following>) {
    let is_interrupted = shared.book().is_interrupted();
    if is_interrupted && Handle::try_current().is_ok() {
        start(shared);
    }
}

fn spawn(runtime: &Handle, shared: Arc<Following>) {
    let interrupted = Arc::clone(&shared);
    let interruption = OnInterruption::new(move || interrupted.book().interrupt());
    runtime.spawn(async move {
        run(&shared).await;
        interruption.done();
    });
}

/// Works until nobody follows anybody, or until the application is closed.
async fn run(shared: &Following) {
    let closed = shared.application.closed();
    tokio::select! {
        biased;
        () = closed.cancelled() => shared.book().close(),
        () = work(shared) => {}
    }
}

async fn work(shared: &Following) {
    loop {
        let next = shared.book().next(Instant::now());
        match next {
            Next::Do(Step::Identify(links)) => shared.beside_renewals(shared.identify(links)).await,
            Next::Do(Step::Read(readings)) => shared.beside_renewals(shared.read(readings)).await,
            Next::Do(step) => shared.perform(step).await,
            Next::Wait(None) => shared.work.notified().await,
            Next::Wait(Some(moment)) => tokio::select! {
                biased;
                () = shared.work.notified() => {}
                () = sleep_until(moment) => {}
            },
            Next::Finished => return,
        }
    }
}

impl Following {
    /// Reads something, which may take long, and renews meanwhile the subscriptions whose time has come.
    async fn beside_renewals(&self, reading: impl Future<Output = ()>) {
        let mut reading = pin!(reading);
        loop {
            let due = self.book().next_renewal(Instant::now());
            tokio::select! {
                biased;
                () = &mut reading => return,
                () = sleep_until(due) => {}
            }
            let Some(step) = self.book().renewal(Instant::now()) else { continue };
            let renewal = pin!(self.perform(step));
            if let Either::Left(((), renewal)) = select(reading.as_mut(), renewal).await {
                return renewal.await;
            }
        }
    }
}

impl Following {
    /// Does a step, and notes what came of it, unless all was lost meanwhile.
    async fn perform(&self, step: Step) {
        let generation = self.book().generation;
        let begin = Instant::now();
        let result = self.attempt(&step).await;
        let now = Instant::now();
        let mut book = self.book();
        if book.generation != generation {
            // Whatever came of it, it is lost. The server may have made it after it lost the others.
            if let Ok(StepOutcome::Subscribed(made)) = result {
                book.ending.extend(made.link());
            }
            if let Step::Subscribe(contacts) | Step::Add(_, _, contacts) = step {
                book.uncover(contacts);
            }
            return;
        }
        match (result, step) {
            (Err(error), step) => {
                tracing::debug!(%error, ?step, "a step of following presence failed");
                book.failures = book.failures.saturating_add(1);
                let delay = self.application.client().pause(&error, book.failures);
                book.failed(step, error, now, delay);
            }
            (Ok(outcome), step) => {
                book.succeeded();
                match (outcome, step) {
                    (StepOutcome::Subscribed(made), Step::Subscribe(contacts)) => {
                        book.subscribed(contacts, &made, begin);
                    }
                    (_, Step::Add(id, _, contacts)) => book.added(id, contacts, now),
                    (_, Step::Renew(id, _)) => book.renewed(id, begin),
                    _ => {}
                }
            }
        }
    }

    async fn attempt(&self, step: &Step) -> Result<StepOutcome, Error> {
        let application = &self.application;
        match step {
            Step::Subscribe(contacts) => {
                return self.subscribe(contacts).await.map(Box::new).map(StepOutcome::Subscribed);
            }
            #[cfg(ucwa_planted)]
            Step::Renew(..) if crate::planted::Planted::LapsedSubscription.is_made() => {}
            Step::Renew(_, link) => {
                let post = link.post_with(PresenceSubscriptionInput::new(MINUTES));
                application.send(post).await.map_err(Error::into_general)?;
            }
            Step::Add(_, subscription, contacts) => {
                let link = subscription.add_to_presence_subscription().offered(Capability::FollowPresence)?;
                let input = AddToPresenceSubscriptionInput::new(contacts.iter().map(ContactAddress::to_uri));
                application.send(link.post_with(input)).await.map_err(Error::into_general)?;
            }
            Step::End(link) => application.send(link.delete()).await.map_err(Error::into_general)?,
            Step::Leave(Some(memberships), leaving) => self.leave(memberships, leaving).await?,
            Step::Check(Some(memberships)) => self.find_unidentified(memberships).await?,
            Step::Leave(None, _) | Step::Check(None) | Step::Identify(_) | Step::Read(_) => {}
        }
        Ok(StepOutcome::Done)
    }

    async fn subscribe(&self, contacts: &[ContactAddress]) -> Result<Fetched<PresenceSubscription>, Error> {
        let people = self.application.people().await.needed_for(Capability::FollowPresence)?;
        let link = people.presence_subscriptions().offered(Capability::FollowPresence)?;
        let input = PresenceSubscriptionsInput::new(MINUTES, contacts.iter().map(ContactAddress::to_uri));
        let made = self.application.send(link.post_with(input)).await.map_err(Error::into_general)?;
        if made.link().is_none() {
            return Err(Capability::FollowPresence.missing("self"));
        }
        let read = self.application.client().read_created(made);
        self.application.while_open::<GetRequest<PresenceSubscription>, _, _>(read).await
    }

    /// Takes contacts out of a subscription that goes on for others.
    async fn leave(
        &self,
        memberships: &Link<Memberships>,
        leaving: &[(ContactAddress, Option<String>)],
    ) -> Result<(), Error> {
        let addresses: BTreeSet<_> = leaving.iter().map(|(address, _)| address).collect();
        let named: BTreeSet<_> = leaving.iter().filter_map(|(_, named)| named.as_deref()).collect();
        for membership in self.members(memberships).await? {
            let Some(contact) = membership.contact().link() else { continue };
            let Ok(link) = contact.address() else { continue };
            let is_known = self.book().by_link.contains_key(&link);
            let is_leaving = named.contains(&*link) || !is_known && self.has_one_of(&contact, &addresses).await?;
            let own = membership.self_link().filter(|_| is_leaving);
            if let Some(own) = own
                && let Err(error) = self.application.send(own.delete()).await
                && !error.is_missing()
            {
                return Err(error.into_general());
            }
        }
        Ok(())
    }

    /// Those who are in a subscription.
    async fn members(
        &self,
        memberships: &Link<Memberships>,
    ) -> Result<Vec<Fetched<PresenceSubscriptionMembership>>, Error> {
        let all = self.application.send(memberships.get()).await.map_err(Error::into_general)?;
        self.application.read_all(all.presence_subscription_membership()).await
    }

    /// Whether a contact who was not identified has one of some addresses. One who is gone has none.
    async fn has_one_of(&self, contact: &Link<Contact>, addresses: &BTreeSet<&ContactAddress>) -> Result<bool, Error> {
        let found = self.application.send_unless_gone(contact.get()).await?;
        let address = found.and_then(|found| ContactAddress::of(&found));
        Ok(address.is_some_and(|address| addresses.contains(&address)))
    }

    /// Has those contacts of a subscription identified of whom only the link is known.
    async fn find_unidentified(&self, memberships: &Link<Memberships>) -> Result<(), Error> {
        let members = self.members(memberships).await?;
        let mut book = self.book();
        for membership in members {
            let Some(contact) = membership.contact().link() else { continue };
            let Ok(named) = contact.address() else { continue };
            if !book.is_identified(&named) && !book.strangers.contains(&named) {
                book.unidentified.insert(named, contact);
            }
        }
        Ok(())
    }
}
