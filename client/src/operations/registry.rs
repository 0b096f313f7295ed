//! The operations of an application that have not ended, by their ids.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use ucwa::{Event, EventKind};

use super::outcome::UnknownOutcome;
use super::slot::{Slot, url};
use crate::channel::{ChannelEnd, ChannelItem, Listener, Loss};
use crate::error::RefusedError;

/// The operations of an application that a program waits for.
#[derive(Debug, Default)]
pub(crate) struct Operations(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    slots: BTreeMap<String, Arc<Slot>>,
    is_interrupted: bool,
    is_closed: bool,
    /// Whether the program has still to take what came before, so that nobody looks at what comes.
    is_behind: Arc<AtomicBool>,
}

impl Operations {
    /// Waits for events about an operation from now on.
    pub(super) fn register(self: &Arc<Self>, id: &str) -> Result<Registration, RefusedError> {
        let mut state = self.state();
        if state.is_closed {
            return Err(RefusedError::Closed);
        }
        if state.slots.contains_key(id) {
            return Err(RefusedError::OperationIdInUse { id: id.to_owned() });
        }
        let slot = Arc::new(Slot::new(state.is_interrupted, Arc::clone(&state.is_behind)));
        state.slots.insert(id.to_owned(), Arc::clone(&slot));
        Ok(Registration { operations: Arc::downgrade(self), id: id.to_owned(), slot })
    }

    /// Gives up all operations, as the application is closed.
    pub(crate) fn close(&self) {
        self.state().is_closed = true;
        self.give_up(|| UnknownOutcome::Closed);
    }

    /// Gives up all operations of an application that the server lost.
    pub(crate) fn lose(&self) {
        self.give_up(|| UnknownOutcome::Lost(Loss::Recreated));
    }

    /// Takes note of whether the channel works.
    pub(crate) fn set_interrupted(&self, is_interrupted: bool) {
        let mut state = self.state();
        if state.is_interrupted != is_interrupted {
            state.is_interrupted = is_interrupted;
            state.slots.values().for_each(|slot| slot.set_interrupted(is_interrupted));
        }
    }

    /// Takes note of whether the program has still to take what the channel has received.
    pub(crate) fn set_behind(&self, is_behind: bool) {
        self.state().is_behind.store(is_behind, Ordering::Relaxed);
    }

    fn give_up(&self, cause: impl Fn() -> UnknownOutcome) {
        self.state().slots.values().for_each(|slot| slot.give_up(cause()));
    }

    /// Gives all operations up of which nothing is heard any more, as the server lost something.
    pub(crate) fn doubt(&self, loss: Loss) {
        self.state().slots.values().for_each(|slot| slot.doubt(UnknownOutcome::Lost(loss)));
    }

    fn hear_event(&self, event: &Event) {
        let state = self.state();
        if state.slots.is_empty() {
            return;
        }
        let by_id = event.operation_id().and_then(|id| state.slots.get(id));
        let by_place = || {
            // An event that does not embed its target names no id.
            let is_possible = matches!(event.kind, EventKind::Started | EventKind::Updated | EventKind::Completed);
            let place = url(event).filter(|_| is_possible && event.operation_id().is_none())?;
            state.slots.values().find(|slot| slot.is_at(&place))
        };
        if let Some(slot) = by_id.or_else(by_place) {
            slot.hear(event);
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for Operations {
    fn hear(&self, item: &ChannelItem) {
        match item {
            ChannelItem::Event(event) => self.hear_event(event),
            ChannelItem::Interrupted(_) => self.set_interrupted(true),
            ChannelItem::Reconnected => self.set_interrupted(false),
            // An application that is created again gives up its operations at once: those that began since must go on. And where
            // another stream took the channel, that one tells of them.
            ChannelItem::Lost(Loss::Recreated)
            | ChannelItem::Ended(ChannelEnd::TakenByStream)
            | ChannelItem::UnreadableSender(_)
            | ChannelItem::UnreadableParts(_) => {}
            ChannelItem::Lost(loss) => self.doubt(*loss),
            ChannelItem::Ended(_) => self.give_up(|| UnknownOutcome::ChannelEnded),
        }
    }
}

/// The place of one operation among those that events are about. Dropping it gives the place up.
#[derive(Debug)]
pub(super) struct Registration {
    operations: Weak<Operations>,
    pub(super) id: String,
    pub(super) slot: Arc<Slot>,
}

impl Drop for Registration {
    fn drop(&mut self) {
        if let Some(operations) = self.operations.upgrade() {
            operations.state().slots.remove(&self.id);
        }
    }
}
