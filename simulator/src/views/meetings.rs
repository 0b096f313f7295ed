//! Online meetings as they are scheduled, and what the organization lets users choose.

use super::Shape;
use super::people::uri;
use crate::address::Item;
use crate::document::Value;
use crate::protocol::Failure;
use crate::state::{Application, Meeting, World};

/// What the state says of meetings; `None` for what is elsewhere.
pub(super) fn describe(world: &World, application: &Application, item: &Item) -> Option<Result<Shape, Failure>> {
    let address = application.identity.address();
    let own = || world.meetings.values().filter(move |meeting| meeting.organizer == address);
    let assigned = || {
        let id = world.users.get(address)?.assigned_meeting.as_ref().filter(|id| world.meetings.contains_key(*id))?;
        Item::meeting(id, "myAssignedOnlineMeeting")
    };
    let shape = match item.name() {
        "onlineMeetings" => Shape::new().link("myAssignedOnlineMeeting", assigned()),
        "myOnlineMeetings" => {
            let meetings = own().filter(|meeting| !meeting.is_assigned);
            let meetings = meetings.map(|meeting| Item::meeting(&meeting.conference_id, "myOnlineMeeting"));
            Shape::new().embed_all("myOnlineMeeting", meetings).embed_all("myAssignedOnlineMeeting", [assigned()])
        }
        "onlineMeetingDefaultValues" => Shape::new()
            .set("accessLevel", "SameEnterprise")
            .set("automaticLeaderAssignment", "Disabled")
            .set("defaultOnlineMeetingRel", "myOnlineMeetings")
            .set("entryExitAnnouncement", "Disabled")
            .set("lobbyBypassForPhoneUsers", "Disabled")
            .set("participantsWarningThreshold", Value::Number(250)),
        "onlineMeetingEligibleValues" => Shape::new()
            .set("accessLevels", Value::texts(["SameEnterprise", "Locked", "Invited", "Everyone"]))
            .set("automaticLeaderAssignments", Value::texts(["Disabled", "SameEnterprise", "Everyone"]))
            .set("eligibleOnlineMeetingRels", Value::texts(["myOnlineMeetings", "myAssignedOnlineMeeting"]))
            .set("entryExitAnnouncements", Value::texts(["Unsupported", "Disabled", "Enabled"]))
            .set("lobbyBypassForPhoneUsersSettings", Value::texts(["Disabled", "Enabled"]))
            .link("myAssignedOnlineMeeting", assigned())
            .link(
                "myOnlineMeetings",
                Item::new("myOnlineMeetings", item.place.clone(), "onlineMeetings/myOnlineMeetings"),
            ),
        _ => return None,
    };
    Some(Ok(shape))
}

/// The user's own meeting of a conference id.
pub(crate) fn own<'a>(world: &'a World, application: &Application, id: &str) -> Result<&'a Meeting, Failure> {
    let meeting = world.meetings.get(id).filter(|meeting| meeting.organizer == application.identity.address());
    meeting.ok_or_else(Failure::not_found)
}

/// A meeting as its organizer sees it, or a part of it.
pub(super) fn meeting(world: &World, application: &Application, item: &Item, id: &str) -> Result<Shape, Failure> {
    let meeting = own(world, application, id)?;
    let extensions = || meeting.extensions.keys().map(|extension| Item::extension(id, extension));
    Ok(match item.name() {
        "onlineMeetingExtensions" => Shape::new().embed_all("onlineMeetingExtension", extensions()),
        _ => card(world, meeting)
            .set("legacyOnlineMeetingUri", format!("conf:{}", meeting.uri()))
            .embed_all("onlineMeetingExtension", extensions()),
    })
}

/// What a meeting says to all who are in it.
pub(super) fn card(world: &World, meeting: &Meeting) -> Shape {
    let shape = Shape::new()
        .set("accessLevel", meeting.access_level.clone())
        .set("attendees", Value::texts(meeting.attendees.clone()))
        .set("automaticLeaderAssignment", meeting.automatic_leader_assignment.clone())
        .set("conferenceId", meeting.conference_id.clone())
        .set("description", meeting.description.clone())
        .set("entryExitAnnouncement", meeting.entry_exit_announcement.clone())
        .set("joinUrl", join_url(world, meeting))
        .set("leaders", Value::texts(meeting.leaders.clone()))
        .set("lobbyBypassForPhoneUsers", meeting.lobby_bypass_for_phone_users.clone())
        .set("onlineMeetingId", meeting.conference_id.clone())
        .set("onlineMeetingRel", if meeting.is_assigned { "myAssignedOnlineMeeting" } else { "myOnlineMeetings" })
        .set("onlineMeetingUri", meeting.uri())
        .set("organizerUri", uri(&meeting.organizer))
        .set("phoneUserAdmission", meeting.phone_user_admission.clone())
        .set("subject", meeting.subject.clone());
    match meeting.expires {
        Some(expires) => shape.set("expirationTime", Value::Time(expires)),
        None => shape,
    }
}

fn join_url(world: &World, meeting: &Meeting) -> String {
    let user = meeting.organizer.split('@').next().unwrap_or_default();
    let domain = &world.options.topology.domain;
    format!("https://meet.{domain}/{user}/{}", meeting.conference_id)
}

/// An extension of a meeting.
pub(super) fn extension(world: &World, application: &Application, meeting: &str, id: &str) -> Result<Shape, Failure> {
    let kind = own(world, application, meeting)?.extensions.get(id).ok_or_else(Failure::not_found)?;
    Ok(Shape::new().set("id", id.to_owned()).set("type", kind.clone()))
}
