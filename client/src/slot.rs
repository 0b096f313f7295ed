//! Something that is shared for as long as somebody holds it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// A place for something that is shared for as long as somebody holds it, and made when the next one asks.
pub(crate) struct Slot<T>(Mutex<Weak<T>>);

impl<T> Slot<T> {
    /// What is shared, or what `create` makes.
    pub(crate) fn get_or_create(&self, create: impl FnOnce() -> Arc<T>) -> Arc<T> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.upgrade().unwrap_or_else(|| {
            let made = create();
            *slot = Arc::downgrade(&made);
            made
        })
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(Mutex::new(Weak::new()))
    }
}

impl<T> fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Slot").finish_non_exhaustive()
    }
}
