//! The presence of contacts, kept up to date, and the user's own.
//!
//! [`Application::presence`] gives the contacts of an application whose presence is followed. The server is asked to report changes
//! for 30 minutes at a time, of up to 100 contacts by one request; this is renewed after 20 minutes, and done again when the server
//! lost it. A contact that several parts of a program follow is followed once.
//!
//! ```no_run
//! use ucwa_client::{Application, Error};
//!
//! # async fn program(application: Application) -> Result<(), Error> {
//! // Somebody has to read the event channel. A program that wants no events of its own leaves that to a task.
//! tokio::spawn(application.events()?.run());
//! let mut board = application.presence()?.follow(["ben@contoso.com", "cho@contoso.com"]);
//! while let Some(contact) = board.next().await {
//!     let availability = contact.presence.as_ref().and_then(|presence| presence.availability.clone());
//!     println!("{} is {availability:?} ({:?})", contact.address, contact.standing);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Changes arrive by the event channel, which a program has to read, by [`Events::next`](crate::Events::next) or
//! [`Events::run`](crate::Events::run). While nobody does, or while it does not work, what is known is [`Stale`](Standing::Stale).

mod book;
mod driver;
mod event;
mod followed;
mod own;
mod step;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;
use ucwa::people::{Contact, ContactPresence};

pub use self::followed::Followed;
pub use self::own::OwnPresence;

use self::book::Book;
use crate::address::ContactAddress;
use crate::application::Application;
use crate::capability::{Capability, Offered as _};
use crate::channel::{ChannelItem, Listener, Liveness};
use crate::error::Error;

/// The contacts of an application whose presence is followed. Clones, and all that [`Application::presence`] gives, are the same.
#[derive(Debug, Clone)]
pub struct Presence {
    shared: Arc<Shared>,
}

/// A contact who is followed, with what is known at the moment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FollowedContact {
    /// Who it is.
    pub address: ContactAddress,
    /// The presence that was read last; `None` before the first time.
    pub presence: Option<Arc<ContactPresence>>,
    /// Since when this presence is known, by tokio's clock: when it was read first.
    pub known_since: Option<Instant>,
    /// Whether the presence is that of this moment.
    pub standing: Standing,
}

/// Whether what is known of a contact is up to date.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Standing {
    /// Nothing is known yet.
    Pending,
    /// The server reports changes, and none is known that was not read.
    Current,
    /// The presence is that of an earlier moment: the server does not report changes at present, or they do not arrive.
    Stale,
    /// The server refuses to report changes. This is tried again every ten minutes.
    Refused(Arc<Error>),
}

/// What the followers of an application share with the task that works for them.
#[derive(Debug)]
pub(crate) struct Shared {
    application: Application,
    book: Mutex<Book>,
    /// Wakes the task.
    work: Notify,
}

impl Application {
    /// The presence of contacts.
    ///
    /// # Errors
    ///
    /// Fails if the user may not follow the presence of others.
    pub fn presence(&self) -> Result<Presence, Error> {
        let application = self.resource();
        // Where `people` is linked only, its links are not known before it is read.
        if let Some(people) = application.people().embedded() {
            people.presence_subscriptions().offered(Capability::FollowPresence)?;
        } else {
            application.people().offered(Capability::FollowPresence)?;
        }
        let shared = self.presence_slot().get_or_create(|| {
            let shared =
                Arc::new(Shared { application: self.clone(), book: Mutex::new(Book::default()), work: Notify::new() });
            let listener: Arc<dyn Listener> = shared.clone();
            self.listeners().add(Arc::downgrade(&listener));
            shared
        });
        Ok(Presence { shared })
    }
}

impl Presence {
    /// Follows contacts by their addresses, such as `ben@contoso.com`, until what is returned is dropped.
    ///
    /// It has to be the main SIP address of each: the server reports changes under that one alone.
    ///
    /// # Panics
    ///
    /// Panics outside of tokio's runtime, as a task is spawned.
    pub fn follow(&self, contacts: impl IntoIterator<Item = impl Into<ContactAddress>>) -> Followed {
        let mut followed = Followed::new(Arc::clone(&self.shared));
        followed.add(contacts);
        followed
    }

    /// Follows contacts that were read before, which takes fewer requests than addresses do. A contact without an address is left out.
    ///
    /// # Panics
    ///
    /// Panics outside of tokio's runtime, as a task is spawned.
    pub fn follow_contacts<'c>(&self, contacts: impl IntoIterator<Item = &'c Contact>) -> Followed {
        let mut followed = Followed::new(Arc::clone(&self.shared));
        followed.add_contacts(contacts);
        followed
    }

    /// What is known of a contact; `None` if nobody follows them.
    pub fn get(&self, address: impl Into<ContactAddress>) -> Option<FollowedContact> {
        self.shared.book().snapshot(&address.into())
    }
}

impl Shared {
    fn book(&self) -> MutexGuard<'_, Book> {
        // What a panic left behind is made good by the next loss or renewal.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for Shared {
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
