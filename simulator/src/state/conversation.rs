//! Conversations: what goes on between participants.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{ApplicationId, Moment};

/// A way to take part in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Modality {
    Messaging,
    AudioVideo,
    PhoneAudio,
    ApplicationSharing,
    DataCollaboration,
}

impl Modality {
    pub(crate) const ALL: [Self; 5] =
        [Self::Messaging, Self::AudioVideo, Self::PhoneAudio, Self::ApplicationSharing, Self::DataCollaboration];

    /// The name of the resource, which is also the relation of the conversation.
    pub(crate) const fn resource(self) -> &'static str {
        match self {
            Self::Messaging => "messaging",
            Self::AudioVideo => "audioVideo",
            Self::PhoneAudio => "phoneAudio",
            Self::ApplicationSharing => "applicationSharing",
            Self::DataCollaboration => "dataCollaboration",
        }
    }

    /// What a log and `activeModalities` call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Messaging => "Messaging",
            Self::AudioVideo | Self::PhoneAudio => "Audio",
            Self::ApplicationSharing => "ApplicationSharing",
            Self::DataCollaboration => "DataCollaboration",
        }
    }

    /// The relation of a participant who takes part in it.
    pub(crate) const fn of_participant(self) -> &'static str {
        match self {
            Self::Messaging => "participantMessaging",
            Self::AudioVideo | Self::PhoneAudio => "participantAudio",
            Self::ApplicationSharing => "participantApplicationSharing",
            Self::DataCollaboration => "participantDataCollaboration",
        }
    }
}

/// What a participant may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Attendee,
    Leader,
}

impl Role {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Attendee => "Attendee",
            Self::Leader => "Leader",
        }
    }
}

/// Somebody in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Participant {
    /// The address, without `sip:`.
    pub(crate) address: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) in_lobby: bool,
    /// Until when they are taken to type a message, where they do.
    pub(crate) typing_until: Option<Moment>,
    pub(crate) is_muted: bool,
    pub(crate) modalities: BTreeSet<Modality>,
}

impl Participant {
    /// Somebody who is in the conversation and does nothing yet.
    pub(crate) fn new(address: &str, name: String, role: Role) -> Self {
        Self {
            address: address.into(),
            name,
            role,
            in_lobby: false,
            typing_until: None,
            is_muted: false,
            modalities: BTreeSet::new(),
        }
    }
}

/// A conversation as one application has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leg {
    /// A value of `ConversationState`.
    pub(crate) state: &'static str,
    /// The participant whom the application stands for.
    pub(crate) address: String,
    /// The state of each modality: a value of `CallState`.
    pub(crate) modalities: BTreeMap<Modality, &'static str>,
    /// The ids of the messages that it has seen.
    pub(crate) messages: Vec<u64>,
    /// The id that the client chose for its media session.
    pub(crate) session_context: String,
    /// Whether the user's phone is on hold.
    pub(crate) is_on_hold: bool,
    /// Whether the call is on hold, by its session description.
    pub(crate) is_suspended: bool,
}

impl Leg {
    pub(crate) fn new(address: &str, state: &'static str) -> Self {
        Self {
            state,
            address: address.into(),
            modalities: BTreeMap::new(),
            messages: Vec::new(),
            session_context: String::new(),
            is_on_hold: false,
            is_suspended: false,
        }
    }

    /// Whether its user is in the conversation or in its lobby.
    pub(crate) fn has_entered(&self) -> bool {
        matches!(self.state, "Connected" | "Conferenced" | "InLobby")
    }

    /// Whether its user waits in the lobby, from where nobody sees who is inside.
    pub(crate) fn waits_in_lobby(&self) -> bool {
        self.state == "InLobby"
    }

    /// The state of a modality.
    pub(crate) fn modality(&self, modality: Modality) -> &'static str {
        self.modalities.get(&modality).copied().unwrap_or("Disconnected")
    }
}

/// A message that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) id: u64,
    pub(crate) sent: Moment,
    /// The sender, by address without `sip:`.
    pub(crate) from: String,
    /// The application that sent it; none where the simulator did.
    pub(crate) origin: Option<ApplicationId>,
    pub(crate) operation_id: String,
    /// The content as a `data:` URI.
    pub(crate) content: String,
}

