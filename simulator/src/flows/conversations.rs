//! Conversations: who comes, who goes, and what of it is told.

use std::collections::{BTreeMap, VecDeque};

use ucwa_schema::{EventType, Method};

use super::change::Change;
use super::roster::check_leads;
use super::tell::{Content, News};
use crate::address::{Item, Place, segment};
use crate::document::Reason;
use crate::protocol::{Failure, Reply};
use crate::state::{ApplicationId, Conversation, Leg, Modality, Participant, Role, World};
use crate::views::leg;

/// Answers requests about a conversation as a whole; `None` for others.
pub(super) fn act(world: &mut World, change: &Change<'_>) -> Option<Result<Reply, Failure>> {
    let Place::Conversation(id) = &change.item.place else { return None };
    let audience = |world: &mut World, set: fn(&mut Conversation)| {
        check_leads(world, change, id)?;
        if let Some(conversation) = world.conversations.get_mut(id) {
            set(conversation);
        }
        world.tell_all(id, |world, application| {
            world.tell_conversation(application, id, EventType::Updated, None);
            // What can be done with it has changed.
            if change.item.name().ends_with("Messaging") && world.has_modality(id, application, Modality::Messaging) {
                world.tell_modality(id, application, Modality::Messaging, None);
            }
        });
        Ok(Reply::done())
    };
    let reply = match (change.item.name(), change.operation.method) {
        ("conversation", Method::Delete) => {
            change.application(world).and_then(|application| leg(world, application, id)).map(drop).map(|()| {
                world.leave(id, change.id, None);
                Reply::done()
            })
        }
        ("disableAudienceMessaging", _) => audience(world, |found| found.audience_messaging = "Disabled"),
        ("enableAudienceMessaging", _) => audience(world, |found| found.audience_messaging = "Enabled"),
        ("disableAudienceMuteLock", _) => audience(world, |found| found.audience_mute = "Disabled"),
        ("enableAudienceMuteLock", _) => {
            audience(world, |found| found.audience_mute = "Enabled").inspect(|_| world.mute_attendees(id))
        }
        _ => return None,
    };
    Some(reply)
}

/// What a conversation begins with.
#[derive(Debug, Clone, Default)]
pub(super) struct Topic {
    pub(super) subject: String,
    pub(super) importance: String,
    pub(super) thread_id: String,
}

impl Topic {
    pub(super) fn of(inputs: &crate::protocol::Inputs) -> Self {
        Self {
            subject: inputs.string("subject"),
            importance: inputs.text("importance").unwrap_or("Normal").to_owned(),
            thread_id: inputs.string("threadId"),
        }
    }
}

impl World {
    /// Makes a conversation without anybody in it.
    pub(super) fn new_conversation(&mut self, topic: &Topic, began_by: &str, meeting: Option<String>) -> String {
        let id = self.random.hex();
        let thread_id = if topic.thread_id.is_empty() { self.random.hex() } else { topic.thread_id.clone() };
        let conversation = Conversation {
            id: id.clone(),
            created: self.now,
            began_by: began_by.to_owned(),
            subject: topic.subject.clone(),
            importance: if topic.importance.is_empty() { "Normal".into() } else { topic.importance.clone() },
            thread_id,
            meeting,
            audience_messaging: "Enabled",
            audience_mute: "Disabled",
            participants: BTreeMap::new(),
            legs: BTreeMap::new(),
            messages: BTreeMap::new(),
            renegotiations: BTreeMap::new(),
            invitations: VecDeque::new(),
        };
        self.conversations.insert(id.clone(), conversation);
        id
    }

    /// Adds an application to a conversation. It is for the caller to tell it.
    pub(super) fn add_leg(&mut self, id: &str, application: ApplicationId, state: &'static str) {
        let Some(address) = self.applications.get(&application).map(|found| found.identity.address().to_owned()) else {
            return;
        };
        if let Some(conversation) = self.conversations.get_mut(id) {
            conversation.legs.insert(application, Leg::new(&address, state));
        }
    }

    /// Adds somebody to those who are in a conversation, and tells the applications in it. Who is there already stays as they
    /// are.
    pub(super) fn add_participant(&mut self, id: &str, address: &str, role: Role) {
        let name = self.name_of(address);
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        if conversation.participants.get(address).is_some_and(|found| !found.in_lobby) {
            return;
        }
        let is_muted = role == Role::Attendee && conversation.audience_mute == "Enabled";
        let participant = Participant { is_muted, ..Participant::new(address, name, role) };
        conversation.participants.insert(address.into(), participant);
        let is_meeting = conversation.meeting.is_some();
        let collection = if role == Role::Leader { "leaders" } else { "attendees" };
        self.tell_all(id, |world, application| {
            world.tell_participant(application, id, address, EventType::Added, None);
            if is_meeting {
                world.tell_participant(application, id, address, EventType::Added, Some(collection));
            }
        });
    }

