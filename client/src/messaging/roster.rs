//! Who is in a conversation.

use std::collections::{BTreeMap, BTreeSet};

use ucwa::communication::Participant as Resource;
use ucwa::{EventKind, Link};

use super::item::Participant;
use super::key::key;

/// Who is in a conversation, in its lobby, and who types. All are known by the address of their link.
#[derive(Debug, Default)]
pub(super) struct Roster {
    present: BTreeMap<String, Participant>,
    lobby: BTreeMap<String, Participant>,
    /// Whether it was read who waits in the lobby.
    pub(super) is_lobby_read: bool,
    /// Counts the events about the lobby.
    lobby_changes: u64,
    typing: BTreeSet<String>,
    /// Those of whom all is known that the server says.
    known: BTreeSet<String>,
    /// What `changes` was when something was said last of those who are or were read.
    said: BTreeMap<String, u64>,
    /// Counts what is said of anybody.
    changes: u64,
}

/// What happened to a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Happened {
    Joined,
    Left,
    Typing,
    StoppedTyping,
    WaitsInLobby,
    LeftLobby,
    Changed,
}

/// What an event about a participant is about: the conversation, or a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RosterPlace {
    Conversation,
    Lobby,
    Typing,
    /// Leaders or attendees.
    Role,
}

impl RosterPlace {
    pub(super) fn of(collection: Option<&str>) -> Self {
        match collection {
            Some("lobby") => Self::Lobby,
            Some("typingParticipants") => Self::Typing,
            Some("leaders" | "attendees") => Self::Role,
            _ => Self::Conversation,
        }
    }
}

impl Roster {
    /// Those who are in the conversation.
    pub(super) fn present(&self) -> Vec<Participant> {
        self.present.values().cloned().collect()
    }

    /// Those who wait in the lobby.
    pub(super) fn lobby(&self) -> Vec<Participant> {
        self.lobby.values().cloned().collect()
    }

    /// How many events there were about the lobby.
    pub(super) fn lobby_changes(&self) -> u64 {
        self.lobby_changes
    }

    /// Somebody in the conversation or in its lobby.
    pub(super) fn get(&self, link: &Link<Resource>) -> Option<&Participant> {
        let key = key(link);
        self.present.get(&key).or_else(|| self.lobby.get(&key))
    }

    /// Whether all is known of a participant that the server says.
    pub(super) fn is_known(&self, link: &Link<Resource>) -> bool {
        link.href().is_empty() || self.known.contains(&key(link))
    }

    /// Notes that something about a participant is another than was read.
    pub(super) fn outdate(&mut self, link: &Link<Resource>) {
        self.known.remove(&key(link));
    }

    /// Notes an event; returns what it means, if it means anything.
    pub(super) fn hear(
        &mut self,
        kind: &EventKind,
        place: RosterPlace,
        link: Link<Resource>,
        resource: Option<&Resource>,
    ) -> Option<(Happened, Participant)> {
        let key = key(&link);
        let was_known = self.known.contains(&key);
        let mut participant = self.get(&link).cloned().unwrap_or_else(|| Participant::new(link));
        if let Some(resource) = resource {
            participant.learn(resource);
            if let Some(found) = self.get_mut(&key) {
                found.clone_from(&participant);
            }
            self.known.insert(key.clone());
            self.note_said(&key);
        }
        if place == RosterPlace::Lobby || (place == RosterPlace::Conversation && *kind == EventKind::Deleted) {
            self.lobby_changes += 1;
        }
        let happened = match (place, kind) {
            (RosterPlace::Typing, EventKind::Added) => self.typing.insert(key.clone()).then_some(Happened::Typing),
            (RosterPlace::Typing, EventKind::Deleted) => self.typing.remove(&key).then_some(Happened::StoppedTyping),
            (RosterPlace::Lobby, EventKind::Added) => {
                let is_new = self.lobby.insert(key.clone(), participant.clone()).is_none();
                is_new.then_some(Happened::WaitsInLobby)
            }
            (RosterPlace::Lobby, EventKind::Deleted) => self.lobby.remove(&key).map(|_| Happened::LeftLobby),
            (RosterPlace::Role, EventKind::Added) | (RosterPlace::Conversation, EventKind::Updated) => {
                // The role or the rights have changed, and have to be read again.
                if resource.is_none() {
                    self.known.remove(&key);
                    self.note_said(&key);
                }
                let is_news = was_known && self.present.contains_key(&key);
                is_news.then_some(Happened::Changed)
            }
            (RosterPlace::Conversation, EventKind::Added) => {
                let is_new = self.present.insert(key.clone(), participant.clone()).is_none();
                is_new.then_some(Happened::Joined)
            }
            #[cfg(ucwa_planted)]
            (RosterPlace::Conversation, EventKind::Deleted) if crate::planted::Planted::KeptParticipant.is_made() => {
                None
            }
            (RosterPlace::Conversation, EventKind::Deleted) => self.remove(&key).map(|(happened, _)| happened),
            _ => None,
        };
        if self.get_mut(&key).is_none() {
            // What was said of somebody who is not there is not kept: it has to be read if they come.
            self.known.remove(&key);
        }
        happened.map(|happened| (happened, participant))
    }

    /// Notes that what is known may be outdated, such as the roles once a conversation of two has become a meeting.
    pub(super) fn doubt(&mut self) {
        self.known.clear();
        self.said.clear();
        self.changes += 1;
    }

