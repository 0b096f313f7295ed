//! Checking summaries: that every item has one, that each says something, and that what it names exists.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::introductions;
use crate::model::Schema;
use crate::validate::{Severity, Violation};

/// The file of a schema folder that lists the summaries which different items share on purpose.
pub const SHARED_FILE: &str = "shared-summaries.json";

/// The largest number of words in the summary of a resource, an operation or an enumeration.
const LONGEST_LEAD: usize = 60;
/// The largest number of words in any other summary.
const LONGEST: usize = 45;

/// A summary that items of different names share on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedSummary {
    /// The text.
    pub text: String,
    /// Why the items share it.
    pub why: String,
}

/// What names in summaries may be that the schema does not list: the words of the protocol.
const PROTOCOL: [&str; 40] = [
    "/",
    "Accept",
    "Authorization",
    "Bearer",
    "Content-Length",
    "Content-Type",
    "ETag",
    "Failure",
    "If-Match",
    "If-None-Match",
    "Location",
    "Retry-After",
    "SIP",
    "Success",
    "UTF-8",
    "X-MS-RequiresMinResourceVersion",
    "X-MS-UcwaVersion",
    "_embedded",
    "_links",
    "application/json",
    "data:",
    "false",
    "href",
    "http",
    "https",
    "in",
    "link",
    "mailto:",
    "multipart/batching",
    "next",
    "null",
    "parameters",
    "please pass this in a PUT request",
    "reason",
    "rel",
    "resume",
    "resync",
    "revision",
    "sip:",
    "tel:",
];

/// Returns what is wrong with the summaries and introductions of `schema`. `shared` lists the summaries that different items share
/// on purpose.
pub fn check_summaries(schema: &Schema, shared: &[SharedSummary]) -> Vec<Violation> {
    let items = items(schema);
    let names = names(schema);
    let mut violations: Vec<_> = items.iter().flat_map(|item| item.check(&names)).collect();
    violations.extend(check_shared(&items, shared));
    violations.extend(introductions::check(schema, &names));
    violations.sort();
    violations
}

/// An item that needs a summary.
struct DescribedItem<'a> {
    file: String,
    place: String,
    /// What the item is, and what it is called: items of the same kind and name may share a summary.
    kind: &'static str,
    name: &'a str,
    summary: Option<&'a str>,
    longest: usize,
}

impl DescribedItem<'_> {
    fn violation(&self, message: String) -> Violation {
        Violation { severity: Severity::Error, file: self.file.clone(), place: self.place.clone(), message }
    }

    fn check(&self, names: &BTreeSet<&str>) -> Vec<Violation> {
        let Some(summary) = self.summary.filter(|summary| !summary.trim().is_empty()) else {
            return vec![self.violation("has no summary; say in `summary` what it means".into())];
        };
        let mut violations = Vec::new();
        let length = summary.split_whitespace().count();
        if length > self.longest {
            violations
                .push(self.violation(format!("the summary has {length} words; at most {} are read", self.longest)));
        }
        if only_repeats(self.name, summary) {
            violations
                .push(self.violation(format!("the summary only repeats the name; say what `{}` means", self.name)));
        }
        if !is_sentences(summary) {
            let end = summary.split_whitespace().next_back().unwrap_or_default();
            violations.push(self.violation(format!("the summary has to end in one full stop, not in `{end}`")));
        }
        if summary.matches('`').count() % 2 == 1 {
            violations.push(self.violation("the summary has a backtick without a partner".into()));
        } else {
            let unknown = summary.split('`').skip(1).step_by(2).filter(|name| !names.contains(name));
            violations.extend(unknown.map(|name| {
                self.violation(format!(
                    "`{name}` in the summary is not in the schema; correct the name, or remove the backticks"
                ))
            }));
        }
        violations
    }
}

/// Whether a text ends as sentences do.
fn is_sentences(text: &str) -> bool {
    text.strip_suffix('.')
        .is_some_and(|rest| rest.ends_with(|last: char| last.is_alphanumeric() || "`)\"%".contains(last)))
}

