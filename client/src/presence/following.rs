//! What those who follow presence share with the task that works for them.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::book::{Book, Callers};
use crate::application::Application;
use crate::channel::{ChannelItem, Listener, Liveness};

/// What the followers of an application share with the task that works for them.
#[derive(Debug)]
pub(super) struct Following {
    pub(super) application: Application,
    book: Mutex<Book>,
    /// Wakes the task.
    pub(super) work: Notify,
}

impl Following {
    /// The same for all who follow presence in an application.
    pub(super) fn of(application: &Application) -> Arc<Self> {
        let listeners = application.listeners();
        application.parts().share(|| {
            let shared =
                Arc::new(Self { application: application.clone(), book: Mutex::default(), work: Notify::new() });
            listeners.add(&shared);
            shared
        })
    }

    pub(super) fn book(&self) -> OpenBook<'_> {
        // What a panic left behind is made good by the next loss or renewal.
        OpenBook { book: self.book.lock().unwrap_or_else(PoisonError::into_inner), callers: Callers::default() }
    }
}

/// The book while it is locked.
pub(super) struct OpenBook<'f> {
    book: MutexGuard<'f, Book>,
    /// Dropped after the lock, as the field comes after it.
    callers: Callers,
}

impl Deref for OpenBook<'_> {
    type Target = Book;

    fn deref(&self) -> &Book {
        &self.book
    }
}

impl DerefMut for OpenBook<'_> {
    fn deref_mut(&mut self) -> &mut Book {
        &mut self.book
    }
}

impl Drop for OpenBook<'_> {
    fn drop(&mut self) {
        self.callers = std::mem::take(&mut self.book.callers);
    }
}

impl Listener for Following {
    fn hear(&self, item: &ChannelItem) {
        if self.book().hear(item) {
            self.work.notify_one();
        }
    }

    fn set_liveness(&self, liveness: Liveness) {
        self.book().set_live(liveness == Liveness::Live);
    }

    fn close(&self) {
        self.book().close();
    }
}
