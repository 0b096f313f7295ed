//! Corrections of the reference, as data.

mod text;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{Resource, Schema};

pub use text::{TextErratum, TextErratumError, TextErratumProblem};

/// A correction of what the reference says in one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Erratum {
    /// A name for it, unique among all errata.
    pub id: String,
    /// The file name of the reference page that is wrong.
    pub page: String,
    /// The place in what the page describes: keys and names of table rows, separated by slashes.
    /// `properties/duration/type`, `operations/POST/input/to/required`, `events/contact updated/sender`,
    /// `operations/GET/errors/409 Conflict AlreadyExists`. Rows of the same name are counted from 1: `links/from#2`.
    pub place: String,
    /// What the reference says there; `null` where the erratum adds something.
    pub expected: Value,
    /// What is right; `null` where the erratum removes something.
    pub value: Value,
    /// Why, with what proves it.
    pub reason: String,
}

/// An erratum that does not apply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("erratum `{id}` ({page}, `{place}`): {problem}")]
pub struct ErratumError {
    /// The erratum.
    pub id: String,
    /// Its page.
    pub page: String,
    /// Its place.
    pub place: String,
    /// Why it does not apply.
    pub problem: ErratumProblem,
}

/// Why an erratum does not apply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErratumProblem {
    /// Two errata have the same id.
    #[error("another erratum has the same id: rename or remove one")]
    Duplicate,
    /// The place does not exist.
    #[error("there is nothing at `{step}`: correct `place`, or remove the erratum if the page was corrected")]
    Missing {
        /// The part of the place that is not there.
        step: String,
    },
    /// The reference does not say what the erratum expects.
    #[error("the page says {found}, not {expected}: check whether the erratum is still needed")]
    Expected {
        /// What the erratum expects, as JSON.
        expected: String,
        /// What is there, as JSON.
        found: String,
    },
    /// The page describes no resource and no enumeration, or is gone.
    #[error("no such page describes a resource or enumeration: correct `page`, or remove the erratum with its page")]
    Page,
    /// The corrected value is not a resource or enumeration.
    #[error("the result is invalid: {message}")]
    Value {
        /// What is wrong with it.
        message: String,
    },
}

/// Applies the errata whose pages the schema describes, and returns all that do not apply.
pub fn apply_errata(schema: &mut Schema, errata: &[Erratum]) -> Vec<ErratumError> {
    let mut errors = Vec::new();
    for (number, erratum) in errata.iter().enumerate() {
        if errata[..number].iter().any(|earlier| earlier.id == erratum.id) {
            errors.push(failed(erratum, ErratumProblem::Duplicate));
            continue;
        }
        let Schema { resources, enumerations, .. } = &mut *schema;
        let name = |found: &Resource| found.name.clone();
        if let Some(key) = key_of(resources, |found| found.page == erratum.page) {
            errors.extend(replace(resources, &key, name, erratum).err());
        } else if let Some(key) = key_of(enumerations, |found| found.page == erratum.page) {
            errors.extend(replace(enumerations, &key, |found| found.name.clone(), erratum).err());
        }
    }
    errors
}

fn key_of<T>(described: &BTreeMap<String, T>, is_wanted: impl Fn(&T) -> bool) -> Option<String> {
    described.iter().find(|(_, found)| is_wanted(found)).map(|(key, _)| key.clone())
}

/// The errata whose pages the schema does not describe, which is a mistake where it describes all pages.
pub fn errata_without_page(schema: &Schema, errata: &[Erratum]) -> Vec<ErratumError> {
    let resources = schema.resources.values().map(|resource| &resource.page);
    let pages: BTreeSet<_> = resources.chain(schema.enumerations.values().map(|found| &found.page)).collect();
    let astray = errata.iter().filter(|erratum| !pages.contains(&erratum.page));
    astray.map(|erratum| failed(erratum, ErratumProblem::Page)).collect()
}

fn failed(erratum: &Erratum, problem: ErratumProblem) -> ErratumError {
    let Erratum { id, page, place, .. } = erratum.clone();
    ErratumError { id, page, place, problem }
}

/// Corrects what is described under a name, which may become another.
fn replace<T>(
    described: &mut BTreeMap<String, T>,
    key: &str,
    name: impl Fn(&T) -> String,
    erratum: &Erratum,
) -> Result<(), ErratumError>
where
    T: Serialize + serde::de::DeserializeOwned,
{
    let invalid = |message: String| failed(erratum, ErratumProblem::Value { message });
    let mut document = serde_json::to_value(described.get(key)).map_err(|error| invalid(error.to_string()))?;
    correct(&mut document, erratum)?;
    let corrected: T = serde_json::from_value(document).map_err(|error| invalid(error.to_string()))?;
    let name = name(&corrected);
    if name != key && described.contains_key(&name) {
        return Err(invalid(format!("another page describes `{name}`")));
    }
    described.remove(key);
    described.insert(name, corrected);
    Ok(())
}

