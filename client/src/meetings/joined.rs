//! A meeting that the user is in.

use ucwa::communication::{Demote, Eject, MuteAudio, Participant as ParticipantResource, Promote, UnmuteAudio};
use ucwa::online_meeting::OnlineMeeting;
use ucwa::{Conditions, Fetched, GenericError, Link, NoInput, Post};

use crate::error::{Capability, Error, Offered as _};
use crate::messaging::{Conversation, ConversationItem, Participant};
use crate::request::Safety;

/// A meeting that the user is in. Clones are the same meeting.
///
/// It is a [`Conversation`] as well, for messages and for who comes and goes.
#[derive(Debug, Clone)]
pub struct Meeting {
    conversation: Conversation,
}

impl From<Conversation> for Meeting {
    /// Takes a conversation for a meeting, which it becomes when somebody is invited.
    fn from(conversation: Conversation) -> Self {
        Self { conversation }
    }
}

impl Meeting {
    pub(super) fn new(conversation: Conversation) -> Self {
        Self { conversation }
    }

    /// The conversation of the meeting.
    pub fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// The next thing that happens; `None` after [`Ended`](ConversationItem::Ended). See [`Conversation::next`].
    pub async fn next(&self) -> Option<ConversationItem> {
        self.conversation.next().await
    }

    /// What the server says of the meeting: its addresses, and what the organizer chose.
    ///
    /// # Errors
    ///
    /// Fails as [`Application::send`](crate::Application::send) does.
    pub async fn details(&self) -> Result<Fetched<OnlineMeeting>, Error> {
        let conversation = self.conversation.send_get(&self.conversation.link()).await?;
        let link = conversation.online_meeting().offered(Capability::JoinMeetings)?;
        self.conversation.send_get(&link).await
    }

    /// The others in the meeting, with their roles.
    ///
    /// # Errors
    ///
    /// Fails as [`Conversation::participants`] does.
    pub async fn participants(&self) -> Result<Vec<Participant>, Error> {
        self.conversation.participants().await
    }

    /// Those who wait in the lobby, those among them who came before the user. Servers may tell leaders alone.
    pub fn lobby(&self) -> Vec<Participant> {
        self.conversation.lobby()
    }

    /// Lets somebody in from the lobby.
    ///
    /// # Errors
    ///
    /// Fails if the user is no leader or they do not wait, and as [`Application::send`](crate::Application::send) does.
    pub async fn admit(&self, who: &Participant) -> Result<(), Error> {
        self.post(self.participant(who).await?.admit().offered(Capability::DecideLobby)?).await
    }

    /// Turns somebody in the lobby away.
    ///
    /// # Errors
    ///
    /// Fails if the user is no leader or they do not wait, and as [`Application::send`](crate::Application::send) does.
    pub async fn reject(&self, who: &Participant) -> Result<(), Error> {
        self.put_out(self.participant(who).await?.reject().offered(Capability::DecideLobby)?).await
    }

    /// Makes somebody a leader.
    ///
    /// # Errors
    ///
    /// Fails if the user is no leader or they are one, and as [`Application::send`](crate::Application::send) does.
    pub async fn promote(&self, who: &Participant) -> Result<(), Error> {
        let link: Link<Promote> = self.participant(who).await?.promote().offered(Capability::ChangeRoles)?;
        self.post(link).await?;
        self.conversation.outdate(who);
        Ok(())
    }

    /// Makes a leader an attendee.
    ///
    /// # Errors
    ///
    /// Fails if the user is no leader or they are none, and as [`Application::send`](crate::Application::send) does.
    pub async fn demote(&self, who: &Participant) -> Result<(), Error> {
        let link: Link<Demote> = self.participant(who).await?.demote().offered(Capability::ChangeRoles)?;
        self.post(link).await?;
        self.conversation.outdate(who);
        Ok(())
    }

    /// Puts somebody out of the meeting.
    ///
    /// # Errors
    ///
    /// Fails if the user is no leader, and as [`Application::send`](crate::Application::send) does.
    pub async fn eject(&self, who: &Participant) -> Result<(), Error> {
        let link: Link<Eject> = self.participant(who).await?.eject().offered(Capability::EjectParticipants)?;
        self.put_out(link).await
    }

    /// Mutes somebody for all others.
    ///
    /// # Errors
    ///
    /// Fails if they use no audio or the user may not mute them, and as [`Application::send`](crate::Application::send) does.
    pub async fn mute(&self, who: &Participant) -> Result<(), Error> {
        let link: Link<MuteAudio> = self.audio(who).await?.mute_audio().offered(Capability::MuteParticipants)?;
        self.post(link).await
    }

    /// Lets somebody be heard again.
    ///
    /// # Errors
    ///
    /// Fails if they are not muted or the user may not change it, and as [`Application::send`](crate::Application::send) does.
    pub async fn unmute(&self, who: &Participant) -> Result<(), Error> {
        let link: Link<UnmuteAudio> = self.audio(who).await?.unmute_audio().offered(Capability::MuteParticipants)?;
        self.post(link).await
    }

    /// Leaves the meeting, which goes on without the user.
    ///
    /// # Errors
    ///
    /// Fails as [`Conversation::leave`] does.
    pub async fn leave(&self) -> Result<(), Error> {
        self.conversation.leave().await
    }

    /// What can be done with somebody changes with what they do, so that it is read each time.
    async fn participant(&self, who: &Participant) -> Result<Fetched<ParticipantResource>, Error> {
        self.conversation.send_get(&who.link).await
    }

    async fn audio(&self, who: &Participant) -> Result<Fetched<ucwa::communication::ParticipantAudio>, Error> {
        let link = self.participant(who).await?.participant_audio().offered(Capability::MuteParticipants)?;
        self.conversation.send_get(&link).await
    }

    /// Puts somebody out, who may be out already: the response may have been lost, so that the request was repeated.
    async fn put_out<T>(&self, link: Link<T>) -> Result<(), Error>
    where
        T: Post<Input = NoInput, Response = ()>,
        T::Error: Conditions<Generic = GenericError>,
    {
        match self.post(link).await {
            // Where the conversation is gone, nobody knows.
            Err(error) if error.is_deleted_already() && error.subcode() != Some("ConversationNotFound") => Ok(()),
            result => result,
        }
    }

    /// None of these does anything the second time.
    async fn post<T>(&self, link: Link<T>) -> Result<(), Error>
    where
        T: Post<Input = NoInput, Response = ()>,
        T::Error: Conditions<Generic = GenericError>,
    {
        let application = self.conversation.application();
        application.send_safely(link.post(), Safety::Idempotent).await.map_err(Error::into_general)
    }
}
