//! What is known of a conversation, and what events change in it.

use std::collections::VecDeque;
use std::sync::Arc;

use ucwa::communication::{
    Conversation as Resource, LocalParticipant, Message, Messaging, Participant as ParticipantResource,
};
use ucwa::enumerations::{ConversationState, Direction, Role};
use ucwa::{Event, EventKind, Link, OperationStatus};

use super::doubt::Doubt;
use super::item::{ConversationEnd, Participant};
use super::key::key;
use super::notes::{Note, Notes};
use super::roster::{Happened, Roster, RosterPlace};
use crate::loss::Loss;

/// How many messages are remembered, so that one that the server tells twice is given once.
const REMEMBERED: usize = 256;

/// What is known of a conversation.
#[derive(Debug, Default)]
pub(super) struct KnownConversation {
    pub(super) resource: Option<Arc<Resource>>,
    pub(super) messaging: Option<Arc<Messaging>>,
    /// Counts what the server said of the conversation and its messaging without being asked.
    changes: u64,
    pub(super) roster: Roster,
    pub(super) notes: Notes,
    /// The participant that is the user, by the address of its link.
    own: Option<String>,
    kind: Kind,
    /// Whether the event has come that says that it has begun.
    pub(super) has_begun: bool,
    /// Whether it is known who is there, or events were lost that may have said so.
    pub(super) doubt: Doubt,
    /// The messages that came last, by their addresses.
    remembered: VecDeque<String>,
}

/// What kind of conversation it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    /// It is not connected yet.
    #[default]
    Unknown,
    OfTwo,
    Meeting,
}

impl KnownConversation {
    /// Notes that events were lost.
    pub(super) fn lose_events(&mut self) {
        self.messaging = None;
        self.changes += 1;
        self.doubt = Doubt::Open;
        self.notes.push(Note::EventsLost);
        // That they stopped may be among what was lost, and nothing says it later.
        for participant in self.roster.stop_typing() {
            self.notes.push(Note::Roster(Happened::StoppedTyping, participant));
        }
    }

    /// Notes an event that the conversation sent, or that is about it.
    pub(super) fn hear(&mut self, event: &Event) {
        self.has_begun |= event.rel() == "conversation" && event.kind == EventKind::Added;
        if matches!(event.rel(), "conversation" | "participant") {
            self.doubt.overtake();
        }
        if matches!(event.rel(), "conversation" | "messaging") {
            self.changes += 1;
        }
        match (event.rel(), &event.kind) {
            ("conversation", EventKind::Added | EventKind::Updated) => self.hear_conversation(event),
            ("conversation", EventKind::Deleted) => {
                let reason = event.reason.clone();
                self.finish(reason.map_or(ConversationEnd::Left, ConversationEnd::Ended));
            }
            ("messaging", EventKind::Added | EventKind::Updated) => {
                self.messaging = event.about::<Messaging>().and_then(|event| event.resource()).cloned().map(Arc::new);
            }
            ("messaging", EventKind::Deleted) => self.messaging = None,
            ("message", EventKind::Started) => self.hear_message(event),
            ("message", EventKind::Completed) => self.hear_received_message(event),
            ("participant", _) => self.hear_participant(event),
            ("localParticipant", EventKind::Added | EventKind::Updated) => {
                self.own = event.link::<LocalParticipant>().map(|link| key(&link));
                if event.kind == EventKind::Updated {
                    self.see_lobby();
                }
            }
            ("onlineMeeting", EventKind::Added) => self.become_meeting(),
            _ => {}
        }
    }

    fn hear_conversation(&mut self, event: &Event) {
        match event.about::<Resource>().and_then(|event| event.resource()) {
            Some(resource) => self.learn(Arc::new(resource.clone())),
            None => self.notes.push_once(Note::Outdated),
        }
    }

    /// Takes over what the server says of the conversation.
    pub(super) fn learn(&mut self, resource: Arc<Resource>) {
        let state = resource.state.clone();
        if let Some(own) = resource.local_participant().link() {
            self.own = Some(key(&own));
        }
        let is_new = self.resource.as_ref() != Some(&resource);
        let is_first = self.resource.replace(resource).is_none();
        match state {
            Some(ConversationState::Connected) if self.kind == Kind::Unknown => self.kind = Kind::OfTwo,
            Some(ConversationState::Conferenced) => self.become_meeting(),
            _ => {}
        }
        if is_new && !is_first {
            self.notes.push_once(Note::Changed);
        }
    }

