//! The conversations and invitations of an application, by what its events say of them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use ucwa::communication::{Conversation as Resource, MessagingInvitation};
use ucwa::online_meeting::OnlineMeetingInvitation;
use ucwa::{Event, EventKind, Link};

use super::doubt::{Doubt, Look};
use super::ended::{Announcement, EndedConversations, Since};
use super::incoming::{Incoming, Invitation, InvitationEnd};
use super::item::ConversationEnd;
use super::key::key;
use super::known::end_by;
use super::record::{ConversationRecord, Conversations};
use crate::application::Application;
use crate::channel::{ChannelEnd, ChannelItem, Listener, Liveness};
use crate::concurrency::{Changes, Watcher};
use crate::loss::Loss;

/// What all that belong to the messaging of an application share.
#[derive(Debug)]
pub(super) struct Registry {
    pub(super) application: Application,
    pub(super) own: Weak<Self>,
    known: Mutex<RegistryState>,
    /// Counts invitations, for those who wait for one.
    invitations: Changes,
}

#[derive(Debug, Default)]
struct RegistryState {
    conversations: Conversations,
    /// Invitations that have not been answered, by the address of their link.
    invitations: BTreeMap<String, Arc<Incoming>>,
    /// Those of them that the program has not received.
    waiting: VecDeque<Arc<Incoming>>,
    ended: EndedConversations,
    /// Whether it is known which conversations there are, or events were lost that may have said so.
    doubt: Doubt,
    /// Whether the event channel has ended, and no other stream has received anything since.
    is_cut_off: bool,
    /// Whether a task looks up what is in doubt.
    is_recovering: bool,
    /// Invitations that were over lately, by the address of their link: the server may tell of them again after a loss of events.
    past: VecDeque<String>,
}

/// How many invitations are remembered that are over.
const REMEMBERED: usize = 64;

impl RegistryState {
    /// Puts the invitations aside that nobody has ended, but that can no longer be answered. One that the program holds may have been
    /// answered just in time.
    fn put_aside(&mut self) {
        self.waiting.retain(|found| !found.is_over());
        let over = self.invitations.iter().filter(|(_, found)| found.is_over() && Arc::strong_count(found) == 1);
        let over: Vec<_> = over.map(|(key, _)| key.clone()).collect();
        for key in over {
            self.remove_invitation(key);
        }
    }

    fn remove_invitation(&mut self, key: String) -> Option<Arc<Incoming>> {
        let removed = self.invitations.remove(&key)?;
        self.remember(key);
        Some(removed)
    }

