//! From an address to what is there.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use ucwa_schema::Cardinality;

use super::{Item, Place};
use crate::catalogue::Catalogue;
use crate::protocol::Failure;
use crate::state::{Application, Modality, World};

/// What is at a path below an application. Whether it still exists is for the reader of its state to say.
pub(crate) fn locate(world: &World, application: &Application, path: &str) -> Result<Item, Failure> {
    let mut item = Item::application().ok_or_else(Failure::not_found)?;
    let decoded = path.split('/').filter(|segment| !segment.is_empty());
    let decoded = decoded.map(|raw| percent_decode_str(raw).decode_utf8().map_err(|_| Failure::not_found()));
    let segments = decoded.collect::<Result<Vec<_>, _>>()?;
    let mut rest = segments.as_slice();
    while !rest.is_empty() {
        let (found, taken) = step(world, application, &item, rest).ok_or_else(Failure::not_found)?;
        item = found;
        rest = &rest[taken..];
    }
    Ok(item)
}

/// One step from an item: to what an id names, or along a relation. Says how many segments it took.
fn step(world: &World, application: &Application, item: &Item, rest: &[Cow<'_, str>]) -> Option<(Item, usize)> {
    by_id(world, application, item, rest)
        .or_else(|| Some((fixed(item, &rest[0])?, 1)))
        .or_else(|| Some((relation(item, &rest[0])?, 1)))
        .or_else(|| Some((instance(item, &rest[0])?, 1)))
}

/// A thing that an id names.
fn by_id(world: &World, application: &Application, item: &Item, rest: &[Cow<'_, str>]) -> Option<(Item, usize)> {
    let first: &str = rest.first()?;
    let second = rest.get(1).map(AsRef::as_ref);
    let found = match (item.name(), &item.place, first, second) {
        ("application", _, "photos", Some(address)) => {
            let is_own = application.identity.address() == address;
            (Item::photo(address, if is_own { "photo" } else { "contactPhoto" })?, 2)
        }
        ("people", _, "groups", Some(id)) => {
            let kind = world.users.get(application.identity.address())?.groups.get(id)?.kind;
            (Item::group(id, kind.resource())?, 2)
        }
        ("people", _, "groupMemberships", Some(id)) => {
            let (group, address) = id.split_once(',')?;
            (Item::membership(group, address)?, 2)
        }
        ("people", _, "privacyRelationships", Some(level)) => (Item::privacy(level)?, 2),
        ("people", _, "presenceSubscriptionMemberships", Some(id)) => {
            let (subscription, address) = id.split_once(',')?;
            (Item::subscription_membership(subscription, address)?, 2)
        }
        ("people", _, address, _) if address.contains('@') || address.starts_with("tel:") => {
            (Item::person(address)?, 1)
        }
        ("presenceSubscriptions", Place::Application, id, _) => (Item::subscription(id)?, 1),
        ("phones", Place::Application, kind, _) => (Item::phone(kind)?, 1),
        ("communication", Place::Application, "invitations", Some(id)) => {
            (Item::invitation(id, world.invitations.get(id)?.kind.resource())?, 2)
        }
        ("conversations", Place::Application, id, _) => (Item::conversation(id)?, 1),
        ("conversation", Place::Conversation(id), "participants", Some(address)) => {
            (Item::participant(id, address)?, 2)
        }
        ("messaging", Place::Modality(id, _), "messages", Some(message)) => {
            (Item::message(id, message.parse().ok()?)?, 2)
        }
        ("renegotiations", Place::Modality(id, _), number, _) => (Item::renegotiation(id, number.parse().ok()?)?, 1),
        ("audioVideoInvitation", Place::Invitation(id), "audioVideoNegotiation", _) => (Item::negotiation(id)?, 1),
        ("myOnlineMeetings", Place::Application, id, _) => {
            let is_assigned = world.meetings.get(id)?.is_assigned;
            let resource = if is_assigned { "myAssignedOnlineMeeting" } else { "myOnlineMeeting" };
            (Item::meeting(id, resource)?, 1)
        }
        (_, Place::Meeting(meeting), "extensions", Some(id)) => (Item::extension(meeting, id)?, 2),
        ("conversationLogs", Place::Application, id, _) => (Item::log(id.parse().ok()?)?, 1),
        ("conversationLog", Place::Log(id), "recipients", Some(address)) => (Item::log_recipient(*id, address)?, 2),
        ("conversationLog", Place::Log(id), "transcripts", Some(position)) => {
            (Item::log_transcript(*id, position.parse().ok()?)?, 2)
        }
        _ => return None,
    };
    Some(found)
}

/// A resource that has an address although no relation leads there, and those that clients have built in.
fn fixed(item: &Item, name: &str) -> Option<Item> {
    let path = || format!("{}/{name}", item.path);
    match (item.name(), &item.place, name) {
        ("conversation", Place::Conversation(id), _) => {
            let modality = Modality::ALL.into_iter().find(|modality| modality.resource() == name);
            match modality {
                Some(modality) => Item::modality(id, modality),
                None if name == "participants" => Item::new(name, item.place.clone(), path()),
                None => None,
            }
        }
        ("messaging", Place::Modality(..), "messages") | ("communication", _, "makeMeAvailable" | "invitations") => {
            Item::new(name, item.place.clone(), path())
        }
        _ => None,
    }
}

/// What a relation of the item leads to, as part of the same thing.
fn relation(item: &Item, rel: &str) -> Option<Item> {
    // What a later revision adds has an address, whichever revision the way there was read in.
    let revisions = Catalogue::get().revisions(&item.resource.rel);
    let mut links = item.resource.links.iter().chain(revisions.flat_map(|other| &other.links));
    let found = links.find(|link| link.rel == rel && rel != "self");
    let found = found.filter(|link| link.cardinality == Cardinality::One || item.place == Place::Catalogue)?;
    let path = if item.path.is_empty() { rel.to_owned() } else { format!("{}/{rel}", item.path) };
    Item::new(&found.target, item.place.clone(), path)
}

/// The one instance of a resource that the catalogue has.
fn instance(item: &Item, name: &str) -> Option<Item> {
    let is_root = item.name() == "application" && item.path.is_empty();
    let resource = Catalogue::get().resource(name).filter(|_| is_root)?;
    Some(Item { resource, place: Place::Catalogue, path: name.to_owned() })
}
