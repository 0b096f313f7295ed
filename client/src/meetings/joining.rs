//! On the way into a meeting.

use std::fmt;
use std::sync::Arc;

use ucwa::communication::{Conversation as Resource, JoinOnlineMeetingInput};
use ucwa::enumerations::ConversationState;
use ucwa::online_meeting::OnlineMeetingInvitation;
use ucwa::{Link, Uri};

use super::{Meeting, Meetings};
use crate::application::Application;
use crate::error::{Capability, Cause, Error, Needed as _, Offered as _, UnknownOutcome, Unsuccessful};
use crate::messaging::{Conversation, ConversationEnd};
use crate::operations::Operation;

/// On the way into a meeting: perhaps in its lobby. Dropping it does not leave the meeting; see [`give_up`](Self::give_up).
#[must_use = "nothing else tells whether the user was let in"]
pub struct Joining {
    operation: Operation<OnlineMeetingInvitation>,
    conversation: Conversation,
}

impl Meetings {
    /// Joins a meeting by its address, such as `sip:ada@contoso.com;gruu;opaque=app:conf:focus:id:ABC`: as its organizer or as another
    /// user, depending on who signed in. Guests [join under a name](Self::join_as). A scheduled meeting has it as `online_meeting_uri`; of
    /// a meeting of which only the web page is known, it is the [`conference_uri`](super::JoinUrl::conference_uri).
    ///
    /// It returns when the server has begun. [`Joining::joined`] waits until the user is let in.
    ///
    /// # Errors
    ///
    /// Fails with 404 if there is no such meeting, and as [`Application::start`](crate::Application::start) does.
    pub async fn join(&self, uri: impl Into<Uri>) -> Result<Joining, Error> {
        let mut input = JoinOnlineMeetingInput::new();
        input.online_meeting_uri = Some(uri.into().into());
        self.join_with(input).await
    }

    /// Joins a meeting as a guest, who signed in by an [`AnonymousMeeting`](crate::AnonymousMeeting): the same as [`join`](Self::join), with
    /// the name that the others see, of at most 250 characters. Servers require it of guests. Users with an account have the name of
    /// their account.
    ///
    /// # Errors
    ///
    /// Fails as [`join`](Self::join) does, with 403 if the guest signed in for another meeting, and before anything is sent if the name is
    /// too long.
    pub async fn join_as(&self, uri: impl Into<Uri>, name: &str) -> Result<Joining, Error> {
        let mut input = JoinOnlineMeetingInput::new();
        input.online_meeting_uri = Some(uri.into().into());
        input.anonymous_display_name = Some(name.to_owned());
        self.join_with(input).await
    }

    async fn join_with(&self, input: JoinOnlineMeetingInput) -> Result<Joining, Error> {
        let communication = self.application.communication().await.needed_for(Capability::JoinMeetings)?;
        let link = communication.join_online_meeting().offered(Capability::JoinMeetings)?;
        let messaging = self.application.messaging();
        let since = messaging.now();
        let mut operation = self.application.start(link.post_with(input)).await.map_err(Error::into_general)?;
        if let Some(conversation) = messaging.joined(&mut operation, since).await? {
            return Ok(Joining { operation, conversation });
        }
        operation.await?;
        Err(Capability::JoinMeetings.missing("conversation"))
    }
}

impl Joining {
    /// Whether the user waits in the lobby, to be let in by a leader.
    ///
    /// # Errors
    ///
    /// Fails as [`Application::send`](crate::Application::send) does.
    pub async fn is_in_lobby(&self) -> Result<bool, Error> {
        self.conversation.refresh().await?;
        let state = self.conversation.resource().and_then(|resource| resource.state.clone());
        Ok(state == Some(ConversationState::InLobby))
    }

    /// Waits until the user is let in. Somebody has to read the event channel meanwhile.
    ///
    /// # Errors
    ///
    /// Fails if the user is turned away, if the meeting ends before, and if nobody knows what became of it.
    pub async fn joined(self) -> Result<Meeting, Error> {
        let Self { operation, conversation } = self;
        // Whoever is turned away is told so by the end of the conversation at least.
        tokio::select! {
            biased;
            outcome = operation.outcome() => drop(outcome?),
            end = conversation.over() => return Err(turned_away(end, conversation.application())),
        }
        // No event tells of those who wait already.
        conversation.look_into_lobby().await;
        Ok(Meeting::new(conversation))
    }

    /// Leaves the lobby, or the meeting. The user may join again at once.
    ///
    /// # Errors
    ///
    /// Fails as [`Conversation::leave`] does.
    pub async fn give_up(self) -> Result<(), Error> {
        self.conversation.leave().await
    }

    /// The link to the conversation that the meeting is.
    pub fn link(&self) -> Link<Resource> {
        self.conversation.link()
    }
}

/// Why a meeting was not joined whose conversation has ended.
fn turned_away(end: ConversationEnd, application: &Application) -> Error {
    let cause = match end {
        ConversationEnd::Ended(reason) => Cause::Failed(Some(reason)),
        ConversationEnd::Left => Cause::Failed(None),
        ConversationEnd::Lost(loss) => Cause::Unknown(UnknownOutcome::Lost(loss)),
        ConversationEnd::Closed if application.is_closed() => Cause::Unknown(UnknownOutcome::Closed),
        ConversationEnd::Closed => Cause::Unknown(UnknownOutcome::ChannelEnded),
    };
    Error::Unsuccessful(Arc::new(Unsuccessful { operation: "onlineMeetingInvitation", cause }))
}

impl fmt::Debug for Joining {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Joining").field("conversation", &self.conversation).finish_non_exhaustive()
    }
}
