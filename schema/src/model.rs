//! What the reference says about UCWA, as types.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::types::Type;

/// All of the description: what one schema folder holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// The resources by name.
    pub resources: BTreeMap<String, Resource>,
    /// The enumerations by name.
    pub enumerations: BTreeMap<String, Enumeration>,
    /// The errors that any request may return, and the causes of error rows.
    pub errors: Errors,
    /// The introductions to categories, in Markdown, by category; that to the whole by
    /// [`CRATE_INTRODUCTION`](crate::CRATE_INTRODUCTION).
    pub introductions: BTreeMap<String, String>,
}

impl Schema {
    /// The resources that share a rel, first revision first.
    pub fn revisions<'a>(&'a self, rel: &'a str) -> impl Iterator<Item = &'a Resource> {
        let mut found: Vec<_> = self.resources.values().filter(|resource| resource.rel == rel).collect();
        found.sort_by_key(|resource| resource.revision);
        found.into_iter()
    }

    /// Gives causes that nobody has named yet the names that `known` has for their digests.
    pub fn name_causes(&mut self, known: &Errors) {
        let names = known.cause_names();
        let rows = self.resources.values_mut().flat_map(|resource| &mut resource.operations);
        for row in rows.flat_map(|operation| &mut operation.errors) {
            if let Some(name) = names.get(row.cause.as_str()) {
                row.cause = (*name).to_owned();
            }
        }
        let causes = std::mem::take(&mut self.errors.causes).into_iter();
        self.errors.causes = causes
            .map(|(name, cause)| match names.get(name.as_str()) {
                Some(known) => ((*known).to_owned(), Cause { digest: name, ..cause }),
                None => (name, cause),
            })
            .collect();
    }

    /// Lists in [`Errors::reasons`] each reason that a resource has, sorted, with the meanings that `known` gives.
    pub fn list_reasons(&mut self, known: &Errors) {
        let codes: BTreeSet<&ReasonCode> =
            self.resources.values().flat_map(|resource| &resource.reasons.rows).collect();
        let meaning = |reason: &ReasonCode| ReasonMeaning {
            code: reason.code.clone(),
            subcode: reason.subcode.clone(),
            summary: known.meaning(reason).map(str::to_owned),
        };
        self.errors.reasons = codes.into_iter().map(meaning).collect();
    }
}

/// One resource: a kind of thing that has an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// The JSON Schema that editors check this file against.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The name of the reference page, which for later revisions ends in the revision: `group2`.
    pub name: String,
    /// The name on the wire, without a revision: `group`.
    pub rel: String,
    /// The revision that the page describes; 1 is the first.
    pub revision: u32,
    /// The heading that the overview page lists the resource under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The file name of the reference page.
    pub page: String,
    /// What the resource is, in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The permissions of which an online application needs at least one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// The properties, in the order of the page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
    /// The relations to other resources, in the order of the page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Relation>,
    /// The events about this resource or about what it holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
    /// The operations of the resource.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<Operation>,
    /// The reasons why an operation that this resource stands for can fail after it has begun.
    #[serde(default, skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
}

/// The reasons why an operation can fail after it has begun, as its `completed` event gives them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    /// The edition of the reference that lists them, such as `2016-09`, where it is an earlier one than that of the rest. They
    /// stay when pages of a later edition list none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// The reasons, in the order of the page.
    pub rows: Vec<ReasonCode>,
}

impl Reasons {
    /// Whether the reference lists none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// A reason for which an operation failed after it had begun. What it means stands in [`Errors::reasons`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReasonCode {
    /// The code: `RemoteFailure`.
    pub code: String,
    /// The subcode, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subcode: Option<String>,
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        self.subcode.as_ref().map_or(Ok(()), |subcode| write!(f, " {subcode}"))
    }
}

/// How the type of a property or parameter, or what a link leads to, is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// The reference states it.
    #[default]
    Stated,
    /// The description names the enumeration, or links to the page.
    Named,
    /// The same property or parameter is typed elsewhere in the reference.
    Elsewhere,
    /// The values in samples show it.
    Sample,
    /// It follows from the name, by the conventions of the reference.
    Convention,
    /// An erratum says so.
    Erratum,
}

impl Evidence {
    // `skip_serializing_if` hands over a reference.
    #[expect(clippy::trivially_copy_pass_by_ref)]
    fn is_stated(&self) -> bool {
        *self == Self::Stated
    }
}

/// The documented limits of a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ValueLimits {
    /// The largest number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_length: Option<u32>,
    /// The smallest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// The largest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// The server's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

impl ValueLimits {
    /// Whether the reference documents none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A property of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Property {
    /// The name on the wire.
    pub name: String,
    /// The type of its value.
    #[serde(rename = "type")]
    pub kind: Type,
    /// How the type is known; left out where the reference states it.
    #[serde(default, skip_serializing_if = "Evidence::is_stated")]
    pub evidence: Evidence,
    /// Its limits.
    #[serde(default, skip_serializing_if = "ValueLimits::is_empty")]
    pub limits: ValueLimits,
    /// What it means, in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// How many resources a relation leads to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Cardinality {
    /// One at most.
    #[default]
    One,
    /// Any number.
    Many,
}

impl fmt::Display for Cardinality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::One => "one",
            Self::Many => "many",
        })
    }
}

