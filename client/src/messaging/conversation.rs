//! One conversation, as a program works with it.

use std::fmt;
use std::sync::Arc;

use futures_core::Stream;
use futures_util::stream;
use ucwa::communication::{AddParticipantInput, Conversation as Resource};
use ucwa::enumerations::MessageFormat;
use ucwa::{Fetched, Link};

use super::draft::{Draft, Sent};
use super::ended::Since;
use super::item::{ConversationEnd, ConversationItem, Participant};
use super::known::KnownConversation;
use super::notes::Front;
use super::record::ConversationRecord;
use super::registry::Registry;
use crate::address::ContactAddress;
use crate::application::Application;
use crate::error::{Capability, Error, Offered as _};
use crate::request::Safety;

/// A conversation with one or more others. Clones are the same conversation, and each item is given to one of them.
///
/// Dropping it does not leave the conversation.
#[derive(Clone)]
pub struct Conversation {
    shared: Arc<Registry>,
    record: Arc<ConversationRecord>,
}

impl Conversation {
    pub(super) fn new(shared: &Arc<Registry>, record: Arc<ConversationRecord>) -> Self {
        Self { shared: Arc::clone(shared), record }
    }

    /// The conversation that a link leads to. One that ended since a moment is over, as all are after the application was closed.
    pub(super) fn at(shared: &Arc<Registry>, link: &Link<Resource>, since: Since) -> Self {
        let record = shared.book.record_since(link, since);
        if shared.application.is_closed() {
            shared.book.finish(&record, ConversationEnd::Closed);
        }
        Self::new(shared, record)
    }

    /// The link to the conversation.
    pub fn link(&self) -> Link<Resource> {
        self.record.link.clone()
    }

    /// The conversation as the server described it last: subject, state, and what the user may do.
    pub fn resource(&self) -> Option<Arc<Resource>> {
        self.record.known().resource.clone()
    }

    /// The subject, where there is one.
    pub fn subject(&self) -> Option<String> {
        self.resource().and_then(|resource| resource.subject.clone()).filter(|subject| !subject.is_empty())
    }

    /// Whether it is a meeting.
    pub fn is_meeting(&self) -> bool {
        self.record.known().is_meeting()
    }

    /// Why the conversation is over; `None` while it goes on.
    pub fn end(&self) -> Option<ConversationEnd> {
        self.record.known().end().cloned()
    }

    /// Waits until the conversation is over, and returns why.
    pub async fn over(&self) -> ConversationEnd {
        let mut changes = self.record.watch();
        loop {
            if let Some(end) = self.end() {
                return end;
            }
            changes.changed().await;
        }
    }

    /// Reads the conversation again.
    ///
    /// # Errors
    ///
    /// Fails with 404 if the conversation is over, and as [`Application::send`](crate::Application::send) does.
    pub async fn refresh(&self) -> Result<(), Error> {
        let read = || async {
            let resource = self.send_get(&self.record.link).await?;
            Ok(Arc::new(resource.into_inner()))
        };
        let changing = self.read_unchanged(KnownConversation::changes, read, KnownConversation::learn).await?;
        if let Some(resource) = changing {
            // It is better than what is known, whichever of the two is older.
            self.record.change(|known| known.learn(resource));
        }
        if self.record.known().doubt.is_open() {
            self.shared.recover();
        }
        Ok(())
    }

    /// The others in the conversation, with all that the server says of them.
    ///
    /// # Errors
    ///
    /// Fails as [`Application::send`](crate::Application::send) does.
    pub async fn participants(&self) -> Result<Vec<Participant>, Error> {
        let present = self.record.known().roster.present();
        for participant in present {
            self.look_up(&participant).await?;
        }
        Ok(self.record.known().roster.present())
    }

    /// Has somebody read again when the program asks who is there, as the user has changed something about them.
    pub(crate) fn outdate(&self, who: &Participant) {
        self.record.known().roster.outdate(&who.link);
    }

    /// Those who wait in the lobby of the meeting, as far as the user is told.
    pub fn lobby(&self) -> Vec<Participant> {
        self.record.known().roster.lobby()
    }

