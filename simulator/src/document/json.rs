//! Documents in JSON.

use serde_json::{Map, Value as Json, json};

use super::{Event, Events, Link, OneOrMany, Reason, Resource, Value, etag};
use crate::protocol::Marker;

/// A resource as JSON.
pub(crate) fn resource_json(resource: &Resource, marker: &Marker) -> Vec<u8> {
    bytes(&Json::Object(resource_object(resource, Some(marker))))
}

/// The reason of a failure as JSON.
pub(crate) fn reason_json(reason: &Reason) -> Vec<u8> {
    bytes(&reason_object(reason))
}

/// What the event channel answers, as JSON.
pub(crate) fn events_json(events: &Events) -> Vec<u8> {
    let mut links = Map::new();
    links.insert("self".into(), json!({ "href": events.href }));
    links.insert(events.way.0.into(), json!({ "href": events.way.1 }));
    let mut document = Map::new();
    document.insert("_links".into(), links.into());
    if let Some(senders) = &events.senders {
        let senders = senders.iter().map(|sender| {
            let events: Vec<_> = sender.events.iter().map(event_object).collect();
            json!({ "rel": sender.rel, "href": sender.href, "events": events })
        });
        document.insert("sender".into(), senders.collect());
    }
    bytes(&Json::Object(document))
}

/// The answer to OPTIONS as JSON.
pub(crate) fn metadata_json(methods: &[(&str, Vec<&str>)]) -> Vec<u8> {
    let methods = methods.iter().map(|(method, parameters)| {
        let parameters: Vec<_> = parameters.iter().map(|name| json!({ "name": name, "supportedValues": [] })).collect();
        json!({ "httpMethod": method, "parameters": parameters })
    });
    bytes(&json!({ "metadata": methods.collect::<Vec<_>>() }))
}

fn bytes(value: &Json) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn resource_object(resource: &Resource, marker: Option<&Marker>) -> Map<String, Json> {
    let mut object = Map::new();
    for (name, value) in &resource.properties {
        object.insert(name.clone().into_owned(), value_json(value));
    }
    if let Some(marker) = marker.filter(|_| resource.needs_marker) {
        object.insert(marker.name.clone(), Marker::VALUE.into());
    }
    object.insert("rel".into(), resource.rel.clone().into());
    if resource.shows_etag {
        object.insert("etag".into(), etag(resource).into());
    }
    let mut links = Map::new();
    links.insert("self".into(), json!({ "href": resource.href }));
    for (rel, link) in &resource.links {
        links.insert(rel.clone().into_owned(), one_or_many(link, link_json));
    }
    object.insert("_links".into(), links.into());
    if !resource.embedded.is_empty() {
        let embedded = resource.embedded.iter().map(|(rel, resource)| {
            let value = one_or_many(resource, |resource| resource_object(resource, None).into());
            (rel.clone().into_owned(), value)
        });
        object.insert("_embedded".into(), embedded.collect::<Map<_, _>>().into());
    }
    object
}

fn one_or_many<T>(items: &OneOrMany<T>, write: impl Fn(&T) -> Json) -> Json {
    match items {
        OneOrMany::One(one) => write(one),
        OneOrMany::Many(many) => many.iter().map(write).collect(),
    }
}

fn link_json(link: &Link) -> Json {
    let mut object = Map::new();
    object.insert("href".into(), link.href.as_str().into());
    if let Some(title) = &link.title {
        object.insert("title".into(), title.as_str().into());
    }
    if let Some(revision) = link.revision {
        object.insert("revision".into(), revision.to_string().into());
    }
    object.into()
}

fn value_json(value: &Value) -> Json {
    match value {
        Value::Text(text) => text.clone().into(),
        Value::Boolean(value) => (*value).into(),
        Value::Number(number) => (*number).into(),
        Value::Time(milliseconds) => format!("/Date({milliseconds})/").into(),
        Value::List(values) => values.iter().map(value_json).collect(),
    }
}

fn reason_object(reason: &Reason) -> Json {
    let mut object = Map::new();
    object.insert("code".into(), reason.code.clone().into());
    if let Some(subcode) = &reason.subcode {
        object.insert("subcode".into(), subcode.clone().into());
    }
    if let Some(message) = &reason.message {
        object.insert("message".into(), message.as_str().into());
    }
    if !reason.parameters.is_empty() {
        let parameters = reason.parameters.iter().map(|(name, reason)| json!({ "name": name, "reason": reason }));
        object.insert("parameters".into(), parameters.collect());
    }
    if !reason.debug_info.is_empty() {
        let entries = reason.debug_info.iter().map(|(name, value)| ((*name).to_owned(), Json::from(value.as_str())));
        object.insert("debugInfo".into(), entries.collect::<Map<_, _>>().into());
    }
    object.into()
}

fn event_object(event: &Event) -> Json {
    let mut link = Map::new();
    link.insert("rel".into(), event.rel.clone().into());
    link.insert("href".into(), event.href.as_str().into());
    if let Some(title) = &event.title {
        link.insert("title".into(), title.as_str().into());
    }
    let mut object = Map::new();
    object.insert("link".into(), link.into());
    if let Some((rel, href)) = &event.collection {
        object.insert("in".into(), json!({ "rel": rel, "href": href }));
    }
    if let Some(resource) = &event.resource {
        let value = resource_object(resource, None);
        object.insert("_embedded".into(), json!({ (event.rel.as_ref()): value }));
    }
    object.insert("type".into(), event.kind.clone().into());
    if let Some(status) = event.status {
        object.insert("status".into(), status.into());
    }
    if let Some(reason) = &event.reason {
        object.insert("reason".into(), reason_object(reason));
    }
    object.into()
}
