//! What those who follow presence share with the task that works for them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::book::Book;
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

    pub(super) fn book(&self) -> MutexGuard<'_, Book> {
        // What a panic left behind is made good by the next loss or renewal.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
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