/// A change of the media of a call that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Renegotiation {
    /// The application that wants it.
    pub(crate) origin: ApplicationId,
    /// The one that has to answer; none in a meeting, whose server does.
    pub(crate) target: Option<ApplicationId>,
    pub(crate) operation_id: String,
    /// The session description that is offered, as a `data:` URI.
    pub(crate) offer: String,
    /// The one that answers it.
    pub(crate) answer: Option<String>,
    /// Whether it puts the call on hold.
    pub(crate) suspends: bool,
    pub(crate) is_pending: bool,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conversation {
    pub(crate) id: String,
    pub(crate) created: Moment,
    /// Who began it, by address without `sip:`.
    pub(crate) began_by: String,
    pub(crate) subject: String,
    pub(crate) importance: String,
    pub(crate) thread_id: String,
    /// The conference id of the meeting that it is; none while two talk.
    pub(crate) meeting: Option<String>,
    pub(crate) audience_messaging: &'static str,
    pub(crate) audience_mute: &'static str,
    /// Those who are in it or in its lobby, by address.
    pub(crate) participants: BTreeMap<String, Participant>,
    pub(crate) legs: BTreeMap<ApplicationId, Leg>,
    pub(crate) messages: BTreeMap<u64, Message>,
    pub(crate) renegotiations: BTreeMap<u64, Renegotiation>,
    /// The ids of the invitations to it, the oldest first.
    pub(crate) invitations: VecDeque<String>,
}

impl Conversation {
    /// The participants who are in it, not in its lobby.
    pub(crate) fn present(&self) -> impl Iterator<Item = &Participant> {
        self.participants.values().filter(|participant| !participant.in_lobby)
    }

    /// Whether messages can be sent, which leaders of a meeting can prevent.
    pub(crate) fn takes_messages(&self) -> bool {
        self.audience_messaging != "Disabled"
    }

    /// Whether somebody leads it: where two talk, both do.
    pub(crate) fn is_led_by(&self, address: &str) -> bool {
        self.participants.get(address).is_some_and(|found| found.role == Role::Leader)
    }

    /// Whether somebody may mute a participant: leaders may mute anybody, and all may mute themselves.
    pub(crate) fn may_mute(&self, own: &str, address: &str) -> bool {
        own == address || self.is_led_by(own)
    }

    /// Whether somebody may unmute a participant: as [`may_mute`](Self::may_mute), unless the audience is kept muted.
    pub(crate) fn may_unmute(&self, own: &str, address: &str) -> bool {
        self.may_mute(own, address) && (self.audience_mute == "Disabled" || self.is_led_by(own))
    }

    /// Works out anew in what a participant takes part at any of their endpoints. Says which parts of them, such as `participantAudio`,
    /// are gone, and which are new.
    pub(crate) fn count_parts(&mut self, address: &str) -> [Vec<&'static str>; 2] {
        let legs = self.legs.values().filter(|leg| leg.address == address);
        let states = legs.flat_map(|leg| &leg.modalities).filter(|(_, state)| **state == "Connected");
        let modalities: BTreeSet<_> = states.map(|(modality, _)| *modality).collect();
        let Some(participant) = self.participants.get_mut(address) else { return Default::default() };
        let before = std::mem::replace(&mut participant.modalities, modalities);
        let parts = |modalities: &BTreeSet<Modality>| -> BTreeSet<_> {
            modalities.iter().map(|modality| modality.of_participant()).collect()
        };
        let (before, after) = (parts(&before), parts(&participant.modalities));
        [before.difference(&after).copied().collect(), after.difference(&before).copied().collect()]
    }

    /// Whether somebody has put their phone on hold.
    pub(crate) fn is_on_hold(&self, address: &str) -> bool {
        self.legs.values().any(|leg| leg.address == address && leg.is_on_hold)
    }

    /// The applications in it, with the participants they stand for; not those in the lobby.
    pub(crate) fn connected(&self) -> Vec<ApplicationId> {
        let is_in = |leg: &Leg| matches!(leg.state, "Connected" | "Conferenced");
        self.legs.iter().filter(|(_, leg)| is_in(leg)).map(|(id, _)| *id).collect()
    }
}
