//! Finding out after a loss of events what goes on: which conversations there are, and who is in them.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::{Arc, Weak};

use futures_util::future::join_all;
use tokio::runtime::Handle;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use ucwa::communication::{Conversation as Resource, Participant as ParticipantResource};
use ucwa::enumerations::{ConversationState, Role};
use ucwa::{EventKind, Link};

use super::conversation::Conversation;
use super::doubt::Look;
use super::item::{ConversationEnd, Participant};
use super::key::key;
use super::registry::Registry;
use super::roster::RosterPlace;
use crate::concurrency::OnInterruption;
use crate::error::Error;
use crate::loss::Loss;

impl Registry {
    /// Has looked up what is in doubt.
    pub(super) fn recover(&self) {
        // Outside of a runtime it panics before anything says that there is a task.
        let runtime = Handle::current();
        if self.book.begin_recovery() {
            runtime.spawn(recover(self.own.clone(), self.application.closed()));
        }
    }
}

/// Looks until nothing is in doubt, nobody wants to know, or the application is closed. A task that ends before, with its runtime, is
/// replaced by the next one.
fn recover(registry: Weak<Registry>, closed: CancellationToken) -> impl Future<Output = ()> + Send + use<> {
    let interrupted = Weak::clone(&registry);
    let interruption = OnInterruption::new(move || {
        if let Some(registry) = interrupted.upgrade() {
            registry.book.interrupt_recovery();
        }
    });
    async move {
        tokio::select! {
            biased;
            () = closed.cancelled() => {}
            () = look_until_known(&registry) => {}
        }
        interruption.done();
    }
}

async fn look_until_known(registry: &Weak<Registry>) {
    let mut failures = 0_u32;
    while let Some(registry) = registry.upgrade() {
        let result = registry.look_again().await;
        if registry.book.finish_recovery() {
            return;
        }
        failures = failures.saturating_add(1);
        let client = registry.application.client();
        let delay = match result {
            Ok(()) => client.backoff(failures),
            Err(error) => client.pause(&error, failures),
        };
        drop(registry);
        sleep(delay).await;
    }
}

/// What there is to know where a failure will not pass by itself: nothing.
fn unless_it_may_pass<T: Default>(result: Result<T, Error>) -> Result<T, Error> {
    match result {
        Err(error) if !error.may_pass() => {
            tracing::debug!(%error, "what goes on was not looked up after a loss of events");
            Ok(T::default())
        }
        result => result,
    }
}

fn look_of<T>(result: &Result<T, Error>) -> Look {
    if result.is_ok() { Look::Done } else { Look::Failed }
}

impl Registry {
    async fn look_again(self: &Arc<Self>) -> Result<(), Error> {
        let mut result = self.find_conversations().await;
        let records = self.book.records().into_iter().filter(|record| record.known().doubt.is_open());
        let conversations: Vec<_> = records.map(|record| Conversation::new(self, record)).collect();
        for looked in join_all(conversations.iter().map(Conversation::look_again)).await {
            result = result.and(looked);
        }
        result
    }

    /// Takes up the conversations that have begun without a word.
    async fn find_conversations(&self) -> Result<(), Error> {
        let Some(since) = self.book.begin_look() else { return Ok(()) };
        let found = unless_it_may_pass(self.list().await);
        if !self.book.end_look(look_of(&found)) {
            return Ok(());
        }
        for link in found? {
            self.book.note_found(&link, since);
        }
        Ok(())
    }

    /// The conversations that the server has, where it says.
    async fn list(&self) -> Result<Vec<Link<Resource>>, Error> {
        let communication = self.application.communication().await?;
        let Some(link) = communication.conversations().link() else { return Ok(Vec::new()) };
        let found = self.application.send(link.get()).await.map_err(Error::into_general)?;
        Ok(found.conversation().links().collect())
    }
}

impl Conversation {
    async fn look_again(&self) -> Result<(), Error> {
        self.record().known().doubt.begin();
        let result = unless_it_may_pass(self.look().await);
        self.record().change(|known| known.doubt.end(look_of(&result)));
        result
    }

    async fn look(&self) -> Result<(), Error> {
        match self.refresh().await {
            Err(error) if error.is_missing() => {
                if self.record().known().doubt.is_looking() {
                    self.finish(ConversationEnd::Lost(Loss::Resynchronized));
                }
                return Ok(());
            }
            result => result?,
        }
        let listed = unless_it_may_pass(self.listed().await)?;
        self.record().change(|known| {
            if known.doubt.is_looking() {
                for (link, role) in &listed {
                    known.hear_of_participant(&EventKind::Added, RosterPlace::Conversation, link.clone(), None);
                    known.check_role(link, Some(role));
                }
            }
        });
        unless_it_may_pass(self.read_lobby().await)?;
        let listed: BTreeSet<_> = listed.iter().map(|(link, _)| key(link)).collect();
        let present = self.record().known().roster.present();
        for participant in present.iter().filter(|participant| !listed.contains(&key(&participant.link))) {
            self.look_for(participant).await?;
        }
        Ok(())
    }

    /// Those who are in the meeting, with their roles. No page says how a list of those in a conversation of two is read, and
    /// whoever is not in a meeting is told nothing of the others.
    async fn listed(&self) -> Result<Vec<(Link<ParticipantResource>, Role)>, Error> {
        let is_in = |resource: &Arc<Resource>| resource.state == Some(ConversationState::Conferenced);
        let Some(resource) = self.resource().filter(is_in) else { return Ok(Vec::new()) };
        let mut listed = Vec::new();
        if let Some(link) = resource.leaders().link() {
            let leaders = self.send_get(&link).await?;
            listed.extend(leaders.participant().links().map(|link| (link, Role::Leader)));
        }
        if let Some(link) = resource.attendees().link() {
            let attendees = self.send_get(&link).await?;
            listed.extend(attendees.participant().links().map(|link| (link, Role::Attendee)));
        }
        Ok(listed)
    }

    /// Finds out whether somebody is there still.
    async fn look_for(&self, participant: &Participant) -> Result<(), Error> {
        match self.send_get(&participant.link).await {
            Err(error) if error.is_missing() => {
                self.record().change(|known| {
                    if known.doubt.is_looking() {
                        known.left(participant);
                    }
                });
                Ok(())
            }
            found => {
                let role = unless_it_may_pass(found.map(|found| found.into_inner().role))?;
                self.record().change(|known| {
                    if known.doubt.is_looking() {
                        known.check_role(&participant.link, role.as_ref());
                    }
                });
                Ok(())
            }
        }
    }
}
