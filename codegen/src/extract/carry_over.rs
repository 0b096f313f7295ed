//! Carrying over what no page says: what people wrote and named, and reasons that an earlier edition lists.

use std::collections::{BTreeMap, HashMap, HashSet};

use ucwa_schema::{Enumeration, Event, Operation, Parameter, Resource, Schema};

/// Puts into `new` what `old` has and pages lack: summaries, introductions, the names of causes, and the reasons for which operations fail after
/// they have begun, where an earlier edition of the reference lists them and the pages do not.
pub fn carry_over(old: &Schema, new: &mut Schema) {
    for (old, resource) in pairs(&old.resources, &mut new.resources) {
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
/// errors, the rels of links, the verbs of operations, the keys of causes and all that an event row says. A name that
/// changes by its case alone is the same. Everything else in `new` stays, and so do its own summaries, which errata gave.
fn keep_summaries(old: &Schema, new: &mut Schema) {
    for (old, resource) in pairs(&old.resources, &mut new.resources) {
        of_resource(old, resource);
    }
    for (old, enumeration) in pairs(&old.enumerations, &mut new.enumerations) {
        of_enumeration(old, enumeration);
    }
    let generic = &mut new.errors.generic;
    rows(&old.errors.generic, generic, |row| &row.name, |row| &row.summary, |row| &mut row.summary);
    for (key, cause) in &mut new.errors.causes {
        if let Some(old) = old.errors.causes.get(key) {
            keep(old.summary.as_ref(), &mut cause.summary);
        }
    }
}

/// Keeps a summary where there is no other.
fn keep(old: Option<&String>, new: &mut Option<String>) {
    if new.is_none() {
        *new = old.cloned();
    }
}

/// What is new, each with what it was before.
fn pairs<'o, 'n, T>(
    old: &'o BTreeMap<String, T>,
    new: &'n mut BTreeMap<String, T>,
) -> impl Iterator<Item = (&'o T, &'n mut T)> {
    let former = Former::of(old.iter().map(|(name, old)| (name.as_str(), old)), new.keys());
    new.iter_mut().filter_map(move |(name, new)| Some((former.get(name)?, new)))
}

/// What there was, by its name.
struct Former<'o, T> {
    exact: HashMap<&'o str, T>,
    /// What has no successor of the same name, by its name in lower case.
    folded: HashMap<String, T>,
}

impl<'o, T: Copy> Former<'o, T> {
    fn of<'n>(old: impl Iterator<Item = (&'o str, T)>, new: impl Iterator<Item = &'n String>) -> Self {
        let new: HashSet<_> = new.map(String::as_str).collect();
        let exact: HashMap<_, _> = old.collect();
        let gone = exact.iter().filter(|(name, _)| !new.contains(*name));
        Self { folded: gone.map(|(name, old)| (name.to_lowercase(), *old)).collect(), exact }
    }

    fn get(&self, name: &str) -> Option<T> {
        self.exact.get(name).or_else(|| self.folded.get(&name.to_lowercase())).copied()
    }
}

fn of_resource(old: &Resource, new: &mut Resource) {
    keep(old.summary.as_ref(), &mut new.summary);
    rows(&old.properties, &mut new.properties, |row| &row.name, |row| &row.summary, |row| &mut row.summary);
    rows(&old.links, &mut new.links, |row| &row.rel, |row| &row.summary, |row| &mut row.summary);
    events(&old.events, &mut new.events);
    for operation in &mut new.operations {
        if let Some(old) = old.operations.iter().find(|old| old.method == operation.method) {
            of_operation(old, operation);
        }
    }
}

/// Event rows have no name. What tells them apart is what happens to what, in which collection, and who sends it.
fn events(old: &[Event], new: &mut [Event]) {
    let folded = |name: &str| name.to_lowercase();
    let key =
        |row: &Event| (row.kind, folded(&row.resource), folded(&row.sender), row.collection.as_deref().map(folded));
    let summaries: HashMap<_, _> =
        old.iter().filter_map(|row| row.summary.as_ref().map(|summary| (key(row), summary))).collect();
    for row in new {
        keep(summaries.get(&key(row)).copied(), &mut row.summary);
    }
}

fn of_operation(old: &Operation, new: &mut Operation) {
    keep(old.summary.as_ref(), &mut new.summary);
    parameters(&old.query, &mut new.query);
    parameters(&old.input, &mut new.input);
}

