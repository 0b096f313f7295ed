//! The models: who said what, who is in which conversation, who follows whom, who published and scheduled what. They hold what the
//! programs did and were told, to be compared with what the server knows.

mod members;
mod mutes;
mod published;
mod rooms;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub(super) use members::Members;
pub(super) use mutes::Mutes;
pub(super) use published::{Possible, Publication};
pub(super) use rooms::{Room, Rooms};
pub(super) use words::{Fate, Words};

use super::action::Answer;

/// What all programs of a schedule did, and what they were told.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) words: Words,
    pub(super) mutes: Mutes,
    pub(super) users: Vec<UserModel>,
    pub(super) meetings: Vec<ScheduledMeeting>,
    /// Whether nothing has gone wrong for long.
    pub(super) is_calm: bool,
}

/// What one user's program did, and what it was told.
#[derive(Debug, Default)]
pub(super) struct UserModel {
    pub(super) rooms: Rooms,
    /// The conversations that were given as they began, where the program follows all.
    pub(super) given: Option<BTreeSet<String>>,
    pub(super) publication: Publication,
    /// How the next invitation is answered.
    pub(super) answer: Answer,
    /// How many other endpoints of the user are in use, to which this one leaves invitations.
    pub(super) devices: u32,
    /// The last loss that the channel announced, or the last time that the application was closed.
    pub(super) last_loss: Option<Duration>,
    /// The groups that the program made, and whether they are there: by name.
    pub(super) groups: BTreeMap<String, Existence>,
    /// All groups and who is in them, as the program read them when it was told last that they have changed.
    pub(super) known_groups: Option<Groups>,
    /// Who is in which group.
    pub(super) members: Members,
    /// How much of the user others may see, by address; nothing where that is left to the server.
    pub(super) trusted: BTreeMap<String, Possible<Option<String>>>,
}

/// The members of groups, by the names of the groups.
pub(super) type Groups = BTreeMap<String, BTreeSet<String>>;

/// A meeting that a program scheduled.
#[derive(Debug, Clone)]
pub(super) struct ScheduledMeeting {
    pub(super) organizer: usize,
    pub(super) uri: String,
    pub(super) existence: Existence,
    pub(super) subjects: Possible<String>,
    pub(super) descriptions: Possible<String>,
}

/// Whether something exists at the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existence {
    Present,
    Absent,
    /// The response was lost.
    Unknown,
}

impl Model {
    pub(super) fn new(users: usize) -> Self {
        Self {
            words: Words::default(),
            mutes: Mutes::default(),
            users: (0..users).map(|_| UserModel::default()).collect(),
            meetings: Vec::new(),
            is_calm: false,
        }
    }
}
