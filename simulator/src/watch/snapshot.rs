//! All that there is to see at a moment, as one JSON document.

use std::hash::Hasher;

use fnv::FnvHasher;
use serde_json::{Value as Json, json};

use crate::control::{ApplicationState, ConversationState, InvitationState, UserState};
use crate::simulator::{Exchange, Simulator};

/// How many of each kind are shown. There may be more, of which there is a count.
const SHOWN: usize = 200;

/// How many of the latest requests are shown.
const REQUESTS: usize = 100;

/// Users, applications, conversations, invitations, faults and the latest requests; of these no header and no body, so that no
/// token is shown.
pub(crate) fn snapshot(simulator: &Simulator) -> Json {
    let (requests, count) = {
        let log = simulator.log();
        (log.latest().take(REQUESTS).map(request).collect::<Json>(), log.count())
    };
    let faults = simulator.faults();
    let world = simulator.world();
    // Those that wait for an answer come first.
    let (pending, others): (Vec<_>, Vec<_>) = world.invitations.values().partition(|found| found.is_pending());
    let invitations = pending.into_iter().chain(others);
    let mut snapshot = json!({
        "domain": world.options.topology.domain,
        "totals": {
            "users": world.users.len(), "applications": world.applications.len(),
            "conversations": world.conversations.len(), "invitations": world.invitations.len(),
            "faults": faults.len(), "requests": count,
        },
        "users": shown(world.users.values(), |found| user(&UserState::of(&world, found))),
        "applications": shown(world.applications.values(), |found| application(&ApplicationState::of(&world, found))),
        "conversations": shown(world.conversations.values(), |found| conversation(&found.into())),
        "invitations": shown(invitations, |found| invitation(&found.into())),
        "faults": shown(faults.iter(), |fault| json!(fault)),
        "requests": requests,
    });
    let mut hasher = FnvHasher::default();
    hasher.write(snapshot.to_string().as_bytes());
    snapshot["version"] = format!("{:016x}", hasher.finish()).into();
    // The clock runs on without anything having changed.
    snapshot["time"] = world.now.into();
    snapshot
}

/// Those of many that are shown.
fn shown<T>(all: impl Iterator<Item = T>, show: impl FnMut(T) -> Json) -> Json {
    all.take(SHOWN).map(show).collect()
}

/// What tells a snapshot from those that are other.
pub(super) fn version(snapshot: &Json) -> &str {
    snapshot["version"].as_str().unwrap_or_default()
}

fn user(user: &UserState) -> Json {
    json!({
        "address": user.address, "name": user.name, "chosen": user.chosen, "availability": user.availability,
        "activity": user.activity, "note": user.note, "applications": user.applications,
    })
}

fn application(application: &ApplicationState) -> Json {
    json!({
        "id": application.id, "user": application.user, "userAgent": application.user_agent,
        "isAvailable": application.is_available, "isPolling": application.is_polling,
        "acknowledged": application.acknowledged, "waitingEvents": application.waiting_events,
        "subscriptions": application.subscriptions, "conversations": application.conversations,
    })
}

fn conversation(conversation: &ConversationState) -> Json {
    json!({
        "id": conversation.id, "subject": conversation.subject, "meeting": conversation.meeting,
        "participants": conversation.participants, "messages": conversation.messages,
        "latest": conversation.latest.as_ref().map(|(from, text)| json!({ "from": from, "text": text })),
    })
}

fn invitation(invitation: &InvitationState) -> Json {
    json!({
        "id": invitation.id, "kind": invitation.kind, "state": invitation.state, "from": invitation.from,
        "to": invitation.to, "conversation": invitation.conversation,
    })
}

fn request(exchange: &Exchange) -> Json {
    let failure = exchange.outcome.as_ref().and_then(|outcome| outcome.as_ref().err());
    json!({
        "number": exchange.number, "time": exchange.time, "method": exchange.method.as_str(),
        "path": exchange.uri.path(), "user": exchange.user, "status": exchange.status(),
        "failure": failure.map(ToString::to_string), "duration": exchange.duration,
    })
}
