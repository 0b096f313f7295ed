//! The presence of contacts, kept up to date, with their notes and locations; and the user's own.
//!
//! [`Application::presence`] gives the contacts of an application whose presence is followed. The server is asked to report changes
//! for 30 minutes at a time, of up to 100 contacts by one request; this is renewed after 20 minutes, and done again when the server
//! lost it. A contact that several parts of a program follow is followed once. [`Presence::with_notes`] and
//! [`Presence::with_locations`] have notes and locations followed as well.
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
//! # What it takes
//!
//! Contacts are read by batches of 100 requests, of which each reads one presence, note or location. For each hundred contacts it takes
//! one request to subscribe, one to find out who they are, which [contacts that were read before](Presence::follow_contacts) do not
//! need, and one to read the presence; notes and locations take one more each. The same is read again where the server reports a change.
//!
//! Servers collect what they report, for some seconds. Where an application follows up to 500 contacts, new ones are read at once
//! instead, which takes up to two more requests for each hundred; where it follows more, they are
//! [`Pending`](Standing::Pending) until the server says how they are.
//!
//! Changes arrive by the event channel, which a program has to read, by [`Events::next`](crate::Events::next) or
//! [`Events::run`](crate::Events::run). While there is no stream, or while the channel does not work, what is known is [`Stale`](Standing::Stale). A stream that the
//! program keeps and does not read leaves what is known as it was.

mod aspect;
mod book;
mod contact;
mod driver;
mod entry;
mod event;
mod followable;
mod followed;
mod following;
mod limits;
mod own;
mod reading;
mod step;
mod subscription;

use std::sync::Arc;

use ucwa::people::Contact;

pub use self::contact::{FollowedContact, Known, Standing};
pub use self::followed::Followed;
pub use self::own::OwnPresence;

use self::aspect::Aspects;
use self::following::Following;
use crate::address::ContactAddress;
use crate::application::Application;
use crate::error::{Capability, Error, Offered as _};

/// The contacts of an application whose presence is followed. Clones, and all that [`Application::presence`] gives, follow the same
/// contacts.
#[derive(Debug, Clone)]
pub struct Presence {
    shared: Arc<Following>,
    aspects: Aspects,
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
        Ok(Presence { shared: Following::of(self), aspects: Aspects::default() })
    }
}

impl Presence {
    /// Has the notes of those contacts followed too that are followed by what this returns.
    #[must_use]
    pub fn with_notes(self) -> Self {
        Self { aspects: self.aspects.with_notes(), ..self }
    }

    /// Has the locations of those contacts followed too that are followed by what this returns.
    #[must_use]
    pub fn with_locations(self) -> Self {
        Self { aspects: self.aspects.with_locations(), ..self }
    }

    /// Follows contacts by their addresses, such as `ben@contoso.com`, until what is returned is dropped.
    ///
    /// It has to be the main SIP address of each: the server reports changes under that one alone.
    ///
    /// # Panics
    ///
    /// Panics outside of tokio's runtime, as a task is spawned.
    pub fn follow(&self, contacts: impl IntoIterator<Item = impl Into<ContactAddress>>) -> Followed {
        let mut followed = Followed::new(Arc::clone(&self.shared), self.aspects);
        followed.add(contacts);
        followed
    }

    /// Follows contacts that were read before, which takes fewer requests than addresses do. A contact without an address is left out.
    ///
    /// # Panics
    ///
    /// Panics outside of tokio's runtime, as a task is spawned.
    pub fn follow_contacts<'c>(&self, contacts: impl IntoIterator<Item = &'c Contact>) -> Followed {
        let mut followed = Followed::new(Arc::clone(&self.shared), self.aspects);
        followed.add_contacts(contacts);
        followed
    }

    /// What is known of a contact; `None` if nobody follows them.
    pub fn get(&self, address: impl Into<ContactAddress>) -> Option<FollowedContact> {
        self.shared.book().snapshot(&address.into(), self.aspects)
    }
}