    /// Brings an application fully into a conversation: it is told who is there, and the others that its user is.
    pub(super) fn connect(&mut self, id: &str, application: ApplicationId, role: Role) {
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        let state = if conversation.meeting.is_some() { "Conferenced" } else { "Connected" };
        let Some(leg) = conversation.legs.get_mut(&application) else { return };
        leg.state = state;
        let address = leg.address.clone();
        let others: Vec<_> =
            conversation.present().map(|other| other.address.clone()).filter(|other| *other != address).collect();
        let is_meeting = conversation.meeting.is_some();
        let path = conversation_path(id);
        self.tell_conversation(application, id, EventType::Updated, None);
        self.add_participant(id, &address, role);
        if let Some(local) = Item::local_participant(id, &address) {
            let news = News::from("conversation", path.clone(), EventType::Added, local, Content::Embedded);
            self.tell(application, news.titled(self.name_of(&address)));
        }
        let meeting = Item::new("onlineMeeting", Place::Conversation(id.into()), format!("{path}/onlineMeeting"));
        if let Some(meeting) = meeting.filter(|_| is_meeting) {
            let news = News::from("conversation", path.clone(), EventType::Added, meeting, Content::Linked);
            self.tell(application, news.within("conversation", path));
        }
        for other in others {
            self.tell_participant(application, id, &other, EventType::Added, None);
        }
    }

    /// Whether a modality is connected for an application.
    pub(super) fn has_modality(&self, id: &str, application: ApplicationId, modality: Modality) -> bool {
        let leg = self.conversations.get(id).and_then(|conversation| conversation.legs.get(&application));
        leg.is_some_and(|leg| leg.modality(modality) == "Connected")
    }

    /// Sets the state of a modality for an application, and tells it; the participant takes part in it while it is connected at any
    /// endpoint.
    pub(super) fn set_modality(
        &mut self,
        id: &str,
        application: ApplicationId,
        modality: Modality,
        state: &'static str,
        reason: Option<Reason>,
    ) {
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        let Some(leg) = conversation.legs.get_mut(&application) else { return };
        let before = leg.modality(modality);
        if before == state {
            return;
        }
        leg.modalities.insert(modality, state);
        match modality {
            Modality::PhoneAudio => leg.is_on_hold = false,
            Modality::AudioVideo => leg.is_suspended = false,
            _ => {}
        }
        let address = leg.address.clone();
        let parts = conversation.count_parts(&address);
        self.tell_modality(id, application, modality, reason);
        let was_connected = before == "Connected";
        if modality == Modality::AudioVideo && (was_connected || state == "Connected") {
            if was_connected {
                self.drop_renegotiation(id, application);
            }
            let kind = if was_connected { EventType::Deleted } else { EventType::Added };
            self.tell_session(application, id, kind);
        }
        self.tell_parts(id, &address, parts);
    }

