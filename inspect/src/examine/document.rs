//! Event documents and responses to OPTIONS.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use ucwa::registry::REGISTRY;
use ucwa::{Enumeration, Event, EventDocument, Format, GenericResource, Limits, Metadata, Sender};
use ucwa_schema::{EventType, Schema};

use super::Examination;
use super::element::elements;
use crate::finding::{Kind, Owner, SeenEvent};
use crate::message::Place;
use crate::value::Seen;

impl Examination {
    pub(super) fn events(&mut self, place: &Place, format: Format, body: &[u8]) {
        let document = match EventDocument::decode(&REGISTRY, format, body, Limits::default().strict()) {
            Ok(document) => document,
            Err(error) => {
                return self.unreadable(Owner::resource("events"), place, error.path(), &error.problem().to_string());
            }
        };
        self.event_document(place, format, &document);
    }

    fn event_document(&mut self, place: &Place, format: Format, document: &EventDocument) {
        self.unknown("events", &document.unknown, place, format, "");
        for (rel, _) in &document.other_links {
            self.add(Kind::UnknownLink, Owner::resource("events"), rel, "", (place, &format!("_links.{rel}")));
        }
        for (index, sender) in document.senders.iter().enumerate() {
            let path = format!("sender[{index}].");
            self.addresses.learn(&sender.rel, &sender.link);
            self.unknown("sender", &sender.unknown, place, format, &path);
            self.named(&sender.rel, place, &path);
            for (index, event) in sender.events.iter().enumerate() {
                self.event(place, format, sender, event, &format!("{path}events[{index}]."));
            }
        }
    }

    fn event(&mut self, place: &Place, format: Format, sender: &Sender, event: &Event, path: &str) {
        if let Some(unreadable) = &event.unreadable {
            if self.embedded(place, format, &unreadable.text, path) == 0 {
                let problem = unreadable.error.problem().to_string();
                self.unreadable(Owner::resource("event"), place, path.trim_end_matches('.'), &problem);
            }
            return;
        }
        self.addresses.learn(&event.target.rel, &event.target.link);
        self.unknown("event", &event.unknown, place, format, path);
        self.named(&event.target.rel, place, &format!("{path}link"));
        self.event_kind(place, sender, event, path);
        if let Some(collection) = &event.collection {
            self.named(&collection.rel, place, &format!("{path}in"));
        }
        if let Some(resource) = &event.resource {
            let path = format!("{path}_embedded.{}.", resource.rel());
            self.known_object(place, format, resource.as_object(), None, &path);
        }
        if let Some(status) = event.status.as_ref().filter(|status| !status.is_listed()) {
            let at = format!("{path}status");
            let owner = Owner::resource("event");
            self.add(Kind::UnlistedValue, owner, status.as_str(), "event.status", (place, &at));
        }
        if let Some(reason) = &event.reason {
            self.error_body(place, format, reason, None, &format!("{path}reason."));
        }
    }

    /// Reads the resources of an event apart that could not be read as a whole. Says how many values were refused.
    fn embedded(&mut self, place: &Place, format: Format, text: &str, path: &str) -> usize {
        let read = resources(format, text).into_iter().map(|(rel, text)| {
            let object = REGISTRY.create(&rel).unwrap_or_else(|| Box::new(GenericResource::new(&REGISTRY)));
            self.object(place, format, text.as_bytes(), object, None, &format!("{path}_embedded.{rel}."))
        });
        read.sum()
    }

    fn event_kind(&mut self, place: &Place, sender: &Sender, event: &Event, path: &str) {
        let (kind, target) = (event.kind.as_str(), &*event.target.rel);
        let is_kind_known = event.kind.is_listed();
        let is_listed = self.schema.as_ref().is_none_or(|schema| is_event(schema, &sender.rel, kind, target));
        if !is_kind_known || !is_listed {
            let name = format!("{target} {kind}");
            let detail = if is_kind_known { "" } else { "the type of event is new" };
            let path = path.trim_end_matches('.');
            let found = self.add(Kind::UnknownEvent, Owner::resource(&sender.rel), &name, detail, (place, path));
            let kind = EventType::ALL.into_iter().find(|known| known.name() == kind);
            if found.event.is_none() {
                let (target, sender, collections) = (target.to_owned(), sender.rel.clone(), BTreeSet::new());
                found.event = kind.map(|kind| SeenEvent { kind, target, sender, collections });
            }
            let collections = found.event.as_mut().map(|event| &mut event.collections);
            if let Some((collections, seen)) = collections.zip(event.collection.as_ref()) {
                collections.insert(seen.rel.clone().into_owned());
            }
        }
    }

    /// Notes a resource that is only named and that no page describes.
    fn named(&mut self, rel: &str, place: &Place, path: &str) {
        if !rel.is_empty() && REGISTRY.create(rel).is_none() {
            self.add(Kind::UnknownResource, Owner::nobody(), rel, "", (place, path.trim_end_matches('.')));
        }
    }

    pub(super) fn unknown<'a>(
        &mut self,
        owner: &str,
        unknown: impl IntoIterator<Item = &'a (String, Json)>,
        place: &Place,
        format: Format,
        path: &str,
    ) {
        for (name, value) in unknown {
            let at = format!("{path}{name}");
            let found = self.add(Kind::UnknownProperty, Owner::resource(owner), name, "", (place, &at));
            found.add_value(Seen::of(value, format));
        }
    }

    pub(super) fn metadata(&mut self, place: &Place, format: Format, body: &[u8]) {
        if let Err(error) = Metadata::decode(format, body, Limits::default()) {
            self.unreadable(Owner::resource("metadata"), place, error.path(), &error.problem().to_string());
        }
    }
}

/// Whether a page tells of an event. Events name resources by rel and pages by name, with the revision.
fn is_event(schema: &Schema, sender: &str, kind: &str, target: &str) -> bool {
    let is = |name: &str, rel: &str| name == rel || schema.resources.get(name).is_some_and(|found| found.rel == rel);
    schema
        .resources
        .values()
        .flat_map(|resource| &resource.events)
        .any(|event| event.kind.name() == kind && is(&event.resource, target) && is(&event.sender, sender))
}

/// The resources in the text of an event, with their rels.
fn resources(format: Format, event: &str) -> Vec<(String, String)> {
    match format {
        Format::Json => {
            let outline: Json = serde_json::from_str(event).unwrap_or_default();
            let resources = outline["_embedded"].as_object().into_iter().flatten();
            resources
                .filter(|(_, value)| value.is_object())
                .map(|(rel, value)| (rel.clone(), value.to_string()))
                .collect()
        }
        Format::Xml => {
            let elements = elements(event).unwrap_or_default();
            let resources = elements.into_iter().filter(|found| found.parent == Some(0) && found.name == "resource");
            resources.map(|found| (found.rel.unwrap_or_default(), event[found.range].to_owned())).collect()
        }
    }
}
