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
    /// Those who are being read, of whom nothing was said since.
    unchanged: BTreeSet<String>,
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
            self.known.insert(key.clone());
            self.unchanged.remove(&key);
        }
        if place == RosterPlace::Lobby || (place == RosterPlace::Conversation && *kind == EventKind::Deleted) {
            self.lobby_changes += 1;
        }
        let happened = match (place, kind) {
            (RosterPlace::Typing, EventKind::Added) => self.typing.insert(key).then_some(Happened::Typing),
            (RosterPlace::Typing, EventKind::Deleted) => self.typing.remove(&key).then_some(Happened::StoppedTyping),
            (RosterPlace::Lobby, EventKind::Added) => {
                let is_new = self.lobby.insert(key, participant.clone()).is_none();
                is_new.then_some(Happened::WaitsInLobby)
            }
            (RosterPlace::Lobby, EventKind::Deleted) => self.lobby.remove(&key).map(|_| Happened::LeftLobby),
            (RosterPlace::Role, EventKind::Added) | (RosterPlace::Conversation, EventKind::Updated) => {
                // The role or the rights have changed, and have to be read again.
                if resource.is_none() {
                    self.known.remove(&key);
                    self.unchanged.remove(&key);
                }
                let is_news = was_known && self.present.contains_key(&key);
                is_news.then_some(Happened::Changed)
            }
            (RosterPlace::Conversation, EventKind::Added) => {
                let is_new = self.present.insert(key, participant.clone()).is_none();
                is_new.then_some(Happened::Joined)
            }
            #[cfg(ucwa_planted)]
            (RosterPlace::Conversation, EventKind::Deleted) if crate::planted::Planted::KeptParticipant.is_made() => {
                None
            }
            (RosterPlace::Conversation, EventKind::Deleted) => self.remove(&key).map(|(happened, _)| happened),
            _ => None,
        };
        happened.map(|happened| (happened, participant))
    }

    /// Notes that what is known may be outdated, such as the roles once a conversation of two has become a meeting.
    pub(super) fn doubt(&mut self) {
        self.known.clear();
        self.unchanged.clear();
    }

    /// Notes that somebody is being read.
    pub(super) fn begin_reading(&mut self, who: &Participant) {
        self.unchanged.insert(key(&who.link));
    }

    /// Whether nothing was said of somebody while they were read: what was read may be older than that.
    pub(super) fn end_reading(&mut self, who: &Participant) -> bool {
        self.unchanged.remove(&key(&who.link))
    }

    /// Notes what the server says of somebody, or that it says nothing. Who is gone stays gone.
    pub(super) fn learn(&mut self, who: &Participant, resource: Option<&Resource>) -> Participant {
        let key = key(&who.link);
        let found = [&mut self.present, &mut self.lobby].into_iter().find_map(|part| part.get_mut(&key));
        if found.is_some() {
            self.known.insert(key);
        }
        let mut stranger = who.clone();
        let participant = found.unwrap_or(&mut stranger);
        if let Some(resource) = resource {
            participant.learn(resource);
        }
        participant.clone()
    }

    /// Removes somebody who is no longer there; returns what that means.
    pub(super) fn forget(&mut self, link: &Link<Resource>) -> Option<(Happened, Participant)> {
        self.remove(&key(link))
    }

    fn remove(&mut self, key: &str) -> Option<(Happened, Participant)> {
        self.typing.remove(key);
        self.known.remove(key);
        let waiting = self.lobby.remove(key).map(|gone| (Happened::LeftLobby, gone));
        self.present.remove(key).map(|gone| (Happened::Left, gone)).or(waiting)
    }
}
