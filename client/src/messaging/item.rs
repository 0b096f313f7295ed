//! What happens in a conversation.

use std::fmt;

use ucwa::communication::{Message, Participant as Resource};
use ucwa::enumerations::Role;
use ucwa::{ErrorBody, Link, Timestamp};

use crate::address::ContactAddress;
use crate::loss::Loss;

/// Something that happened in a conversation.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ConversationItem {
    /// Somebody else sent a message. What the user sends, here or at another endpoint, is [no item](crate::messaging#what-is-no-item).
    Message(ReceivedMessage),
    /// Somebody joined.
    Joined(Participant),
    /// Somebody left.
    Left(Participant),
    /// Somebody types.
    Typing(Participant),
    /// Somebody types no longer.
    StoppedTyping(Participant),
    /// Somebody waits in the lobby of the meeting.
    WaitsInLobby(Participant),
    /// Somebody waits in the lobby no longer: admitted, rejected or gone.
    LeftLobby(Participant),
    /// Something else about somebody has changed, such as the role.
    ParticipantChanged(Participant),
    /// The subject, the state or what the user may do has changed.
    Changed,
    /// The conversation has become a meeting, as somebody was invited. It goes on as before.
    BecameMeeting,
    /// Events were lost, or a message could not be read that the server told of: messages may be missing. Who is there has been
    /// looked up again where events were lost. What could not be looked up is tried again, and told as soon as it is known. Whoever was
    /// typing is reported to have [stopped](Self::StoppedTyping), as nothing else may.
    EventsLost,
    /// The program was slow, and this many items were dropped, the oldest first.
    Dropped(usize),
    /// The last item.
    Ended(ConversationEnd),
}

/// Why a conversation is over.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ConversationEnd {
    /// The user left, here or at another endpoint, or the server gave no reason.
    Left,
    /// The server ended it for a reason: the others left, the user was put out of a meeting, or nobody answered.
    Ended(Box<ErrorBody>),
    /// The server dropped it.
    Lost(Loss),
    /// The application was closed, or its event channel ended. Where another stream goes on with the channel, the conversations that the
    /// server still has are among [`Messaging::conversations`](super::Messaging::conversations) again.
    Closed,
}

/// Somebody in a conversation.
#[derive(Clone)]
#[non_exhaustive]
pub struct Participant {
    /// The display name, where the server says.
    pub name: Option<String>,
    /// The address; `None` for those who have none, such as some guests, and where it could not be read.
    pub address: Option<ContactAddress>,
    /// The role in a meeting.
    pub role: Option<Role>,
    /// Whether it is a guest, who did not sign in.
    pub is_guest: bool,
    /// The link to the participant.
    pub link: Link<Resource>,
}

impl Participant {
    pub(super) fn new(link: Link<Resource>) -> Self {
        let name = link.title().map(str::to_owned);
        Self { name, address: None, role: None, is_guest: false, link }
    }

    /// Takes over what the server says of the participant, who is known by the same link all the time: the server may write that of the
    /// document in another way.
    pub(super) fn learn(&mut self, resource: &Resource) {
        self.name = resource.name.clone().or(self.name.take());
        self.address = resource.uri.as_ref().map(|uri| uri.as_str().into()).or(self.address.take());
        self.role = resource.role.clone().or(self.role.take());
        self.is_guest = resource.anonymous.unwrap_or(self.is_guest);
    }
}

impl fmt::Display for Participant {
    /// Writes the name, or the address where there is none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.address.as_ref().map(ContactAddress::as_str);
        f.write_str(self.name.as_deref().or(address).unwrap_or("somebody"))
    }
}

impl fmt::Debug for Participant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Participant").field("name", &self.name).field("address", &self.address).finish_non_exhaustive()
    }
}

/// A message that somebody sent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ReceivedMessage {
    /// Who sent it.
    pub from: Participant,
    /// When it was sent or received; `None` for the message of an invitation.
    pub time: Option<Timestamp>,
    /// The text in plain text, where it came so.
    pub plain: Option<String>,
    /// The text in HTML, where it came so. It is what others sent: do not show it without cleaning it.
    pub html: Option<String>,
    /// The link to the message, by which a program knows it again; `None` for the message of an invitation. It stays the same where
    /// another process [goes on](crate::Application::events_after) with the events of this one.
    pub link: Option<Link<Message>>,
}

impl ReceivedMessage {
    pub(super) fn new(from: Participant, link: Option<Link<Message>>, message: &Message) -> Self {
        let text = |content: &Option<ucwa::Content>| content.as_ref().and_then(|content| content.text().ok());
        let (plain, html) = (text(&message.plain_message), text(&message.html_message));
        Self { from, time: message.time_stamp, plain, html, link }
    }

    /// The text: plain, or in HTML where it came so alone. A program that reads commands in messages says that it takes plain text alone:
    /// by [`supported_message_formats`](ucwa::me::MakeMeAvailableInput::supported_message_formats) when it makes the user available.
    pub fn text(&self) -> &str {
        self.plain.as_deref().or(self.html.as_deref()).unwrap_or_default()
    }
}
