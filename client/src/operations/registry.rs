//! The operations of an application that have not ended, by their ids.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use ucwa::url::Url;
use ucwa::{Event, EventKind};

use super::slot::{OperationSlot, url};
use crate::application::{Application, Identity, Part};
use crate::channel::{ChannelEnd, ChannelItem, Listener, Listeners, Liveness};
use crate::error::{RefusedError, UnknownOutcome};
use crate::loss::Loss;

/// How many events are kept that may be about an operation whose place is not known yet. Of more, the oldest are dropped.
const UNCLAIMED: usize = 64;

/// The operations of an application that a program waits for.
pub(super) struct Operations {
    state: Mutex<OperationsState>,
    channel: Arc<Listeners>,
}

#[derive(Default)]
struct OperationsState {
    slots: BTreeMap<String, Arc<OperationSlot>>,
    is_closed: bool,
    /// Events that name no operation that the program waits for, and came before the response that says where one is.
    unclaimed: VecDeque<Event>,
}

impl OperationsState {
    /// The operation that an event is about: by its id, or by its place where it names none that the program waits for.
    fn find(&self, event: &Event) -> Option<&Arc<OperationSlot>> {
        if self.slots.is_empty() {
            return None;
        }
        let by_id = event.operation_id().and_then(|id| self.slots.get(id));
        by_id.or_else(|| {
            let place = place(event)?;
            self.slots.values().find(|slot| slot.is_at(&place))
        })
    }

    /// Keeps an event that may be about an operation whose place is not known yet.
    fn keep(&mut self, event: &Event) {
        if self.has_unlocated() && place(event).is_some() {
            if self.unclaimed.len() == UNCLAIMED {
                self.unclaimed.pop_front();
            }
            self.unclaimed.push_back(event.clone());
        }
    }

    fn has_unlocated(&self) -> bool {
        self.slots.values().any(|slot| slot.url().is_none())
    }
}

/// Where the target of an event is, if it can be an operation.
fn place(event: &Event) -> Option<Url> {
    let is_possible = matches!(event.kind, EventKind::Started | EventKind::Updated | EventKind::Completed);
    if is_possible { url(event) } else { None }
}

impl Operations {
    /// The operations of an application.
    pub(super) fn of(application: &Application) -> Arc<Self> {
        let channel = application.listeners();
        application.own_listener(|| Self { state: Mutex::default(), channel })
    }

    /// Waits for events about an operation from now on.
    pub(super) fn register(self: &Arc<Self>, id: &str) -> Result<Registration, RefusedError> {
        let mut state = self.state();
        if state.is_closed {
            return Err(RefusedError::Closed);
        }
        if state.slots.contains_key(id) {
            return Err(RefusedError::OperationIdInUse { id: id.to_owned() });
        }
        let slot = Arc::new(OperationSlot::new(self.channel.is_interrupted(), Arc::clone(self.channel.reader())));
        state.slots.insert(id.to_owned(), Arc::clone(&slot));
        Ok(Registration { operations: Arc::downgrade(self), id: id.to_owned(), slot })
    }

    /// Tells all operations something. It wakes those who wait, who may need what is locked here.
    fn each(&self, tell: impl FnMut(Arc<OperationSlot>)) {
        let slots: Vec<_> = self.state().slots.values().cloned().collect();
        slots.into_iter().for_each(tell);
    }

    fn set_interrupted(&self, is_interrupted: bool) {
        self.each(|slot| slot.set_interrupted(is_interrupted));
    }

    fn give_up(&self, cause: impl Fn() -> UnknownOutcome) {
        self.each(|slot| slot.give_up(cause()));
    }

    /// Gives up those operations of which nothing more is heard, as the server lost something.
    fn doubt(&self, loss: Loss) {
        self.each(|slot| slot.doubt(UnknownOutcome::Lost(loss)));
    }

    fn hear_event(&self, event: &Event) {
        let slot = {
            let mut state = self.state();
            let slot = state.find(event).cloned();
            if slot.is_none() {
                state.keep(event);
            }
            slot
        };
        if let Some(slot) = slot {
            slot.hear(event);
        }
    }

    /// Takes note of where an operation is, and of the events that came from there before.
    fn locate(&self, slot: &OperationSlot, place: &Url) {
        slot.locate(place.clone());
        let own = {
            let mut state = self.state();
            let events = std::mem::take(&mut state.unclaimed);
            let (own, others): (Vec<_>, Vec<_>) = events.into_iter().partition(|event| slot.is_at_target(event));
            if state.has_unlocated() {
                state.unclaimed.extend(others);
            }
            own
        };
        for event in &own {
            slot.hear(event);
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, OperationsState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Part for Operations {
    fn lost(&self, identity: Identity) {
        match identity {
            Identity::Same => self.doubt(Loss::Recreated),
            Identity::Other => self.give_up(|| UnknownOutcome::Lost(Loss::Recreated)),
        }
    }

    fn closed(&self) {
        self.state().is_closed = true;
        self.give_up(|| UnknownOutcome::Closed);
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
            ChannelItem::Ended(_) => self.each(|slot| slot.end_channel()),
        }
    }

    fn set_liveness(&self, liveness: Liveness) {
        match liveness {
            Liveness::Live => self.set_interrupted(false),
            // The program may read no more, so that those wait less long who wait for an event.
            Liveness::Silent => self.each(|slot| slot.look_again()),
        }
    }

    fn begin(&self) {
        self.each(|slot| slot.begin_channel());
    }
}

/// The place of one operation among those that events are about. Dropping it gives the place up.
#[derive(Debug)]
pub(super) struct Registration {
    operations: Weak<Operations>,
    pub(super) id: String,
    pub(super) slot: Arc<OperationSlot>,
}

impl Registration {
    /// Takes note of where the operation is.
    pub(super) fn locate(&self, place: &Url) {
        if let Some(operations) = self.operations.upgrade() {
            operations.locate(&self.slot, place);
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if let Some(operations) = self.operations.upgrade() {
            operations.state().slots.remove(&self.id);
        }
    }
}
