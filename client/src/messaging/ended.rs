//! Conversations that ended lately: who learns of one only now learns that it is over, and what was said in it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Weak};

use ucwa::Link;
use ucwa::communication::Conversation as Resource;

use super::item::ConversationEnd;
use super::key::key;
use super::record::ConversationRecord;

/// How many are remembered.
const REMEMBERED: usize = 64;

/// Conversations that ended lately, the latest last.
#[derive(Default)]
pub(super) struct EndedConversations {
    latest: VecDeque<Ended>,
    /// How many conversations have ended, and how often events were lost that may have said so.
    count: u64,
    /// When events or conversations were lost last.
    last_loss: Option<Since>,
}

/// A conversation that ended.
struct Ended {
    /// The address of its link.
    key: String,
    end: ConversationEnd,
    record: Weak<ConversationRecord>,
    /// The same, where there are messages that the program may still ask for.
    unread: Option<Arc<ConversationRecord>>,
    /// How many ended before.
    number: u64,
    announcement: Announcement,
    /// Whether the event has come that says that it has begun.
    has_begun: bool,
}

/// Whether the event has come that says that a conversation is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Announcement {
    /// It has come, or will not.
    Heard,
    /// It has still to come.
    Awaited,
}

/// A moment in the life of an application, by what of it had ended or was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Since(u64);

impl EndedConversations {
    /// This moment.
    pub(super) fn now(&self) -> Since {
        Since(self.count)
    }

    /// Notes that a conversation is over.
    pub(super) fn note(&mut self, record: &Arc<ConversationRecord>, announcement: Announcement) {
        let (end, has_unread, has_begun) = {
            let known = record.known();
            let Some(end) = known.end() else { return };
            (end.clone(), known.notes.has_unread_messages(), known.has_begun)
        };
        if self.latest.len() == REMEMBERED {
            self.latest.pop_front();
        }
        self.latest.push_back(Ended {
            key: key(&record.link),
            end,
            record: Arc::downgrade(record),
            unread: has_unread.then(|| Arc::clone(record)),
            number: self.count,
            announcement,
            has_begun,
        });
        self.count += 1;
    }

    /// A conversation that ended since a moment, if there was one: what ended before may have begun again.
    pub(super) fn find(&self, link: &Link<Resource>, since: Since) -> Option<Arc<ConversationRecord>> {
        let key = key(link);
        let mut found = self.latest.iter().rev().take_while(|found| found.number >= since.0);
        let found = found.find(|found| found.key == key)?;
        let known = found.unread.clone().or_else(|| found.record.upgrade());
        Some(known.unwrap_or_else(|| {
            let record = ConversationRecord::new(link.clone());
            record.finish(found.end.clone());
            Arc::new(record)
        }))
    }

    /// Notes that the event has come that a conversation is over. Gives whether it is about one of these, and not about one that has
    /// the same address because the user came back.
    pub(super) fn hear(&mut self, key: &str) -> bool {
        let is_awaited = |found: &&mut Ended| found.key == key && found.announcement == Announcement::Awaited;
        let found = self.latest.iter_mut().find(is_awaited);
        found.map(|found| found.announcement = Announcement::Heard).is_some()
    }

    /// Notes that the event has come that a conversation has begun. Gives whether it is about one of these that ended before that was
    /// told, and not about one that has the same address because the user came back.
    pub(super) fn hear_beginning(&mut self, key: &str) -> bool {
        let is_late =
            |found: &&mut Ended| found.key == key && found.announcement == Announcement::Awaited && !found.has_begun;
        let found = self.latest.iter_mut().find(is_late);
        found.map(|found| found.has_begun = true).is_some()
    }

    /// Whether a conversation is over and, as nothing was lost since, has not begun again: what comes of it now was sent before.
    pub(super) fn is_over(&self, key: &str) -> bool {
        let found = self.latest.iter().rev().find(|found| found.key == key);
        found.is_some_and(|found| !self.has_loss_since(Since(found.number)))
    }

    /// Whether the event has still to come that a conversation is over: what comes before is about what has ended.
    pub(super) fn is_awaited(&self, key: &str) -> bool {
        self.latest.iter().any(|found| found.key == key && found.announcement == Announcement::Awaited)
    }

    /// Notes that events or conversations were lost, among them perhaps events that are awaited.
    pub(super) fn note_loss(&mut self) {
        self.latest.iter_mut().for_each(|found| found.announcement = Announcement::Heard);
        self.last_loss = Some(self.now());
        self.count += 1;
    }

    /// Whether something was lost since a moment.
    pub(super) fn has_loss_since(&self, since: Since) -> bool {
        self.last_loss.is_some_and(|loss| loss >= since)
    }

    /// Forgets a conversation that goes on, or has begun again.
    pub(super) fn forget(&mut self, key: &str) {
        self.latest.retain(|found| found.key != key);
    }
}

impl fmt::Debug for EndedConversations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.latest).finish()
    }
}

impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, end, announcement, .. } = self;
        let mut debug = f.debug_struct("Ended");
        debug.field("key", key).field("end", end).field("announcement", announcement).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over() -> Arc<ConversationRecord> {
        let record = Arc::new(ConversationRecord::new(Link::new("/c")));
        record.finish(ConversationEnd::Left);
        record
    }

    #[test]
    fn the_event_of_an_end_is_that_of_the_visit_that_ended_first() {
        let mut ended = EndedConversations::default();
        ended.note(&over(), Announcement::Awaited);
        assert!(ended.is_over("/c") && !ended.is_over("/other"));
        assert!(!ended.hear("/other") && ended.is_awaited("/c"));
        assert!(ended.hear("/c") && !ended.is_awaited("/c"));
        assert!(!ended.hear("/c"), "the next one ends the next visit");
        ended.note_loss();
        assert!(!ended.is_over("/c"), "that it began again may be among what was lost");
        ended.note(&over(), Announcement::Awaited);
        ended.note_loss();
        assert!(!ended.hear("/c"), "it may have been lost");
    }

    #[test]
    fn the_event_of_a_beginning_is_that_of_the_visit_that_ended_before_it_was_told() {
        let mut ended = EndedConversations::default();
        ended.note(&over(), Announcement::Awaited);
        assert!(!ended.hear_beginning("/other") && ended.hear_beginning("/c"));
        assert!(ended.is_awaited("/c") && !ended.hear_beginning("/c"), "the next one begins the next visit");
        let begun = over();
        begun.change(|known| known.has_begun = true);
        ended.forget("/c");
        ended.note(&begun, Announcement::Awaited);
        assert!(!ended.hear_beginning("/c"));
    }

    #[test]
    fn what_ended_or_was_lost_before_a_moment_may_have_begun_again() {
        let mut ended = EndedConversations::default();
        let (before, link) = (ended.now(), Link::new("/c"));
        ended.note(&over(), Announcement::Heard);
        assert_eq!(
            ended.find(&link, before).and_then(|found| found.known().end().cloned()),
            Some(ConversationEnd::Left)
        );
        assert!(ended.find(&link, ended.now()).is_none());
        assert!(!ended.has_loss_since(before));
        ended.note_loss();
        assert!(ended.has_loss_since(before) && !ended.has_loss_since(ended.now()));
        ended.forget("/c");
        assert!(ended.find(&link, before).is_none());
    }
}
