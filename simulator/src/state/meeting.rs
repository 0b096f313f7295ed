//! Online meetings as they are scheduled.

use std::collections::BTreeMap;

use super::{Moment, Role};

/// An online meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meeting {
    /// The id, which is also the conference key.
    pub(crate) conference_id: String,
    /// The organizer's address, without `sip:`.
    pub(crate) organizer: String,
    /// Whether it is the one that the organizer has for all purposes.
    pub(crate) is_assigned: bool,
    pub(crate) subject: String,
    pub(crate) description: String,
    pub(crate) access_level: String,
    pub(crate) entry_exit_announcement: String,
    pub(crate) automatic_leader_assignment: String,
    pub(crate) lobby_bypass_for_phone_users: String,
    pub(crate) phone_user_admission: String,
    pub(crate) attendees: Vec<String>,
    pub(crate) leaders: Vec<String>,
    pub(crate) expires: Option<Moment>,
    /// When it is over, where nobody scheduled it: a while after the last participant has left.
    pub(crate) over: Option<Moment>,
    /// The types of extensions, by id.
    pub(crate) extensions: BTreeMap<String, String>,
    /// The conversation in which it takes place; none while nobody is in it.
    pub(crate) conversation: Option<String>,
}

impl Meeting {
    /// When it is removed, unless somebody is in it still. The one that a user has for all purposes never is.
    pub(crate) fn end(&self) -> Option<Moment> {
        self.over.or(self.expires).filter(|_| !self.is_assigned)
    }

    /// The address that `joinOnlineMeeting` takes.
    pub(crate) fn uri(&self) -> String {
        format!("sip:{};gruu;opaque=app:conf:focus:id:{}", self.organizer, self.conference_id)
    }

    /// Whether somebody leads the meeting: the organizer and those whom they named.
    pub(crate) fn is_leader(&self, address: &str) -> bool {
        self.organizer == address || self.leaders.iter().any(|uri| names(uri, address))
    }

    /// What somebody may do who enters the meeting.
    pub(crate) fn role_of(&self, address: &str, is_anonymous: bool) -> Role {
        let is_promoted = match self.automatic_leader_assignment.as_str() {
            "Everyone" => true,
            "SameEnterprise" => !is_anonymous,
            _ => false,
        };
        if is_promoted || self.is_leader(address) { Role::Leader } else { Role::Attendee }
    }

    /// Whether somebody may enter without being admitted.
    pub(crate) fn lets_in(&self, address: &str, is_anonymous: bool) -> bool {
        match self.access_level.as_str() {
            "Everyone" => true,
            "SameEnterprise" => !is_anonymous,
            "Invited" => self.is_leader(address) || self.attendees.iter().any(|uri| names(uri, address)),
            // Locked: nobody but the organizer.
            _ => self.organizer == address,
        }
    }
}

/// Whether a URI names somebody, with or without `sip:`.
fn names(uri: &str, address: &str) -> bool {
    super::address(uri) == address
}