/// Whether a text has no words but those of a name, and words that say nothing.
fn only_repeats(name: &str, summary: &str) -> bool {
    const EMPTY: [&str; 14] = [
        "a",
        "an",
        "is",
        "it",
        "of",
        "property",
        "link",
        "parameter",
        "resource",
        "the",
        "this",
        "to",
        "value",
        "event",
    ];
    let mut spaced = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() {
            spaced.push(' ');
        }
        spaced.extend(letter.to_lowercase());
    }
    let words: BTreeSet<_> = spaced.split(' ').collect();
    let text = summary.to_lowercase();
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .all(|word| words.contains(word) || EMPTY.contains(&word) || word == name.to_lowercase())
}

/// Two different items that say the same are a mistake in one of them, unless they are listed.
fn check_shared(items: &[DescribedItem<'_>], shared: &[SharedSummary]) -> Vec<Violation> {
    let mut by_text = BTreeMap::<&str, Vec<&DescribedItem<'_>>>::new();
    for item in items {
        if let Some(summary) = item.summary {
            by_text.entry(summary).or_default().push(item);
        }
    }
    let differ = |items: &[&DescribedItem<'_>]| {
        items.iter().any(|item| (item.kind, item.name) != (items[0].kind, items[0].name))
    };
    let mut violations = Vec::new();
    for (text, items) in by_text.iter().filter(|(_, items)| differ(items)) {
        if !shared.iter().any(|listed| listed.text == **text) {
            let first = items[0];
            let others: Vec<_> =
                items[1..].iter().map(|item| format!("{} {}", item.file, item.place)).take(3).collect();
            violations.push(first.violation(format!(
                "shares its summary with {}; tell them apart, or list the text in {SHARED_FILE}",
                others.join(", ")
            )));
        }
    }
    for (index, listed) in shared.iter().enumerate() {
        if !by_text.get(listed.text.as_str()).is_some_and(|items| differ(items)) {
            violations.push(Violation {
                severity: Severity::Error,
                file: SHARED_FILE.into(),
                place: format!("[{index}]"),
                message: "no two different items share this text any more; remove the entry".into(),
            });
        }
    }
    violations
}

/// All items that need a summary.
fn items(schema: &Schema) -> Vec<DescribedItem<'_>> {
    let mut items = DescribedItems::default();
    for resource in schema.resources.values() {
        items.file = format!("resources/{}.json", resource.name);
        items.add("summary".into(), "resource", &resource.name, resource.summary.as_deref());
        for row in &resource.properties {
            items.add(format!("properties.{}", row.name), "property", &row.name, row.summary.as_deref());
        }
        for row in &resource.links {
            items.add(format!("links.{}", row.rel), "link", &row.rel, row.summary.as_deref());
        }
        for row in &resource.events {
            let place = format!("events.{} {}", row.kind.name(), row.resource);
            items.add(place, row.kind.name(), &row.resource, row.summary.as_deref());
        }
        for operation in &resource.operations {
            let method = operation.method.name();
            items.add(format!("operations.{method}"), method, &resource.name, operation.summary.as_deref());
            for row in operation.query.iter().chain(&operation.input) {
                // A parameter that is called like a property is that property.
                items.add(format!("operations.{method}.{}", row.name), "property", &row.name, row.summary.as_deref());
            }
        }
    }
    for enumeration in schema.enumerations.values() {
        items.file = format!("enums/{}.json", enumeration.name);
        items.add("summary".into(), "enumeration", &enumeration.name, enumeration.summary.as_deref());
        for row in &enumeration.members {
            items.add(format!("members.{}", row.name), "value", &row.name, row.summary.as_deref());
        }
    }
    items.file = "errors.json".into();
    for row in &schema.errors.generic {
        items.add(format!("generic.{}", row.name), "error", &row.name, row.summary.as_deref());
    }
    for (key, cause) in &schema.errors.causes {
        items.add(format!("causes.{key}"), "cause", key, cause.summary.as_deref());
    }
    for row in &schema.errors.reasons {
        let name = row.subcode.as_ref().unwrap_or(&row.code);
        // `ErrorCode` and `ErrorSubcode` list the same names as values.
        items.add(format!("reasons.{} {name}", row.code), "value", name, row.summary.as_deref());
    }
    items.found
}

#[derive(Default)]
struct DescribedItems<'a> {
    file: String,
    found: Vec<DescribedItem<'a>>,
}

