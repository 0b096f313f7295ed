//! From drafts to the schema: what single pages say, completed by what the others know.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};
use ucwa_schema::{
    Cardinality, Cause, Enumeration, ErrorRow, Errors, Event, Evidence, GenericError, Member, Method, Operation,
    Parameter, Property, Reasons, Relation, Resource, Response, Schema, Type, ValueLimits,
};

use crate::pages::collapse;

use super::inference::collection::Collections;
use super::inference::known::Known;
use super::inference::statement;
use super::inference::types::{self, Wanted};
use super::placing::draft::{Draft, NamedRow, OperationDraft, PageOrigin, PageTopic, ParameterRow, ResourceDraft};
use super::placing::is_name;
use super::revision::rel_and_revision;
use super::samples::sample::{Sample, SampleKind, is_document_type};

/// The schema that the pages describe.
pub(super) fn schema(drafts: &[Draft], known: &Known) -> Schema {
    let mut schema = Schema::default();
    for draft in drafts {
        match &draft.topic {
            PageTopic::Resource(resource) => {
                let resource = Resolver { known, draft: resource }.resource(&draft.page, &mut schema.errors.causes);
                schema.resources.insert(resource.name.clone(), resource);
            }
            PageTopic::Enumeration { name, members } => {
                schema.enumerations.insert(name.clone(), enumeration(&draft.page, name, members));
            }
            PageTopic::GenericErrors(names) => {
                let error = |name: &String| GenericError { name: name.clone(), summary: None };
                schema.errors.generic = names.iter().map(error).collect();
            }
            PageTopic::Resources(_) | PageTopic::Enumerations | PageTopic::Unknown => {}
        }
    }
    categorise(drafts, &mut schema);
    schema.list_reasons(&Errors::default());
    schema
}

fn enumeration(page: &PageOrigin, name: &str, members: &[String]) -> Enumeration {
    let members = members.iter().map(|name| Member { name: name.clone(), summary: None }).collect();
    Enumeration { name: name.to_string(), page: page.name.clone(), members, ..Enumeration::default() }
}

fn categorise(drafts: &[Draft], schema: &mut Schema) {
    // Overviews write some names in another case than their pages.
    let resources = schema.resources.iter_mut();
    let mut resources: BTreeMap<_, _> = resources.map(|(name, resource)| (name.to_lowercase(), resource)).collect();
    for draft in drafts {
        let PageTopic::Resources(listed) = &draft.topic else { continue };
        for (name, category) in listed {
            if let Some(resource) = resources.get_mut(&name.to_lowercase()) {
                resource.category.get_or_insert_with(|| category.clone());
            }
        }
    }
}

struct Resolver<'a> {
    known: &'a Known<'a>,
    draft: &'a ResourceDraft,
}