    /// Notes that nobody knows any more who types. Gives those who did.
    pub(super) fn stop_typing(&mut self) -> Vec<Participant> {
        let typing = std::mem::take(&mut self.typing);
        typing.iter().filter_map(|key| self.present.get(key).cloned()).collect()
    }

    /// Notes that somebody is being read. Gives what the end of that has to name.
    pub(super) fn begin_reading(&mut self, who: &Participant) -> u64 {
        *self.said.entry(key(&who.link)).or_insert(self.changes)
    }

    /// Whether nothing was said of somebody since they began to be read: what was read may be older than that.
    pub(super) fn end_reading(&mut self, who: &Participant, begin: u64) -> bool {
        let key = key(&who.link);
        let is_unchanged = self.said.get(&key) == Some(&begin);
        if self.get_mut(&key).is_none() {
            self.said.remove(&key);
        }
        is_unchanged
    }

    fn note_said(&mut self, key: &str) {
        self.changes += 1;
        if let Some(said) = self.said.get_mut(key) {
            *said = self.changes;
        }
    }

    fn get_mut(&mut self, key: &str) -> Option<&mut Participant> {
        [&mut self.present, &mut self.lobby].into_iter().find_map(|part| part.get_mut(key))
    }

    /// Notes what the server says of somebody, or that it says nothing. Who is gone stays gone.
    pub(super) fn learn(&mut self, who: &Participant, resource: Option<&Resource>) -> Participant {
        let key = key(&who.link);
        let mut stranger = who.clone();
        let found = self.get_mut(&key);
        let is_there = found.is_some();
        let participant = found.unwrap_or(&mut stranger);
        if let Some(resource) = resource {
            participant.learn(resource);
        }
        let participant = participant.clone();
        if is_there {
            self.known.insert(key);
        }
        participant
    }

    /// Removes somebody who is no longer there; returns what that means.
    pub(super) fn forget(&mut self, link: &Link<Resource>) -> Option<(Happened, Participant)> {
        self.remove(&key(link))
    }

    fn remove(&mut self, key: &str) -> Option<(Happened, Participant)> {
        self.typing.remove(key);
        self.known.remove(key);
        self.said.remove(key);
        self.changes += 1;
        let waiting = self.lobby.remove(key).map(|gone| (Happened::LeftLobby, gone));
        self.present.remove(key).map(|gone| (Happened::Left, gone)).or(waiting)
    }
}

#[cfg(test)]
mod tests {
    use ucwa::enumerations::Role;

    use super::*;

    fn resource(href: &str, role: &str) -> Resource {
        let text = format!(r#"{{"name":"Ben","role":"{role}","_links":{{"self":{{"href":"{href}"}}}}}}"#);
        serde_json::from_str(&text).expect("a participant")
    }

    fn link() -> Link<Resource> {
        Link::new("/p/ben@contoso.com")
    }

    fn roster() -> Roster {
        let mut roster = Roster::default();
        let attendee = resource("/p/ben@contoso.com", "Attendee");
        roster.hear(&EventKind::Added, RosterPlace::Conversation, link(), Some(&attendee));
        roster
    }

    #[test]
    fn what_an_event_says_of_somebody_is_kept() {
        for (kind, place) in [
            (EventKind::Updated, RosterPlace::Conversation),
            (EventKind::Added, RosterPlace::Role),
            (EventKind::Added, RosterPlace::Typing),
        ] {
            let mut roster = roster();
            roster.hear(&kind, place, link(), Some(&resource("/p/ben@contoso.com", "Leader")));
            let role = roster.get(&link()).and_then(|who| who.role.clone());
            assert_eq!((role, roster.is_known(&link())), (Some(Role::Leader), true), "{kind:?} {place:?}");
        }
    }

    #[test]
    fn what_is_said_of_somebody_before_they_come_is_read_when_they_do() {
        let mut roster = Roster::default();
        roster.hear(&EventKind::Added, RosterPlace::Role, link(), Some(&resource("/p/ben@contoso.com", "Leader")));
        roster.hear(&EventKind::Added, RosterPlace::Conversation, link(), None);
        assert!(!roster.is_known(&link()));
    }

    #[test]
    fn somebody_is_the_same_however_their_document_writes_the_link() {
        let mut roster = roster();
        let other = resource("/p/ben%40contoso.com", "Leader");
        let known = roster.learn(&Participant::new(link()), Some(&other));
        assert_eq!(roster.get(&known.link).and_then(|who| who.role.clone()), Some(Role::Leader));
        assert!(roster.is_known(&known.link));
        assert!(roster.forget(&roster.present()[0].link.clone()).is_some());
    }

    #[test]
    fn of_two_who_read_at_once_the_one_who_began_before_a_change_reads_again() {
        let mut roster = roster();
        let who = roster.present().remove(0);
        for change in [
            |roster: &mut Roster| drop(roster.hear(&EventKind::Updated, RosterPlace::Conversation, link(), None)),
            |roster: &mut Roster| roster.doubt(),
        ] {
            let early = roster.begin_reading(&who);
            change(&mut roster);
            let late = roster.begin_reading(&who);
            assert!(!roster.end_reading(&who, early));
            assert!(roster.end_reading(&who, late));
        }
        let before = roster.begin_reading(&who);
        roster.forget(&who.link);
        *roster.present.entry(key(&who.link)).or_insert_with(|| who.clone()) = who.clone();
        roster.begin_reading(&who);
        assert!(!roster.end_reading(&who, before), "it is another visit");
    }
}
