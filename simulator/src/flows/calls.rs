//! Starting and ending modalities: messages and calls, of which the latter have no media here.

use ucwa_schema::EventType;

use super::change::Change;
use super::conversations::Topic;
use super::invitations::Invite;
use crate::address::{Item, Place};
use crate::document::Reason;
use crate::protocol::{Failure, Reply};
use crate::state::{Conversation, GroupKind, InvitationKind, Modality, Role, World, address};
use crate::views::leg;

/// Answers requests that start or end a modality; `None` for others.
pub(super) fn act(world: &mut World, change: &Change<'_>) -> Option<Result<Reply, Failure>> {
    let name = change.item.resource.rel.as_str();
    let reply = match &change.item.place {
        Place::Application => start(world, change, modality_of(name.strip_prefix("start")?)?),
        Place::Log(log) => resume_log(world, change, *log, modality_of(name.strip_prefix("continue")?)?),
        Place::Modality(id, modality) => match name {
            "stopMessaging" | "stopAudio" | "stopAudioVideo" | "stopVideo" | "stopPhoneAudio" => {
                stop(world, change, id, *modality)
            }
            "holdPhoneAudio" => hold(world, change, id, Hold::On),
            "resumePhoneAudio" => hold(world, change, id, Hold::Off),
            "replaceWithPhoneAudio" => add(world, change, id, Modality::PhoneAudio).inspect(|_| {
                world.set_modality(id, change.id, *modality, "Disconnected", None);
            }),
            "escalateAudio" | "escalateAudioVideo" => escalate(world, change, id, *modality),
            _ => add(world, change, id, modality_of(name.strip_prefix("add")?)?),
        },
        _ => return None,
    };
    Some(reply)
}

/// The modality that the rest of a resource's name means.
fn modality_of(rest: &str) -> Option<Modality> {
    match rest.strip_suffix("OnBehalfOfDelegator").unwrap_or(rest) {
        "Messaging" => Some(Modality::Messaging),
        "Audio" | "AudioVideo" | "Video" | "EmergencyCall" => Some(Modality::AudioVideo),
        "PhoneAudio" => Some(Modality::PhoneAudio),
        _ => None,
    }
}

/// The kind of invitation to a modality.
pub(super) const fn kind_of(modality: Modality) -> InvitationKind {
    match modality {
        Modality::PhoneAudio => InvitationKind::PhoneAudio,
        Modality::AudioVideo => InvitationKind::AudioVideo,
        _ => InvitationKind::Messaging,
    }
}

fn check_number(change: &Change<'_>) -> Result<(), Failure> {
    let number = change.inputs.text("phoneNumber").unwrap_or("0");
    let is_number = number.bytes().any(|byte| byte.is_ascii_digit());
    is_number.then_some(()).ok_or_else(|| Failure::new(400, "BadRequest", Some("NormalizationFailed")))
}

fn start(world: &mut World, change: &Change<'_>, modality: Modality) -> Result<Reply, Failure> {
    check_number(change)?;
    let from = change.user(world)?.address.clone();
    let to = change.inputs.text("to").map(address).filter(|to| !to.is_empty());
    let to = to.ok_or_else(|| Failure::parameter("to", "The parameter is required."))?;
    begin(world, change, modality, &Topic::of(change.inputs), &from, to)
}

/// The user for whom a delegate starts a call: the one whom they name, or the only one for whom they may.
fn delegator(world: &mut World, change: &Change<'_>) -> Result<Option<String>, Failure> {
    if !change.item.name().ends_with("OnBehalfOfDelegator") {
        return Ok(None);
    }
    let named = change.inputs.text("delegator").map(address);
    let delegators: Vec<_> = change.user(world)?.members(GroupKind::Delegators).cloned().collect();
    let found = match (named, delegators.as_slice()) {
        (Some(named), _) if delegators.contains(&named) => Some(named),
        (None, [only]) => Some(only.clone()),
        _ => None,
    };
    found.map(Some).ok_or_else(|| Failure::conflict("The user is no delegate of the delegator."))
}

/// Begins a conversation by inviting somebody to it.
fn begin(
    world: &mut World,
    change: &Change<'_>,
    modality: Modality,
    topic: &Topic,
    from: &str,
    to: String,
) -> Result<Reply, Failure> {
    let on_behalf_of = delegator(world, change)?;
    let conversation = world.new_conversation(topic, from, None);
    let mut invite = Invite::new(kind_of(modality), conversation.clone(), from, change);
    (invite.to, invite.on_behalf_of) = (to, on_behalf_of);
    let invitation = world.prepare(invite);
    world.add_leg(&conversation, change.id, "Connecting");
    world.add_participant(&conversation, from, Role::Leader);
    world.tell_started(&invitation, change.id);
    world.tell_conversation(change.id, &conversation, EventType::Added, None);
    world.set_modality(&conversation, change.id, modality, "Connecting", None);
    world.ring(&invitation);
    change.started(world, Item::invitation(&invitation, kind_of(modality).resource()))
}

