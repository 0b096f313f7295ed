//! What is known of an invitation of somebody.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use ucwa::communication::{Accept, Conversation, Decline, MessagingInvitation};
use ucwa::enumerations::{Direction, Importance};
use ucwa::online_meeting::OnlineMeetingInvitation;
use ucwa::{Content, ErrorBody, Event, Link, OperationStatus, Resource as _};

use super::item::Participant;

/// How long servers wait for the answer to an invitation.
pub(super) const TIME_TO_ANSWER: Duration = Duration::from_secs(30);

/// What somebody is invited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvitationKind {
    /// A conversation of two, or messages in a conversation that goes on without them.
    Messaging,
    /// A meeting, or a conversation of several.
    Meeting,
}

/// What is known of an invitation.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) kind: InvitationKind,
    pub(super) from: Option<Participant>,
    pub(super) subject: Option<String>,
    pub(super) importance: Option<Importance>,
    pub(super) message: Option<Content>,
    pub(super) conversation: Option<Link<Conversation>>,
    pub(super) accept: Option<Link<Accept>>,
    pub(super) decline: Option<Link<Decline>>,
    pub(super) deadline: Instant,
    pub(super) end: watch::Sender<Option<InvitationEnd>>,
}

/// How an invitation ended.
#[derive(Debug, Clone)]
pub(super) enum InvitationEnd {
    Accepted,
    Failed(Option<Box<ErrorBody>>),
    Lost,
}

impl InvitationEnd {
    pub(super) fn of(event: &Event) -> Self {
        match &event.status {
            Some(OperationStatus::Success) => Self::Accepted,
            _ => Self::Failed(event.reason.clone()),
        }
    }
}

/// Takes over what both kinds of invitation have.
macro_rules! incoming {
    ($resource:ty, $kind:expr) => {
        impl TryFrom<&$resource> for Incoming {
            type Error = ();

            fn try_from(invitation: &$resource) -> Result<Self, ()> {
                if !is_incoming(invitation.direction.as_ref()) {
                    return Err(());
                }
                let from = invitation.from();
                let known = from.embedded().map(|from| Participant {
                    name: from.name.clone(),
                    address: from.uri.as_ref().map(|uri| uri.as_str().into()),
                    role: from.role.clone(),
                    is_guest: from.anonymous.unwrap_or_default(),
                    link: from.self_link().map_or_else(|| Link::new(""), Link::cast),
                });
                Ok(Self {
                    kind: $kind,
                    from: known.or_else(|| from.link().map(|link| Participant::new(link.cast()))),
                    subject: invitation.subject.clone().filter(|subject| !subject.is_empty()),
                    importance: invitation.importance.clone(),
                    message: invitation.message.clone(),
                    conversation: invitation.conversation().link(),
                    accept: invitation.accept().link(),
                    decline: invitation.decline().link(),
                    deadline: Instant::now() + TIME_TO_ANSWER,
                    end: watch::Sender::new(None),
                })
            }
        }
    };
}

incoming!(MessagingInvitation, InvitationKind::Messaging);
incoming!(OnlineMeetingInvitation, InvitationKind::Meeting);

impl Incoming {
    /// Whether it can no longer be answered.
    pub(super) fn is_over(&self) -> bool {
        self.end.borrow().is_some() || self.deadline <= Instant::now()
    }

    pub(super) fn finish(&self, end: InvitationEnd) {
        self.end.send_replace(Some(end));
    }
}

/// Whether an invitation is one of another user.
pub(super) fn is_incoming(direction: Option<&Direction>) -> bool {
    direction == Some(&Direction::Incoming)
}
