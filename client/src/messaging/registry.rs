//! What all that belong to the messaging of an application share.

use std::sync::{Arc, Weak};

use tokio::runtime::Handle;

use super::book::Book;
use super::ringing::Ringing;
use crate::application::Application;

/// What all that belong to the messaging of an application share. There is one at most at a time.
#[derive(Debug)]
pub(super) struct Registry {
    pub(super) application: Application,
    pub(super) own: Weak<Self>,
    /// The invitations, which are known although nobody has asked for any of this.
    pub(super) ringing: Arc<Ringing>,
    /// The conversations, which stay known where nobody holds any of this for a while.
    pub(super) book: Arc<Book>,
}

impl Registry {
    /// The same for all who work with the conversations of an application.
    pub(super) fn of(application: &Application) -> Arc<Self> {
        let (ringing, book) = (Ringing::of(application), Book::of(application));
        application.parts().share(|| {
            let application = application.clone();
            let shared = Arc::new_cyclic(|own| Self { application, own: own.clone(), ringing, book });
            shared.book.attach(Weak::clone(&shared.own));
            // Outside of a runtime, the next event has it looked up.
            if shared.book.is_in_doubt() && Handle::try_current().is_ok() {
                shared.recover();
            }
            shared
        })
    }
}
