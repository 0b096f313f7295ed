//! Invitations of others.

use std::fmt;
use std::sync::Arc;

use futures_core::Stream;
use futures_util::stream;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use ucwa::communication::{Conversation as ConversationResource, DeclineInput};
use ucwa::enumerations::{CallDeclineReason, Importance};
use ucwa::{Content, ErrorBody, EventKind, Link};

use super::conversation::Conversation;
use super::ended::Since;
use super::incoming::{Details, Incoming, InvitationEnd, InvitationKind, TIME_TO_ANSWER};
use super::item::{Participant, ReceivedMessage};
use super::registry::Registry;
use super::roster::RosterPlace;
use crate::error::{Capability, Cause, Error, UnknownOutcome, Unsuccessful};
use crate::request::may_have_run;

/// Invitations of others, in the order in which they came. Those that are over before the program takes them are left out.
#[derive(Debug)]
pub struct Invitations {
    shared: Arc<Registry>,
}

impl Invitations {
    pub(super) fn new(shared: Arc<Registry>) -> Self {
        Self { shared }
    }

    /// The next invitation; `None` once the application is closed. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<IncomingInvitation> {
        let mut changes = self.shared.ringing.watch();
        loop {
            match self.shared.ringing.take() {
                Some(incoming) => match incoming.details() {
                    Some(details) => {
                        let (shared, details) = (Arc::clone(&self.shared), Arc::clone(details));
                        return Some(IncomingInvitation { shared, incoming, details });
                    }
                    // One that takes too long to read can no longer be answered.
                    None => {
                        let _ = timeout_at(incoming.deadline, incoming.read(&self.shared.application)).await;
                    }
                },
                None if self.shared.application.is_closed() => return None,
                None => changes.changed().await,
            }
        }
    }

    /// The invitations as a [`Stream`].
    pub fn into_stream(self) -> impl Stream<Item = IncomingInvitation> + Send {
        stream::unfold(self, |mut invitations| async {
            let next = invitations.next().await?;
            Some((next, invitations))
        })
    }
}

/// An invitation of somebody. It has to be answered within 30 seconds. Dropping it answers nothing.
#[must_use = "an invitation that nobody answers is missed"]
pub struct IncomingInvitation {
    shared: Arc<Registry>,
    incoming: Arc<Incoming>,
    details: Arc<Details>,
}

impl IncomingInvitation {
    /// What it is an invitation to.
    pub fn kind(&self) -> InvitationKind {
        self.incoming.kind()
    }

    /// Who invites, where the server says.
    pub fn from(&self) -> Option<&Participant> {
        self.details.from.as_ref()
    }

    /// The subject, where there is one.
    pub fn subject(&self) -> Option<&str> {
        self.details.subject.as_deref()
    }

    /// How urgent it is.
    pub fn importance(&self) -> Option<&Importance> {
        self.details.importance.as_ref()
    }

    /// The message that came with the invitation. Once the invitation is accepted, it is the first message of the conversation.
    pub fn message(&self) -> Option<String> {
        self.details.message.as_ref()?.text().ok()
    }

    /// Until when it can be answered: 30 seconds from when the client heard of it. A program that reads the event channel late hears of it
    /// when the server has already given up waiting.
    pub fn deadline(&self) -> Instant {
        self.incoming.deadline
    }

    /// Whether it can no longer be answered: answered elsewhere, taken back, or too late.
    pub fn is_over(&self) -> bool {
        self.incoming.is_over()
    }

    /// Waits until the invitation can no longer be answered.
    pub async fn over(&self) {
        let mut end = self.incoming.end.subscribe();
        let ended = end.wait_for(Option::is_some);
        // Late or ended: both are over.
        let _ = timeout_at(self.incoming.deadline, ended).await;
    }

    /// Accepts the invitation, and returns the conversation once it is connected.
    ///
    /// Where the response is lost, the event channel tells whether the invitation was accepted. Where the future is dropped before it is
    /// ready, the invitation may be accepted all the same: the conversation is among the
    /// [`conversations`](super::Messaging::conversations) then, without the message of the invitation.
    ///
    /// # Errors
    ///
    /// Fails if the invitation can no longer be answered, and as [`Application::send`](crate::Application::send) does.
    pub async fn accept(self) -> Result<Conversation, Error> {
        let missing = |rel| move || Capability::AnswerInvitation.missing(rel);
        let accept = self.details.accept.clone().ok_or_else(missing("accept"))?;
        let link = self.details.conversation.clone().ok_or_else(missing("conversation"))?;
        let mut end = self.incoming.end.subscribe();
        let since = self.shared.book.now();
        self.incoming.answer();
        let result = self.shared.application.send(accept.post()).await;
        let result = match result {
            Err(error) if !may_have_run(&error) => return Err(error.into_general()),
            result => result,
        };
        let cause = match (ended(&mut end).await, result) {
            (Some(InvitationEnd::Accepted), _) | (None, Ok(())) => return Ok(self.connected(&link, since).await),
            (Some(InvitationEnd::Failed(reason)), _) => Cause::Failed(reason),
            (_, Err(error)) => return Err(error.into_general()),
            (Some(InvitationEnd::Lost(loss)), Ok(())) => Cause::Unknown(UnknownOutcome::Lost(loss)),
            (Some(InvitationEnd::ChannelEnded), Ok(())) => Cause::Unknown(UnknownOutcome::ChannelEnded),
            (Some(InvitationEnd::Closed), Ok(())) => Cause::Unknown(UnknownOutcome::Closed),
        };
        let operation = match self.kind() {
            InvitationKind::Messaging => "messagingInvitation",
            InvitationKind::Meeting => "onlineMeetingInvitation",
        };
        Err(Error::Unsuccessful(Arc::new(Unsuccessful { operation, cause })))
    }

