//! The events that the reference documents, and those by which operations report.

use std::collections::BTreeMap;

use ucwa_schema::{Event, EventType, Resource, Schema};

use super::docs::event_docs;
use super::model::{EventModel, RegistryEntryModel};
use super::names::{NameRole, NameScope};
use super::parameters::parameters;

/// The kinds of event by which an operation reports.
const PROGRESS: [EventType; 3] = [EventType::Started, EventType::Updated, EventType::Completed];

/// The parameter that all events about an operation repeat.
const OPERATION_ID: &str = "operationId";

/// What tells one kind of event from another: the name of the resource on the wire, and what happens.
type EventKey<'a> = (&'a str, EventType);

/// The kinds of event, with the rows of event tables that list them. Operations report by events of which the tables list only
/// some. Pages name resources with their revision, events do not.
pub(crate) fn kinds(schema: &Schema) -> BTreeMap<EventKey<'_>, Vec<&Event>> {
    let rel_of = |name| schema.resources.get(name).map_or(name, |resource: &Resource| resource.rel.as_str());
    let mut kinds = BTreeMap::<_, Vec<_>>::new();
    for event in schema.resources.values().flat_map(|resource| &resource.events) {
        kinds.entry((rel_of(&event.resource), event.kind)).or_default().push(event);
    }
    let operations = schema.resources.values().flat_map(|resource| &resource.operations);
    for operation in operations.filter(|operation| parameters(operation).any(|found| found.name == OPERATION_ID)) {
        if let Some(started) = operation.response.resource.as_ref().filter(|name| schema.resources.contains_key(*name))
        {
            for kind in PROGRESS {
                kinds.entry((rel_of(started), kind)).or_default();
            }
        }
    }
    kinds
}

/// The kinds of event, by rel and kind.
pub(super) fn events(schema: &Schema, registry: &[RegistryEntryModel]) -> Vec<EventModel> {
    let mut scope = NameScope::with_reserved(&["Undocumented", "Unreadable"]);
    let event = |((rel, kind), rows): (EventKey<'_>, Vec<&Event>)| EventModel {
        name: scope.add(NameRole::Variant, &format!("{rel}_{}", kind.name())).rust,
        docs: event_docs(rel, kind, &rows),
        rel: rel.to_owned(),
        kind,
        // Entries are sorted by revision.
        target: registry.iter().rfind(|entry| entry.rel == rel).map(|entry| entry.target.clone()),
    };
    kinds(schema).into_iter().map(event).collect()
}