    /// Sends a message to all others: in HTML where the other side takes it, else in plain text. Messaging is connected first where it
    /// is not.
    ///
    /// It returns when the server has accepted the message, or when it is not known whether it has; [`Sent`] says which of the two, and
    /// how the delivery went. The message is sent once.
    ///
    /// # Errors
    ///
    /// Fails where the server has certainly not accepted the message.
    pub async fn send(&self, draft: impl Into<Draft>) -> Result<Sent, Error> {
        let draft = draft.into();
        let messaging = self.connect_messaging().await?;
        let link = messaging.send_message().offered(Capability::SendMessages)?;
        let takes_html = messaging.negotiated_message_formats.contains(&MessageFormat::Html);
        #[cfg(ucwa_planted)]
        let again = link.post_with(draft.clone().into_input(takes_html));
        let post = link.post_with(draft.into_input(takes_html));
        let result = self.shared.application.start(post).await;
        #[cfg(ucwa_planted)]
        let result = match result {
            Ok(operation) if crate::planted::Planted::SecondMessage.is_made() && !operation.is_confirmed() => {
                self.shared.application.start(again).await
            }
            result => result,
        };
        match result {
            Ok(operation) => Ok(Sent::new(Arc::clone(&self.shared), Arc::clone(&self.record), operation)),
            Err(error) => Err(self.refused(error.into_general())),
        }
    }

    /// Shows the others for some seconds that the user is typing. Call it again while the user goes on.
    ///
    /// # Errors
    ///
    /// Fails if messaging is not connected, and as [`Application::send`](crate::Application::send) does.
    pub async fn show_typing(&self) -> Result<(), Error> {
        let messaging = self.messaging().await?;
        let link = messaging.set_is_typing().offered(Capability::ShowTyping)?;
        let result = self.shared.application.send_safely(link.post(), Safety::Idempotent).await;
        result.map_err(Error::into_general)
    }

    /// Invites somebody. With that, a conversation of two becomes a meeting. Returns when they have joined.
    ///
    /// # Errors
    ///
    /// Fails if they decline or do not answer, if nobody knows whether they did, and as
    /// [`Application::send`](crate::Application::send) does.
    pub async fn invite(&self, to: impl Into<ContactAddress>) -> Result<(), Error> {
        let resource = self.send_get(&self.record.link).await?;
        let link = resource.add_participant().offered(Capability::InviteParticipants)?;
        let post = link.post_with(AddParticipantInput::new(to.into().to_uri()));
        self.shared.application.start(post).await.map_err(Error::into_general)?.await?;
        Ok(())
    }

    /// Leaves the conversation. The others may go on.
    ///
    /// # Errors
    ///
    /// Fails as [`Application::send`](crate::Application::send) does. A conversation that is over is no error.
    pub async fn leave(&self) -> Result<(), Error> {
        let was_over = self.end().is_some();
        match self.shared.application.send(self.record.link.delete()).await {
            Err(error) if !error.is_over() => Err(error.into_general()),
            _ => {
                // Where an event has ended it meanwhile, the user may have come back since, to what has the same address.
                if was_over || self.end().is_none() {
                    self.finish(ConversationEnd::Left);
                }
                Ok(())
            }
        }
    }

    /// The next thing that happened; `None` after [`Ended`](ConversationItem::Ended).
    ///
    /// What has not been taken is kept, 1,000 items at most. Dropping the future loses nothing.
    pub async fn next(&self) -> Option<ConversationItem> {
        let mut changes = self.record.watch();
        loop {
            let front = self.record.known().notes.front();
            match front {
                Front::Finished => return None,
                Front::Dropped(count) => return Some(ConversationItem::Dropped(count)),
                Front::Wait => changes.changed().await,
                Front::Give(number, note) => {
                    if let Some(item) = self.tell(number, note).await {
                        return Some(item);
                    }
                }
            }
        }
    }

    /// What happens, as a [`Stream`]: the same as [`next`](Self::next) gives.
    pub fn items(&self) -> impl Stream<Item = ConversationItem> + Send + use<> {
        stream::unfold(self.clone(), |conversation| async {
            let next = conversation.next().await?;
            Some((next, conversation))
        })
    }

    /// Has looked up what may have been missed.
    pub(super) fn doubt(&self) {
        self.record.doubt();
        self.shared.recover();
    }

    /// Notes that the conversation is over.
    pub(super) fn finish(&self, end: ConversationEnd) {
        self.shared.book.finish(&self.record, end);
    }

    pub(crate) fn application(&self) -> &Application {
        &self.shared.application
    }

    pub(crate) async fn send_get<T>(&self, link: &Link<T>) -> Result<Fetched<T>, Error>
    where
        T: ucwa::Get<Response = Fetched<T>> + ucwa::Resource,
        T::Query: ucwa::Optional,
        T::Error: ucwa::Conditions<Generic = ucwa::GenericError>,
    {
        self.shared.application.send(link.get()).await.map_err(Error::into_general)
    }

    pub(super) fn record(&self) -> &Arc<ConversationRecord> {
        &self.record
    }
}

impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversation").field("link", &self.record.link).finish_non_exhaustive()
    }
}