    /// Takes all invitations, as the server dropped them. Those that were answered, or can no longer be, are not offered again.
    fn take_invitations(&mut self) -> Vec<Arc<Incoming>> {
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

impl Registry {
    /// The same for all who follow the conversations of an application.
    pub(super) fn of(application: &Application) -> Arc<Self> {
        let listeners = application.listeners();
        application.parts().share(|| {
            let application = application.clone();
            let shared = Arc::new_cyclic(|own| Self {
                application,
                own: own.clone(),
                known: Mutex::default(),
                invitations: Changes::default(),
            });
            listeners.add(&shared);
            shared
        })
    }

    /// This moment.
    pub(super) fn now(&self) -> Since {
        self.known().ended.now()
    }

    /// A conversation that ended since a moment, if there was one.
    pub(super) fn ended(&self, link: &Link<Resource>, since: Since) -> Option<Arc<ConversationRecord>> {
        self.known().ended.find(link, since)
    }

    fn known(&self) -> MutexGuard<'_, RegistryState> {
        // Each entry is whole by itself.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of the conversations that go on.
    pub(super) fn records(&self) -> Vec<Arc<ConversationRecord>> {
        self.known().conversations.values().cloned().collect()
    }

    /// What is known of the conversation that a link leads to.
    pub(super) fn record_of(&self, link: &Link<Resource>) -> Arc<ConversationRecord> {
        let mut known = self.known();
        let record =
            known.conversations.entry(key(link)).or_insert_with(|| Arc::new(ConversationRecord::new(link.clone())));
        Arc::clone(record)
    }

    /// The same, for somebody who has known of it since a moment: it may have been lost in the meantime.
    pub(super) fn record_since(&self, link: &Link<Resource>, since: Since) -> Arc<ConversationRecord> {
        let is_in_doubt = {
            let known = self.known();
            known.ended.has_loss_since(since) && !known.conversations.contains_key(&key(link))
        };
        self.begin(link, is_in_doubt)
    }

    /// The same, where its beginning may be among the events that were lost.
    pub(super) fn record_in_doubt(&self, link: &Link<Resource>) -> Arc<ConversationRecord> {
        let is_in_doubt = {
            let known = self.known();
            known.doubt.has_been() && !known.conversations.contains_key(&key(link))
        };
        self.begin(link, is_in_doubt)
    }

    fn begin(&self, link: &Link<Resource>, is_in_doubt: bool) -> Arc<ConversationRecord> {
        let record = self.record_of(link);
        if is_in_doubt {
            record.doubt();
            self.recover();
        }
        record
    }

    /// Notes that a conversation is over, and with it what the user came back to, if that has the same address.
    pub(super) fn finish(&self, record: &Arc<ConversationRecord>, end: ConversationEnd) {
        let present = self.known().conversations.remove(&key(&record.link));
        let was_over = record.known().end().is_some();
        record.finish(end.clone());
        // What ended before is noted already.
        let ended = present.or_else(|| (!was_over).then(|| Arc::clone(record)));
        if let Some(ended) = ended {
            ended.finish(end);
            self.known().ended.note(&ended, Announcement::Awaited);
        }
    }

    /// The next invitation that waits; an error once no more can come. One of which nothing is known goes on waiting.
    pub(super) fn take_invitation(&self) -> Result<Option<Arc<Incoming>>, ()> {
        let mut known = self.known();
        while let Some(incoming) = known.waiting.front().cloned() {
            if incoming.is_over() || incoming.details().is_some() {
                known.waiting.pop_front();
            }
            if !incoming.is_over() {
                return Ok(Some(incoming));
            }
        }
        if self.application.is_closed() { Err(()) } else { Ok(None) }
    }

    pub(super) fn watch_invitations(&self) -> Watcher<'_> {
        self.invitations.watch()
    }

    fn hear_event(&self, event: &Event) {
        match event.rel() {
            "messagingInvitation" => self.hear_invitation::<MessagingInvitation>(event),
            "onlineMeetingInvitation" => self.hear_invitation::<OnlineMeetingInvitation>(event),
            "conversation" => {
                if let Some(link) = event.link::<Resource>() {
                    self.hear_conversation(event, &link);
                }
            }
            _ => {
                if let Some(link) = event.sender_link::<Resource>().filter(|link| !self.is_past(link)) {
                    self.record_in_doubt(&link).hear(event);
                }
            }
        }
    }

    /// Whether what a conversation sends now is about what has ended: before the event that says so and, as responses have all events of
    /// one sender together, after it.
    fn is_past(&self, link: &Link<Resource>) -> bool {
        let (known, key) = (self.known(), key(link));
        known.ended.is_awaited(&key) || (!known.conversations.contains_key(&key) && known.ended.is_over(&key))
    }

    fn hear_conversation(&self, event: &Event, link: &Link<Resource>) {
        if event.kind == EventKind::Deleted {
            let ended = {
                let mut known = self.known();
                if known.ended.hear(&key(link)) {
                    return;
                }
                known.conversations.remove(&key(link))
            };
            if let Some(record) = ended {
                record.hear(event);
                self.known().ended.note(&record, Announcement::Heard);
            }
        } else {
            let is_added = event.kind == EventKind::Added;
            {
                let mut known = self.known();
                let key = key(link);
                let is_late = if is_added { known.ended.hear_beginning(&key) } else { known.ended.is_awaited(&key) };
                if is_late {
                    return;
                }
                // It goes on, or has begun again.
                known.ended.forget(&key);
            }
            let record = if is_added { self.record_of(link) } else { self.record_in_doubt(link) };
            record.hear(event);
        }
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
                self.invitations.note();
            }
            EventKind::Completed | EventKind::Deleted => {
                let ended = self.known().remove_invitation(key(&link));
                if let Some(incoming) = ended {
                    incoming.finish(InvitationEnd::of(event));
                }
            }
            _ => {}
        }
    }

    /// Notes that events were lost.
    fn doubt_all(&self) {
        {
            let mut known = self.known();
            known.doubt = Doubt::Open;
            known.ended.note_loss();
        }
        // Those who wait for that may look at the conversations: they are not locked meanwhile.
        self.records().iter().for_each(|record| record.doubt());
        self.recover();
    }

    /// Notes that a task looks up what is in doubt. Gives whether none did before.
    pub(super) fn begin_recovery(&self) -> bool {
        !std::mem::replace(&mut self.known().is_recovering, true)
    }

    /// Notes that the task that looked up what is in doubt has ended before it was done.
    pub(super) fn interrupt_recovery(&self) {
        self.known().is_recovering = false;
    }

    /// Ends looking up what is in doubt, if nothing is any more.
    pub(super) fn finish_recovery(&self) -> bool {
        let mut known = self.known();
        let is_in_doubt =
            known.doubt.is_open() || known.conversations.values().any(|record| record.known().doubt.is_open());
        known.is_recovering = is_in_doubt;
        !is_in_doubt
    }

    /// Begins to look up which conversations there are; `None` where that is known.
    pub(super) fn begin_look(&self) -> Option<Since> {
        let mut known = self.known();
        known.doubt.is_open().then(|| {
            known.doubt.begin();
            known.ended.now()
        })
    }

    /// Notes what became of looking. Gives whether what was found is the latest that there is to know.
    pub(super) fn end_look(&self, look: Look) -> bool {
        let mut known = self.known();
        let is_latest = known.doubt.is_looking();
        known.doubt.end(look);
        is_latest
    }

    /// Notes that the server dropped what goes on. What the program has begun since, on the application that was created again, goes on,
    /// as far as the server has it.
    fn lose(&self, loss: Loss, end: &ConversationEnd) {
        let begun = self.finish_all_but(end, |record| loss.includes_links() && self.application.contains(&record.link));
        if loss.includes_links() {
            // An invitation of the new application may have the address of one of the old.
            self.known().past.clear();
        }
        for record in begun.values() {
            record.doubt();
        }
        if !begun.is_empty() {
            self.recover();
        }
    }

    /// Ends all conversations and invitations.
    fn finish_all(&self, end: &ConversationEnd) {
        self.finish_all_but(end, |_| false);
    }

    /// Ends all invitations, and all conversations but those that go on, which it gives.
    fn finish_all_but(&self, end: &ConversationEnd, goes_on: impl Fn(&ConversationRecord) -> bool) -> Conversations {
        let (going_on, ended, invitations) = {
            let mut known = self.known();
            // What comes after that begins anew.
            (known.doubt, known.is_cut_off) = (Doubt::None, false);
            known.ended.note_loss();
            let conversations = std::mem::take(&mut known.conversations).into_iter();
            let (going_on, ended): (Conversations, Conversations) =
                conversations.partition(|(_, record)| goes_on(record));
            known.conversations.clone_from(&going_on);
            (going_on, ended, known.take_invitations())
        };
        for record in ended.into_values() {
            record.finish(end.clone());
            self.known().ended.note(&record, Announcement::Heard);
        }
        for incoming in invitations {
            incoming.finish(InvitationEnd::Lost);
        }
        going_on
    }
}