fn correct(document: &mut Value, erratum: &Erratum) -> Result<(), ErratumError> {
    let (parent, last) = erratum.place.rsplit_once('/').unwrap_or(("", &erratum.place));
    let mut here = document;
    for step in parent.split('/').filter(|step| !step.is_empty()) {
        here = enter(here, step).ok_or_else(|| failed(erratum, ErratumProblem::Missing { step: step.into() }))?;
    }
    let found = enter(here, last).map_or(Value::Null, |value| value.clone());
    if found != erratum.expected {
        let expected = erratum.expected.to_string();
        return Err(failed(erratum, ErratumProblem::Expected { expected, found: found.to_string() }));
    }
    put(here, last, erratum.value.clone());
    Ok(())
}

/// The keys that name a row of a table, first the ones that suffice; a row has the values of one of these lists.
const NAMES: [&[&str]; 6] =
    [&["name"], &["rel"], &["method"], &["resource", "type"], &["status", "code", "subcode"], &["code", "subcode"]];

/// Returns the name of a row of a table, by which errata and reports address it; the event `contact updated` and the error
/// `409 Conflict AlreadyExists` have several words. `None` where the row has none of the keys that rows are named by.
///
/// Of several rows of one name, the second is addressed as `contact updated#2`.
pub fn row_name(row: &Value) -> Option<String> {
    let keys = NAMES.iter().find(|keys| keys.first().is_some_and(|key| row.get(key).is_some()))?;
    let words = keys.iter().filter_map(|key| match row.get(key)? {
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    });
    Some(words.collect::<Vec<_>>().join(" "))
}

/// The row that a step names. `from#2` is the second row of the name `from`.
fn row(items: &[Value], step: &str) -> Option<usize> {
    let (name, count) = counted(step)?;
    let named = items.iter().enumerate().filter(|(_, item)| row_name(item).as_deref() == Some(name));
    named.map(|(number, _)| number).nth(count - 1)
}

/// The name in a step of a place and which of the rows of that name is meant, counted from 1.
fn counted(step: &str) -> Option<(&str, usize)> {
    match step.split_once('#') {
        Some((name, count)) => Some((name, count.parse().ok().filter(|count| *count > 0)?)),
        None => Some((step, 1)),
    }
}

fn enter<'a>(value: &'a mut Value, step: &str) -> Option<&'a mut Value> {
    match value {
        Value::Object(entries) => entries.get_mut(step),
        Value::Array(items) => row(items, step).and_then(|number| items.get_mut(number)),
        _ => None,
    }
}

