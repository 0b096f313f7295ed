//! Validating a schema: broken references, clashes, gaps.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::model::{Method, Operation, ReasonMeaning, Resource, Schema};
use crate::types::Type;

/// How bad a violation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing can be generated from the schema.
    Error,
    /// The crate can be generated, but part of it is missing or untyped.
    Warning,
}

/// Something wrong with a schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// How bad it is.
    pub severity: Severity,
    /// The file below the schema folder.
    pub file: String,
    /// The place in the file, by keys and names of rows.
    pub place: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let place = if self.place.is_empty() { String::new() } else { format!("{}: ", self.place) };
        write!(f, "{severity}: {}: {place}{}", self.file, self.message)
    }
}

/// All that is wrong with `schema`, worst first.
pub fn validate(schema: &Schema) -> Vec<Violation> {
    let mut check = Check { schema, violations: BTreeSet::new() };
    check.names();
    check.revisions();
    check.causes();
    check.generic_errors();
    for resource in schema.resources.values() {
        check.resource(resource);
    }
    for enumeration in schema.enumerations.values() {
        let file = format!("enums/{}.json", enumeration.name);
        check.unique(&file, "members", enumeration.members.iter().map(|member| member.name.as_str()));
    }
    check.violations.into_iter().collect()
}

struct Check<'a> {
    schema: &'a Schema,
    violations: BTreeSet<Violation>,
}