impl Listener for Registry {
    fn hear(&self, item: &ChannelItem) {
        match item {
            ChannelItem::Event(event) => self.hear_event(event),
            ChannelItem::Lost(loss) => match end_by(*loss) {
                Some(end) => self.lose(*loss, &end),
                None => self.doubt_all(),
            },
            // Another stream of the application goes on.
            ChannelItem::Ended(ChannelEnd::TakenByStream) => {}
            ChannelItem::Ended(_) => {
                self.finish_all(&ConversationEnd::Closed);
                self.known().is_cut_off = true;
            }
            _ => {}
        }
    }

    fn set_liveness(&self, liveness: Liveness) {
        let is_back = liveness == Liveness::Live && std::mem::take(&mut self.known().is_cut_off);
        if is_back {
            // Another stream goes on, and conversations may go on for the server.
            self.doubt_all();
        }
    }

    fn close(&self) {
        self.finish_all(&ConversationEnd::Closed);
        self.invitations.note();
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;
    use crate::messaging::incoming::{Place, TIME_TO_ANSWER};

    #[tokio::test(start_paused = true)]
    async fn an_invitation_that_the_program_answers_at_the_last_moment_is_not_put_aside() {
        let mut known = RegistryState::default();
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
        let mut known = RegistryState::default();
        let invitation = |href: &str| Arc::new(Incoming::new(Place::Messaging(Link::new(href))));
        let late = invitation("/late");
        known.invitations.insert("/late".into(), Arc::clone(&late));
        sleep(TIME_TO_ANSWER).await;
        known.put_aside();
        let answered = invitation("/answered");
        answered.answer();
        known.invitations.insert("/answered".into(), answered);
        known.invitations.insert("/new".into(), invitation("/new"));
        assert_eq!(known.take_invitations().len(), 3);
        assert!(known.invitations.is_empty() && known.past == ["/answered", "/late"]);
    }
}