/// Puts `value` where `step` leads; `null` removes what is there.
fn put(parent: &mut Value, step: &str, value: Value) {
    match parent {
        Value::Object(entries) if value.is_null() => drop(entries.shift_remove(step)),
        Value::Object(entries) => drop(entries.insert(step.into(), value)),
        Value::Array(items) => match row(items, step) {
            Some(number) if value.is_null() => drop(items.remove(number)),
            Some(number) => items[number] = value,
            None => items.push(value),
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Evidence;
    use serde_json::json;

    fn schema() -> Schema {
        let resource: Resource = serde_json::from_value(json!({
            "name": "note", "rel": "note", "revision": 1, "page": "note_ref.md",
            "properties": [{ "name": "message", "type": "String" }, { "name": "type", "type": "String" }],
        }))
        .expect("a resource");
        Schema { resources: [("note".into(), resource)].into(), ..Schema::default() }
    }

    fn erratum(place: &str, expected: Value, value: Value) -> Erratum {
        let (id, page, reason) = ("test".into(), "note_ref.md".into(), "a test".into());
        Erratum { id, page, place: place.into(), expected, value, reason }
    }

    #[test]
    fn an_erratum_replaces_adds_and_removes() {
        let mut schema = schema();
        let mut errata = vec![
            erratum("properties/type/type", json!("String"), json!("NoteType")),
            erratum("properties/type/evidence", Value::Null, json!("erratum")),
            erratum("properties/message", json!({ "name": "message", "type": "String" }), Value::Null),
            erratum("properties/added", Value::Null, json!({ "name": "added", "type": "Boolean" })),
        ];
        for (number, erratum) in errata.iter_mut().enumerate() {
            erratum.id = number.to_string();
        }
        assert_eq!(apply_errata(&mut schema, &errata), []);
        let properties = &schema.resources["note"].properties;
        let names: Vec<_> = properties.iter().map(|p| (p.name.as_str(), p.kind.to_string())).collect();
        assert_eq!(names, [("type", "NoteType".into()), ("added", "Boolean".into())]);
        assert_eq!(properties[0].evidence, Evidence::Erratum);
    }

    #[test]
    fn a_row_is_addressed_by_its_name_and_never_by_its_number() {
        let resource: Resource = serde_json::from_value(json!({
            "name": "note", "rel": "note", "revision": 1, "page": "note_ref.md",
            "links": [
                { "rel": "self", "target": "note", "cardinality": "one" },
                { "rel": "from", "target": "first", "cardinality": "one" },
                { "rel": "from", "target": "second", "cardinality": "one" },
            ],
            "events": [{ "type": "updated", "resource": "note", "priority": "high", "sender": "mee" }],
            "operations": [{ "method": "GET", "errors": [
                { "status": 409, "code": "Conflict", "cause": "x" },
                { "status": 409, "code": "Conflict", "subcode": "Taken", "cause": "y" },
            ] }],
        }))
        .expect("a resource");
        let mut schema = Schema { resources: [("note".into(), resource)].into(), ..Schema::default() };
        let second = json!({ "rel": "from", "target": "second", "cardinality": "one" });
        let mut errata = vec![
            erratum("links/from#2", second, Value::Null),
            erratum("events/note updated/sender", json!("mee"), json!("me")),
            erratum("operations/GET/errors/409 Conflict Taken/status", json!(409), json!(410)),
            erratum("links/1/target", json!("first"), json!("none")),
            erratum("links/from#0/target", json!("first"), json!("none")),
        ];
        for (number, erratum) in errata.iter_mut().enumerate() {
            erratum.id = number.to_string();
        }
        let problems: Vec<_> = apply_errata(&mut schema, &errata).into_iter().map(|error| error.problem).collect();
        let missing = |step: &str| ErratumProblem::Missing { step: step.into() };
        assert_eq!(problems, [missing("1"), missing("from#0")]);
        let note = &schema.resources["note"];
        assert_eq!(note.links.iter().map(|link| link.target.as_str()).collect::<Vec<_>>(), ["note", "first"]);
        assert_eq!((note.events[0].sender.as_str(), note.operations[0].errors[1].status), ("me", 410));
    }

    #[test]
    fn an_erratum_that_no_longer_applies_says_what_it_found() {
        let mut changed = schema();
        let errors = apply_errata(&mut changed, &[erratum("properties/type/type", json!("Int32"), json!("NoteType"))]);
        assert_eq!(errors.len(), 1);
        assert!(errors[0].to_string().contains(r#"says "String", not "Int32""#), "{}", errors[0]);
        assert_eq!(changed, schema(), "nothing was changed");
    }

    #[test]
    fn a_name_that_is_corrected_is_what_the_rest_is_found_by() {
        let mut schema = schema();
        let errata = [erratum("name", json!("note"), json!("memo"))];
        assert_eq!(apply_errata(&mut schema, &errata), []);
        let found: Vec<_> = schema.resources.iter().map(|(key, found)| (key.as_str(), found.name.as_str())).collect();
        assert_eq!(found, [("memo", "memo")]);

        let other = Resource { name: "note".into(), page: "other_ref.md".into(), ..Resource::default() };
        schema.resources.insert("note".into(), other);
        let errors = apply_errata(&mut schema, &[erratum("name", json!("memo"), json!("note"))]);
        assert!(errors[0].to_string().contains("another page describes `note`"), "{}", errors[0]);
        assert_eq!(schema.resources.len(), 2, "nothing is lost");
    }

    #[test]
    fn a_place_that_is_not_there_and_a_value_that_is_none_are_told_apart() {
        let mut schema = schema();
        let errata = [erratum("properties/lost/type", json!("String"), json!("Boolean"))];
        let errors = apply_errata(&mut schema, &errata);
        assert_eq!(errors[0].problem, ErratumProblem::Missing { step: "lost".into() });
        let errata = [erratum("properties/type/type", json!("String"), json!("no type"))];
        let errors = apply_errata(&mut schema, &errata);
        assert!(matches!(errors[0].problem, ErratumProblem::Value { .. }));
    }

    #[test]
    fn a_second_erratum_of_one_id_is_refused_and_not_applied() {
        let mut schema = schema();
        let errata = ["NoteType", "Uri"].map(|kind| erratum("properties/type/type", json!("String"), json!(kind)));
        let problems: Vec<_> = apply_errata(&mut schema, &errata).into_iter().map(|error| error.problem).collect();
        assert_eq!(problems, [ErratumProblem::Duplicate]);
        assert_eq!(schema.resources["note"].properties[1].kind.to_string(), "NoteType");
    }

    #[test]
    fn errata_of_pages_that_are_not_there_wait() {
        let mut other = Erratum { page: "other_ref.md".into(), ..erratum("x", Value::Null, Value::Null) };
        other.id = "other".into();
        assert_eq!(apply_errata(&mut schema(), &[other]), []);
    }
}
