//! How events reach the parts of the client that keep something up to date by them.
//!
//! The event channel belongs to the program, which reads it as a stream. Each item of the stream is shown to the listeners before
//! the program gets it, so that nothing is taken away from anybody. A listener must not wait: it notes what the item means to it,
//! at most once for each thing that it keeps, and leaves requests to a task of its own.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::channel::ChannelItem;

/// Somebody who is shown each item of the event channel.
pub(crate) trait Listener: Send + Sync {
    /// Notes an item, without waiting for anything.
    fn hear(self: Arc<Self>, item: &ChannelItem);

    /// Notes whether events arrive.
    fn set_liveness(&self, _: Liveness) {}
}

/// Whether events arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Liveness {
    /// The server has just responded, and the next poll is on its way.
    Live,
    /// The event channel does not work at present, has ended, or is read by nobody.
    Silent,
}

/// The listeners of an application.
#[derive(Default)]
pub(crate) struct Listeners(Mutex<Vec<Weak<dyn Listener>>>);

impl Listeners {
    /// Shows a listener all items to come, for as long as it exists.
    pub(crate) fn add(&self, listener: &Arc<impl Listener + 'static>) {
        let listener: Weak<dyn Listener> = Arc::downgrade(listener) as Weak<dyn Listener>;
        self.lock().push(listener);
    }

    /// Shows an item to all listeners.
    pub(crate) fn tell(&self, item: &ChannelItem) {
        self.each(|listener| listener.hear(item));
    }

    /// Tells all listeners whether events arrive.
    pub(crate) fn set_liveness(&self, liveness: Liveness) {
        self.each(|listener| listener.set_liveness(liveness));
    }

    fn each(&self, act: impl FnMut(Arc<dyn Listener>)) {
        let listeners: Vec<_> = {
            let mut all = self.lock();
            all.retain(|listener| listener.strong_count() > 0);
            all.iter().filter_map(Weak::upgrade).collect()
        };
        // A listener may add another one.
        listeners.into_iter().for_each(act);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Weak<dyn Listener>>> {
        // The list is whole whatever happened to whoever held it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Listeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listeners").field("count", &self.lock().len()).finish()
    }
}
