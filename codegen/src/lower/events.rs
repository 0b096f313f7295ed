//! The events that the reference documents, and those by which operations report.

use std::collections::{BTreeMap, BTreeSet};

use ucwa_schema::{Event, EventType, Schema};

use super::docs::event_docs;
use super::{Category, RegistryEntry, Role, Scope, TypePath};

/// The kinds of event by which an operation reports.
const PROGRESS: [EventType; 3] = [EventType::Started, EventType::Updated, EventType::Completed];

/// A kind of event, which is a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventModel {
    /// The variant.
    pub name: String,
    /// The name of the resource on the wire.
    pub rel: String,
    /// What happens.
    pub kind: EventType,
    /// The resource, in its latest revision; `None` where no page describes it.
    pub target: Option<TypePath>,
    /// The lines of documentation.
    pub docs: Vec<String>,
    /// Whether an event table lists it.
    pub is_documented: bool,
}

/// What tells one kind of event from another: the name of the resource on the wire, and what happens.
type Key<'a> = (&'a str, EventType);

/// The kinds of event that event tables list, with the rows that list them. Pages name resources with their revision, events do not.
pub(crate) fn documented(schema: &Schema) -> BTreeMap<Key<'_>, Vec<&Event>> {
    let mut kinds = BTreeMap::<_, Vec<_>>::new();
    for event in schema.resources.values().flat_map(|resource| &resource.events) {
        let resource = schema.resources.get(&event.resource);
        let rel = resource.map_or(event.resource.as_str(), |resource| &resource.rel);
        kinds.entry((rel, event.kind)).or_default().push(event);
    }
    kinds
}

/// The kinds of event, by rel and kind. Operations report by events of which the tables list only some.
pub(super) fn events(schema: &Schema, categories: &[Category], registry: &[RegistryEntry]) -> Vec<EventModel> {
    let inputs = categories.iter().flat_map(|category| &category.resources).flat_map(|resource| &resource.inputs);
    let operations: BTreeSet<_> = inputs.filter_map(|input| Some(&input.starts.as_ref()?.0)).collect();
    let mut kinds = documented(schema);
    for entry in registry.iter().filter(|entry| operations.contains(&entry.target)) {
        for kind in PROGRESS {
            kinds.entry((&entry.rel, kind)).or_default();
        }
    }
    let mut scope = Scope::with_reserved(&["Undocumented", "Unreadable"]);
    let event = |((rel, kind), rows): (Key<'_>, Vec<&Event>)| EventModel {
        name: scope.add(Role::Variant, &format!("{rel}_{}", kind.name())).rust,
        docs: event_docs(rel, kind, &rows),
        rel: rel.to_owned(),
        kind,
        // Entries are sorted by revision.
        target: registry.iter().rfind(|entry| entry.rel == rel).map(|entry| entry.target.clone()),
        is_documented: !rows.is_empty(),
    };
    kinds.into_iter().map(event).collect()
}
