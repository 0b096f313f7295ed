//! Invitations, and other operations that take time.

use super::{ApplicationId, Moment};

/// What an invitation invites to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvitationKind {
    /// To exchange messages.
    Messaging,
    /// To talk or to see each other, without media in the simulator.
    AudioVideo,
    /// To talk by telephone.
    PhoneAudio,
    /// To an online meeting; a user who joins one invites themselves.
    OnlineMeeting,
    /// To a conversation that is going on.
    Participant,
}

impl InvitationKind {
    /// The name of the resource.
    pub(crate) const fn resource(self) -> &'static str {
        match self {
            Self::Messaging => "messagingInvitation",
            Self::AudioVideo => "audioVideoInvitation",
            Self::PhoneAudio => "phoneAudioInvitation",
            Self::OnlineMeeting => "onlineMeetingInvitation",
            Self::Participant => "participantInvitation",
        }
    }
}

/// How far an invitation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvitationProgress {
    /// The other side is being told.
    Connecting,
    /// It was accepted.
    Connected,
    /// It was declined.
    Declined,
    /// It was taken back.
    Cancelled,
    /// It failed, or nobody answered.
    Failed,
}

impl InvitationProgress {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Connecting => "Connecting",
            Self::Connected => "Connected",
            Self::Declined => "Declined",
            Self::Cancelled => "Cancelled",
            Self::Failed => "Failed",
        }
    }
}

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invitation {
    pub(crate) id: String,
    pub(crate) kind: InvitationKind,
    pub(crate) state: InvitationProgress,
    pub(crate) conversation: String,
    /// The inviting user, by address without `sip:`.
    pub(crate) from: String,
    /// The application of the inviting user; 0, which no application has, where it is not to hear of this.
    pub(crate) origin: ApplicationId,
    /// The invited user, by address without `sip:`.
    pub(crate) to: String,
    /// The applications in which it rings.
    pub(crate) targets: Vec<ApplicationId>,
    /// The id that the inviting client chose.
    pub(crate) operation_id: String,
    /// The id that the invited clients see.
    pub(crate) incoming_operation_id: String,
    pub(crate) subject: String,
    pub(crate) importance: String,
    pub(crate) thread_id: String,
    /// The first message, as a `data:` URI.
    pub(crate) message: Option<String>,
    pub(crate) custom_content: Option<String>,
    pub(crate) media_offer: Option<String>,
    /// The session description with which the call was accepted, as a `data:` URI.
    pub(crate) media_answer: Option<String>,
    /// The one that the invited side sent before it accepted.
    pub(crate) provisional_answer: Option<String>,
    pub(crate) session_context: String,
    pub(crate) phone_number: String,
    pub(crate) created: Moment,
    pub(crate) expires: Moment,
    /// The modality by which the invited side takes part, where it is another than that of the invitation.
    pub(crate) answering: Option<super::Modality>,
    /// The user for whom the inviting user acts, by address without `sip:`.
    pub(crate) on_behalf_of: Option<String>,
    /// The user whose calls are forwarded, where this one was, by address without `sip:`.
    pub(crate) forwarded_by: Option<String>,
    /// Who accepted, by address without `sip:`.
    pub(crate) accepted_by: Option<String>,
    /// The invitation of a participant that this one carries out.
    pub(crate) carries_out: Option<String>,
}

impl Invitation {
    /// Whether it still waits for its answer.
    pub(crate) fn is_pending(&self) -> bool {
        self.state == InvitationProgress::Connecting
    }

    /// Whether it still waits for its answer and is to a conversation.
    pub(crate) fn is_pending_in(&self, conversation: &str) -> bool {
        self.is_pending() && self.conversation == conversation
    }
}