    fn become_meeting(&mut self) {
        let before = std::mem::replace(&mut self.kind, Kind::Meeting);
        if before == Kind::Meeting {
            return;
        }
        // In a conversation of two, which it may have been before that was known, there are other roles.
        self.roster.doubt();
        // Those whom no list had so far, the lists of the meeting have.
        self.doubt.reopen();
        if before == Kind::OfTwo {
            self.notes.push(Note::BecameMeeting);
        }
        self.notes.push(Note::Lobby);
    }

    /// Has the lobby of a meeting read again: with the role of the user, it changes whom the user is told of.
    fn see_lobby(&mut self) {
        self.roster.is_lobby_read = false;
        if self.is_meeting() {
            self.notes.push_once(Note::Lobby);
        }
    }

    /// Notes a message that was received without a word that it began, as servers skip that. The other messages that are completed are
    /// those of the user; which of them one is that the server did not send along, it says itself once it is read.
    fn hear_received_message(&mut self, event: &Event) {
        let message = event.about::<Message>().and_then(|event| event.resource());
        let may_be_incoming = message.is_none_or(|message| match &message.direction {
            Some(direction) => *direction == Direction::Incoming,
            None => message.participant().link().is_some_and(|sender| self.roster.get(&sender).is_some()),
        });
        if may_be_incoming && event.status != Some(OperationStatus::Failure) {
            self.hear_message(event);
        }
    }

    fn hear_message(&mut self, event: &Event) {
        let Some(link) = event.link::<Message>() else { return };
        let key = key(&link);
        if self.remembered.contains(&key) {
            return;
        }
        if self.remembered.len() == REMEMBERED {
            self.remembered.pop_front();
        }
        self.remembered.push_back(key);
        match event.about::<Message>().and_then(|event| event.resource()) {
            Some(message) => self.receive(Some(link), message),
            None => self.notes.push(Note::Unread(link)),
        }
    }

    /// Notes a message, unless it is one that the user sent.
    pub(super) fn receive(&mut self, link: Option<Link<Message>>, message: &Message) {
        let Some(note) = self.message(link, message) else { return };
        let unheard =
            message.participant().link().filter(|link| self.doubt.has_been() && self.roster.get(link).is_none());
        if let Some(link) = unheard {
            // Whoever speaks is there.
            self.hear_of_participant(&EventKind::Added, RosterPlace::Conversation, link, None);
        }
        self.notes.push(note);
    }

    /// What there is to tell of a message.
    pub(super) fn message(&self, link: Option<Link<Message>>, message: &Message) -> Option<Note> {
        let from = message.participant().link().unwrap_or_else(|| Link::new(""));
        let is_own = match &message.direction {
            Some(direction) => *direction == Direction::Outgoing,
            None => self.is_own(&from),
        };
        if is_own {
            return None;
        }
        let sender = self.roster.get(&from).cloned().unwrap_or_else(|| Participant::new(from));
        Some(Note::Message(sender, link, Box::new(message.clone())))
    }

    fn hear_participant(&mut self, event: &Event) {
        let Some(link) = event.link::<ParticipantResource>() else { return };
        let place = RosterPlace::of(event.collection.as_ref().map(|collection| &*collection.rel));
        let resource = event.about::<ParticipantResource>().and_then(|event| event.resource());
        self.hear_of_participant(&event.kind, place, link, resource);
    }

    pub(super) fn hear_of_participant(
        &mut self,
        kind: &EventKind,
        place: RosterPlace,
        link: Link<ParticipantResource>,
        resource: Option<&ParticipantResource>,
    ) {
        if self.is_own(&link) {
            if place == RosterPlace::Role && *kind == EventKind::Added {
                self.see_lobby();
            }
            return;
        }
        if let Some((happened, participant)) = self.roster.hear(kind, place, link, resource) {
            self.notes.push(Note::Roster(happened, participant));
        }
    }

    /// Notes that somebody has left of whom no event told. It comes after all that is to be told already, as that may say that
    /// they came.
    pub(super) fn left(&mut self, participant: &Participant) {
        if let Some((happened, gone)) = self.roster.forget(&participant.link) {
            self.notes.push(Note::Roster(happened, gone));
        }
    }