impl Check<'_> {
    fn add(&mut self, severity: Severity, file: &str, place: String, message: String) {
        self.violations.insert(Violation { severity, file: file.into(), place, message });
    }

    /// Names become names of files. Those that differ by case alone become one file on some systems and one type in the emitted
    /// crate.
    fn names(&mut self) {
        let schema = self.schema;
        let folders = [
            ("resources", schema.resources.keys().collect::<Vec<_>>()),
            ("enums", schema.enumerations.keys().collect()),
        ];
        for (folder, names) in folders {
            let mut seen = BTreeMap::<String, &String>::new();
            for name in names {
                let file = format!("{folder}/{name}.json");
                if let Some(first) = seen.insert(name.to_lowercase(), name) {
                    self.add(Severity::Error, &file, "name".into(), format!("differs from `{first}` by case alone"));
                }
                if !is_file_name(name) {
                    let message =
                        format!("`{name}` cannot be the name of a file: write letters, digits, `-`, `_` or `.`");
                    self.add(Severity::Error, &file, "name".into(), message);
                }
            }
        }
    }

    fn revisions(&mut self) {
        let rels: BTreeSet<_> = self.schema.resources.values().map(|resource| resource.rel.as_str()).collect();
        for rel in rels {
            let revisions: Vec<_> = self.schema.revisions(rel).collect();
            if revisions.iter().any(|resource| resource.revision == 1) {
                continue;
            }
            for resource in revisions {
                let message = format!("`{rel}` has no revision 1: add its page, or correct `revision`");
                self.add(Severity::Warning, &format!("resources/{}.json", resource.name), "revision".into(), message);
            }
        }
    }

    fn unique<'a>(&mut self, file: &str, place: &str, names: impl Iterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for name in names {
            if !seen.insert(name) {
                let message = format!("`{name}` is listed twice: remove one, by an erratum if the page has it twice");
                self.add(Severity::Error, file, place.into(), message);
            }
        }
    }

    fn resource(&mut self, resource: &Resource) {
        let file = format!("resources/{}.json", resource.name);
        self.unique(&file, "properties", resource.properties.iter().map(|property| property.name.as_str()));
        self.unique(&file, "links", resource.links.iter().map(|link| link.rel.as_str()));
        self.unique(&file, "operations", resource.operations.iter().map(|operation| operation.method.name()));
        for property in &resource.properties {
            self.kind(&file, format!("properties/{}", property.name), &property.kind);
        }
        for link in &resource.links {
            self.target(&file, format!("links/{}", link.rel), &link.target);
        }
        for event in &resource.events {
            let place = format!("events/{} {}", event.resource, event.kind.name());
            self.target(&file, format!("{place}/resource"), &event.resource);
            self.target(&file, format!("{place}/sender"), &event.sender);
            if !["high", "medium", "low", ""].contains(&event.priority.as_str()) {
                let message =
                    format!("`{}` is not a priority: write high, medium or low, or remove it", event.priority);
                self.add(Severity::Error, &file, format!("{place}/priority"), message);
            }
        }
        self.reasons(&file, resource);
        for operation in &resource.operations {
            let place = format!("operations/{}", operation.method);
            self.unsendable(&file, &place, resource, operation);
            self.unreceivable(&file, &place, operation);
            for (part, parameters) in [("query", &operation.query), ("input", &operation.input)] {
                let place = format!("{place}/{part}");
                self.unique(&file, &place, parameters.iter().map(|parameter| parameter.name.as_str()));
                for parameter in parameters {
                    self.kind(&file, format!("{place}/{}", parameter.name), &parameter.kind);
                }
            }
            if let Some(target) = &operation.response.resource {
                self.target(&file, format!("{place}/response"), target);
            }
            for row in &operation.errors {
                if !row.cause.is_empty() && !self.schema.errors.causes.contains_key(&row.cause) {
                    let message = format!("cause `{}` is not in errors.json: extract the page again", row.cause);
                    self.add(Severity::Error, &file, format!("{place}/errors"), message);
                }
                if !(400..600).contains(&row.status) {
                    let message = format!("{} is not an error status: write 400 to 599", row.status);
                    self.add(Severity::Error, &file, format!("{place}/errors"), message);
                }
            }
        }
    }

    /// GET and POST have parameters of their own, POST content too, and a PUT sends the resource back. What the other methods would
    /// have nobody could send.
    fn unsendable(&mut self, file: &str, place: &str, resource: &Resource, operation: &Operation) {
        let is_property = |name: &str| resource.properties.iter().any(|property| property.name == name);
        let (method, mut unsendable) = (operation.method, Vec::new());
        match method {
            Method::Get | Method::Post => {}
            Method::Put => {
                let other = operation.input.iter().filter(|parameter| !is_property(&parameter.name));
                unsendable.extend(other.map(|parameter| ("input", format!("`{}` is no property", parameter.name))));
            }
            Method::Delete | Method::Options => {
                let input = operation.input.iter();
                unsendable.extend(input.map(|parameter| ("input", format!("`{}`", parameter.name))));
            }
        }
        if !matches!(method, Method::Get | Method::Post) {
            let query = operation.query.iter();
            unsendable.extend(query.map(|parameter| ("query", format!("`{}`", parameter.name))));
        }
        if method != Method::Post {
            unsendable.extend(operation.content.iter().map(|media_type| ("content", format!("`{media_type}`"))));
        }
        let sent = match method {
            Method::Get => "sends no body",
            Method::Put => "sends the resource back and nothing else",
            Method::Post | Method::Delete | Method::Options => "sends nothing",
        };
        for (part, what) in unsendable {
            let message = format!(
                "{what}, and {method} {sent}: correct the page by an erratum, or teach the generator to emit it"
            );
            self.add(Severity::Error, file, format!("{place}/{part}"), message);
        }
    }

    /// A PUT answers with the resource, a DELETE with nothing, and OPTIONS with the methods of the resource. What else they would
    /// answer with nobody could read.
    fn unreceivable(&mut self, file: &str, place: &str, operation: &Operation) {
        let (method, response) = (operation.method, &operation.response);
        let (resource, content) = match method {
            Method::Get | Method::Post => (None, None),
            Method::Put => (None, response.content.as_ref()),
            Method::Delete | Method::Options => (response.resource.as_ref(), response.content.as_ref()),
        };
        for (part, what) in [("resource", resource), ("content", content)] {
            let Some(what) = what else { continue };
            let message = format!(
                "the response to {method} is never read as `{what}`: correct the page by an erratum, or teach the generator to emit it"
            );
            self.add(Severity::Error, file, format!("{place}/response/{part}"), message);
        }
    }

    /// Two causes of one digest would make it a matter of chance which of them a row has.
    fn causes(&mut self) {
        let causes = self.schema.errors.causes.values().filter(|cause| !cause.digest.is_empty());
        self.unique("errors.json", "causes", causes.map(|cause| cause.digest.as_str()));
    }

    fn generic_errors(&mut self) {
        let generic = &self.schema.errors.generic;
        self.unique("errors.json", "generic", generic.iter().map(|error| error.name.as_str()));
    }

    fn reasons(&mut self, file: &str, resource: &Resource) {
        let rows = &resource.reasons.rows;
        let names: Vec<_> = rows.iter().map(ToString::to_string).collect();
        self.unique(file, "reasons", names.iter().map(String::as_str));
        for reason in rows {
            let is_same = |row: &ReasonMeaning| row.code == reason.code && row.subcode == reason.subcode;
            if !self.schema.errors.reasons.iter().any(is_same) {
                let message = format!("reason `{reason}` is not in errors.json: extract the page again");
                self.add(Severity::Error, file, "reasons".into(), message);
            }
        }
    }

    fn target(&mut self, file: &str, place: String, target: &str) {
        if !self.schema.resources.contains_key(target) {
            let message = format!("no resource `{target}`: it is emitted untyped until its page is added");
            self.add(Severity::Warning, file, place, message);
        }
    }

    fn kind(&mut self, file: &str, place: String, kind: &Type) {
        if *kind.required() == Type::Array(Box::new(Type::ExternalResource)) {
            let message = format!("`{kind}` cannot be sent or read, as a link carries one content: correct the type");
            self.add(Severity::Error, file, place, message);
        } else if let Some(name) = kind.enumeration()
            && !self.schema.enumerations.contains_key(name)
        {
            let message = format!("no enumeration `{name}`: it is emitted as a string until its page is added");
            self.add(Severity::Warning, file, place, message);
        }
    }
}

