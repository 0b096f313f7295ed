//! Messages, and who is typing one.

use std::time::Duration;

use ucwa_schema::EventType;

use super::change::Change;
use super::conversations::{Topic, conversation_path};
use super::invitations::Invite;
use super::tell::{Content, News};
use crate::address::{Item, Place};
use crate::document::data_uri;
use crate::protocol::{Failure, Reply};
use crate::state::{
    ApplicationId, Conversation, Invitation, Leg, Message, Modality, Moment, Role, Timer, World, milliseconds,
};
use crate::views::leg;

/// How long somebody who said that they are typing is taken to do so.
const TYPING_LASTS: Duration = Duration::from_secs(8);

/// How many messages a conversation remembers.
const MESSAGES: usize = 500;

/// Answers requests about messages; `None` for others.
pub(super) fn act(world: &mut World, change: &Change<'_>) -> Option<Result<Reply, Failure>> {
    let Place::Modality(id, Modality::Messaging) = &change.item.place else { return None };
    let reply = match change.item.name() {
        "sendMessage" => send(world, change, id),
        "setIsTyping" => connected(world, change, id).map(|address| {
            let until = world.now.saturating_add(milliseconds(TYPING_LASTS));
            world.set_typing(id, &address, Some(until));
            world.schedule_at(until, Timer::Typing(id.clone(), address));
            Reply::done()
        }),
        _ => return None,
    };
    Some(reply)
}

/// The address of the user, whose application has to be connected to messaging that is not disabled.
fn connected(world: &World, change: &Change<'_>, id: &str) -> Result<String, Failure> {
    let (conversation, leg) = leg(world, change.application(world)?, id)?;
    if leg.modality(Modality::Messaging) != "Connected" {
        return Err(Failure::conflict("Messaging is not connected."));
    }
    if !conversation.takes_messages() {
        return Err(Failure::conflict("Messaging is disabled for all who are in the conversation."));
    }
    Ok(leg.address.clone())
}

fn send(world: &mut World, change: &Change<'_>, id: &str) -> Result<Reply, Failure> {
    let from = connected(world, change, id)?;
    let body = change.inputs.body.as_ref().ok_or_else(|| Failure::unreadable("There is no message."))?;
    let content = data_uri(&body.media_type, &body.bytes);
    let message = world.send_message(id, &from, Some(change.id), change.inputs.string("operationId"), content);
    change.started(world, message.and_then(|message| Item::message(id, message)))
}

impl World {
    /// Sends a message of one user to another: in the conversation in which they exchange messages, or with an invitation to a new one.
    /// Returns the conversation's id.
    pub(crate) fn send_as(&mut self, from: &str, to: &str, text: &str) -> String {
        let content = data_uri("text/plain", text.as_bytes());
        let is_theirs = |found: &&Conversation| {
            let has = |address: &str| found.participants.contains_key(address);
            // Where the two only talk, nobody would see it.
            let is_read = found.legs.values().any(|leg| leg.modality(Modality::Messaging) == "Connected");
            found.meeting.is_none() && found.participants.len() == 2 && has(from) && has(to) && is_read
        };
        if let Some(id) = self.conversations.values().find(is_theirs).map(|found| found.id.clone()) {
            self.send_message(&id, from, None, String::new(), content);
            return id;
        }
        let id = self.new_conversation(&Topic::default(), from, None);
        self.add_participant(&id, from, Role::Leader);
        let invitation = self.prepare(Invite::plain(id.clone(), from, to).with_message(content));
        self.ring(&invitation);
        id
    }

    /// Sends a message to all who are connected to the messaging of a conversation. `None` where there is no conversation.
    pub(crate) fn send_message(
        &mut self,
        id: &str,
        from: &str,
        origin: Option<ApplicationId>,
        operation_id: String,
        content: String,
    ) -> Option<u64> {
        self.set_typing(id, from, None);
        let number = self.next_number();
        let message = Message { id: number, sent: self.now, from: from.into(), origin, operation_id, content };
        let conversation = self.conversations.get_mut(id)?;
        let is_connected = |(_, leg): &(&ApplicationId, &Leg)| leg.modality(Modality::Messaging) == "Connected";
        let seen_by: Vec<_> = conversation.legs.iter().filter(is_connected).map(|(id, _)| *id).collect();
        add_message(conversation, message, &seen_by);
        for application in seen_by {
            self.tell_message(application, id, number);
        }
        Some(number)
    }

    /// Notes the message that an invitation brought, which was accepted. Both sides know it by the invitation: no other event
    /// tells of it.
    pub(super) fn add_invited_message(&mut self, invitation: &Invitation, accepting: Option<ApplicationId>) {
        let Some(content) = invitation.message.clone() else { return };
        let number = self.next_number();
        let Some(conversation) = self.conversations.get_mut(&invitation.conversation) else { return };
        let origin = Some(invitation.origin).filter(|origin| *origin != 0);
        let (from, sent) = (invitation.from.clone(), invitation.created);
        let message = Message { id: number, sent, from, origin, operation_id: String::new(), content };
        let seen_by: Vec<_> = [origin, accepting].into_iter().flatten().collect();
        add_message(conversation, message, &seen_by);
    }

    /// Tells an application about a message that it sent or received. As either takes no time here, nothing says that it began.
    fn tell_message(&mut self, application: ApplicationId, id: &str, message: u64) {
        let Some(target) = Item::message(id, message) else { return };
        let path = conversation_path(id);
        let news = News::from("conversation", path, EventType::Completed, target, Content::Embedded);
        self.tell(application, news.with_status("Success"));
    }

    /// Takes somebody to type no more, unless they said again meanwhile that they do.
    pub(super) fn end_typing(&mut self, id: &str, address: &str) {
        let participant = self.conversations.get(id).and_then(|found| found.participants.get(address));
        let until = participant.and_then(|participant| participant.typing_until);
        if until.is_some_and(|until| until <= self.now) {
            self.set_typing(id, address, None);
        }
    }

    /// Notes until when somebody is typing, if they do, and tells the others if that changed.
    pub(super) fn set_typing(&mut self, id: &str, address: &str, until: Option<Moment>) {
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        let Some(participant) = conversation.participants.get_mut(address) else { return };
        if std::mem::replace(&mut participant.typing_until, until).is_some() == until.is_some() {
            return;
        }
        let own: Vec<_> = conversation
            .legs
            .iter()
            .filter(|(_, leg)| leg.address == address)
            .map(|(application, _)| *application)
            .collect();
        let kind = if until.is_some() { EventType::Added } else { EventType::Deleted };
        self.tell_all(id, |world, application| {
            if !own.contains(&application) {
                world.tell_participant(application, id, address, kind, Some("typingParticipants"));
            }
        });
    }
}

/// Adds a message to a conversation, which forgets the oldest where there are too many.
fn add_message(conversation: &mut Conversation, message: Message, seen_by: &[ApplicationId]) {
    let number = message.id;
    conversation.messages.insert(number, message);
    let oldest = conversation.messages.keys().next().copied();
    if let Some(oldest) = oldest.filter(|_| conversation.messages.len() > MESSAGES) {
        conversation.messages.remove(&oldest);
        for leg in conversation.legs.values_mut() {
            leg.messages.retain(|seen| *seen != oldest);
        }
    }
    for (_, leg) in conversation.legs.iter_mut().filter(|(application, _)| seen_by.contains(application)) {
        leg.messages.push(number);
    }
}
