//! The media sessions of calls, and changes of them.

use super::Shape;
use super::leg::leg;
use crate::address::Item;
use crate::protocol::Failure;
use crate::state::{Application, Conversation, Invitation, Leg, Modality, World};

/// The media session of a call that goes on.
pub(super) fn session(conversation: &Conversation, leg: &Leg) -> Shape {
    let id = &conversation.id;
    let other = conversation.present().find(|other| other.address != leg.address);
    let state = if leg.is_suspended { "Suspended" } else { "Established" };
    Shape::new()
        .set("state", state)
        .set_some("sessionContext", &leg.session_context)
        .set_some("remoteEndpoint", &other.map(|other| super::people::uri(&other.address)).unwrap_or_default())
        .link("audioVideo", Item::modality(id, Modality::AudioVideo))
        .link("conversation", Item::conversation(id))
        .link("applicationSharing", Item::modality(id, Modality::ApplicationSharing))
        .link("dataCollaboration", Item::modality(id, Modality::DataCollaboration))
        .only_if(leg.is_suspended, &["resumeAudio", "resumeAudioVideo"])
}

/// A change of media, as the two see it who agree on it.
pub(super) fn renegotiation(
    world: &World,
    application: &Application,
    item: &Item,
    id: &str,
    number: u64,
) -> Result<Shape, Failure> {
    let (conversation, _) = leg(world, application, id)?;
    let found = conversation.renegotiations.get(&number).ok_or_else(Failure::not_found)?;
    let is_outgoing = found.origin == application.id;
    if !is_outgoing && found.target != Some(application.id) {
        return Err(Failure::not_found());
    }
    if item.name() != "audioVideoRenegotiation" {
        return Ok(Shape::new());
    }
    Ok(Shape::new()
        .set("direction", if is_outgoing { "Outgoing" } else { "Incoming" })
        .set_some("operationId", if is_outgoing { &found.operation_id } else { "" })
        .set("mediaOffer", found.offer.clone())
        .set_some("mediaAnswer", found.answer.as_deref().unwrap_or_default())
        .link("audioVideoSession", Item::session(id))
        .link("conversation", Item::conversation(id))
        .only_if(found.is_pending && !is_outgoing, &["answer", "dismiss"]))
}

/// The session descriptions with which an invitation to a call was answered.
pub(super) fn negotiation(invitation: &Invitation) -> Shape {
    Shape::new()
        .set_some("mediaAnswer", invitation.media_answer.as_deref().unwrap_or_default())
        .set_some("mediaProvisionalAnswer", invitation.provisional_answer.as_deref().unwrap_or_default())
        .set_some("sessionContext", &invitation.session_context)
        .set("remoteEndpoint", super::people::uri(&invitation.to))
        .link("audioVideoInvitation", Item::invitation(&invitation.id, invitation.kind.resource()))
        .link("audioVideoSession", Item::session(&invitation.conversation))
}
