//! Of whom the program was told that they are there.

use std::collections::BTreeSet;

use super::item::Participant;
use super::key::key;
use super::roster::Happened;

/// Of whom the program was told that they are there, by the address of their link.
#[derive(Debug)]
pub(super) enum Told {
    Of {
        present: BTreeSet<String>,
        lobby: BTreeSet<String>,
    },
    /// That may have been among the items that were dropped.
    Unknown,
}

impl Default for Told {
    /// Of nobody yet.
    fn default() -> Self {
        Self::Of { present: BTreeSet::new(), lobby: BTreeSet::new() }
    }
}

impl Told {
    /// Whether the program is to be told what happened to somebody: who left without a word of their coming is of no use to it.
    pub(super) fn is_news(&mut self, happened: Happened, who: &Participant) -> bool {
        let Self::Of { present, lobby } = self else { return true };
        let key = key(&who.link);
        match happened {
            Happened::Joined => present.insert(key),
            Happened::WaitsInLobby => lobby.insert(key),
            Happened::Left => present.remove(&key),
            Happened::LeftLobby => lobby.remove(&key),
            Happened::Typing | Happened::StoppedTyping | Happened::Changed => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use ucwa::Link;

    use super::*;

    #[test]
    fn the_program_is_told_once_that_somebody_came_and_of_nobody_leaving_who_did_not() {
        let mut told = Told::default();
        let who = Participant::new(Link::new("/p"));
        for (happened, expected) in [
            (Happened::Left, false),
            (Happened::LeftLobby, false),
            (Happened::WaitsInLobby, true),
            (Happened::WaitsInLobby, false),
            (Happened::Joined, true),
            (Happened::Joined, false),
            (Happened::LeftLobby, true),
            (Happened::Left, true),
            (Happened::Joined, true),
        ] {
            assert_eq!(told.is_news(happened, &who), expected, "{happened:?}");
        }
        assert!(Told::Unknown.is_news(Happened::Left, &who), "they may have been told to have come");
    }
}