impl Resolver<'_> {
    fn rel(&self) -> &str {
        rel_and_revision(&self.draft.name).0
    }

    fn resource(&self, page: &PageOrigin, causes: &mut BTreeMap<String, Cause>) -> Resource {
        let (rel, revision) = rel_and_revision(&self.draft.name);
        Resource {
            name: self.draft.name.clone(),
            rel: rel.to_string(),
            revision,
            page: page.name.clone(),
            scopes: self.draft.scopes.clone(),
            properties: self.draft.properties.iter().map(|row| self.property(row)).collect(),
            links: self.draft.links.iter().map(|row| self.relation(row)).collect(),
            events: self.events(),
            operations: self.draft.operations.iter().map(|draft| self.operation(draft, causes)).collect(),
            reasons: Reasons { edition: None, rows: self.draft.reasons.clone() },
            ..Resource::default()
        }
    }

    fn property(&self, row: &NamedRow) -> Property {
        let (kind, evidence) = types::property(self.known, &self.draft.name, self.rel(), &row.name, &row.description);
        let limits = limits(&row.description, &kind);
        Property { name: row.name.clone(), kind, evidence, limits, summary: None }
    }

    fn relation(&self, row: &NamedRow) -> Relation {
        let rel = row.name.clone();
        if rel == "self" {
            let target = self.draft.name.clone();
            return Relation {
                rel,
                target,
                cardinality: Cardinality::One,
                embedded: false,
                evidence: Evidence::Stated,
                summary: None,
            };
        }
        let seen = self.known.observations.relation(self.rel(), &rel);
        // Where no sample shows it, a collection that is named by its members holds many of them.
        let many = seen.map_or_else(|| self.rel().strip_suffix('s') == Some(&rel), |seen| seen.many);
        Relation {
            target: self.target(&rel, &row.description),
            cardinality: if many { Cardinality::Many } else { Cardinality::One },
            embedded: seen.is_some_and(|seen| seen.embedded),
            evidence: if seen.is_some() { Evidence::Sample } else { Evidence::Convention },
            rel,
            summary: None,
        }
    }

    /// What a relation leads to: the resource of its name, else the one that samples embed, else the one that the
    /// description speaks of, else one whose page is missing.
    fn target(&self, rel: &str, description: &str) -> String {
        let named = |name: &str| self.known.resource(name).map(str::to_string);
        let seen = self.known.observations.relation(self.rel(), rel);
        let embedded = || seen.and_then(|seen| seen.rels.iter().find_map(|rel| named(rel)));
        let is_part = |word: &str| rel.to_lowercase().ends_with(&word.to_lowercase());
        let spoken_of = || {
            description
                .split(|c: char| !c.is_ascii_alphanumeric())
                .filter(|word| word.len() > 3 && is_part(word))
                .find_map(named)
        };
        named(rel).or_else(embedded).or_else(spoken_of).unwrap_or_else(|| rel.to_string())
    }

    fn events(&self) -> Vec<Event> {
        let collections = Collections::of(&self.draft.event_samples);
        let event = |row: &super::placing::draft::EventRow| Event {
            kind: row.kind,
            resource: self.known.resource(&row.resource).unwrap_or(&row.resource).to_string(),
            priority: row.priority.clone(),
            sender: self.known.resource(&row.sender).unwrap_or(&row.sender).to_string(),
            collection: collections.of_row(row),
            summary: None,
        };
        self.draft.events.iter().map(event).collect()
    }

    fn operation(&self, draft: &OperationDraft, causes: &mut BTreeMap<String, Cause>) -> Operation {
        let input: Vec<_> = draft.input.iter().map(|row| self.parameter(draft.method, row, types::input)).collect();
        let typed: Vec<_> = input.iter().map(|parameter| (parameter.name.as_str(), &parameter.kind)).collect();
        let query = |row| self.parameter(draft.method, row, |known, wanted| types::query(known, wanted, &typed));
        Operation {
            method: draft.method,
            summary: None,
            query: draft.query.iter().map(query).collect(),
            content: content(draft),
            response: self.response(draft),
            errors: draft.errors.iter().map(|(row, description)| error(row, description, causes)).collect(),
            input,
        }
    }

    fn parameter(
        &self,
        method: Method,
        row: &ParameterRow,
        typed: impl Fn(&Known, &Wanted) -> types::Typed,
    ) -> Parameter {
        let found = statement::limits(&row.description);
        let wanted = Wanted {
            resource: &self.draft.name,
            rel: self.rel(),
            method,
            name: &row.name,
            description: &row.description,
            limits: &found,
        };
        let (kind, evidence) = typed(self.known, &wanted);
        let limits = limits(&row.description, &kind);
        Parameter { name: row.name.clone(), kind, required: row.required, evidence, limits, summary: None }
    }

    fn response(&self, draft: &OperationDraft) -> Response {
        let responses = || draft.samples.iter().filter(|sample| sample.kind == SampleKind::Response);
        let content = responses().filter_map(Sample::media_type).find(|kind| !is_document_type(kind));
        let resource = if content.is_some() {
            None
        } else if draft.itself {
            Some(self.draft.name.clone())
        } else {
            draft.item.as_deref().and_then(|item| self.item(item))
        };
        Response {
            status: responses().find_map(Sample::status),
            resource,
            location: responses().any(|sample| sample.header("Location").is_some()),
            content: content.map(str::to_string),
        }
    }

    /// The resource that an item of a response names. Some items are no names.
    fn item(&self, item: &str) -> Option<String> {
        let known = self.known.resource(item).map(str::to_string);
        let is_rel = is_name(item) && item.starts_with(|first: char| first.is_ascii_lowercase());
        known.or_else(|| is_rel.then(|| item.to_string()))
    }
}

/// The limits of a value of this type. The unit of a number's default is left to the summary.
fn limits(description: &str, kind: &Type) -> ValueLimits {
    let mut limits = statement::limits(description);
    if matches!(kind.required(), Type::Int32 | Type::Int64)
        && let Some(default) = &mut limits.default
        && let Some((number, _unit)) = default.split_once(' ')
    {
        *default = number.to_string();
    }
    limits
}

/// The media types of request bodies that are content as it is.
fn content(draft: &OperationDraft) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for sample in draft.samples.iter().filter(|sample| sample.kind == SampleKind::Request) {
        if let Some(kind) = sample.header("Content-Type").and_then(|_| sample.media_type())
            && !is_document_type(kind)
            && !found.iter().any(|known| known == kind)
        {
            found.push(kind.to_string());
        }
    }
    found
}

fn error(row: &ErrorRow, description: &str, causes: &mut BTreeMap<String, Cause>) -> ErrorRow {
    let cause = cause(description);
    causes.entry(cause.clone()).or_insert_with(|| Cause { digest: cause.clone(), summary: None });
    ErrorRow { cause, ..row.clone() }
}

/// What tells what an error row stands for: the start of the digest of its description.
pub(super) fn cause(description: &str) -> String {
    let digest = Sha256::digest(collapse(description).as_bytes());
    digest.iter().take(4).fold(String::new(), |mut key, byte| {
        // Writing to a string cannot fail.
        let _ = write!(key, "{byte:02x}");
        key
    })
}
