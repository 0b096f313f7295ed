//! Scheduling online meetings.

use std::collections::BTreeMap;
use std::time::Duration;

use ucwa_schema::{EventType, Method};

use super::change::Change;
use crate::address::{Item, Place};
use crate::document::Value;
use crate::protocol::{Failure, Inputs, Reply};
use crate::state::{Meeting, Moment, Timer, World, milliseconds};
use crate::views::own_meeting;

/// How long after the last participant has left one can come back to a meeting that nobody scheduled.
const UNSCHEDULED_LASTS: Duration = Duration::from_secs(8 * 3600);

/// After how long a meeting expires of which the user does not say when.
const EXPIRES_AFTER: Duration = Duration::from_secs(8 * 3600);

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// Answers requests about scheduled meetings; `None` for others.
pub(super) fn act(world: &mut World, change: &Change<'_>) -> Option<Result<Reply, Failure>> {
    let reply = match (change.item.name(), &change.item.place, change.operation.method) {
        ("myOnlineMeetings", Place::Application, Method::Post) => create(world, change),
        ("myOnlineMeeting" | "myAssignedOnlineMeeting", Place::Meeting(id), Method::Put) => replace(world, change, id),
        ("myOnlineMeeting" | "myAssignedOnlineMeeting", Place::Meeting(id), Method::Delete) => {
            owned(world, change, id).map(drop).map(|()| {
                world.meetings.remove(id);
                Reply::done()
            })
        }
        ("onlineMeetingExtensions", Place::Meeting(id), Method::Post) => add_extension(world, change, id),
        ("onlineMeetingExtension", Place::Extension(meeting, id), Method::Put) => {
            let kind = change.inputs.text("type").unwrap_or("Undefined").to_owned();
            owned(world, change, meeting)
                .map(|meeting| drop(meeting.extensions.insert(id.clone(), kind)))
                .and_then(|()| change.replaced(world))
        }
        ("onlineMeetingExtension", Place::Extension(meeting, id), Method::Delete) => {
            let removed = owned(world, change, meeting).map(|meeting| meeting.extensions.remove(id));
            removed.and_then(|removed| removed.map(|_| Reply::done()).ok_or_else(Failure::not_found))
        }
        _ => return None,
    };
    Some(reply)
}

fn owned<'w>(world: &'w mut World, change: &Change<'_>, id: &str) -> Result<&'w mut Meeting, Failure> {
    own_meeting(world, change.application(world)?, id)?;
    world.meetings.get_mut(id).ok_or_else(Failure::not_found)
}

fn create(world: &mut World, change: &Change<'_>) -> Result<Reply, Failure> {
    let organizer = change.user(world)?.address.clone();
    let own =
        world.meetings.values().filter(|meeting| meeting.organizer == organizer && meeting.over.is_none()).count();
    if own >= world.options.limits.meetings_per_user {
        return Err(Failure::new(409, "Conflict", Some("TooManyOnlineMeetings")));
    }
    let expires = expires(change.inputs, world.now)?;
    let id = world.new_meeting(&organizer, String::new());
    world.set_meeting(&id, change.inputs, expires);
    change.made(world, Item::meeting(&id, "myOnlineMeeting"))
}

fn replace(world: &mut World, change: &Change<'_>, id: &str) -> Result<Reply, Failure> {
    owned(world, change, id)?;
    let expires = expires(change.inputs, world.now)?;
    world.set_meeting(id, change.inputs, expires);
    if let Some(conversation) = world.meetings.get(id).and_then(|meeting| meeting.conversation.clone()) {
        world.tell_all(&conversation, |world, application| {
            world.tell_meeting(application, &conversation, EventType::Updated);
        });
    }
    change.replaced(world)
}

/// When a meeting expires: as the user says, which has to be near enough, or else soon.
fn expires(inputs: &Inputs, now: Moment) -> Result<Moment, Failure> {
    let Some(Value::Time(moment)) = inputs.get("expirationTime") else {
        return Ok(now.saturating_add(milliseconds(EXPIRES_AFTER)));
    };
    let (past, future) = (now.saturating_sub(milliseconds(YEAR)), now.saturating_add(10 * milliseconds(YEAR)));
    let is_near = (past..=future).contains(moment);
    let problem = "The time must be between one year ago and ten years from now.";
    is_near.then_some(*moment).ok_or_else(|| Failure::parameter("expirationTime", problem))
}

