//! What the state says of an item, by what the item is.

use super::{Shape, calls, communication, conversation, invitation, logs, me, meetings, people};
use crate::address::{Item, Place};
use crate::protocol::Failure;
use crate::state::{Application, World};

/// What the state says of an item; `Err` where there is nothing, or nothing for this client.
pub(crate) fn describe(world: &World, application: &Application, item: &Item) -> Result<Shape, Failure> {
    match &item.place {
        Place::Catalogue => Ok(Shape::samples()),
        Place::Application => me::describe(world, application, item)
            .or_else(|| people::describe(world, application, item))
            .or_else(|| communication::describe(world, application, item))
            .or_else(|| meetings::describe(world, application, item))
            .unwrap_or_else(|| Ok(Shape::samples())),
        Place::Person(address) => people::person(world, application, item, address),
        Place::Group(id) => people::group(world, application, item, id),
        Place::Membership(group, address) => people::membership(world, application, group, address),
        Place::Privacy(level) => people::privacy(world, application, level),
        Place::Subscription(id) => people::subscription(application, item, id),
        Place::SubscriptionMembership(id, address) => people::subscription_membership(application, id, address),
        Place::Phone(kind) => me::phone(world, application, item, kind),
        Place::Conversation(id) => conversation::conversation(world, application, item, id),
        Place::Modality(id, modality) => conversation::modality(world, application, item, id, *modality),
        Place::Renegotiation(id, number) => calls::renegotiation(world, application, item, id, *number),
        Place::Participant(id, address) => conversation::participant(world, application, item, id, address),
        Place::Message(id, message) => conversation::message(world, application, id, *message),
        Place::Invitation(id) => invitation::describe(world, application, item, id),
        Place::Meeting(id) => meetings::meeting(world, application, item, id),
        Place::Extension(meeting, id) => meetings::extension(world, application, meeting, id),
        Place::Log(id) => logs::log(world, application, item, *id),
        Place::LogRecipient(id, address) => logs::recipient(world, application, *id, address),
        Place::LogTranscript(id, position) => logs::transcript(world, application, item, *id, *position),
    }
}
