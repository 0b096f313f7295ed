//! The invitations of an application, from the first event on: the program may ask for them only later.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ucwa::communication::MessagingInvitation;
use ucwa::online_meeting::OnlineMeetingInvitation;
use ucwa::{Event, EventKind};

use super::incoming::{Incoming, Invitation, InvitationEnd};
use super::key::key;
use super::known::end_by;
use crate::application::{Application, Part};
use crate::channel::{ChannelEnd, ChannelItem, Listener};
use crate::concurrency::{Changes, Watcher};
use crate::loss::Loss;

/// How many invitations are remembered that are over.
const REMEMBERED: usize = 64;

/// The invitations of an application. It holds no application, as the application holds it.
#[derive(Debug, Default)]
pub(super) struct Ringing {
    known: Mutex<RingingState>,
    /// Counts invitations, for those who wait for one.
    changes: Changes,
}

#[derive(Debug, Default)]
struct RingingState {
    /// Invitations that have not been answered, by the address of their link.
    invitations: BTreeMap<String, Arc<Incoming>>,
    /// Those of them that the program has not received.
    waiting: VecDeque<Arc<Incoming>>,
    /// Invitations that were over lately, by the address of their link: the server may tell of them again after a loss of events.
    past: VecDeque<String>,
}

impl Part for Ringing {}

impl Application {
    /// Has invitations heard from now on, for a program that asks for them only later: no resource says which ones there are.
    pub(crate) fn hear_invitations(&self) {
        Ringing::of(self);
    }
}

impl RingingState {
    /// Puts the invitations aside that nobody has ended, but that can no longer be answered. One that the program holds may have been
    /// answered just in time.
    fn put_aside(&mut self) {
        self.waiting.retain(|found| !found.is_over());
        let over = self.invitations.iter().filter(|(_, found)| found.is_over() && Arc::strong_count(found) == 1);
        let over: Vec<_> = over.map(|(key, _)| key.clone()).collect();
        for key in over {
            self.remove(key);
        }
    }

    fn remove(&mut self, key: String) -> Option<Arc<Incoming>> {
        let removed = self.invitations.remove(&key)?;
        self.remember(key);
        Some(removed)
    }

    /// Takes all invitations, as the server dropped them. Those that were answered, or can no longer be, are not offered again.
    fn take_all(&mut self) -> Vec<Arc<Incoming>> {
        self.waiting.clear();
        let mut taken = Vec::new();
        for (key, incoming) in std::mem::take(&mut self.invitations) {
            if incoming.is_over() || incoming.is_answered() {
                self.remember(key);
            }
            taken.push(incoming);
        }
        taken
    }

    fn remember(&mut self, key: String) {
        if self.past.len() == REMEMBERED {
            self.past.pop_front();
        }
        self.past.push_back(key);
    }
}

impl Ringing {
    /// The invitations of an application.
    pub(super) fn of(application: &Application) -> Arc<Self> {
        application.own_listener(Self::default)
    }

    fn known(&self) -> MutexGuard<'_, RingingState> {
        // Each entry is whole by itself.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next invitation that waits. One of which nothing is known goes on waiting.
    pub(super) fn take(&self) -> Option<Arc<Incoming>> {
        let mut known = self.known();
        while let Some(incoming) = known.waiting.front().cloned() {
            if incoming.is_over() || incoming.details().is_some() {
                known.waiting.pop_front();
            }
            if !incoming.is_over() {
                return Some(incoming);
            }
        }
        None
    }

    pub(super) fn watch(&self) -> Watcher<'_> {
        self.changes.watch()
    }

    fn hear_invitation<T: Invitation>(&self, event: &Event) {
        let Some(link) = event.link::<T>() else { return };
        match event.kind {
            EventKind::Started => {
                let incoming = Incoming::new(T::locate(&link));
                if let Some(resource) = event.about::<T>().and_then(|event| event.resource())
                    && !incoming.learn(resource)
                {
                    return;
                }
                let mut known = self.known();
                known.put_aside();
                let key = key(&link);
                if known.past.contains(&key) {
                    return;
                }
                // One that is told again after a loss is the same, and the program may have it already.
                if let Entry::Vacant(place) = known.invitations.entry(key) {
                    let incoming = Arc::clone(place.insert(Arc::new(incoming)));
                    known.waiting.push_back(incoming);
                }
                drop(known);
                self.changes.note();
            }
            EventKind::Completed | EventKind::Deleted => {
                let ended = self.known().remove(key(&link));
                if let Some(incoming) = ended {
                    incoming.finish(InvitationEnd::of(event));
                }
            }
            _ => {}
        }
    }

    /// Ends all invitations, as the server dropped what goes on.
    fn lose(&self, loss: Loss) {
        self.finish_all(&InvitationEnd::Lost(loss));
        if loss.includes_links() {
            // An invitation of the new application may have the address of one of the old.
            self.known().past.clear();
        }
    }

    fn finish_all(&self, end: &InvitationEnd) {
        let taken = self.known().take_all();
        for incoming in taken {
            incoming.finish(end.clone());
        }
    }
}

impl Listener for Ringing {
    fn hear(&self, item: &ChannelItem) {
        match item {
            ChannelItem::Event(event) => match event.rel() {
                "messagingInvitation" => self.hear_invitation::<MessagingInvitation>(event),
                "onlineMeetingInvitation" => self.hear_invitation::<OnlineMeetingInvitation>(event),
                _ => {}
            },
            ChannelItem::Lost(loss) if end_by(*loss).is_some() => self.lose(*loss),
            // Another stream of the application goes on.
            ChannelItem::Ended(ChannelEnd::TakenByStream) => {}
            ChannelItem::Ended(_) => self.finish_all(&InvitationEnd::ChannelEnded),
            _ => {}
        }
    }

    fn close(&self) {
        self.finish_all(&InvitationEnd::Closed);
        self.changes.note();
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;
    use ucwa::Link;

    use super::*;
    use crate::messaging::incoming::{Place, TIME_TO_ANSWER};

    #[tokio::test(start_paused = true)]
    async fn an_invitation_that_the_program_answers_at_the_last_moment_is_not_put_aside() {
        let mut known = RingingState::default();
        let held = Arc::new(Incoming::new(Place::Messaging(Link::new("/i"))));
        known.invitations.insert("/i".into(), Arc::clone(&held));
        known.waiting.push_back(Arc::clone(&held));
        sleep(TIME_TO_ANSWER).await;
        known.put_aside();
        assert!(known.waiting.is_empty() && known.invitations.contains_key("/i"));
        drop(held);
        known.put_aside();
        assert!(known.invitations.is_empty() && known.past == ["/i"]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_invitation_that_was_answered_or_is_too_late_when_the_server_drops_it_is_not_offered_again() {
        let mut known = RingingState::default();
        let invitation = |href: &str| Arc::new(Incoming::new(Place::Messaging(Link::new(href))));
        let late = invitation("/late");
        known.invitations.insert("/late".into(), Arc::clone(&late));
        sleep(TIME_TO_ANSWER).await;
        known.put_aside();
        let answered = invitation("/answered");
        answered.answer();
        known.invitations.insert("/answered".into(), answered);
        known.invitations.insert("/new".into(), invitation("/new"));
        assert_eq!(known.take_all().len(), 3);
        assert!(known.invitations.is_empty() && known.past == ["/answered", "/late"]);
    }
}