    /// Has somebody read again whose role is another than was known, although no event said so.
    pub(super) fn check_role(&mut self, link: &Link<ParticipantResource>, role: Option<&Role>) {
        let known = self.roster.get(link).and_then(|who| who.role.as_ref());
        let has_changed = known.is_some_and(|known| role.is_some_and(|role| role != known));
        if has_changed {
            self.hear_of_participant(&EventKind::Updated, RosterPlace::Conversation, link.clone(), None);
        }
    }

    /// Whether a participant is the user, as far as the server has said.
    pub(super) fn is_own(&self, link: &Link<ParticipantResource>) -> bool {
        self.own.as_ref().is_some_and(|own| *own == key(link))
    }

    pub(super) fn finish(&mut self, end: ConversationEnd) {
        if self.end().is_none() {
            self.notes.finish(end);
            self.messaging = None;
        }
    }

    /// How often the server said something of the conversation and its messaging without being asked.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    pub(super) fn end(&self) -> Option<&ConversationEnd> {
        self.notes.end()
    }

    pub(super) fn is_meeting(&self) -> bool {
        self.kind == Kind::Meeting
    }
}

/// Why a loss ends a conversation, if it does.
pub(super) fn end_by(loss: Loss) -> Option<ConversationEnd> {
    (loss != Loss::Resynchronized).then_some(ConversationEnd::Lost(loss))
}

#[cfg(test)]
mod tests {
    use super::super::notes::Front;
    use super::super::record::ConversationRecord;
    use super::*;

    /// What there is to tell, in short.
    fn told(record: &ConversationRecord) -> Vec<String> {
        let mut told = Vec::new();
        loop {
            let front = record.known().notes.front();
            let Front::Give(number, note) = front else { return told };
            told.push(match note {
                Note::Roster(happened, who) => format!("{happened:?} {}", who.link.href()),
                Note::Message(sender, ..) => format!("Message {}", sender.link.href()),
                other => format!("{other:?}"),
            });
            record.known().notes.settle(number, []);
        }
    }

    fn in_doubt() -> ConversationRecord {
        let record = ConversationRecord::new(Link::new("/c"));
        record.doubt();
        record
    }

    #[test]
    fn who_is_found_to_have_left_has_come_before() {
        let record = in_doubt();
        let added = |known: &mut KnownConversation| {
            known.hear_of_participant(&EventKind::Added, RosterPlace::Conversation, Link::new("/p"), None);
        };
        record.change(added);
        let gone = record.known().roster.present();
        for participant in gone {
            record.change(|known| known.left(&participant));
        }
        assert_eq!(told(&record), ["EventsLost", "Joined /p", "Left /p"]);
    }

    #[test]
    fn who_speaks_after_a_loss_is_there() {
        let message = r#"{"direction":"Incoming","_links":{"participant":{"href":"/p"}}}"#;
        let message: Message = serde_json::from_str(message).expect("a message");
        for (record, expected) in [
            (in_doubt(), &["EventsLost", "Joined /p", "Message /p"][..]),
            // Without a loss, whoever is not there has left in the meantime.
            (ConversationRecord::new(Link::new("/c")), &["Message /p"]),
        ] {
            record.change(|known| known.receive(None, &message));
            assert_eq!(told(&record), expected);
        }
    }