/// Sets what users choose of a meeting. What they leave out is reset.
fn set(meeting: &mut Meeting, inputs: &Inputs) {
    let or = |name: &str, default: &str| inputs.text(name).unwrap_or(default).to_owned();
    meeting.subject = inputs.string("subject");
    meeting.description = inputs.string("description");
    meeting.access_level = or("accessLevel", "SameEnterprise");
    meeting.automatic_leader_assignment = or("automaticLeaderAssignment", "Disabled");
    meeting.entry_exit_announcement = or("entryExitAnnouncement", "Disabled");
    meeting.lobby_bypass_for_phone_users = or("lobbyBypassForPhoneUsers", "Disabled");
    meeting.phone_user_admission = or("phoneUserAdmission", "Disabled");
    meeting.attendees = inputs.texts("attendees");
    meeting.leaders = inputs.texts("leaders");
}

fn add_extension(world: &mut World, change: &Change<'_>, id: &str) -> Result<Reply, Failure> {
    let number = world.next_number().to_string();
    let extension = change.inputs.text("id").map_or(number, str::to_owned);
    let kind = change.inputs.text("type").unwrap_or("Undefined").to_owned();
    let meeting = owned(world, change, id)?;
    if meeting.extensions.contains_key(&extension) {
        return Err(Failure::new(409, "Conflict", Some("AlreadyExists")));
    }
    meeting.extensions.insert(extension.clone(), kind);
    change.made(world, Item::extension(id, &extension))
}

impl World {
    /// Makes the meeting that a user has for all purposes, unless there is one.
    pub(super) fn assign_meeting(&mut self, address: &str) {
        if self.users.get(address).is_none_or(|user| user.assigned_meeting.is_some()) {
            return;
        }
        let id = self.new_meeting(address, String::new());
        if let Some(meeting) = self.meetings.get_mut(&id) {
            meeting.is_assigned = true;
        }
        if let Some(user) = self.users.get_mut(address) {
            user.assigned_meeting = Some(id);
        }
    }

    /// Makes a meeting that nobody has scheduled, for a conversation that begins now.
    pub(super) fn new_unscheduled_meeting(&mut self, organizer: &str, subject: String) -> String {
        let id = self.new_meeting(organizer, subject);
        if let Some(meeting) = self.meetings.get_mut(&id) {
            meeting.over = Some(Moment::MAX);
        }
        id
    }

    /// Notes that nobody is in a meeting any more.
    pub(super) fn end_meeting(&mut self, id: &str) {
        let over = self.now.saturating_add(milliseconds(UNSCHEDULED_LASTS));
        let Some(meeting) = self.meetings.get_mut(id) else { return };
        meeting.conversation = None;
        if meeting.over.is_some() {
            meeting.over = Some(over);
        }
        if let Some(end) = meeting.end() {
            self.schedule_at(end, Timer::Meeting(id.to_owned()));
        }
    }

    /// Forgets a meeting that has expired, or that nobody scheduled and nobody came back to.
    pub(super) fn forget_meeting(&mut self, id: &str) {
        let found = self.meetings.get(id).filter(|meeting| meeting.conversation.is_none());
        if found.and_then(Meeting::end).is_some_and(|end| end <= self.now) {
            self.meetings.remove(id);
        }
    }

    /// Sets what users choose of a meeting, and when it expires.
    fn set_meeting(&mut self, id: &str, inputs: &Inputs, expires: Moment) {
        let Some(meeting) = self.meetings.get_mut(id) else { return };
        set(meeting, inputs);
        meeting.expires = Some(expires);
        self.schedule_at(expires, Timer::Meeting(id.to_owned()));
    }

    /// Makes a meeting with the organization's defaults.
    pub(crate) fn new_meeting(&mut self, organizer: &str, subject: String) -> String {
        let mut id = self.random.conference_id();
        while self.meetings.contains_key(&id) {
            id = self.random.conference_id();
        }
        let meeting = Meeting {
            conference_id: id.clone(),
            organizer: organizer.into(),
            is_assigned: false,
            subject,
            description: String::new(),
            access_level: "SameEnterprise".into(),
            entry_exit_announcement: "Disabled".into(),
            automatic_leader_assignment: "Disabled".into(),
            lobby_bypass_for_phone_users: "Disabled".into(),
            phone_user_admission: "Disabled".into(),
            attendees: Vec::new(),
            leaders: Vec::new(),
            expires: None,
            over: None,
            extensions: BTreeMap::new(),
            conversation: None,
        };
        self.meetings.insert(id.clone(), meeting);
        id
    }
}