    /// Tells the applications in a conversation which parts of a participant are gone, and which are new.
    fn tell_parts(&mut self, id: &str, address: &str, [gone, new]: [Vec<&'static str>; 2]) {
        for (names, kind) in [(gone, EventType::Deleted), (new, EventType::Added)] {
            for name in names {
                self.tell_all(id, |world, other| world.tell_part(other, id, address, name, kind));
            }
        }
    }

    /// Tells an application that the state of a modality changed, or what can be done with it.
    pub(super) fn tell_modality(
        &mut self,
        id: &str,
        application: ApplicationId,
        modality: Modality,
        reason: Option<Reason>,
    ) {
        if let Some(target) = Item::modality(id, modality) {
            let news = News::from("conversation", conversation_path(id), EventType::Updated, target, Content::Embedded);
            self.tell(application, news.because(reason));
        }
    }

    /// Takes an application out of a conversation. Where two talked, the conversation is over; a meeting goes on.
    pub(crate) fn leave(&mut self, id: &str, application: ApplicationId, reason: Option<&Reason>) {
        self.drop_renegotiation(id, application);
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        let Some(leg) = conversation.legs.remove(&application) else { return };
        let is_meeting = conversation.meeting.is_some();
        let was_in = leg.has_entered();
        if let Some(target) = Item::conversation(id) {
            let news = News::new("communication", EventType::Deleted, target, Content::Linked);
            self.tell(application, news.because(reason.cloned()));
        }
        self.drop_invitations(id, application);
        if was_in {
            self.write_log(id, &leg);
            self.remove_participant(id, &leg.address, reason);
        }
        // Where another endpoint of the same user stays, it may take part in less.
        if let Some(parts) = self.conversations.get_mut(id).map(|found| found.count_parts(&leg.address)) {
            self.tell_parts(id, &leg.address, parts);
        }
        let rest: Vec<_> =
            self.conversations.get(id).map(|found| found.legs.keys().copied().collect()).unwrap_or_default();
        if !is_meeting && was_in {
            for other in rest {
                for modality in Modality::ALL {
                    self.set_modality(id, other, modality, "Disconnected", Some(Reason::new("Informational", "Ended")));
                }
                self.leave(id, other, reason);
            }
        }
        self.forget_if_empty(id);
    }

    /// Drops a conversation if no application is in it.
    pub(super) fn forget_if_empty(&mut self, id: &str) {
        if self.conversations.get(id).is_none_or(|found| !found.legs.is_empty()) {
            return;
        }
        self.end_invitations(id);
        let meeting = self.conversations.remove(id).and_then(|conversation| conversation.meeting);
        if let Some(meeting) = meeting {
            self.end_meeting(&meeting);
        }
        self.invitations.retain(|_, invitation| invitation.conversation != id);
    }

    /// Takes somebody out of those who are in a conversation or in its lobby, and tells the applications in it.
    pub(super) fn remove_participant(&mut self, id: &str, address: &str, reason: Option<&Reason>) {
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        // Another endpoint of the same user keeps them in.
        if conversation.legs.values().any(|leg| leg.address == address && leg.state != "Incoming") {
            return;
        }
        let Some(participant) = conversation.participants.remove(address) else { return };
        let collection = if participant.in_lobby { Some("lobby") } else { None };
        let Some(target) = Item::participant(id, address) else { return };
        self.tell_all(id, |world, application| {
            let news =
                News::from("conversation", conversation_path(id), EventType::Deleted, target.clone(), Content::Linked);
            let news = news.titled(participant.name.clone()).because(reason.cloned());
            world.tell(
                application,
                match collection {
                    Some(rel) => news.within(rel, format!("{}/{rel}", conversation_path(id))),
                    None => news,
                },
            );
        });
    }

    /// Does something for each application that is in a conversation.
    pub(super) fn tell_all(&mut self, id: &str, mut tell: impl FnMut(&mut Self, ApplicationId)) {
        for application in self.conversations.get(id).map(Conversation::connected).unwrap_or_default() {
            tell(self, application);
        }
    }

    pub(super) fn tell_conversation(
        &mut self,
        application: ApplicationId,
        id: &str,
        kind: EventType,
        reason: Option<Reason>,
    ) {
        if let Some(target) = Item::conversation(id) {
            self.tell(application, News::new("communication", kind, target, Content::Embedded).because(reason));
        }
    }

    /// Tells an application about a participant, in one of the conversation's collections if it names one.
    pub(super) fn tell_participant(
        &mut self,
        application: ApplicationId,
        id: &str,
        address: &str,
        kind: EventType,
        collection: Option<&'static str>,
    ) {
        let Some(target) = Item::participant(id, address) else { return };
        let path = conversation_path(id);
        let news =
            News::from("conversation", path.clone(), kind, target, Content::Linked).titled(self.name_of(address));
        self.tell(
            application,
            match collection {
                Some(rel @ "typingParticipants") => news.within(rel, format!("{path}/messaging/{rel}")),
                Some(rel) => news.within(rel, format!("{path}/{rel}")),
                None => news,
            },
        );
    }

    /// Tells an application about a part of a participant, such as `participantAudio`.
    pub(super) fn tell_part(
        &mut self,
        application: ApplicationId,
        id: &str,
        address: &str,
        name: &'static str,
        kind: EventType,
    ) {
        let Some(participant) = Item::participant(id, address) else { return };
        let target = Item::new(name, participant.place, format!("{}/{name}", participant.path));
        if let Some(target) = target {
            let news = News::from("conversation", conversation_path(id), kind, target, Content::Linked);
            self.tell(application, news.within("participant", participant.path));
        }
    }
}

/// Where a conversation is below the application.
pub(super) fn conversation_path(id: &str) -> String {
    format!("communication/conversations/{}", segment(id))
}
