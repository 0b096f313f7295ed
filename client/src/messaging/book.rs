//! The conversations of an application, by what its events say of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use ucwa::communication::Conversation as Resource;
use ucwa::{Event, EventKind, Link};

use super::doubt::{Doubt, Look};
use super::ended::{Announcement, EndedConversations, Since};
use super::item::ConversationEnd;
use super::key::key;
use super::known::end_by;
use super::record::{ConversationRecord, ConversationRecords};
use super::registry::Registry;
use crate::application::{Application, Part};
use crate::channel::{ChannelEnd, ChannelItem, Listener, Liveness};
use crate::concurrency::Changes;
use crate::loss::Loss;

/// The conversations of an application, from the moment on at which the program first works with one. It holds no application, as the
/// application holds it.
#[derive(Debug, Default)]
pub(super) struct Book {
    known: Mutex<BookState>,
    /// Who looks up what is in doubt, while there is anybody whom it concerns.
    registry: Mutex<Weak<Registry>>,
    /// Counts the conversations that have begun, for those who wait for one.
    pub(super) begun: Changes,
}

#[derive(Debug, Default)]
struct BookState {
    conversations: ConversationRecords,
    ended: EndedConversations,
    /// How many conversations have begun.
    count: u64,
    /// Whether it is known which conversations there are, or events were lost that may have said so.
    doubt: Doubt,
    /// Whether the event channel has ended, and no other stream has received anything since.
    is_cut_off: bool,
    /// Whether a task looks up what is in doubt.
    is_recovering: bool,
}

/// A conversation that goes on.
struct Beginning {
    record: Arc<ConversationRecord>,
    /// Whether nobody knew of it.
    is_new: bool,
    /// Whether events were lost that may have said that it has ended.
    may_be_lost: bool,
}

impl Part for Book {}

impl Book {
    /// The conversations of an application.
    pub(super) fn of(application: &Application) -> Arc<Self> {
        application.own_listener(Self::default)
    }

    /// Notes who looks up from now on what is in doubt.
    pub(super) fn attach(&self, registry: Weak<Registry>) {
        *self.registry.lock().unwrap_or_else(PoisonError::into_inner) = registry;
        // Whoever did so before is gone, and the task ends with them.
        self.interrupt_recovery();
    }