fn parameters(old: &[Parameter], new: &mut [Parameter]) {
    rows(old, new, |row| &row.name, |row| &row.summary, |row| &mut row.summary);
}

fn of_enumeration(old: &Enumeration, new: &mut Enumeration) {
    keep(old.summary.as_ref(), &mut new.summary);
    rows(&old.members, &mut new.members, |row| &row.name, |row| &row.summary, |row| &mut row.summary);
}

/// Puts the summaries of rows into the rows of the same name.
fn rows<T>(
    old: &[T],
    new: &mut [T],
    name: impl for<'a> Fn(&'a T) -> &'a String,
    summary: impl for<'a> Fn(&'a T) -> &'a Option<String>,
    summary_mut: impl for<'a> Fn(&'a mut T) -> &'a mut Option<String>,
) {
    let summaries = Former::of(old.iter().map(|row| (name(row).as_str(), summary(row))), new.iter().map(&name));
    for row in new {
        if let Some(summary) = summaries.get(name(row)) {
            keep(summary.as_ref(), summary_mut(row));
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
    fn what_people_wrote_stays_where_a_name_changes_by_its_case_alone() {
        let schema = |resource: &str,
                      property: &str,
                      link: &str,
                      kind: &str,
                      members: &[&str],
                      words: bool|
         -> Schema {
            let summary = |text: &str| words.then(|| text.to_owned());
            let one = json!({
                "name": resource, "rel": resource, "revision": 1, "page": "note_ref.md", "summary": summary("A note."),
                "properties": [{ "name": property, "type": "String", "summary": summary("Its text.") }],
                "links": [{ "rel": link, "target": link, "cardinality": "one", "summary": summary("The user.") }],
                "events": [{ "type": "added", "resource": resource, "priority": "low", "sender": link, "summary": summary("It came.") }],
                "operations": [{ "method": "POST", "summary": summary("Sets it."), "input": [
                    { "name": property, "type": "String", "required": true, "summary": summary("The new text.") }] }],
                "reasons": if words { json!({ "edition": "2016-09", "rows": [{ "code": "Gone" }] }) } else { json!({ "rows": [] }) },
            });
            // A value that is new has no words yet, however it is written.
            let members: Vec<_> =
                members.iter().map(|name| json!({ "name": name, "summary": summary("The one.") })).collect();
            let other =
                json!({ "name": kind, "page": "Kind_ref.md", "summary": summary("Kinds."), "members": members });
            Schema {
                resources: [(resource.into(), serde_json::from_value(one).expect("a resource"))].into(),
                enumerations: [(kind.into(), serde_json::from_value(other).expect("an enumeration"))].into(),
                ..Schema::default()
            }
        };
        let old = schema("note", "message", "me", "Kind", &["Own"], true);
        let mut new = schema("Note", "Message", "Me", "KIND", &["OWN"], false);
        carry_over(&old, &mut new);
        let mut expected = schema("Note", "Message", "Me", "KIND", &["OWN"], true);
        expected.list_reasons(&Errors::default());
        assert_eq!(new, expected);

        let mut both = schema("note", "message", "me", "Kind", &["Own", "own"], false);
        carry_over(&old, &mut both);
        let summaries: Vec<_> = both.enumerations["Kind"].members.iter().map(|row| row.summary.as_deref()).collect();
        assert_eq!(summaries, [Some("The one."), None], "a name beside another one is another");
    }

    #[test]
    fn a_summary_that_an_erratum_gave_stays() {
        let schema = |summary: &str| -> Schema {
            let summary = Some(summary).filter(|summary| !summary.is_empty());
            let note = json!({
                "name": "note", "rel": "note", "revision": 1, "page": "note_ref.md", "summary": summary,
                "properties": [{ "name": "message", "type": "String", "summary": summary }],
                "events": [{ "type": "added", "resource": "note", "priority": "low", "sender": "me", "summary": summary }],
                "operations": [{ "method": "GET", "summary": summary }],
            });
            let resource = serde_json::from_value(note).expect("a resource");
            Schema { resources: [("note".into(), resource)].into(), ..Schema::default() }
        };
        for (old, given, expected) in [("Old.", "New.", "New."), ("", "New.", "New."), ("Old.", "", "Old.")] {
            let mut new = schema(given);
            carry_over(&schema(old), &mut new);
            assert_eq!(new, schema(expected), "{old:?} {given:?}");
        }
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
