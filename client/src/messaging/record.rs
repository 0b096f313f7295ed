//! One conversation, as all who work with it share it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ucwa::communication::Conversation as Resource;
use ucwa::{Event, Link};

use super::item::ConversationEnd;
use super::known::KnownConversation;
use crate::concurrency::{Changes, Watcher};

/// One conversation.
#[derive(Debug)]
pub(super) struct ConversationRecord {
    pub(super) link: Link<Resource>,
    known: Mutex<KnownConversation>,
    /// Counts changes, for those who wait for one.
    changes: Changes,
}

impl ConversationRecord {
    pub(super) fn new(link: Link<Resource>) -> Self {
        Self { link, known: Mutex::default(), changes: Changes::default() }
    }

    pub(super) fn known(&self) -> MutexGuard<'_, KnownConversation> {
        // Whatever is half-noted is noted again by the next event.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is known, and wakes those who wait for a change.
    pub(super) fn change<R>(&self, change: impl FnOnce(&mut KnownConversation) -> R) -> R {
        let result = change(&mut self.known());
        self.changes.note();
        result
    }

    /// Tells of changes from now on.
    pub(super) fn watch(&self) -> Watcher<'_> {
        self.changes.watch()
    }

    /// Notes an event that the conversation sent, or that is about it.
    pub(super) fn hear(&self, event: &Event) {
        self.change(|known| known.hear(event));
    }

    /// Notes that the conversation is over.
    pub(super) fn finish(&self, end: ConversationEnd) {
        self.change(|known| known.finish(end));
    }

    /// Notes that events were lost.
    pub(super) fn doubt(&self) {
        self.change(KnownConversation::lose_events);
    }
}

/// Conversations by the address of their link.
pub(super) type Conversations = BTreeMap<String, Arc<ConversationRecord>>;
