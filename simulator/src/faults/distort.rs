//! Documents that say what no page of the reference has, in either format.

use super::Effect;
use crate::catalogue::Catalogue;
use crate::document::{Event, Events, Link, Name, OneOrMany, Resource, Value};

/// Makes a resource, and those that stand in it, say something else, if the effect is of that kind.
pub(crate) fn distort_resource(effect: &Effect, resource: &mut Resource) {
    match effect {
        Effect::HostileLinks { origin } => {
            each_link(resource, &mut |link| lead_elsewhere(origin, &mut link.href));
            lead_elsewhere(origin, &mut resource.href);
        }
        Effect::WrongTypes => resource.properties.iter_mut().for_each(|(_, value)| *value = wrong(value)),
        Effect::UnknownValues => {
            let known = Catalogue::get().resource(&resource.rel);
            for (name, value) in &mut resource.properties {
                let property = known.and_then(|known| known.properties.iter().find(|property| property.name == *name));
                if property.is_some_and(|property| property.kind.enumeration().is_some()) {
                    *value = unknown_value(value);
                }
            }
        }
        Effect::UnknownProperties => {
            let list = Value::texts(["one", "two"]);
            let more =
                [("simulatedText", Value::text("new")), ("simulatedNumber", Value::Number(7)), ("simulatedList", list)];
            resource.properties.extend(more.map(|(name, value)| (Name::Borrowed(name), value)));
        }
        Effect::UnknownRelations => {
            let link = Link { title: Some("new".into()), ..Link::new(format!("{}/simulated", resource.href)) };
            resource.links.push((Name::Borrowed("simulatedLink"), OneOrMany::One(link)));
            let mut embedded = Resource::new("simulatedResource", format!("{}/simulated", resource.href));
            embedded.properties.push((Name::Borrowed("simulatedText"), Value::text("new")));
            resource.embedded.push((Name::Borrowed("simulatedResource"), OneOrMany::One(embedded)));
            // What was added is not added to again.
            return;
        }
        Effect::NoProperties => resource.properties.clear(),
        Effect::NoLinks => resource.links.clear(),
        _ => return,
    }
    for (_, embedded) in &mut resource.embedded {
        let resources = match embedded {
            OneOrMany::One(one) => std::slice::from_mut(one),
            OneOrMany::Many(many) => many,
        };
        for resource in resources {
            distort_resource(effect, resource);
        }
    }
}

/// Makes an answer of the event channel say something else, if the effect is of that kind.
pub(crate) fn distort_events(effect: &Effect, events: &mut Events) {
    if let Effect::HostileLinks { origin } = effect {
        lead_elsewhere(origin, &mut events.way.1);
    }
    for sender in events.senders.iter_mut().flatten() {
        if let Effect::HostileLinks { origin } = effect {
            lead_elsewhere(origin, &mut sender.href);
        }
        if *effect == Effect::SkippedEvents {
            sender.events.retain(|event| !may_be_skipped(event));
        }
        for event in &mut sender.events {
            if let Effect::HostileLinks { origin } = effect {
                lead_elsewhere(origin, &mut event.href);
                event.collection.iter_mut().for_each(|(_, href)| lead_elsewhere(origin, href));
            }
            match effect {
                Effect::StartedMessages => begin(event),
                Effect::LinkedEvents => event.resource = None,
                _ => {}
            }
            if let Some(resource) = &mut event.resource {
                distort_resource(effect, resource);
            }
        }
    }
    if *effect == Effect::UnknownEvents {
        let href = format!("{}/simulated", events.href.split('?').next().unwrap_or_default());
        let event = Event {
            kind: Name::Borrowed("simulated"),
            rel: Name::Borrowed("simulatedResource"),
            href: href.clone(),
            title: None,
            collection: None,
            resource: None,
            status: None,
            reason: None,
        };
        let sender = crate::document::Sender { rel: Name::Borrowed("simulatedSender"), href, events: vec![event] };
        events.senders.get_or_insert_default().insert(0, sender);
    }
}

/// Makes an event that a received message is complete one that says that it began.
fn begin(event: &mut Event) {
    if event.rel == "message" && event.kind == "completed" && event.direction() == Some("Incoming") {
        (event.kind, event.status) = (Name::Borrowed("started"), None);
    }
}

/// Whether it is no news of an operation of the user's that another event says that it is completed.
fn may_be_skipped(event: &Event) -> bool {
    matches!(&*event.kind, "started" | "updated") && event.direction() == Some("Outgoing")
}

fn each_link(resource: &mut Resource, change: &mut impl FnMut(&mut Link)) {
    for (_, links) in &mut resource.links {
        match links {
            OneOrMany::One(link) => change(link),
            OneOrMany::Many(links) => links.iter_mut().for_each(&mut *change),
        }
    }
}

/// Makes an address lead to another host. Content in place of an address stays.
pub(super) fn lead_elsewhere(origin: &str, href: &mut String) {
    if href.starts_with("data:") {
        return;
    }
    let path = match href.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => href.as_str(),
    };
    *href = format!("{origin}{path}");
}

/// A value of another type.
fn wrong(value: &Value) -> Value {
    match value {
        Value::Text(_) => Value::Number(7),
        Value::Boolean(_) | Value::Number(_) | Value::Time(_) => Value::text("seven"),
        Value::List(_) => Value::Boolean(true),
    }
}

fn unknown_value(value: &Value) -> Value {
    match value {
        Value::List(_) => Value::texts(["Simulated"]),
        _ => Value::text("Simulated"),
    }
}