/// Adds a modality to a conversation: by an invitation where two talk, at once in a meeting.
fn add(world: &mut World, change: &Change<'_>, id: &str, modality: Modality) -> Result<Reply, Failure> {
    check_number(change)?;
    let (conversation, own) = leg(world, change.application(world)?, id)?;
    if own.modality(modality) == "Connected" {
        return Err(Failure::conflict("The modality is connected already."));
    }
    if own.waits_in_lobby() {
        return Err(Failure::conflict("The user waits in the lobby."));
    }
    let from = own.address.clone();
    let is_meeting = conversation.meeting.is_some();
    let other = conversation.present().map(|other| other.address.clone()).find(|other| *other != from);
    let mut invite = Invite::new(kind_of(modality), id.to_owned(), &from, change);
    invite.to = other.filter(|_| !is_meeting).unwrap_or_else(|| from.clone());
    let invitation = world.prepare(invite);
    world.tell_started(&invitation, change.id);
    world.set_modality(id, change.id, modality, "Connecting", None);
    if is_meeting {
        let message = world.invitations.get(&invitation).and_then(|found| found.message.clone());
        world.complete(&invitation, Ok(from.clone()));
        world.set_modality(id, change.id, modality, "Connected", None);
        // Nobody has to accept here: the message comes as all others do.
        let takes_messages = world.conversations.get(id).is_some_and(Conversation::takes_messages);
        if let Some(message) = message.filter(|_| modality == Modality::Messaging && takes_messages) {
            world.send_message(id, &from, Some(change.id), String::new(), message);
        }
    } else {
        world.ring(&invitation);
    }
    change.started(world, Item::invitation(&invitation, kind_of(modality).resource()))
}

fn resume_log(world: &mut World, change: &Change<'_>, log: u64, modality: Modality) -> Result<Reply, Failure> {
    let user = change.user(world)?;
    let from = user.address.clone();
    let log = user.logs.get(&log).ok_or_else(Failure::not_found)?;
    let to =
        log.recipients.first().cloned().ok_or_else(|| Failure::conflict("Nobody else was in the conversation."))?;
    // What is continued is the thread of the log.
    let topic = Topic { thread_id: log.thread_id.clone(), ..Topic::of(change.inputs) };
    begin(world, change, modality, &topic, &from, to)
}

/// Makes a meeting of a call between two.
fn escalate(world: &mut World, change: &Change<'_>, id: &str, modality: Modality) -> Result<Reply, Failure> {
    connected(world, change, id, modality)?;
    let (conversation, own) = leg(world, change.application(world)?, id)?;
    if conversation.meeting.is_some() {
        return Err(Failure::conflict("The conversation is a meeting already."));
    }
    let from = own.address.clone();
    let mut invite = Invite::new(kind_of(modality), id.to_owned(), &from, change);
    invite.to.clone_from(&from);
    let invitation = world.prepare(invite);
    world.tell_started(&invitation, change.id);
    world.escalate(id, &from);
    world.complete(&invitation, Ok(from));
    change.made(world, Item::invitation(&invitation, kind_of(modality).resource()))
}

/// Whether a call is on hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    On,
    Off,
}

/// Puts the user's phone on hold, or takes it up again.
fn hold(world: &mut World, change: &Change<'_>, id: &str, hold: Hold) -> Result<Reply, Failure> {
    connected(world, change, id, Modality::PhoneAudio)?;
    let conversation = world.conversations.get_mut(id).ok_or_else(Failure::not_found)?;
    let leg = conversation.legs.get_mut(&change.id).ok_or_else(Failure::not_found)?;
    let is_on_hold = hold == Hold::On;
    if std::mem::replace(&mut leg.is_on_hold, is_on_hold) == is_on_hold {
        return Err(Failure::conflict("The call is on hold already, or it is not."));
    }
    let address = leg.address.clone();
    world.tell_modality(id, change.id, Modality::PhoneAudio, None);
    world.tell_all(id, |world, application| {
        world.tell_part(application, id, &address, "participantAudio", EventType::Updated);
    });
    Ok(Reply::done())
}

/// Fails unless a modality of a conversation is connected for the application.
pub(super) fn connected(world: &World, change: &Change<'_>, id: &str, modality: Modality) -> Result<(), Failure> {
    let (_, leg) = leg(world, change.application(world)?, id)?;
    let is_connected = leg.modality(modality) == "Connected";
    is_connected.then_some(()).ok_or_else(|| Failure::conflict("The modality is not connected."))
}

/// Ends a modality; the conversation with it, if that was all.
fn stop(world: &mut World, change: &Change<'_>, id: &str, modality: Modality) -> Result<Reply, Failure> {
    let (conversation, own) = leg(world, change.application(world)?, id)?;
    if own.modality(modality) == "Disconnected" {
        return Err(Failure::conflict("The modality is not connected."));
    }
    let is_meeting = conversation.meeting.is_some();
    let others: Vec<_> = conversation.legs.keys().copied().filter(|other| *other != change.id).collect();
    world.set_modality(id, change.id, modality, "Disconnected", None);
    if !is_meeting {
        for other in others {
            world.set_modality(id, other, modality, "Disconnected", Some(Reason::new("Informational", "Ended")));
        }
    }
    let is_over = world
        .conversations
        .get(id)
        .and_then(|found| found.legs.get(&change.id))
        .is_some_and(|leg| leg.modalities.values().all(|state| *state == "Disconnected"));
    if is_over && !is_meeting {
        world.leave(id, change.id, None);
    } else {
        world.tell_all(id, |world, application| {
            world.tell_conversation(application, id, EventType::Updated, None);
        });
    }
    Ok(Reply::done())
}
