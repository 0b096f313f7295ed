//! Who waits in the lobby of a meeting: those of whom no event tells, as they were there before.

use std::collections::BTreeSet;

use ucwa::communication::{Lobby, Participant as Resource};
use ucwa::{EventKind, Link};

use super::conversation::Conversation;
use super::key::key;
use super::known::KnownConversation;
use super::roster::RosterPlace;
use crate::error::Error;

impl Conversation {
    /// Notes who waits in the lobby, where there is one and the user may see it. What cannot be read is tried
    /// again until it can.
    pub(crate) async fn look_into_lobby(&self) {
        let read = match self.lobby_link() {
            Some(_) => self.read_lobby().await,
            None => match self.refresh().await {
                Ok(()) => self.read_lobby().await,
                Err(error) => Err(error),
            },
        };
        match read {
            Err(error) if error.may_pass() => self.doubt(),
            Err(error) => tracing::debug!(%error, "the lobby was not read"),
            Ok(()) => {}
        }
    }

    /// Notes who waits in the lobby, and who does so no longer.
    pub(super) async fn read_lobby(&self) -> Result<(), Error> {
        let Some(link) = self.lobby_link() else { return Ok(()) };
        let read = || self.send_get::<Lobby>(&link);
        let changes = |known: &KnownConversation| known.roster.lobby_changes();
        // Of a lobby that changes all the time, events tell.
        self.read_unchanged(changes, read, |known, lobby| known.note_waiting(&lobby)).await?;
        Ok(())
    }

    fn lobby_link(&self) -> Option<Link<Lobby>> {
        self.resource()?.lobby().link()
    }
}

impl KnownConversation {
    /// Notes who waits in the lobby at the moment.
    fn note_waiting(&mut self, lobby: &Lobby) {
        self.roster.is_lobby_read = true;
        let mut waiting = BTreeSet::new();
        for target in lobby.participant().targets() {
            let Some(link) = target.link else { continue };
            waiting.insert(key(&link));
            self.hear_of_participant(&EventKind::Added, RosterPlace::Lobby, link, target.embedded);
        }
        let gone = self.roster.lobby().into_iter().map(|who| who.link);
        let gone: Vec<Link<Resource>> = gone.filter(|link| !waiting.contains(&key(link))).collect();
        for link in gone {
            self.hear_of_participant(&EventKind::Deleted, RosterPlace::Lobby, link, None);
        }
    }
}