    fn registry(&self) -> Option<Arc<Registry>> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner).upgrade()
    }

    /// Has looked up what is in doubt. Where there is nobody whom it concerns, the next one has it looked up.
    fn recover(&self) {
        if let Some(registry) = self.registry() {
            registry.recover();
        }
    }

    /// This moment.
    pub(super) fn now(&self) -> Since {
        self.known().ended.now()
    }

    fn known(&self) -> MutexGuard<'_, BookState> {
        // Each entry is whole by itself.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of the conversations that go on.
    pub(super) fn records(&self) -> Vec<Arc<ConversationRecord>> {
        self.known().conversations.values().cloned().collect()
    }

    /// The conversation that a link leads to, for somebody who has known of it since a moment: it may have ended or been lost in the
    /// meantime.
    pub(super) fn record_since(&self, link: &Link<Resource>, since: Since) -> Arc<ConversationRecord> {
        let beginning = {
            let mut known = self.known();
            if let Some(ended) = known.ended.find(link, since) {
                return ended;
            }
            let may_be_lost = known.ended.has_loss_since(since);
            known.begin(link, may_be_lost)
        };
        self.settle(beginning)
    }

    /// Notes a conversation that the server said since a moment to go on, unless it has ended meanwhile.
    pub(super) fn note_found(&self, link: &Link<Resource>, since: Since) {
        let beginning = {
            let mut known = self.known();
            known.ended.find(link, since).is_none().then(|| known.begin_in_doubt(link))
        };
        if let Some(beginning) = beginning {
            self.settle(beginning);
        }
    }

    /// Tells of a conversation that may have begun, and looks up what is in doubt.
    fn settle(&self, beginning: Beginning) -> Arc<ConversationRecord> {
        let Beginning { record, is_new, may_be_lost } = beginning;
        if is_new {
            self.begun.note();
        }
        if is_new && may_be_lost {
            record.doubt();
            self.recover();
        }
        record
    }

    /// Of the conversations that go on, the one that began first after as many as that, with how many had begun by then.
    pub(super) fn next(&self, after: u64) -> Option<(Arc<ConversationRecord>, u64)> {
        let known = self.known();
        let next = known.conversations.values().filter(|record| record.number >= after);
        next.min_by_key(|record| record.number).map(|record| (Arc::clone(record), record.number + 1))
    }

    /// Has looked up which conversations there are, unless that was done before.
    pub(super) fn look_once(&self) {
        {
            let mut known = self.known();
            if known.doubt.has_been() {
                return;
            }
            known.doubt = Doubt::Open;
        }
        self.recover();
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

    fn hear_event(&self, event: &Event) {
        match event.rel() {
            "conversation" => {
                if let Some(link) = event.link::<Resource>() {
                    self.hear_conversation(event, &link);
                }
            }
            // They are heard whether or not the program works with conversations.
            "messagingInvitation" | "onlineMeetingInvitation" => {}
            _ => {
                let Some(link) = event.sender_link::<Resource>() else { return };
                let beginning = {
                    let mut known = self.known();
                    (!known.is_past(&link)).then(|| known.begin_in_doubt(&link))
                };
                if let Some(beginning) = beginning {
                    self.tell(&self.settle(beginning), event);
                }
            }
        }
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
            let beginning = {
                let is_added = event.kind == EventKind::Added;
                let mut known = self.known();
                let key = key(link);
                let is_late = if is_added { known.ended.hear_beginning(&key) } else { known.ended.is_awaited(&key) };
                if is_late {
                    return;
                }
                // It goes on, or has begun again.
                known.ended.forget(&key);
                if is_added { known.begin(link, false) } else { known.begin_in_doubt(link) }
            };
            self.tell(&self.settle(beginning), event);
        }
    }

    fn tell(&self, record: &ConversationRecord, event: &Event) {
        if record.hear(event) {
            self.recover();
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
        known.is_recovering = known.is_in_doubt();
        !known.is_recovering
    }

    /// Whether there is something to look up.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.known().is_in_doubt()
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
        let application = self.registry().map(|registry| registry.application.clone());
        let begun = self.finish_all_but(end, |record| {
            loss.includes_links() && application.as_ref().is_some_and(|application| application.contains(&record.link))
        });
        for record in begun.values() {
            record.doubt();
        }
        if !begun.is_empty() {
            self.recover();
        }
    }

    /// Ends all conversations.
    fn finish_all(&self, end: &ConversationEnd) {
        self.finish_all_but(end, |_| false);
    }

    /// Ends all conversations but those that go on, which it gives.
    fn finish_all_but(
        &self,
        end: &ConversationEnd,
        goes_on: impl Fn(&ConversationRecord) -> bool,
    ) -> ConversationRecords {
        let (going_on, ended) = {
            let mut known = self.known();
            // What comes after that begins anew.
            (known.doubt, known.is_cut_off) = (Doubt::None, false);
            known.ended.note_loss();
            let conversations = std::mem::take(&mut known.conversations).into_iter();
            let (going_on, ended): (ConversationRecords, ConversationRecords) =
                conversations.partition(|(_, record)| goes_on(record));
            known.conversations.clone_from(&going_on);
            (going_on, ended)
        };
        for record in ended.into_values() {
            record.finish(end.clone());
            self.known().ended.note(&record, Announcement::Heard);
        }
        going_on
    }
}

impl BookState {
    /// What is known of the conversation that a link leads to, which may begin with that.
    fn begin(&mut self, link: &Link<Resource>, may_be_lost: bool) -> Beginning {
        let before = self.count;
        let record = self.conversations.entry(key(link)).or_insert_with(|| {
            self.count += 1;
            Arc::new(ConversationRecord::after(before, link.clone()))
        });
        Beginning { record: Arc::clone(record), is_new: self.count > before, may_be_lost }
    }

    /// The same, where its beginning may be among the events that were lost.
    fn begin_in_doubt(&mut self, link: &Link<Resource>) -> Beginning {
        let may_be_lost = self.doubt.has_been();
        self.begin(link, may_be_lost)
    }

    /// Whether what a conversation sends now is about what has ended: before the event that says so and, as responses have all events of
    /// one sender together, after it.
    fn is_past(&self, link: &Link<Resource>) -> bool {
        let key = key(link);
        self.ended.is_awaited(&key) || (!self.conversations.contains_key(&key) && self.ended.is_over(&key))
    }

    fn is_in_doubt(&self) -> bool {
        self.doubt.is_open() || self.conversations.values().any(|record| record.known().doubt.is_open())
    }
}

impl Listener for Book {
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
        self.begun.note();
    }
}