    /// The conversation, which the user is in from now on.
    async fn connected(&self, link: &Link<ConversationResource>, since: Since) -> Conversation {
        let conversation = self.begin(link, since);
        self.catch_up(&conversation).await;
        if self.kind() == InvitationKind::Meeting {
            // No event tells of those who wait already.
            conversation.look_into_lobby().await;
        }
        conversation
    }

    /// The conversation, whose first message is that of the invitation.
    fn begin(&self, link: &Link<ConversationResource>, since: Since) -> Conversation {
        let conversation = Conversation::at(&self.shared, link, since);
        if let Some(text) = self.message() {
            let from = self.details.from.clone().unwrap_or_else(|| Participant::new(Link::new("")));
            let media_type = self.details.message.as_ref().and_then(Content::media_type);
            let is_html = media_type.is_some_and(|media_type| media_type.to_ascii_lowercase().starts_with("text/html"));
            let (plain, html) = if is_html { (None, Some(text)) } else { (Some(text), None) };
            let message = ReceivedMessage { from, time: None, plain, html, link: None };
            conversation.record().change(|known| known.notes.push_first(message));
        }
        conversation
    }

    /// Makes up for what was told of the conversation before anybody followed conversations. Of a meeting, the server says who is there
    /// once the user is; of a conversation of two, it may have said so when the invitation came.
    async fn catch_up(&self, conversation: &Conversation) {
        let is_known = {
            let known = conversation.record().known();
            known.has_begun || known.doubt.has_been() || known.end().is_some()
        };
        if is_known {
            return;
        }
        let from = self.details.from.as_ref().filter(|from| !from.link.href().is_empty());
        if let Some(from) = from.filter(|_| self.kind() == InvitationKind::Messaging) {
            let (added, place, link) = (&EventKind::Added, RosterPlace::Conversation, from.link.clone());
            conversation.record().change(|known| known.hear_of_participant(added, place, link, None));
        }
        conversation.renew().await;
    }

    /// Declines the invitation: [`Global`](CallDeclineReason::Global) at all endpoints of the user, [`Local`](CallDeclineReason::Local)
    /// at this one. Where the response is lost, the event channel tells whether it was declined.
    ///
    /// # Errors
    ///
    /// Fails if the invitation can no longer be answered, and as [`Application::send`](crate::Application::send) does.
    pub async fn decline(self, reason: CallDeclineReason) -> Result<(), Error> {
        let decline = self.details.decline.as_ref().ok_or_else(|| Capability::AnswerInvitation.missing("decline"))?;
        let mut input = DeclineInput::new();
        input.reason = Some(reason);
        let mut end = self.incoming.end.subscribe();
        self.incoming.answer();
        let Err(error) = self.shared.application.send(decline.post_with(input)).await else { return Ok(()) };
        let is_declined = may_have_run(&error)
            && matches!(ended(&mut end).await, Some(InvitationEnd::Failed(Some(reason))) if is_declined(&reason));
        if is_declined { Ok(()) } else { Err(error.into_general()) }
    }
}

/// How an invitation ended, or ends within the time that servers give it; `None` where it does not.
async fn ended(end: &mut watch::Receiver<Option<InvitationEnd>>) -> Option<InvitationEnd> {
    let ended = timeout_at(Instant::now() + TIME_TO_ANSWER, end.wait_for(Option::is_some)).await;
    ended.ok()?.ok()?.clone()
}

/// Whether an invitation ended because the user declined it.
fn is_declined(reason: &ErrorBody) -> bool {
    reason.subcode.as_deref() == Some("Declined")
}

impl fmt::Debug for IncomingInvitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { from, subject, .. } = &*self.details;
        let mut debug = f.debug_struct("IncomingInvitation");
        debug.field("kind", &self.kind()).field("from", from).field("subject", subject);
        debug.finish_non_exhaustive()
    }
}
