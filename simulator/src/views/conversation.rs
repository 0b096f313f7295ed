//! Conversations, as each application sees them.

use super::leg::leg;
use super::people::{contact, is_blocked, uri};
use super::{Shape, Target};
use crate::address::Item;
use crate::document::Value;
use crate::protocol::Failure;
use crate::state::{Application, Conversation, Leg, Modality, Participant, Role, World};

/// Those who are in a conversation, or want to be.
const LISTS: [&str; 4] = ["participants", "attendees", "leaders", "lobby"];

/// A conversation, or a part of it that is no participant and no modality.
pub(super) fn conversation(world: &World, application: &Application, item: &Item, id: &str) -> Result<Shape, Failure> {
    let (conversation, leg) = leg(world, application, id)?;
    if leg.waits_in_lobby() && LISTS.contains(&item.name()) {
        return Err(Failure::forbidden(None));
    }
    let people = |keep: fn(&Participant) -> bool| {
        let found = conversation.participants.values().filter(move |participant| keep(participant));
        found.map(|participant| Item::participant(id, &participant.address))
    };
    Ok(match item.name() {
        "conversation" => card(conversation, leg),
        "participants" => Shape::new().links("participant", people(|found| !found.in_lobby)),
        "attendees" => {
            Shape::new().links("participant", people(|found| !found.in_lobby && found.role == Role::Attendee))
        }
        "leaders" => Shape::new().links("participant", people(|found| !found.in_lobby && found.role == Role::Leader)),
        "lobby" => Shape::new().embed_all("participant", people(|found| found.in_lobby)),
        "localParticipant" => return participant(world, application, item, id, &leg.address),
        "onlineMeeting" => return online_meeting(world, conversation, id),
        _ => Shape::new(),
    })
}

fn card(conversation: &Conversation, leg: &Leg) -> Shape {
    let id = &conversation.id;
    let active: std::collections::BTreeSet<_> = leg
        .modalities
        .iter()
        .filter(|(_, state)| **state == "Connected")
        .map(|(modality, _)| modality.name())
        .collect();
    let is_meeting = conversation.meeting.is_some();
    let leads = conversation.is_led_by(&leg.address);
    let is_in = matches!(leg.state, "Connected" | "Conferenced");
    let shape = Shape::new()
        .set("activeModalities", Value::texts(active))
        .set("audienceMessaging", conversation.audience_messaging)
        .set("audienceMute", conversation.audience_mute)
        .set("created", Value::Time(conversation.created))
        .set("importance", conversation.importance.clone())
        .set("participantCount", Value::Number(i64::try_from(conversation.present().count()).unwrap_or(0)))
        .set("readLocally", true)
        .set("recording", false)
        .set("state", leg.state)
        .set("subject", conversation.subject.clone())
        .set("threadId", conversation.thread_id.clone());
    let shape = Modality::ALL
        .into_iter()
        .fold(shape, |shape, modality| shape.link(modality.resource(), Item::modality(id, modality)));
    shape
        .only_if(is_meeting, &["attendees", "leaders", "lobby", "onlineMeeting"])
        .only_if(!leg.waits_in_lobby(), &LISTS)
        .only_if(is_meeting && leads, &["disableAudienceMessaging", "enableAudienceMessaging"])
        .only_if(is_meeting && leads, &["disableAudienceMuteLock", "enableAudienceMuteLock"])
        .only_if(is_in, &["addParticipant"])
        .link("localParticipant", Item::local_participant(id, &leg.address).filter(|_| is_in))
}

fn online_meeting(world: &World, conversation: &Conversation, id: &str) -> Result<Shape, Failure> {
    let meeting = conversation.meeting.as_deref().and_then(|meeting| world.meetings.get(meeting));
    let meeting = meeting.ok_or_else(Failure::not_found)?;
    let shape = super::meetings::card(world, meeting)
        .set("disclaimerBody", "")
        .set("disclaimerTitle", "")
        .set("hostingNetwork", "SameEnterprise")
        .set("largeMeeting", "Disabled")
        .set("organizerName", world.name_of(&meeting.organizer));
    Ok(shape.link("conversation", Item::conversation(id)).link("organizer", Item::person(&meeting.organizer)))
}

