//! Carrying over what no page says: what people wrote and named, and reasons that an earlier edition lists.

use std::collections::HashMap;
use std::hash::Hash;

use ucwa_schema::{Enumeration, Event, Operation, Parameter, Resource, Schema};

/// Puts into `new` what `old` has and pages lack: summaries, introductions, the names of causes, and the reasons for which operations fail after
/// they have begun, where an earlier edition of the reference lists them and the pages do not.
pub fn carry_over(old: &Schema, new: &mut Schema) {
    for (name, resource) in &mut new.resources {
        let Some(old) = old.resources.get(name) else { continue };
        if resource.reasons.is_empty() && old.reasons.edition.is_some() {
            resource.reasons.clone_from(&old.reasons);
        }
    }
    new.list_reasons(&old.errors);
    new.name_causes(&old.errors);
    new.introductions.clone_from(&old.introductions);
    keep_summaries(old, new);
}

/// Puts the summaries of `old` into `new`, row by row: by the names of resources, properties, parameters, members and
/// errors, the rels of links, the verbs of operations, the keys of causes and all that an event row says. Everything else
/// in `new` stays.
fn keep_summaries(old: &Schema, new: &mut Schema) {
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
    use ucwa_schema::Errors;

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
        carry_over(&old, &mut new);
        let summaries: Vec<_> = new.resources["note"].events.iter().map(|event| event.summary.as_deref()).collect();
        assert_eq!(summaries, [Some("It is another."), None]);
    }

    #[test]
    fn a_cause_that_was_named_keeps_its_name_wherever_its_description_stands() {
        let schema = |cause: &str, causes: serde_json::Value| -> Schema {
            let call = json!({
                "name": "call", "rel": "call", "revision": 1, "page": "call_ref.md",
                "operations": [{ "method": "GET", "errors": [{ "status": 409, "code": "Conflict", "cause": cause }] }],
            });
            let resource = serde_json::from_value(call).expect("a resource");
            let errors = serde_json::from_value(json!({ "causes": causes })).expect("errors");
            Schema { resources: [("call".into(), resource)].into(), errors, ..Schema::default() }
        };
        let old = schema("busy", json!({ "busy": { "digest": "0a1aacc9", "summary": "The line is busy." } }));
        let mut new = schema("0a1aacc9", json!({ "0a1aacc9": { "digest": "0a1aacc9" } }));
        carry_over(&old, &mut new);
        assert_eq!(new, old);
    }

    #[test]
    fn reasons_of_an_earlier_edition_stay_until_a_page_lists_others() {
        let schema = |reasons: serde_json::Value| -> Schema {
            let call =
                json!({ "name": "call", "rel": "call", "revision": 1, "page": "call_ref.md", "reasons": reasons });
            let resource = serde_json::from_value(call).expect("a resource");
            Schema { resources: [("call".into(), resource)].into(), ..Schema::default() }
        };
        let gone = json!([{ "code": "Gone", "subcode": "Busy" }]);
        let mut old = schema(json!({ "edition": "2016-09", "rows": gone }));
        old.list_reasons(&Errors::default());
        old.errors.reasons[0].summary = Some("The line is busy.".into());

        let mut silent = schema(json!({ "rows": [] }));
        carry_over(&old, &mut silent);
        assert_eq!(silent, old);

        let mut other = schema(json!({ "rows": [{ "code": "Gone" }] }));
        carry_over(&old, &mut other);
        assert_eq!((other.resources["call"].reasons.rows.len(), other.errors.reasons.len()), (1, 1));
        assert_eq!((&other.resources["call"].reasons.edition, &other.errors.reasons[0].summary), (&None, &None));

        let present = schema(json!({ "rows": gone }));
        let mut silent = schema(json!({ "rows": [] }));
        carry_over(&present, &mut silent);
        assert!(silent.resources["call"].reasons.is_empty(), "what the present edition drops is dropped");
    }
}
