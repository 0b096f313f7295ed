//! Event documents and responses to OPTIONS.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use ucwa::registry::REGISTRY;
use ucwa::{Enumeration, Event, EventDocument, Format, Limits, Metadata, Sender};
use ucwa_schema::{EventType, Schema};

use super::Checker;
use crate::finding::{FindingKind, Owner, SeenEvent};
use crate::message::MessagePlace;

impl Checker {
    pub(super) fn events(&mut self, place: &MessagePlace, format: Format, body: &[u8]) {
        let document = match EventDocument::decode(&REGISTRY, format, body, Limits::default()) {
            Ok(document) => document,
            Err(error) => {
                return self.unreadable(Owner::resource("events"), place, error.path(), &error.problem().to_string());
            }
        };
        self.event_document(place, format, &document);
    }

    fn event_document(&mut self, place: &MessagePlace, format: Format, document: &EventDocument) {
        self.unknown("events", &document.unknown, place, format, "");
        // What could not be read is a finding, and hides nothing of the rest.
        for (_, part) in &document.unreadable {
            let (path, problem) = (part.error.path(), part.error.problem().to_string());
            self.unreadable(Owner::resource("events"), place, path, &problem);
        }
        for (rel, _) in &document.other_links {
            self.add(FindingKind::UnknownLink, Owner::resource("events"), rel, "", (place, &format!("_links.{rel}")));
        }
        for (index, sender) in document.senders.iter().enumerate() {
            let path = format!("sender[{index}].");
            if let Some(part) = &sender.unreadable {
                self.unreadable(
                    Owner::resource("sender"),
                    place,
                    path.trim_end_matches('.'),
                    &part.error.problem().to_string(),
                );
            }
            self.addresses.learn(&sender.rel, &sender.link);
            self.unknown("sender", &sender.unknown, place, format, &path);
            self.named(&sender.rel, place, &path);
            for (index, event) in sender.events.iter().enumerate() {
                self.event(place, format, sender, event, &format!("{path}events[{index}]."));
            }
        }
    }

    fn event(&mut self, place: &MessagePlace, format: Format, sender: &Sender, event: &Event, path: &str) {
        if let Some(resource) = &event.resource {
            let path = format!("{path}_embedded.{}.", resource.rel());
            self.known_object(place, format, resource.as_object(), None, &path);
        }
        if let Some(part) = &event.unreadable {
            let problem = part.error.problem().to_string();
            self.unreadable(Owner::resource("event"), place, path.trim_end_matches('.'), &problem);
            if event.target.rel.is_empty() || event.kind == "" {
                // What happened, and to what, is part of what cannot be read.
                return self.unknown("event", &event.unknown, place, format, path);
            }
        }
        self.addresses.learn(&event.target.rel, &event.target.link);
        self.unknown("event", &event.unknown, place, format, path);
        self.named(&event.target.rel, place, &format!("{path}link"));
        self.event_kind(place, sender, event, path);
        if let Some(collection) = &event.collection {
            self.named(&collection.rel, place, &format!("{path}in"));
        }
        if let Some(status) = event.status.as_ref().filter(|status| !status.is_listed()) {
            let at = format!("{path}status");
            let owner = Owner::resource("event");
            self.add(FindingKind::UnlistedValue, owner, status.as_str(), "event.status", (place, &at));
        }
        if let Some(reason) = &event.reason {
            self.error_body(place, format, reason, None, &format!("{path}reason."));
        }
    }

    fn event_kind(&mut self, place: &MessagePlace, sender: &Sender, event: &Event, path: &str) {
        let (kind, target) = (event.kind.as_str(), &*event.target.rel);
        let is_kind_known = event.kind.is_listed();
        let is_listed = self.schema.as_ref().is_none_or(|schema| is_event(schema, &sender.rel, kind, target));
        if !is_kind_known || !is_listed {
            let name = format!("{target} {kind}");
            let detail = if is_kind_known { "" } else { "the type of event is new" };
            let path = path.trim_end_matches('.');
            let found = self.add(FindingKind::UnknownEvent, Owner::resource(&sender.rel), &name, detail, (place, path));
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
    fn named(&mut self, rel: &str, place: &MessagePlace, path: &str) {
        if !rel.is_empty() && !REGISTRY.describes(rel) {
            self.add(FindingKind::UnknownResource, Owner::nobody(), rel, "", (place, path.trim_end_matches('.')));
        }
    }

    pub(super) fn unknown<'a>(
        &mut self,
        owner: &str,
        unknown: impl IntoIterator<Item = &'a (String, Json)>,
        place: &MessagePlace,
        format: Format,
        path: &str,
    ) {
        for (name, value) in unknown {
            let at = format!("{path}{name}");
            let found = self.add(FindingKind::UnknownProperty, Owner::resource(owner), name, "", (place, &at));
            found.add_value(value, format);
        }
    }

    pub(super) fn metadata(&mut self, place: &MessagePlace, format: Format, body: &[u8]) {
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
