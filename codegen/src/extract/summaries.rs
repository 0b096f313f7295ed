//! Carrying over what people wrote.

use std::collections::HashMap;
use std::hash::Hash;

use ucwa_schema::{Enumeration, Event, Operation, Parameter, Resource, Schema};

/// Puts the summaries of `old` into `new`, row by row: by the names of resources, properties, parameters, members and
/// errors, the rels of links, the verbs of operations, the keys of causes and all that an event row says. Everything else
/// in `new` stays.
pub fn keep_summaries(old: &Schema, new: &mut Schema) {
    for (name, resource) in &mut new.resources {
        if let Some(old) = old.resources.get(name) {
            of_resource(old, resource);
        }
    }
    for (name, enumeration) in &mut new.enumerations {
        if let Some(old) = old.enumerations.get(name) {
            of_enumeration(old, enumeration);
        }
    }
    let generic = &mut new.errors.generic;
    rows(&old.errors.generic, generic, |row| &row.name, |row| &row.summary, |row, summary| row.summary = summary);
    for (key, cause) in &mut new.errors.causes {
        if let Some(old) = old.errors.causes.get(key) {
            cause.summary.clone_from(&old.summary);
        }
    }
}

fn of_resource(old: &Resource, new: &mut Resource) {
    new.summary.clone_from(&old.summary);
    let properties = &mut new.properties;
    rows(&old.properties, properties, |row| &row.name, |row| &row.summary, |row, summary| row.summary = summary);
    rows(&old.links, &mut new.links, |row| &row.rel, |row| &row.summary, |row, summary| row.summary = summary);
    events(&old.events, &mut new.events);
    for operation in &mut new.operations {
        if let Some(old) = old.operations.iter().find(|old| old.method == operation.method) {
            of_operation(old, operation);
        }
    }
}

/// Event rows have no name. What tells them apart is what happens to what, in which collection, and who sends it.
fn events(old: &[Event], new: &mut [Event]) {
    let key = |row: &Event| (row.kind, row.resource.clone(), row.sender.clone(), row.collection.clone());
    let summaries: HashMap<_, _> =
        old.iter().filter_map(|row| row.summary.as_ref().map(|summary| (key(row), summary))).collect();
    for row in new {
        if let Some(summary) = summaries.get(&key(row)) {
            row.summary = Some((*summary).clone());
        }
    }
}

fn of_operation(old: &Operation, new: &mut Operation) {
    new.summary.clone_from(&old.summary);
    parameters(&old.query, &mut new.query);
    parameters(&old.input, &mut new.input);
}

fn parameters(old: &[Parameter], new: &mut [Parameter]) {
    rows(old, new, |row| &row.name, |row| &row.summary, |row, summary| row.summary = summary);
}

fn of_enumeration(old: &Enumeration, new: &mut Enumeration) {
    new.summary.clone_from(&old.summary);
    let members = &mut new.members;
    rows(&old.members, members, |row| &row.name, |row| &row.summary, |row, summary| row.summary = summary);
}

/// Puts the summaries of rows into the rows of the same key.
fn rows<T, K: Eq + Hash + ?Sized>(
    old: &[T],
    new: &mut [T],
    key: impl for<'a> Fn(&'a T) -> &'a K,
    summary: impl for<'a> Fn(&'a T) -> &'a Option<String>,
    put: impl Fn(&mut T, Option<String>),
) {
    let summaries: HashMap<&K, &Option<String>> = old.iter().map(|row| (key(row), summary(row))).collect();
    for row in new {
        // A row that an erratum adds may bring a summary of its own.
        if let Some(Some(summary)) = summaries.get(key(row)) {
            put(row, Some(summary.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_summary_of_an_event_stays_with_the_row_that_says_the_same() {
        let resource = |events: serde_json::Value| -> Schema {
            let note = json!({ "name": "note", "rel": "note", "revision": 1, "page": "note_ref.md", "events": events });
            let resource = serde_json::from_value(note).expect("a resource");
            Schema { resources: [("note".into(), resource)].into(), ..Schema::default() }
        };
        let old = resource(json!([
            { "type": "added", "resource": "note", "priority": "low", "sender": "me", "summary": "It is there." },
            { "type": "updated", "resource": "note", "priority": "low", "sender": "me", "summary": "It is another." },
        ]));
        let mut new = resource(json!([
            { "type": "updated", "resource": "note", "priority": "high", "sender": "me" },
            { "type": "added", "resource": "note", "priority": "low", "sender": "people" },
        ]));
        keep_summaries(&old, &mut new);
        let summaries: Vec<_> = new.resources["note"].events.iter().map(|event| event.summary.as_deref()).collect();
        assert_eq!(summaries, [Some("It is another."), None]);
    }
}