/// Whether a name is that of a file on every system.
fn is_file_name(name: &str) -> bool {
    let is_allowed = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema(resource: serde_json::Value) -> Schema {
        let resource: Resource = serde_json::from_value(resource).expect("a resource");
        Schema { resources: [(resource.name.clone(), resource)].into(), ..Schema::default() }
    }

    #[test]
    fn a_sound_schema_has_no_findings() {
        let resource = json!({
            "name": "note", "rel": "note", "revision": 1, "page": "note_ref.md",
            "links": [{ "rel": "self", "target": "note", "cardinality": "one" }],
        });
        assert_eq!(validate(&schema(resource)), []);
    }

    #[test]
    fn what_no_page_says_of_an_event_or_error_may_be_left_out() {
        let resource = json!({
            "name": "note", "rel": "note", "revision": 1, "page": "note_ref.md",
            "events": [{ "type": "added", "resource": "note", "sender": "note" }],
            "operations": [{ "method": "GET", "errors": [{ "status": 409, "code": "Conflict" }] }],
        });
        assert_eq!(validate(&schema(resource)), []);
    }

    #[test]
    fn every_kind_of_fault_is_found_at_its_place() {
        let resource = json!({
            "name": "note2", "rel": "note", "revision": 2, "page": "note2_ref.md",
            "properties": [{ "name": "type", "type": "NoteType" }, { "name": "type", "type": "String" }],
            "links": [{ "rel": "contact", "target": "contact", "cardinality": "one" }],
            "events": [{ "type": "added", "resource": "note2", "priority": "soon", "sender": "me" }],
            "operations": [{ "method": "GET", "errors": [{ "status": 200, "code": "Conflict", "cause": "none" }] }],
            "reasons": { "rows": [{ "code": "Gone" }] },
        });
        let violations = validate(&schema(resource));
        let places: Vec<_> = violations.iter().map(|finding| (finding.severity, finding.place.as_str())).collect();
        let expected = [
            (Severity::Error, "events/note2 added/priority"),
            (Severity::Error, "operations/GET/errors"),
            (Severity::Error, "operations/GET/errors"),
            (Severity::Error, "properties"),
            (Severity::Error, "reasons"),
            (Severity::Warning, "events/note2 added/sender"),
            (Severity::Warning, "links/contact"),
            (Severity::Warning, "properties/type"),
            (Severity::Warning, "revision"),
        ];
        assert_eq!(places, expected);
    }

    #[test]
    fn what_no_request_sends_and_no_response_is_read_as_is_an_error() {
        let resource = json!({
            "name": "note", "rel": "note", "revision": 1, "page": "note_ref.md",
            "properties": [
                { "name": "pictures", "type": "Array of ExternalResource" },
                { "name": "picture", "type": "Nullable ExternalResource" },
            ],
            "operations": [
                { "method": "GET", "content": ["text/plain"], "response": { "content": "image/png" } },
                { "method": "POST", "content": ["text/plain"], "response": { "content": "image/png" } },
                { "method": "PUT", "response": { "resource": "note", "content": "image/png" } },
                { "method": "DELETE", "response": { "resource": "note" } },
                { "method": "OPTIONS", "response": { "content": "text/plain" } },
            ],
        });
        let found = validate(&schema(resource));
        let places: Vec<_> = found.iter().map(|found| (found.severity, found.place.as_str())).collect();
        let expected = [
            "operations/DELETE/response/resource",
            "operations/GET/content",
            "operations/OPTIONS/response/content",
            "operations/PUT/response/content",
            "properties/pictures",
        ];
        assert_eq!(places, expected.map(|place| (Severity::Error, place)));
    }

    #[test]
    fn a_generic_error_is_listed_once() {
        let row = json!({ "name": "NotFound" });
        let errors = serde_json::from_value(json!({ "generic": [row, row], "causes": {} })).expect("errors");
        let found = validate(&Schema { errors, ..Schema::default() });
        let places: Vec<_> = found.iter().map(|found| (found.severity, found.place.as_str())).collect();
        assert_eq!(places, [(Severity::Error, "generic")]);
    }

    #[test]
    fn names_that_are_one_file_on_some_systems_or_none_on_any_are_errors() {
        let resource =
            |name: &str| (name.to_owned(), Resource { name: name.into(), revision: 1, ..Resource::default() });
        let enumeration = |name: &str| {
            let described = json!({ "name": name, "page": "Mood_ref.md", "members": [] });
            (name.to_owned(), serde_json::from_value(described).expect("an enumeration"))
        };
        let schema = Schema {
            resources: ["lamp", "Lamp", "../lamp", "", ".lamp", "la mp", "mood"].map(resource).into(),
            enumerations: ["Mood", "mOOD", "a/b"].map(enumeration).into(),
            ..Schema::default()
        };
        let errors: BTreeSet<_> = validate(&schema)
            .into_iter()
            .filter(|found| found.severity == Severity::Error && found.place == "name")
            .map(|found| found.file)
            .collect();
        let expected = [
            "enums/a/b.json",
            "enums/mOOD.json",
            "resources/../lamp.json",
            "resources/.json",
            "resources/.lamp.json",
            "resources/la mp.json",
            "resources/lamp.json",
        ];
        assert_eq!(errors, expected.map(str::to_owned).into());
    }
}
