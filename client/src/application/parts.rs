//! The parts of the client that work on an application: at most one of each kind.
//!
//! The application does not know them. They find each other by their types, and hear from here what becomes of the application.

use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// A part of the client that exists for as long as the application does.
pub(crate) trait Part: Any + Send + Sync {
    /// The server lost the application, and it was created again.
    fn lost(&self, _: Identity) {}

    /// The application was closed or dropped.
    fn closed(&self) {}
}

/// Whether an application that was created again is where it was before, perhaps as the server never lost it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identity {
    Same,
    Other,
}

/// The parts of the client that work on an application.
#[derive(Default)]
pub(crate) struct Parts {
    own: Mutex<Own>,
    shared: Mutex<Vec<Weak<dyn Any + Send + Sync>>>,
}

/// Those that exist for as long as the application does.
#[derive(Default)]
struct Own {
    parts: Vec<Arc<dyn Part>>,
    is_closed: bool,
}

impl Parts {
    /// The part of a type that exists for as long as the application does, made when it is first needed.
    pub(crate) fn own<T: Part>(&self, create: impl FnOnce() -> Arc<T>) -> Arc<T> {
        let mut own = self.lock();
        let found = own.parts.iter().find_map(|part| {
            let part: Arc<dyn Any + Send + Sync> = part.clone();
            part.downcast().ok()
        });
        found.unwrap_or_else(|| {
            let made = create();
            if own.is_closed {
                made.closed();
            }
            own.parts.push(made.clone());
            made
        })
    }

    /// The part of a type that exists for as long as somebody holds it, made when the next one needs it.
    pub(crate) fn share<T: Any + Send + Sync>(&self, create: impl FnOnce() -> Arc<T>) -> Arc<T> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.retain(|part| part.strong_count() > 0);
        let found = shared.iter().find_map(|part| part.upgrade()?.downcast().ok());
        found.unwrap_or_else(|| {
            let made = create();
            let part: Weak<T> = Arc::downgrade(&made);
            shared.push(part);
            made
        })
    }

    /// Tells the parts that the server lost the application, and that it was created again.
    pub(super) fn lost(&self, identity: Identity) {
        let parts = self.lock().parts.clone();
        for part in parts {
            part.lost(identity);
        }
    }

    /// Tells the parts that the application is closed.
    pub(super) fn close(&self) {
        let parts = {
            let mut own = self.lock();
            own.is_closed = true;
            own.parts.clone()
        };
        for part in parts {
            part.closed();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Own> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
