//! One conversation, as all who work with it share it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ucwa::communication::Conversation as Resource;
use ucwa::{Event, Link};

use super::item::ConversationEnd;
use super::known::KnownConversation;
use super::telling::Found;
use crate::concurrency::{Changes, Kept, Watcher};

/// One conversation.
#[derive(Debug)]
pub(super) struct ConversationRecord {
    pub(super) link: Link<Resource>,
    /// How many conversations of the application had begun before.
    pub(super) number: u64,
    known: Mutex<KnownConversation>,
    /// Counts changes, for those who wait for one.
    changes: Changes,
    /// What is looked up for the note that comes next, by its number.
    pub(super) lookups: Kept<u64, Found>,
}

impl ConversationRecord {
    pub(super) fn new(link: Link<Resource>) -> Self {
        Self::after(0, link)
    }

    /// One that begins after as many others.
    pub(super) fn after(number: u64, link: Link<Resource>) -> Self {
        Self { link, number, known: Mutex::default(), changes: Changes::default(), lookups: Kept::default() }
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

    /// Waits until somebody has looked up what changed while events were lost, with success or without.
    pub(super) async fn looked_up(&self) {
        let mut changes = self.watch();
        while self.known().doubt.is_fresh() && self.known().end().is_none() {
            changes.changed().await;
        }
    }

    /// Notes an event that the conversation sent, or that is about it. Gives whether there is something to look up.
    pub(super) fn hear(&self, event: &Event) -> bool {
        self.change(|known| {
            known.hear(event);
            known.doubt.is_open()
        })
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
pub(super) type ConversationRecords = BTreeMap<String, Arc<ConversationRecord>>;
