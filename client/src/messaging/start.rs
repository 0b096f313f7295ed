//! Starting conversations.

use futures_util::FutureExt as _;
use ucwa::communication::{
    Conversation as Resource, MessagingInvitation, StartMessagingInput, StartOnlineMeetingInput,
};
use ucwa::enumerations::Importance;
use ucwa::online_meeting::OnlineMeetingInvitation;
use ucwa::{Conditions, Content, Fetched, GenericError, Get, Link, Optional};

use super::Messaging;
use super::conversation::Conversation;
use super::draft::Draft;
use super::ended::Since;
use crate::address::ContactAddress;
use crate::error::{Capability, Error, Needed as _, Offered as _};
use crate::operations::{Operation, OperationFailure};

/// The relation that says which conversation an invitation is for.
const REL: &str = "conversation";

/// What a conversation begins with.
#[derive(Debug, Clone, Default)]
pub struct Topic {
    subject: Option<String>,
    importance: Option<Importance>,
    thread_id: Option<String>,
    message: Option<Draft>,
}

impl Topic {
    /// No subject, and no message.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the subject, of at most 250 characters.
    #[must_use]
    pub fn with_subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Sets how urgent the conversation is.
    #[must_use]
    pub fn with_importance(mut self, importance: Importance) -> Self {
        self.importance = Some(importance);
        self
    }

    /// Continues the thread of an earlier conversation, by its `threadId`.
    #[must_use]
    pub fn with_thread_id(mut self, thread_id: impl Into<String>) -> Self {
        self.thread_id = Some(thread_id.into());
        self
    }

    /// Sends a message along with the invitation, in plain text.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<Draft>) -> Self {
        self.message = Some(message.into());
        self
    }
}

/// Somebody who did not join a conversation of several.
#[derive(Debug)]
#[non_exhaustive]
pub struct NotInvited {
    /// Who it is.
    pub address: ContactAddress,
    /// Why.
    pub error: Error,
}

impl Messaging {
    /// Starts a conversation with somebody, and returns it once they have accepted.
    ///
    /// That they have is an event: a task has to read the event channel, such as one that [`Events::run`](crate::Events::run) is
    /// spawned as. Where nobody reads it for five minutes, this fails with [`NotRead`](crate::UnknownOutcome::NotRead).
    ///
    /// # Errors
    ///
    /// Fails if they decline or do not answer within about 30 seconds, or if nobody knows whether they did ([`Error::Unsuccessful`]), and
    /// as [`Application::start`](crate::Application::start) does. [`Error::subcode`] says why they did not accept, such as `Declined`, or
    /// `TemporarilyUnavailable` where they are not signed in.
    pub async fn start(&self, to: impl Into<ContactAddress>) -> Result<Conversation, Error> {
        self.start_about(to, Topic::new()).await
    }

    /// Starts a conversation with somebody about something, and returns it once they have accepted.
    ///
    /// # Errors
    ///
    /// Fails as [`start`](Self::start) does, and if the subject is too long.
    pub async fn start_about(&self, to: impl Into<ContactAddress>, topic: Topic) -> Result<Conversation, Error> {
        let application = &self.shared.application;
        let communication = application.communication().await.needed_for(Capability::StartMessaging)?;
        let link = communication.start_messaging().offered(Capability::StartMessaging)?;
        let mut input = StartMessagingInput::new(to.into().to_uri());
        (input.subject, input.importance, input.thread_id) = (topic.subject, topic.importance, topic.thread_id);
        input.message = topic.message.map(|message| Content::plain_text(message.plain()));
        let since = self.now();
        let operation = application.start(link.post_with(input)).await.map_err(Error::into_general)?;
        self.accepted(operation, since).await
    }

    /// This moment, from which on a conversation may end that is about to begin.
    pub(crate) fn now(&self) -> Since {
        self.shared.book.now()
    }

    /// The conversation of an invitation that was sent since a moment, once it is accepted.
    pub(crate) async fn accepted(
        &self,
        mut operation: Operation<MessagingInvitation>,
        since: Since,
    ) -> Result<Conversation, Error> {
        let named = |invitation: &MessagingInvitation| invitation.conversation().link();
        operation.ended().await;
        let (heard, place) = (heard(&mut operation, named), operation.link());
        if let Err(failure) = operation.await {
            return self.taken_over(failure, since).await;
        }
        self.conversation(heard, place, named, since).await?.ok_or_else(|| Capability::StartMessaging.missing(REL))
    }

    /// The conversation that goes on in place of one that failed: where both sides started at the same time, one of the two does.
    async fn taken_over(
        &self,
        failure: OperationFailure<MessagingInvitation>,
        since: Since,
    ) -> Result<Conversation, Error> {
        let invitation = failure.failed().and_then(|failed| failed.event().resource());
        let derived = invitation.and_then(|invitation| invitation.derived_messaging().link());
        let Some(derived) = derived else { return Err(failure.into()) };
        let messaging = self.shared.application.send(derived.cast::<ucwa::communication::Messaging>().get()).await;
        let messaging = messaging.map_err(Error::into_general)?;
        Ok(Conversation::at(&self.shared, &messaging.conversation().offered(Capability::StartMessaging)?, since))
    }

