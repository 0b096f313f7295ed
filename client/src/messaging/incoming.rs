//! What is known of an invitation of somebody.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use ucwa::communication::{Accept, Conversation, Decline, MessagingInvitation};
use ucwa::enumerations::{Direction, Importance};
use ucwa::online_meeting::OnlineMeetingInvitation;
use ucwa::{Content, ErrorBody, Event, Link, OperationStatus, Representation, Resource as _};

use super::item::Participant;
use crate::application::Application;
use crate::concurrency::Kept;
use crate::error::Error;
use crate::loss::Loss;

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

/// An invitation that was heard of.
#[derive(Debug)]
pub(super) struct Incoming {
    place: Place,
    /// What it says, once that is known: servers may tell of an invitation without sending it along.
    details: OnceLock<Arc<Details>>,
    pub(super) deadline: Instant,
    /// Reading what it says.
    reading: Kept<(), ()>,
    /// Whether the program has answered it, whatever came of that.
    is_answered: AtomicBool,
    pub(super) end: watch::Sender<Option<InvitationEnd>>,
}

/// Where an invitation is.
#[derive(Debug)]
pub(super) enum Place {
    Messaging(Link<MessagingInvitation>),
    Meeting(Link<OnlineMeetingInvitation>),
}

/// What an invitation says.
#[derive(Debug)]
pub(super) struct Details {
    pub(super) from: Option<Participant>,
    pub(super) subject: Option<String>,
    pub(super) importance: Option<Importance>,
    pub(super) message: Option<Content>,
    pub(super) conversation: Option<Link<Conversation>>,
    pub(super) accept: Option<Link<Accept>>,
    pub(super) decline: Option<Link<Decline>>,
}

/// How an invitation ended.
#[derive(Debug, Clone)]
pub(super) enum InvitationEnd {
    Accepted,
    Failed(Option<Box<ErrorBody>>),
    /// The server dropped it.
    Lost(Loss),
    ChannelEnded,
    /// The application was closed.
    Closed,
}

impl InvitationEnd {
    pub(super) fn of(event: &Event) -> Self {
        match &event.status {
            Some(OperationStatus::Success) => Self::Accepted,
            _ => Self::Failed(event.reason.clone()),
        }
    }
}

/// A resource that is an invitation.
pub(super) trait Invitation: Representation {
    /// Where it is.
    fn locate(link: &Link<Self>) -> Place
    where
        Self: Sized;

    /// What it says, unless it is the user's own.
    fn details(&self) -> Option<Details>;
}

/// Takes over what both kinds of invitation have.
macro_rules! invitation {
    ($resource:ty, $place:ident) => {
        impl Invitation for $resource {
            fn locate(link: &Link<Self>) -> Place {
                Place::$place(link.clone())
            }

            fn details(&self) -> Option<Details> {
                let is_incoming = match &self.direction {
                    Some(direction) => *direction == Direction::Incoming,
                    // Only one of somebody else can be answered.
                    None => self.accept().exists() || self.decline().exists(),
                };
                if !is_incoming {
                    return None;
                }
                let from = self.from();
                let known = from.embedded().map(|from| Participant {
                    name: from.name.clone(),
                    address: from.uri.as_ref().map(|uri| uri.as_str().into()),
                    role: from.role.clone(),
                    is_guest: from.anonymous.unwrap_or_default(),
                    link: from.self_link().map_or_else(|| Link::new(""), Link::cast),
                });
                Some(Details {
                    from: known.or_else(|| from.link().map(|link| Participant::new(link.cast()))),
                    subject: self.subject.clone().filter(|subject| !subject.is_empty()),
                    importance: self.importance.clone(),
                    message: self.message.clone(),
                    conversation: self.conversation().link(),
                    accept: self.accept().link(),
                    decline: self.decline().link(),
                })
            }
        }
    };
}

invitation!(MessagingInvitation, Messaging);
invitation!(OnlineMeetingInvitation, Meeting);

impl Incoming {
    /// An invitation that begins now.
    pub(super) fn new(place: Place) -> Self {
        let (deadline, end) = (Instant::now() + TIME_TO_ANSWER, watch::Sender::new(None));
        Self {
            place,
            details: OnceLock::new(),
            deadline,
            reading: Kept::default(),
            is_answered: AtomicBool::new(false),
            end,
        }
    }

    /// What it says, if that is known.
    pub(super) fn details(&self) -> Option<&Arc<Details>> {
        self.details.get()
    }

    /// Notes what it says. Gives whether it is one of somebody else.
    pub(super) fn learn(&self, resource: &impl Invitation) -> bool {
        let details = resource.details();
        let is_incoming = details.is_some();
        if let Some(details) = details {
            self.details.get_or_init(|| Arc::new(details));
        }
        is_incoming
    }

    /// Reads what it says, which goes on where nobody waits for it any more. One that cannot be read, or is the user's own, is over.
    pub(super) async fn read(self: &Arc<Self>, application: &Application) {
        let read = || {
            let (incoming, application) = (Arc::clone(self), application.clone());
            async move { incoming.request(&application).await }
        };
        self.reading.run((), read).await;
    }

    async fn request(&self, application: &Application) {
        let is_incoming = match &self.place {
            Place::Messaging(link) => {
                let found = application.send(link.get()).await.map_err(Error::into_general);
                found.map(|found| self.learn(&*found))
            }
            Place::Meeting(link) => {
                let found = application.send(link.get()).await.map_err(Error::into_general);
                found.map(|found| self.learn(&*found))
            }
        };
        if let Err(error) = &is_incoming {
            tracing::debug!(%error, "an invitation was not read");
        }
        if !is_incoming.unwrap_or_default() {
            self.finish(InvitationEnd::Failed(None));
        }
    }

    pub(super) fn kind(&self) -> InvitationKind {
        match self.place {
            Place::Messaging(_) => InvitationKind::Messaging,
            Place::Meeting(_) => InvitationKind::Meeting,
        }
    }

    /// Notes that the program answers it.
    pub(super) fn answer(&self) {
        self.is_answered.store(true, Ordering::Relaxed);
    }

    /// Whether the program has answered it, whatever came of that.
    pub(super) fn is_answered(&self) -> bool {
        self.is_answered.load(Ordering::Relaxed)
    }

    /// Whether it can no longer be answered.
    pub(super) fn is_over(&self) -> bool {
        self.end.borrow().is_some() || self.deadline <= Instant::now()
    }

    pub(super) fn finish(&self, end: InvitationEnd) {
        self.end.send_replace(Some(end));
    }
}
