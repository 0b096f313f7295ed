//! Conversations that ended lately: who learns of one only now learns that it is over, and what was said in it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Weak};

use ucwa::Link;
use ucwa::communication::Conversation as Resource;

use super::item::ConversationEnd;
use super::key::key;
use super::state::State;

/// How many are remembered.
const REMEMBERED: usize = 64;

/// Conversations that ended lately, the latest last.
#[derive(Debug, Default)]
pub(super) struct EndedConversations {
    latest: VecDeque<Ended>,
    /// How many conversations have ended.
    count: u64,
}

/// A conversation that ended.
struct Ended {
    /// The address of its link.
    key: String,
    end: ConversationEnd,
    state: Weak<State>,
    /// The same, where there are messages that the program may still ask for.
    unread: Option<Arc<State>>,
    /// How many ended before.
    number: u64,
    announcement: Announcement,
}

/// Whether the event has come that says that a conversation is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Announcement {
    /// It has come, or will not.
    Heard,
    /// It has still to come.
    Awaited,
}

/// A moment in the life of an application, by how many of its conversations had ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Since(u64);

impl EndedConversations {
    /// This moment.
    pub(super) fn now(&self) -> Since {
        Since(self.count)
    }

    /// Notes that a conversation is over.
    pub(super) fn note(&mut self, state: &Arc<State>, announcement: Announcement) {
        let (end, has_unread) = {
            let known = state.known();
            let Some(end) = known.end() else { return };
            (end.clone(), known.has_unread_messages())
        };
        if self.latest.len() == REMEMBERED {
            self.latest.pop_front();
        }
        self.latest.push_back(Ended {
            key: key(&state.link),
            end,
            state: Arc::downgrade(state),
            unread: has_unread.then(|| Arc::clone(state)),
            number: self.count,
            announcement,
        });
        self.count += 1;
    }

    /// A conversation that ended since a moment, if there was one: what ended before may have begun again.
    pub(super) fn find(&self, link: &Link<Resource>, since: Since) -> Option<Arc<State>> {
        let key = key(link);
        let mut found = self.latest.iter().rev().take_while(|found| found.number >= since.0);
        let found = found.find(|found| found.key == key)?;
        let known = found.unread.clone().or_else(|| found.state.upgrade());
        Some(known.unwrap_or_else(|| {
            let state = State::new(link.clone());
            state.finish(found.end.clone());
            Arc::new(state)
        }))
    }

    /// Notes that the event has come that a conversation is over. Gives whether it is about one of these, and not about one that has
    /// the same address because the user came back.
    pub(super) fn hear(&mut self, key: &str) -> bool {
        let is_awaited = |found: &&mut Ended| found.key == key && found.announcement == Announcement::Awaited;
        let found = self.latest.iter_mut().find(is_awaited);
        found.map(|found| found.announcement = Announcement::Heard).is_some()
    }

    /// Notes that events were lost, among them perhaps those that are awaited.
    pub(super) fn await_nothing(&mut self) {
        self.latest.iter_mut().for_each(|found| found.announcement = Announcement::Heard);
    }

    /// Forgets a conversation that goes on, or has begun again.
    pub(super) fn forget(&mut self, key: &str) {
        self.latest.retain(|found| found.key != key);
    }
}

impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, end, announcement, .. } = self;
        let mut debug = f.debug_struct("Ended");
        debug.field("key", key).field("end", end).field("announcement", announcement).finish_non_exhaustive()
    }
}