    /// Starts a meeting that was not scheduled, with nobody in it but the user.
    ///
    /// # Errors
    ///
    /// Fails if the user may not, and as [`Application::start`](crate::Application::start) does.
    pub async fn start_meeting(&self, topic: Topic) -> Result<Conversation, Error> {
        let application = &self.shared.application;
        let communication = application.communication().await.needed_for(Capability::StartMeeting)?;
        let link = communication.start_online_meeting().offered(Capability::StartMeeting)?;
        let mut input = StartOnlineMeetingInput::new();
        (input.subject, input.importance, input.thread_id) = (topic.subject, topic.importance, topic.thread_id);
        let since = self.now();
        let mut operation = application.start(link.post_with(input)).await.map_err(Error::into_general)?;
        operation.ended().await;
        let (heard, place) = (heard(&mut operation, meeting), operation.link());
        operation.await?;
        self.conversation(heard, place, meeting, since).await?.ok_or_else(|| Capability::StartMeeting.missing(REL))
    }

    /// The conversation of a meeting that the user joins since a moment, as soon as it is known; `None` if it was not when the operation
    /// ended.
    pub(crate) async fn joined(
        &self,
        operation: &mut Operation<OnlineMeetingInvitation>,
        since: Since,
    ) -> Result<Option<Conversation>, Error> {
        // Events that came before the response may have said all.
        let (first, place) = (heard(operation, meeting), operation.link());
        if let Some(conversation) = self.conversation(first, place, meeting, since).await? {
            return Ok(Some(conversation));
        }
        let mut link = None;
        while let Some(event) = operation.next().await {
            link = event.resource().and_then(meeting);
            if link.is_some() {
                break;
            }
        }
        let link = link.or_else(|| heard(operation, meeting));
        Ok(link.map(|link| Conversation::at(&self.shared, &link, since)))
    }

    /// The conversation that an event has named, or else the invitation does, unless that is gone.
    async fn conversation<T>(
        &self,
        heard: Option<Link<Resource>>,
        place: Option<Link<T>>,
        named: impl Fn(&T) -> Option<Link<Resource>>,
        since: Since,
    ) -> Result<Option<Conversation>, Error>
    where
        T: Get<Response = Fetched<T>> + ucwa::Representation,
        T::Query: Optional,
        T::Error: Conditions<Generic = GenericError>,
    {
        let link = match (heard, place) {
            (None, Some(place)) => {
                let invitation = self.shared.application.send_unless_gone(place.get()).await?;
                invitation.and_then(|invitation| named(&invitation))
            }
            (heard, _) => heard,
        };
        Ok(link.map(|link| Conversation::at(&self.shared, &link, since)))
    }

    /// Starts a conversation with several, and returns it once each of them has joined, declined or not answered. Those who did not
    /// join are returned with the reason. The message of the topic is sent after that.
    ///
    /// # Errors
    ///
    /// Fails if there can be no conversation of several, and as [`Application::start`](crate::Application::start) does. Fails as well where
    /// the message cannot be sent: the conversation goes on then, and is among the [`conversations`](Self::conversations).
    pub async fn start_with_several(
        &self,
        to: impl IntoIterator<Item = impl Into<ContactAddress>>,
        topic: Topic,
    ) -> Result<(Conversation, Vec<NotInvited>), Error> {
        let message = topic.message.clone();
        let conversation = self.start_meeting(topic).await?;
        let invite = |address: ContactAddress| async {
            let error = conversation.invite(&address).await.err()?;
            Some(NotInvited { address, error })
        };
        let invited = to.into_iter().map(|address| invite(address.into()));
        let not_joined = futures_util::future::join_all(invited).await.into_iter().flatten().collect();
        if let Some(message) = message {
            // What becomes of it is told by the conversation's own events, as for all messages.
            let _ = conversation.send(message).await?;
        }
        Ok((conversation, not_joined))
    }
}

/// Which conversation an operation is about, as its events say that have come: its invitation may be gone.
fn heard<T: ucwa::Representation>(
    operation: &mut Operation<T>,
    named: impl Fn(&T) -> Option<Link<Resource>>,
) -> Option<Link<Resource>> {
    while let Some(event) = operation.next().now_or_never().flatten() {
        let link = event.resource().and_then(&named);
        if link.is_some() {
            return link;
        }
    }
    operation.completed()?.resource().and_then(named)
}

/// The conversation that a meeting is.
fn meeting(invitation: &OnlineMeetingInvitation) -> Option<Link<Resource>> {
    invitation.conversation().link()
}