/// A relation from one resource to others: linked, embedded, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// The name of the relation on the wire.
    pub rel: String,
    /// The name of the resource that it leads to, which may be one whose page is missing.
    pub target: String,
    /// How many it leads to.
    pub cardinality: Cardinality,
    /// Whether samples embed the target.
    #[serde(default, skip_serializing_if = "is_false")]
    pub embedded: bool,
    /// How target and cardinality are known.
    #[serde(default, skip_serializing_if = "Evidence::is_stated")]
    pub evidence: Evidence,
    /// What it means, in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// What happened to the target of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum EventType {
    /// It joined a collection.
    Added,
    /// It changed.
    Updated,
    /// It left a collection, or is gone.
    Deleted,
    /// An operation began.
    Started,
    /// An operation ended.
    Completed,
}

impl EventType {
    /// All of them, in the order of a life.
    pub const ALL: [Self; 5] = [Self::Added, Self::Updated, Self::Deleted, Self::Started, Self::Completed];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Started => "started",
            Self::Completed => "completed",
        }
    }
}

/// A row of an event table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// What happens.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// The name of the resource that it happens to.
    pub resource: String,
    /// How soon the server reports it: `high`, `medium` or `low`; empty if an erratum adds the event, because traffic
    /// does not show it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub priority: String,
    /// The name of the resource that reports it.
    pub sender: String,
    /// The name of the collection that the target joined or left, as the sample has it.
    #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// What happened, in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Read.
    Get,
    /// Start or create.
    Post,
    /// Replace.
    Put,
    /// Remove.
    Delete,
    /// Ask what is possible.
    Options,
}

impl Method {
    /// All methods, in the usual order.
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Delete, Self::Options];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An operation of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// The verb.
    pub method: Method,
    /// What it does, in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The parameters that go into the address.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<Parameter>,
    /// The parameters that go into the body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub input: Vec<Parameter>,
    /// The media types of the body where it is content as it is and not a UCWA document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub content: Vec<String>,
    /// The response of a successful request.
    #[serde(default)]
    pub response: Response,
    /// The documented errors, a row each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ErrorRow>,
}

/// A parameter of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// The type of its value.
    #[serde(rename = "type")]
    pub kind: Type,
    /// Whether the request needs it.
    pub required: bool,
    /// How the type is known; left out where the reference states it.
    #[serde(default, skip_serializing_if = "Evidence::is_stated")]
    pub evidence: Evidence,
    /// Its limits.
    #[serde(default, skip_serializing_if = "ValueLimits::is_empty")]
    pub limits: ValueLimits,
    /// What it means, in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// The response of a successful request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// The status in the samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The name of the resource in the body, or of the one that the event channel will report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Whether samples have the address of the resource that was created or the operation that was started.
    #[serde(default, skip_serializing_if = "is_false")]
    pub location: bool,
    /// The media type of the body where it is content and not a UCWA document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// A row of an error table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ErrorRow {
    /// The HTTP status.
    pub status: u16,
    /// The error's code: `Conflict`.
    pub code: String,
    /// The error's subcode, where the row has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subcode: Option<String>,
    /// The name of what the row stands for, in [`Errors::causes`]; empty where an erratum adds the row, as no page describes it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cause: String,
}

/// An enumeration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Enumeration {
    /// The JSON Schema that editors check this file against.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The name of the enumeration.
    pub name: String,
    /// The file name of the reference page.
    pub page: String,
    /// What it means, in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The values, in the order of the page.
    pub members: Vec<Member>,
}

/// A value of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The value on the wire.
    pub name: String,
    /// What it means, in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// The errors that any request may return, and the causes that the rows of error tables name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Errors {
    /// The JSON Schema that editors check this file against.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The errors that any request may return.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub generic: Vec<GenericError>,
    /// What error rows stand for, by name. One that nobody has named yet has its digest for a name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub causes: BTreeMap<String, Cause>,
    /// What the reasons mean for which operations fail after they have begun.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ReasonMeaning>,
}

impl Errors {
    /// The names of causes by the digests of their descriptions.
    pub fn cause_names(&self) -> BTreeMap<&str, &str> {
        let named = self.causes.iter().filter(|(name, cause)| !cause.digest.is_empty() && **name != cause.digest);
        named.map(|(name, cause)| (cause.digest.as_str(), name.as_str())).collect()
    }

    /// What a reason means, in our own words.
    pub fn meaning(&self, reason: &ReasonCode) -> Option<&str> {
        let row = self.reasons.iter().find(|row| row.code == reason.code && row.subcode == reason.subcode)?;
        row.summary.as_deref()
    }
}

/// What a reason means for which operations fail after they have begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReasonMeaning {
    /// The code.
    pub code: String,
    /// The subcode, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subcode: Option<String>,
    /// What it means, in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// An error that any request may return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GenericError {
    /// The name in the table, which is a code or a subcode.
    pub name: String,
    /// What it means, in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// The cause that rows of error tables stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// The start of the SHA-256 digest of the reference's own description, which ties its rows to this cause.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// What went wrong and what to do about it, in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

// `skip_serializing_if` hands over a reference.
#[expect(clippy::trivially_copy_pass_by_ref)]
fn is_false(value: &bool) -> bool {
    !value
}