    /// An event about a message, with what else it says.
    fn of_message(kind: &str, href: &str, status: &str, more: &str) -> Event {
        let event =
            format!(r#"{{"link":{{"rel":"message","href":"{href}"}},"type":"{kind}","status":"{status}"{more}}}"#);
        let text = format!(r#"{{"sender":[{{"rel":"conversation","href":"/c","events":[{event}]}}]}}"#);
        let document = ucwa::decode_events(ucwa::Format::Json, text.as_bytes()).expect("events");
        document.senders[0].events[0].clone()
    }

    #[test]
    fn a_message_that_was_received_without_a_beginning_is_told_once() {
        let event = |kind, href: &str, direction: &str, status| {
            of_message(kind, href, status, &format!(r#","_embedded":{{"message":{{"direction":"{direction}"}}}}"#))
        };
        let record = ConversationRecord::new(Link::new("/c"));
        for (kind, href, direction, status) in [
            ("completed", "/m/1", "Incoming", "Success"),
            ("started", "/m/2", "Incoming", ""),
            ("completed", "/m/2", "Incoming", "Success"),
            ("completed", "/m/%33", "Incoming", "Failure"),
            ("completed", "/m/4", "Outgoing", "Success"),
        ] {
            record.hear(&event(kind, href, direction, status));
        }
        assert_eq!(told(&record), ["Message ", "Message "]);
    }

    #[test]
    fn a_message_that_is_complete_and_not_sent_along_is_read() {
        let record = ConversationRecord::new(Link::new("/c"));
        record.hear(&of_message("completed", "/m/1", "Success", ""));
        // It began before, or was not received.
        record.hear(&of_message("completed", "/m/1", "Success", ""));
        record.hear(&of_message("completed", "/m/2", "Failure", ""));
        let told = told(&record);
        assert!(matches!(&*told, [unread] if unread.starts_with("Unread") && unread.contains("/m/1")), "{told:?}");
    }

    /// Notes what an event says of a participant.
    fn hear(record: &ConversationRecord, kind: &EventKind, place: RosterPlace, href: &str) {
        record.change(|known| known.hear_of_participant(kind, place, Link::new(href), None));
    }

    /// What of the news about participants the program is given, in short.
    fn news(record: &ConversationRecord) -> Vec<String> {
        let mut news = Vec::new();
        loop {
            let front = record.known().notes.front();
            let Front::Give(number, note) = front else { return news };
            if let Note::Roster(happened, who) = note
                && record.known().notes.told.is_news(happened, &who)
            {
                news.push(format!("{happened:?} {}", who.link.href()));
            }
            record.known().notes.settle(number, []);
        }
    }

    #[test]
    fn roles_are_read_again_in_a_meeting_whether_or_not_it_is_known_what_it_was_before() {
        for states in [&["Connected", "Conferenced"][..], &["Conferenced"]] {
            let record = ConversationRecord::new(Link::new("/c"));
            let (link, leader) =
                (Link::new("/p"), serde_json::from_str(r#"{"role":"Leader"}"#).expect("a participant"));
            record.change(|known| {
                known.hear_of_participant(&EventKind::Added, RosterPlace::Conversation, link.clone(), Some(&leader));
            });
            assert!(record.known().roster.is_known(&link));
            for state in states {
                let resource = serde_json::from_str(&format!(r#"{{"state":"{state}"}}"#)).expect("a conversation");
                record.change(|known| known.learn(Arc::new(resource)));
            }
            assert!(!record.known().roster.is_known(&link), "{states:?}");
        }
    }

    #[test]
    fn who_types_while_events_are_lost_types_no_longer_and_may_begin_again() {
        let record = ConversationRecord::new(Link::new("/c"));
        hear(&record, &EventKind::Added, RosterPlace::Conversation, "/p");
        hear(&record, &EventKind::Added, RosterPlace::Typing, "/p");
        record.doubt();
        hear(&record, &EventKind::Added, RosterPlace::Typing, "/p");
        let expected = ["Joined /p", "Typing /p", "EventsLost", "StoppedTyping /p", "Typing /p"];
        assert_eq!(told(&record), expected);
    }

    #[test]
    fn the_user_is_none_of_those_who_come_and_go() {
        let record = ConversationRecord::new(Link::new("/c"));
        let mut event = Event::default();
        event.kind = EventKind::Added;
        event.target.rel = "localParticipant".into();
        event.target.link.href = "/p/own".into();
        record.hear(&event);
        for href in ["/p/own", "/p/other"] {
            hear(&record, &EventKind::Added, RosterPlace::Conversation, href);
        }
        assert_eq!(news(&record), ["Joined /p/other"]);
        let by_resource = ConversationRecord::new(Link::new("/c"));
        let resource = r#"{"_links":{"localParticipant":{"href":"/p/own"}}}"#;
        let resource = serde_json::from_str(resource).expect("a conversation");
        by_resource.change(|known| known.learn(Arc::new(resource)));
        hear(&by_resource, &EventKind::Added, RosterPlace::Conversation, "/p/own");
        assert_eq!(news(&by_resource), [] as [&str; 0]);
    }

    #[test]
    fn who_is_gone_without_an_event_has_left_what_they_were_in() {
        let record = ConversationRecord::new(Link::new("/c"));
        hear(&record, &EventKind::Added, RosterPlace::Lobby, "/waiting");
        hear(&record, &EventKind::Added, RosterPlace::Conversation, "/present");
        for href in ["/waiting", "/present", "/nobody"] {
            record.change(|known| known.left(&Participant::new(Link::new(href))));
        }
        let expected = ["WaitsInLobby /waiting", "Joined /present", "LeftLobby /waiting", "Left /present"];
        assert_eq!(news(&record), expected);
    }
}