impl<'a> DescribedItems<'a> {
    fn add(&mut self, place: String, kind: &'static str, name: &'a str, summary: Option<&'a str>) {
        let longest = match kind {
            "resource" | "enumeration" | "GET" | "POST" | "PUT" | "DELETE" | "OPTIONS" => LONGEST_LEAD,
            _ => LONGEST,
        };
        self.found.push(DescribedItem { file: self.file.clone(), place, kind, name, summary, longest });
    }
}

/// All that may stand between backticks.
fn names(schema: &Schema) -> BTreeSet<&str> {
    let mut names = BTreeSet::from(PROTOCOL);
    for resource in schema.resources.values() {
        names.extend([resource.name.as_str(), &resource.rel]);
        names.extend(resource.scopes.iter().map(String::as_str));
        names.extend(resource.properties.iter().map(|row| row.name.as_str()));
        names.extend(resource.links.iter().flat_map(|row| [row.rel.as_str(), &row.target]));
        for event in &resource.events {
            names.extend([event.kind.name(), event.resource.as_str(), &event.sender, &event.priority]);
            names.extend(event.collection.as_deref());
        }
        for operation in &resource.operations {
            names.insert(operation.method.name());
            names.extend(operation.query.iter().chain(&operation.input).map(|row| row.name.as_str()));
            names.extend(operation.content.iter().map(String::as_str));
            names.extend(operation.response.content.as_deref());
            for row in &operation.errors {
                names.insert(&row.code);
                names.extend(row.subcode.as_deref());
            }
        }
    }
    for enumeration in schema.enumerations.values() {
        names.insert(&enumeration.name);
        names.extend(enumeration.members.iter().map(|row| row.name.as_str()));
    }
    names.extend(schema.errors.generic.iter().map(|row| row.name.as_str()));
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Property, Resource};
    use crate::types::Type;

    fn property(name: &str, summary: &str) -> Property {
        Property {
            name: name.into(),
            kind: Type::String,
            evidence: crate::Evidence::default(),
            limits: crate::ValueLimits::default(),
            summary: (!summary.is_empty()).then(|| summary.into()),
        }
    }

    fn messages(properties: Vec<Property>, shared: &[SharedSummary]) -> Vec<String> {
        let resource = Resource {
            name: "lamp".into(),
            rel: "lamp".into(),
            summary: Some("Lights a `room`.".into()),
            properties,
            ..Resource::default()
        };
        let room = Resource { name: "room".into(), summary: Some("Where people meet.".into()), ..Resource::default() };
        let resources = [resource, room].map(|resource| (resource.name.clone(), resource)).into();
        let schema = Schema { resources, ..Schema::default() };
        check_summaries(&schema, shared).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_summary_that_says_something_passes() {
        assert_eq!(messages(vec![property("brightness", "From 0, dark, to 100.")], &[]), [""; 0]);
    }

    #[test]
    fn what_is_wrong_is_said_once_for_each_summary() {
        for (name, summary, expected) in [
            ("brightness", "", "has no summary"),
            ("brightnessLevel", "The brightness level of this resource.", "only repeats the name"),
            ("brightness", "As `colour`.", "`colour` in the summary is not in the schema"),
            ("brightness", "As `colour.", "a backtick without a partner"),
            ("brightness", &format!("{}.", "long ".repeat(LONGEST + 1).trim_end()), "at most 45"),
            ("brightness", "From dark to bright", "end in one full stop"),
            ("brightness", "From dark to bright..", "not in `bright..`"),
        ] {
            let found = messages(vec![property(name, summary)], &[]);
            assert!(found.len() == 1 && found[0].contains(expected), "{summary}: {found:?}");
        }
    }

    #[test]
    fn different_items_share_a_text_only_where_that_is_listed() {
        let properties = || vec![property("width", "In metres."), property("height", "In metres.")];
        let found = messages(properties(), &[]);
        assert!(found.len() == 1 && found[0].contains("shares its summary with resources/lamp.json properties.height"));
        let shared = SharedSummary { text: "In metres.".into(), why: "Both are lengths.".into() };
        assert_eq!(messages(properties(), std::slice::from_ref(&shared)), [""; 0]);
        let found = messages(vec![property("width", "In metres.")], &[shared]);
        assert!(found.len() == 1 && found[0].contains("remove the entry"), "{found:?}");
    }
}
