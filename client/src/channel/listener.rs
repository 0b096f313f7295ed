//! Parts of the client that follow the channel beside the program.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::ChannelItem;

/// A part of the client that follows the channel beside the program.
pub(crate) trait Listener: Send + Sync {
    /// Takes note of an item before the program receives it. It must not wait for anything.
    fn hear(&self, item: &ChannelItem);

    /// Takes note of whether events arrive.
    fn set_liveness(&self, _: Liveness) {}

    /// Takes note that the application is closed: whoever waits for something waits no longer, whether or not somebody reads the
    /// channel.
    fn close(&self) {}
}

/// Whether events arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Liveness {
    /// The server has just responded, and the next poll is on its way.
    Live,
    /// The channel does not work at present, has ended, or is read by nobody.
    Silent,
}

/// Those who follow the channel of an application. They are forgotten when nobody else holds them any more.
#[derive(Default)]
pub(crate) struct Listeners(Mutex<Vec<Weak<dyn Listener>>>);

impl Listeners {
    /// Tells a listener of all items from now on.
    pub(crate) fn add(&self, listener: Weak<dyn Listener>) {
        self.lock().push(listener);
    }

    /// Tells all listeners of an item, in the order in which they were added.
    pub(crate) fn tell(&self, item: &ChannelItem) {
        self.each(|listener| listener.hear(item));
    }

    /// Tells all listeners whether events arrive.
    pub(crate) fn set_liveness(&self, liveness: Liveness) {
        self.each(|listener| listener.set_liveness(liveness));
    }

    /// Tells all listeners that the application is closed.
    pub(crate) fn close(&self) {
        self.each(|listener| listener.close());
    }

    fn each(&self, mut tell: impl FnMut(&dyn Listener)) {
        // Listeners may add others, so that the lock is not held while they hear.
        let all: Vec<Arc<dyn Listener>> = {
            let mut listeners = self.lock();
            listeners.retain(|listener| listener.strong_count() > 0);
            listeners.iter().filter_map(Weak::upgrade).collect()
        };
        for listener in &all {
            tell(&**listener);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Weak<dyn Listener>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
