//! Event documents, errors and answers to OPTIONS.

use serde_json::Value as Json;
use ucwa::registry::REGISTRY;
use ucwa::{ErrorBody, Event, EventDocument, EventKind, Format, GenericResource, Limits, Metadata, Sender};
use ucwa_schema::Schema;

use super::Examination;
use crate::finding::{Kind, Owner};
use crate::message::Place;
use crate::value::Seen;

impl Examination {
    pub(super) fn events(&mut self, place: &Place, format: Format, body: &[u8]) {
        let document = match ucwa::decode_events(format, body) {
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
            if self.embedded(place, format, &unreadable.text) == 0 {
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
        let status = event.status.as_deref().filter(|status| !["Success", "Failure"].contains(status));
        if let Some(status) = status {
            let at = format!("{path}status");
            self.add(Kind::UnlistedValue, Owner::resource("event"), status, "event.status", (place, &at));
        }
        if let Some(reason) = &event.reason {
            self.error_body(place, format, reason, &format!("{path}reason."));
        }
    }

    /// Reads the resources of an event apart that could not be read as a whole. Says how many values were refused.
    fn embedded(&mut self, place: &Place, format: Format, text: &str) -> usize {
        let outline: Json = serde_json::from_str(text).unwrap_or_default();
        let Some(resources) = outline["_embedded"].as_object() else { return 0 };
        let read = resources.iter().filter(|(_, value)| value.is_object()).map(|(rel, value)| {
            let object = REGISTRY.create(rel).unwrap_or_else(|| Box::new(GenericResource::new(&REGISTRY)));
            self.object(place, format, value.to_string().as_bytes(), object, None)
        });
        read.sum()
    }

    fn event_kind(&mut self, place: &Place, sender: &Sender, event: &Event, path: &str) {
        let (kind, target) = (event.kind.as_str(), event.target.rel.as_str());
        let is_kind_known = !matches!(event.kind, EventKind::Other(_));
        let is_listed = self.schema.as_ref().is_none_or(|schema| is_event(schema, &sender.rel, kind, target));
        if !is_kind_known || !is_listed {
            let name = format!("{target} {kind}");
            let detail = if is_kind_known { "" } else { "the type of event is new" };
            let path = path.trim_end_matches('.');
            self.add(Kind::UnknownEvent, Owner::resource(&sender.rel), &name, detail, (place, path));
        }
    }

    /// Notes a resource that is only named and that no page describes.
    fn named(&mut self, rel: &str, place: &Place, path: &str) {
        if !rel.is_empty() && REGISTRY.create(rel).is_none() {
            self.add(Kind::UnknownResource, Owner::resource(""), rel, "", (place, path.trim_end_matches('.')));
        }
    }

    fn unknown<'a>(
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
            let seen = Seen::of(value, format);
            found.values = Some(found.values.take().map_or(seen.clone(), |before| before.merge(seen)));
        }
    }

    pub(super) fn error(&mut self, place: &Place, format: Format, body: &[u8]) {
        match ucwa::decode_error(format, body) {
            Ok(body) => self.error_body(place, format, &body, ""),
            Err(error) => {
                self.unreadable(Owner::resource("error"), place, error.path(), &error.problem().to_string());
            }
        }
    }

    fn error_body(&mut self, place: &Place, format: Format, body: &ErrorBody, path: &str) {
        let unknown: Vec<_> = body.unknown.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        self.unknown("error", &unknown, place, format, path);
        let Some(schema) = &self.schema else { return };
        let is_code_known = knows(schema, "ErrorCode", &body.code, |row| Some(&row.code));
        let subcode = body.subcode.as_deref().filter(|subcode| *subcode != "None" && !subcode.is_empty());
        let is_subcode_known =
            subcode.is_none_or(|subcode| knows(schema, "ErrorSubcode", subcode, |row| row.subcode.as_ref()));
        if !is_code_known {
            self.add(Kind::UnknownCode, Owner::resource(""), &body.code, "", (place, &format!("{path}code")));
        }
        if let Some(subcode) = subcode.filter(|_| !is_subcode_known) {
            self.add(
                Kind::UnknownSubcode,
                Owner::resource(""),
                subcode,
                &format!("with the code {}", body.code),
                (place, &format!("{path}subcode")),
            );
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

/// Whether a code or subcode is documented: in its enumeration, in an error table, or among the errors of any request.
fn knows(
    schema: &Schema,
    enumeration: &str,
    wanted: &str,
    column: impl Fn(&ucwa_schema::ErrorRow) -> Option<&String>,
) -> bool {
    let members = schema.enumerations.get(enumeration).into_iter().flat_map(|found| &found.members);
    let rows = schema.resources.values().flat_map(|resource| &resource.operations).flat_map(|found| &found.errors);
    members.map(|member| &member.name).chain(schema.errors.generic.iter().map(|error| &error.name)).any(|n| n == wanted)
        || rows.filter_map(column).any(|name| name == wanted)
}
