//! What a server may offer or not, and what usually grants it.

use std::fmt;

/// Something that a user may or may not do. The server says so by a link: where there is none, it cannot be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Capability {
    /// To follow the presence of contacts.
    FollowPresence,
    /// To publish the user's own presence, note and location.
    PublishPresence,
    /// To read contacts and groups.
    ReadContacts,
    /// To change contacts and groups.
    ChangeContacts,
    /// To search for people.
    Search,
    /// To see and change how much of the user a contact may see.
    PrivacyRelationships,
    /// To start a conversation by messages.
    StartMessaging,
    /// To answer an invitation.
    AnswerInvitation,
    /// To send messages in a conversation.
    SendMessages,
    /// To show others that the user is typing.
    ShowTyping,
    /// To invite others into a conversation.
    InviteParticipants,
    /// To schedule meetings.
    ScheduleMeetings,
    /// To start a meeting that was not scheduled.
    StartMeeting,
    /// To join meetings.
    JoinMeetings,
    /// To let others in from the lobby of a meeting, or to turn them away.
    DecideLobby,
    /// To change the role of others in a meeting.
    ChangeRoles,
    /// To remove others from a meeting.
    EjectParticipants,
    /// To mute others in a meeting.
    MuteParticipants,
    /// To read the history of conversations.
    ReadHistory,
}

impl Capability {
    /// What usually grants it.
    pub fn granted_by(self) -> &'static str {
        match self {
            Self::FollowPresence | Self::Search => {
                "a token of a user of the organization; guests of meetings lack it, and online tokens need `Contacts.ReadWrite`"
            }
            Self::PublishPresence => {
                "`Application::make_me_available`; guests of meetings lack it, and online tokens need `User.ReadWrite`"
            }
            Self::ReadContacts => {
                "a token of a user of the organization with `Contacts.ReadWrite`; guests of meetings lack it"
            }
            Self::ChangeContacts => {
                "revision 2 of the contact list: a server of 2015 or later, and contacts that are not kept in Exchange alone"
            }
            Self::PrivacyRelationships => {
                "revision 2 of `contactPrivacyRelationship`, and a policy of the server that lets users set privacy levels"
            }
            Self::StartMessaging => {
                "`Application::make_me_available` with the modality `Messaging`; online tokens need `Conversations.Initiate`"
            }
            Self::AnswerInvitation => {
                "the state of the invitation: it can be answered for about 30 seconds, at one endpoint, and once"
            }
            Self::SendMessages | Self::ShowTyping => {
                "the state of the conversation: messaging has to be connected, and the leaders of a meeting may forbid it"
            }
            Self::InviteParticipants => {
                "the state of the conversation: it has to be connected, and the user must not be an attendee only"
            }
            Self::ScheduleMeetings => {
                "a conferencing policy that lets the user organize meetings; guests of meetings lack it, and online tokens need `Meetings.ReadWrite`"
            }
            Self::StartMeeting | Self::JoinMeetings => {
                "`Application::make_me_available` for users; online tokens need `Conversations.Initiate`"
            }
            Self::DecideLobby | Self::ChangeRoles | Self::EjectParticipants | Self::MuteParticipants => {
                "the role of a leader in the meeting, and a participant in the matching state"
            }
            Self::ReadHistory => "conversation history in the user's mailbox, and a policy that lets it be written",
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::FollowPresence => "follow the presence of contacts",
            Self::PublishPresence => "publish presence, notes and locations",
            Self::ReadContacts => "read contacts and groups",
            Self::ChangeContacts => "change contacts and groups",
            Self::Search => "search for people",
            Self::PrivacyRelationships => "change privacy relationships",
            Self::StartMessaging => "start a conversation",
            Self::AnswerInvitation => "answer the invitation",
            Self::SendMessages => "send messages",
            Self::ShowTyping => "show that the user is typing",
            Self::InviteParticipants => "invite participants",
            Self::ScheduleMeetings => "schedule meetings",
            Self::StartMeeting => "start a meeting",
            Self::JoinMeetings => "join meetings",
            Self::DecideLobby => "admit or reject participants",
            Self::ChangeRoles => "change roles",
            Self::EjectParticipants => "eject participants",
            Self::MuteParticipants => "mute participants",
            Self::ReadHistory => "read the history of conversations",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