/// A modality of a conversation, or a part of it.
pub(super) fn modality(
    world: &World,
    application: &Application,
    item: &Item,
    id: &str,
    modality: Modality,
) -> Result<Shape, Failure> {
    let (conversation, leg) = leg(world, application, id)?;
    let state = leg.modality(modality);
    Ok(match item.name() {
        "audioVideoSession" if state == "Connected" => super::calls::session(conversation, leg),
        "audioVideoSession" => return Err(Failure::not_found()),
        "messages" => Shape::new().links("message", leg.messages.iter().map(|message| Item::message(id, *message))),
        "typingParticipants" => Shape::new(),
        "messaging" => Shape::new()
            .set("state", state)
            .set("negotiatedMessageFormats", Value::texts(["Plain", "Html"]))
            .link("conversation", Item::conversation(id))
            .only_if(state == "Connected" && conversation.takes_messages(), &["sendMessage", "setIsTyping"])
            .only_if(state == "Connected", &["stopMessaging", "typingParticipants"])
            .only_if(state == "Disconnected", &["addMessaging"]),
        "audioVideo" => Shape::new()
            .set("state", state)
            .set("supportsReplaces", "True")
            .set("videoSourcesAllowed", "EveryoneAllowed")
            .link("conversation", Item::conversation(id))
            .only_if(state == "Connected", &["audioVideoSession"])
            .only_if(state == "Connected" && conversation.meeting.is_none(), &["escalateAudio", "escalateAudioVideo"])
            .only_if(state == "Connected", &["stopAudio", "stopAudioVideo", "stopVideo", "replaceWithPhoneAudio"])
            .only_if(state == "Connected", &["videoFreeze", "videoLockedOnParticipant"])
            .only_if(state == "Disconnected", &["addAudio", "addAudioVideo", "addVideo"]),
        "phoneAudio" => Shape::new()
            .set("state", state)
            .link("conversation", Item::conversation(id))
            .only_if(state == "Connected" && !leg.is_on_hold, &["holdPhoneAudio"])
            .only_if(state == "Connected" && leg.is_on_hold, &["resumePhoneAudio"])
            .only_if(matches!(state, "Connected" | "Connecting"), &["stopPhoneAudio"])
            .only_if(state == "Disconnected", &["addPhoneAudio"]),
        "applicationSharing" | "dataCollaboration" => Shape::new()
            .set("state", state)
            .link("conversation", Item::conversation(id))
            .only_if(state == "Connected", &["applicationSharer"]),
        "conversation" => card(conversation, leg),
        _ => Shape::samples(),
    })
}

/// A participant, or a part of one.
pub(super) fn participant(
    world: &World,
    application: &Application,
    item: &Item,
    id: &str,
    address: &str,
) -> Result<Shape, Failure> {
    let (conversation, leg) = leg(world, application, id)?;
    // Whoever invites them lets them know who they are.
    if leg.waits_in_lobby() && leg.address != address && item.name() != "from" {
        return Err(Failure::forbidden(None));
    }
    let participant = conversation.participants.get(address).ok_or_else(Failure::not_found)?;
    match item.name() {
        "contact" => return Ok(contact(world, application, address)),
        "participantMessaging" | "participantDataCollaboration" => {
            return Ok(Shape::new().link("participant", Item::participant(id, address)));
        }
        "participantAudio" | "participantVideo" | "participantPanoramicVideo" | "participantApplicationSharing" => {
            return Ok(
                media(item.name(), conversation, leg, participant).link("participant", Item::participant(id, address))
            );
        }
        name if item.resource.properties.is_empty() && name != "participant" => return Ok(Shape::new()),
        _ => {}
    }
    let card = card_of(world, conversation, leg, participant);
    let sees_photo = !is_blocked(world, application, address);
    Ok(card.only_if(!application.identity.is_anonymous(), &["contactPresence"]).only_if(sees_photo, &["contactPhoto"]))
}

