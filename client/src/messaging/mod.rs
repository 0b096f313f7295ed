//! Conversations by messages: one object for each.
//!
//! [`Application::messaging`] starts conversations and receives invitations. A [`Conversation`] sends messages, and gives what
//! happens in it as a stream of [`ConversationItem`]s. Somebody has to read the event channel meanwhile.
//!
//! ```no_run
//! use ucwa_client::messaging::{ConversationItem, Draft};
//! use ucwa_client::{Application, Error};
//!
//! # async fn program(application: Application) -> Result<(), Error> {
//! tokio::spawn(application.events()?.run());
//! let conversation = application.messaging().start("ben@contoso.com").await?;
//! let sent = conversation.send(Draft::text("Lunch?")).await?;
//! println!("{:?}", sent.delivery().await);
//! while let Some(item) = conversation.next().await {
//!     if let ConversationItem::Message(message) = item {
//!         println!("{}: {}", message.from, message.text());
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What is no item
//!
//! Items are about the others: what the user sends, here or at another endpoint, is among the events alone. Items that the program has not
//! taken are gone when it ends, and the [cursor](crate::Events::cursor) of the events is behind them. A program that archives both sides,
//! or goes on after a crash without losing a message, reads the events themselves, as the example `archive-messages` does.
//!
//! # What happens to a message
//!
//! A message is sent once. Where the response to that is lost, the client waits for the event by which the server reports the
//! message; where that does not come either, its [`delivery`](Sent::delivery) is [`Unknown`](Delivery::Unknown). It is for the program
//! to ask its user then.

mod book;
mod connection;
mod conversation;
mod doubt;
mod draft;
mod ended;
mod following;
mod incoming;
mod invitation;
mod item;
mod key;
mod known;
mod lobby;
mod notes;
mod reading;
mod record;
mod recovery;
mod registry;
mod ringing;
mod roster;
mod start;
mod telling;
mod told;

pub use self::conversation::Conversation;
pub use self::draft::{Delivery, Draft, Sent};
pub use self::following::Conversations;
pub use self::incoming::InvitationKind;
pub use self::invitation::{IncomingInvitation, Invitations};
pub use self::item::{ConversationEnd, ConversationItem, Participant, ReceivedMessage};
pub use self::start::{NotInvited, Topic};

use std::sync::Arc;

use self::registry::Registry;
use crate::application::Application;

/// The conversations of an application. Clones, and all that [`Application::messaging`] gives, are the same.
///
/// From the first of them on, all conversations of the application that begin are known here. What began before is known only once there
/// is an event of it, or once the program [follows](Self::follow_conversations) all conversations. [Invitations](Self::invitations) are
/// kept from the first event on.
#[derive(Debug, Clone)]
pub struct Messaging {
    shared: Arc<Registry>,
}

impl Application {
    /// Conversations by messages.
    pub fn messaging(&self) -> Messaging {
        Messaging { shared: Registry::of(self) }
    }
}

impl Messaging {
    /// The conversations that go on, as far as they are known. Where events were lost, those are found that have begun or ended meanwhile.
    pub fn conversations(&self) -> Vec<Conversation> {
        let records = self.shared.book.records();
        records.into_iter().map(|record| Conversation::new(&self.shared, record)).collect()
    }

    /// All conversations: those that go on, and from now on each that begins, however it does. They are those that this program starts,
    /// accepts or joins anywhere, and those in which the user finds themselves otherwise, such as those of a process that had the
    /// application before.
    ///
    /// The server is asked once which ones there are; who is in one of two that began before is known once they write, as nothing lists them.
    /// Every stream gives all conversations. A program that reads the items of each conversation
    /// that it gets here does not read them a second time where it accepts or starts one: clones share their items.
    ///
    /// ```no_run
    /// # use ucwa_client::{Application, Error};
    /// use ucwa_client::messaging::{Conversation, ConversationItem};
    ///
    /// async fn talk(conversation: Conversation) {
    ///     while let Some(item) = conversation.next().await {
    ///         if let ConversationItem::Message(message) = item {
    ///             println!("{}: {}", message.from, message.text());
    ///         }
    ///     }
    /// }
    ///
    /// # async fn program(application: Application) -> Result<(), Error> {
    /// tokio::spawn(application.events()?.run());
    /// let mut conversations = application.messaging().follow_conversations();
    /// while let Some(conversation) = conversations.next().await {
    ///     tokio::spawn(talk(conversation));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics outside of tokio's runtime, as a task is spawned.
    pub fn follow_conversations(&self) -> Conversations {
        self.shared.book.look_once();
        Conversations::new(Arc::clone(&self.shared))
    }

    /// Invitations of others: those that came before and can still be answered, and all from now on. Each is given once, to one of those
    /// who wait for invitations.
    ///
    /// An invitation comes as an event. One whose event another process has read is not among them, as no resource says which invitations
    /// there are.
    pub fn invitations(&self) -> Invitations {
        Invitations::new(Arc::clone(&self.shared))
    }
}
