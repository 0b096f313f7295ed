//! Logs of conversations: how they are written, read and removed.

use ucwa_schema::{EventType, Method};

use super::change::Change;
use super::tell::{Content, News};
use crate::address::{Item, Place};
use crate::protocol::{Failure, Reply};
use crate::state::{Invitation, Leg, Log, LogMessage, LogStatus, Modality, World};

/// Answers requests about logs; `None` for others.
pub(super) fn act(world: &mut World, change: &Change<'_>) -> Option<Result<Reply, Failure>> {
    let Place::Log(id) = &change.item.place else { return None };
    let reply = match (change.item.name(), change.operation.method) {
        ("conversationLog", Method::Delete) => {
            change.user(world).and_then(|user| user.logs.remove(id).map(drop).ok_or_else(Failure::not_found))
        }
        ("markAsRead", _) => change.user(world).and_then(|user| {
            user.logs.get_mut(id).ok_or_else(Failure::not_found)?.is_read = true;
            Ok(())
        }),
        _ => return None,
    };
    Some(reply.and_then(|()| {
        let address = change.address(world)?;
        world.tell_missed(&address);
        Ok(Reply::done())
    }))
}

impl World {
    /// Writes the log of a conversation that an application leaves. Each message stands once in the logs of a user: what the
    /// application saw goes to another one of the same user that stays.
    pub(super) fn write_log(&mut self, id: &str, leg: &Leg) {
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        let own = &leg.address;
        if let Some(other) = conversation.legs.values_mut().find(|other| other.address == *own && other.has_entered()) {
            other.messages.extend(&leg.messages);
            other.messages.sort_unstable();
            other.messages.dedup();
            return;
        }
        let others = conversation.participants.keys().filter(|address| *address != own);
        let messages = leg.messages.iter().filter_map(|message| conversation.messages.get(message));
        let modalities = Modality::ALL.into_iter().filter(|modality| leg.modalities.contains_key(modality));
        let meeting = conversation.meeting.as_ref().and_then(|meeting| self.meetings.get(meeting));
        // Who joins a meeting was invited to it by its organizer.
        let began_by = meeting.map_or(&conversation.began_by, |meeting| &meeting.organizer);
        let log = Log {
            id: 0,
            created: conversation.created,
            direction: if began_by == own { "Outgoing" } else { "Incoming" },
            subject: conversation.subject.clone(),
            importance: conversation.importance.clone(),
            thread_id: conversation.thread_id.clone(),
            status: LogStatus::Archived,
            is_read: true,
            modalities: modalities.map(Modality::name).collect(),
            meeting: meeting.map(crate::state::Meeting::uri),
            recipients: others.cloned().collect(),
            messages: messages
                .map(|message| LogMessage {
                    sent: message.sent,
                    from: message.from.clone(),
                    content: message.content.clone(),
                })
                .collect(),
        };
        let own = own.clone();
        self.add_log(&own, log);
        self.tell_missed(&own);
    }

    /// Writes the log of an invitation that nobody answered.
    pub(super) fn log_missed(&mut self, invitation: &Invitation) {
        let content = invitation.message.iter();
        let log = Log {
            id: 0,
            created: invitation.created,
            direction: "Incoming",
            subject: invitation.subject.clone(),
            importance: invitation.importance.clone(),
            thread_id: invitation.thread_id.clone(),
            status: LogStatus::Missed,
            is_read: false,
            modalities: vec![invitation.kind.modality().name()],
            meeting: None,
            recipients: vec![invitation.from.clone()],
            messages: content
                .map(|content| LogMessage {
                    sent: invitation.created,
                    from: invitation.from.clone(),
                    content: content.clone(),
                })
                .collect(),
        };
        self.add_log(&invitation.to, log);
        self.tell_missed(&invitation.to);
    }

    /// Tells a user's applications that the counts of missed items changed.
    fn tell_missed(&mut self, address: &str) {
        for application in self.applications_of.get(address).cloned().unwrap_or_default() {
            let target = Item::new("missedItems", Place::Application, "communication/missedItems");
            if let Some(target) = target {
                self.tell(application, News::new("communication", EventType::Updated, target, Content::Linked));
            }
        }
    }
}