fn media(name: &str, conversation: &Conversation, leg: &Leg, participant: &Participant) -> Shape {
    let (own, address) = (&leg.address, &participant.address);
    let direction = if conversation.is_on_hold(&participant.address) { "Inactive" } else { "SendReceive" };
    match name {
        "participantAudio" => Shape::new()
            .set("audioDirection", direction)
            .set("audioMuted", participant.is_muted)
            .set("audioSourceId", "1")
            .only_if(!participant.is_muted && conversation.may_mute(own, address), &["muteAudio"])
            .only_if(participant.is_muted && conversation.may_unmute(own, address), &["unmuteAudio"]),
        _ => Shape::samples(),
    }
}

fn card_of(world: &World, conversation: &Conversation, leg: &Leg, participant: &Participant) -> Shape {
    let (id, address) = (&conversation.id, &participant.address);
    let local = leg.address == *address;
    let is_anonymous = !world.users.contains_key(address);
    let meeting = conversation.meeting.as_ref().and_then(|meeting| world.meetings.get(meeting));
    let is_organizer = meeting.is_some_and(|meeting| meeting.organizer == *address);
    let leads = conversation.is_led_by(&leg.address);
    let may = |condition: bool| leads && conversation.meeting.is_some() && !local && condition;
    let shape = Shape::new()
        .called("participant")
        .set("anonymous", is_anonymous)
        .set("inLobby", participant.in_lobby)
        .set("local", local)
        .set("name", participant.name.clone())
        .set("organizer", is_organizer)
        .set("role", participant.role.name())
        .set("sourceNetwork", if is_anonymous { "Everyone" } else { "SameEnterprise" })
        .set("uri", uri(address))
        .link("conversation", Item::conversation(id))
        .link("contact", Item::person(address))
        .link("contactPhoto", Item::photo(address, "contactPhoto"))
        .to("contactPresence", below_person(address, "contactPresence"))
        .to("me", Target::Path("me".into()))
        .only_if(world.users.contains_key(address), &["contact", "contactPhoto", "contactPresence"])
        .only_if(local, &["me"])
        .only_if(may(participant.in_lobby), &["admit", "reject"])
        .only_if(may(!participant.in_lobby), &["eject"])
        .only_if(may(!participant.in_lobby && participant.role == Role::Attendee), &["promote"])
        .only_if(may(!participant.in_lobby && participant.role == Role::Leader), &["demote"]);
    let takes_part = Modality::ALL.into_iter().filter(|modality| participant.modalities.contains(modality));
    let taken: Vec<_> = takes_part.map(Modality::of_participant).collect();
    let all = [
        "participantApplicationSharing",
        "participantAudio",
        "participantDataCollaboration",
        "participantMessaging",
        "participantPanoramicVideo",
        "participantVideo",
    ];
    let shape = all.into_iter().filter(|rel| !taken.contains(rel)).fold(shape, |shape, rel| shape.without(&[rel]));
    taken.into_iter().fold(shape, |shape, rel| {
        let path = Item::participant(id, address).map(|item| format!("{}/{rel}", item.path));
        shape.to(rel, path.map_or(Target::Nowhere, Target::Path))
    })
}

fn below_person(address: &str, rel: &str) -> Target {
    Item::person(address).map_or(Target::Nowhere, |item| Target::Path(format!("{}/{rel}", item.path)))
}

/// A message, as an event or its own address shows it.
pub(super) fn message(world: &World, application: &Application, id: &str, message: u64) -> Result<Shape, Failure> {
    let (conversation, leg) = leg(world, application, id)?;
    let found = conversation.messages.get(&message).filter(|found| leg.messages.contains(&found.id));
    let found = found.ok_or_else(Failure::not_found)?;
    let is_outgoing = found.from == leg.address;
    let shape = Shape::new()
        .set("direction", if is_outgoing { "Outgoing" } else { "Incoming" })
        .set("status", "Succeeded")
        .set("timeStamp", Value::Time(found.sent))
        .set_some("operationId", if is_outgoing { &found.operation_id } else { "" })
        .link("messaging", Item::modality(id, Modality::Messaging))
        .link("participant", Item::participant(id, &found.from))
        .link("contact", Item::person(&found.from));
    let is_html = found.content.starts_with("data:text/html");
    let (content, other) = if is_html { ("htmlMessage", "plainMessage") } else { ("plainMessage", "htmlMessage") };
    let shape = shape.set(content, found.content.clone()).without(&[other]);
    Ok(shape.only_if(world.users.contains_key(&found.from), &["contact"]))
}
