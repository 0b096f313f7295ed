//! Invitations, as those see them who sent or got one.

use super::people::uri;
use super::{Shape, Target};
use crate::address::Item;
use crate::document::Value;
use crate::protocol::Failure;
use crate::state::{Application, Invitation, InvitationKind, Modality, World};

/// An invitation, or what can be done with it.
pub(super) fn describe(world: &World, application: &Application, item: &Item, id: &str) -> Result<Shape, Failure> {
    let invitation = world.invitations.get(id).ok_or_else(Failure::not_found)?;
    let is_outgoing = invitation.origin == application.id;
    if !is_outgoing && !invitation.targets.contains(&application.id) {
        return Err(Failure::not_found());
    }
    if item.name() == "audioVideoNegotiation" {
        return Ok(super::calls::negotiation(invitation));
    }
    if item.name() != invitation.kind.resource() {
        return Ok(Shape::samples());
    }
    Ok(card(world, invitation, is_outgoing))
}

fn card(world: &World, invitation: &Invitation, is_outgoing: bool) -> Shape {
    let id = &invitation.conversation;
    let pending = invitation.is_pending();
    let modality = match invitation.kind {
        InvitationKind::AudioVideo => Modality::AudioVideo,
        InvitationKind::PhoneAudio => Modality::PhoneAudio,
        _ => Modality::Messaging,
    };
    let has_conversation = world.conversations.contains_key(id);
    let accepted = invitation.accepted_by.as_deref().filter(|_| has_conversation);
    let is_in = |address: &str| {
        world.conversations.get(id).is_some_and(|conversation| conversation.participants.contains_key(address))
    };
    let from = Item::participant(id, &invitation.from).filter(|_| is_in(&invitation.from));
    let operation_id = if is_outgoing { &invitation.operation_id } else { &invitation.incoming_operation_id };
    let shape = Shape::new()
        .set("direction", if is_outgoing { "Outgoing" } else { "Incoming" })
        .set("importance", invitation.importance.clone())
        .set("state", invitation.state.name())
        .set("subject", invitation.subject.clone())
        .set("threadId", invitation.thread_id.clone())
        .set("to", uri(&invitation.to))
        .set_some("operationId", operation_id)
        .set_some("anonymousDisplayName", world.guest_name_of(&invitation.from).unwrap_or_default())
        .set_some("sessionContext", &invitation.session_context)
        .set_some("phoneNumber", &invitation.phone_number)
        .set("privateLine", false)
        .set("joinAudioMuted", false)
        .set("joinVideoMuted", false)
        .set("availableModalities", Value::texts(["Messaging"]))
        .set("onlineMeetingUri", meeting_uri(world, id))
        .link("conversation", Item::conversation(id).filter(|_| has_conversation))
        .link(modality.resource(), Item::modality(id, modality).filter(|_| has_conversation))
        .link("to", Item::person(&invitation.to))
        .link("participant", accepted.and_then(|address| Item::participant(id, address)))
        .link("acceptedByContact", accepted.and_then(Item::person))
        .embed("from", from.and_then(|item| item.seen_as("from")))
        .only_if(pending && is_outgoing, &["cancel"])
        .only_if(pending && !is_outgoing, &["accept", "acceptWithAnswer", "acceptWithPhoneAudio", "decline"])
        .only_if(pending && !is_outgoing, &["sendProvisionalAnswer"])
        .set_some("delegator", &invitation.on_behalf_of.as_deref().map(uri).unwrap_or_default())
        .link("delegator", invitation.on_behalf_of.as_deref().and_then(Item::person))
        .link("onBehalfOf", invitation.on_behalf_of.as_deref().and_then(Item::person))
        .link("forwardedBy", invitation.forwarded_by.as_deref().and_then(Item::person))
        .without(&["transferredBy", "derivedConversation", "derivedMessaging"])
        .without(&["derivedAudioVideo", "derivedPhoneAudio", "replacesAudioVideo", "replacesPhoneAudio"])
        .without(&["reportMediaDiagnostics"]);
    let participant = accepted.filter(|address| is_in(address)).and_then(|address| Item::participant(id, address));
    let shape =
        shape.embed_all("acceptedByParticipant", [participant.and_then(|item| item.seen_as("acceptedByParticipant"))]);
    let shape = content(shape, "message", invitation.message.as_ref());
    let shape = content(shape, "customContent", invitation.custom_content.as_ref());
    content(shape, "mediaOffer", invitation.media_offer.as_ref())
}

fn content(shape: Shape, name: &'static str, content: Option<&String>) -> Shape {
    match content {
        Some(content) => shape.set(name, content.clone()),
        None => shape.to(name, Target::Nowhere),
    }
}

fn meeting_uri(world: &World, conversation: &str) -> String {
    let meeting = world.conversations.get(conversation).and_then(|found| found.meeting.as_ref());
    meeting.and_then(|id| world.meetings.get(id)).map(crate::state::Meeting::uri).unwrap_or_default()
}
