//! What users, applications, conversations and invitations are at the moment.

use crate::document::plain_text;
use crate::simulator::Simulator;
use crate::state::{Application, Conversation, Invitation, Participant, Role, User, World};

/// A user as the simulated world has them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserState {
    /// The SIP address, without `sip:`.
    pub address: String,
    /// The display name.
    pub name: String,
    /// What the user chose to be, such as `Busy`; `None` where the server decides.
    pub chosen: Option<String>,
    /// The availability that others see, such as `Online`.
    pub availability: String,
    /// What the user is doing, as text; empty where that is not known.
    pub activity: String,
    /// The user's note.
    pub note: String,
    /// Where the user is, as the user published it.
    pub location: String,
    /// The ids of the user's applications.
    pub applications: Vec<u64>,
}

/// An application as the simulated world has it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApplicationState {
    /// The id, which is part of its address.
    pub id: u64,
    /// The SIP address of its user, without `sip:`.
    pub user: String,
    /// What the client said it is.
    pub user_agent: String,
    /// Whether the user has been made available.
    pub is_available: bool,
    /// Whether a poll of the event channel is open.
    pub is_polling: bool,
    /// The number of the last response of the event channel that the client has acknowledged; 0 before the first.
    pub acknowledged: u64,
    /// How many events wait.
    pub waiting_events: usize,
    /// How many presence subscriptions it has.
    pub subscriptions: usize,
    /// The ids of the conversations that it is in.
    pub conversations: Vec<String>,
}

/// A conversation as the simulated world has it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConversationState {
    /// The id, which is part of its address.
    pub id: String,
    /// The subject; empty where nobody set one.
    pub subject: String,
    /// The conference id of the online meeting that it is; `None` while two users talk.
    pub meeting: Option<String>,
    /// The SIP addresses of the participants, without `sip:`, those in the lobby among them.
    pub participants: Vec<String>,
    /// The SIP addresses of those who wait in the lobby, without `sip:`.
    pub lobby: Vec<String>,
    /// The SIP addresses of the leaders, without `sip:`.
    pub leaders: Vec<String>,
    /// How many messages were sent in it.
    pub messages: usize,
    /// The latest message: the SIP address of its sender, and its text.
    pub latest: Option<(String, String)>,
}

/// An invitation as the simulated world has it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvitationState {
    /// The id, which is part of its address.
    pub id: String,
    /// The name of its resource, such as `messagingInvitation`.
    pub kind: &'static str,
    /// A value of `InvitationState`, such as `Connecting`.
    pub state: &'static str,
    /// The SIP address of the inviting user, without `sip:`.
    pub from: String,
    /// The SIP address of the invited user, without `sip:`.
    pub to: String,
    /// The id of the conversation that it is about.
    pub conversation: String,
}

impl UserState {
    pub(crate) fn of(world: &World, user: &User) -> Self {
        Self {
            address: user.address.clone(),
            name: user.account.name.clone(),
            chosen: user.preferred.clone(),
            availability: user.availability.into(),
            activity: user.activity.clone().unwrap_or_default(),
            note: user.note.clone(),
            location: user.location.clone(),
            applications: world.applications_of.get(&user.address).into_iter().flatten().copied().collect(),
        }
    }
}

impl ApplicationState {
    pub(crate) fn of(world: &World, application: &Application) -> Self {
        let conversations = world.conversations.values().filter(|found| found.legs.contains_key(&application.id));
        Self {
            id: application.id,
            user: application.identity.address().to_owned(),
            user_agent: application.user_agent.clone(),
            is_available: application.available.is_some(),
            is_polling: application.channel.is_open(),
            acknowledged: application.channel.acknowledged(),
            waiting_events: application.channel.len(),
            subscriptions: application.subscriptions.len(),
            conversations: conversations.map(|conversation| conversation.id.clone()).collect(),
        }
    }
}

impl From<&Conversation> for ConversationState {
    fn from(conversation: &Conversation) -> Self {
        let latest = conversation.messages.values().next_back();
        let of = |keep: &dyn Fn(&Participant) -> bool| {
            let kept = conversation.participants.values().filter(|participant| keep(participant));
            kept.map(|participant| participant.address.clone()).collect()
        };
        Self {
            id: conversation.id.clone(),
            subject: conversation.subject.clone(),
            meeting: conversation.meeting.clone(),
            participants: conversation.participants.keys().cloned().collect(),
            lobby: of(&|found| found.in_lobby),
            leaders: of(&|found| !found.in_lobby && found.role == Role::Leader),
            messages: conversation.messages.len(),
            latest: latest.map(|message| (message.from.clone(), plain_text(&message.content))),
        }
    }
}

impl From<&Invitation> for InvitationState {
    fn from(invitation: &Invitation) -> Self {
        Self {
            id: invitation.id.clone(),
            kind: invitation.kind.resource(),
            state: invitation.state.name(),
            from: invitation.from.clone(),
            to: invitation.to.clone(),
            conversation: invitation.conversation.clone(),
        }
    }
}

impl Simulator {
    /// The users, by address.
    pub fn users(&self) -> Vec<UserState> {
        let world = self.world();
        world.users.values().map(|user| UserState::of(&world, user)).collect()
    }

    /// The applications, by id.
    pub fn applications(&self) -> Vec<ApplicationState> {
        let world = self.world();
        world.applications.values().map(|application| ApplicationState::of(&world, application)).collect()
    }

    /// The conversations that are going on, by id.
    pub fn conversations(&self) -> Vec<ConversationState> {
        self.world().conversations.values().map(ConversationState::from).collect()
    }

    /// The invitations, by id; also those that were answered, as long as clients can look at them.
    pub fn invitations(&self) -> Vec<InvitationState> {
        self.world().invitations.values().map(InvitationState::from).collect()
    }
}
