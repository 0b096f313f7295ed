//! What the bindings do not know, counted over all traffic.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;
use serde_json::Value as Json;
use ucwa::Format;
use ucwa_schema::{EventType, Method, Type};

use crate::message::MessagePlace;
use crate::value::SeenType;

/// The kinds of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A resource that no page describes.
    UnknownResource,
    /// A property that the tables do not list.
    UnknownProperty,
    /// A link or embedded resource that the tables do not list.
    UnknownLink,
    /// A value that its enumeration does not list.
    UnlistedValue,
    /// An event that no page describes.
    UnknownEvent,
    /// The code of an error that is not documented.
    UnknownCode,
    /// The subcode of an error that is not documented.
    UnknownSubcode,
    /// A documented error in the response of an operation that does not list it.
    UnlistedError,
    /// A value of another type than that of its property.
    WrongType,
    /// Several values where the reference has one.
    WrongCardinality,
    /// A message of UCWA that cannot be read, or not to its end, or a part of an event document.
    Unreadable,
}

impl FindingKind {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 11] = [
        Self::UnknownResource,
        Self::UnknownProperty,
        Self::UnknownLink,
        Self::UnlistedValue,
        Self::UnknownEvent,
        Self::UnknownCode,
        Self::UnknownSubcode,
        Self::UnlistedError,
        Self::WrongType,
        Self::WrongCardinality,
        Self::Unreadable,
    ];

    /// What a section of a report is called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::UnknownResource => "Unknown resources",
            Self::UnknownProperty => "Unknown properties",
            Self::UnknownLink => "Unknown links",
            Self::UnlistedValue => "Unlisted enumeration values",
            Self::UnknownEvent => "Unknown events",
            Self::UnknownCode => "Unknown error codes",
            Self::UnknownSubcode => "Unknown error subcodes",
            Self::UnlistedError => "Errors that their operations do not list",
            Self::WrongType => "Wrong types",
            Self::WrongCardinality => "Wrong cardinalities",
            Self::Unreadable => "Unreadable messages",
        }
    }
}

/// Whose property, link or value it is: a resource, or the input of one of its operations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner {
    /// The name in the reference: `group2`; or what else carries properties, such as `event`.
    pub name: String,
    /// The verb, where it is the input of an operation.
    pub method: Option<Method>,
}

impl Owner {
    /// Nothing that is known.
    pub fn nobody() -> Self {
        Self::resource("")
    }

    /// A resource.
    pub fn resource(name: &str) -> Self {
        Self { name: name.to_owned(), method: None }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.method {
            Some(method) => write!(f, "{method} {}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// What is not known. Two are one finding if all of this is the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingSubject {
    /// In what sense it is not known.
    pub kind: FindingKind,
    /// Whose it is.
    pub owner: Owner,
    /// Its name: of a property, link, resource or event, or the value itself.
    pub name: String,
    /// Details: what was expected, or which property has the value.
    pub detail: String,
}

/// How often something was seen, where first, and as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sightings {
    /// How often.
    pub count: usize,
    /// The first message that it was in.
    pub first: MessagePlace,
    /// Where in that message, such as `_embedded.contact[3].mood`.
    pub path: String,
    /// The types of the values of an unknown property.
    pub values: Option<SeenType>,
    /// XML where all of these values came in it, else JSON.
    pub format: Option<Format>,
    /// Whether there were several at once of an unknown link.
    pub many: bool,
    /// The resources that were embedded by an unknown link.
    pub targets: BTreeSet<String>,
    /// Whether the unknown link embedded its target.
    pub embedded: bool,
    /// The event that is not known, where its type is.
    pub event: Option<SeenEvent>,
    /// The errors that had the unknown code or subcode.
    pub errors: BTreeSet<SeenError>,
}

/// An event that no page describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenEvent {
    /// What happened.
    pub kind: EventType,
    /// The rel of the resource that it happened to.
    pub target: String,
    /// The rel of the resource that told of it.
    pub sender: String,
    /// The rels of the collections that the target was said to be in.
    pub collections: BTreeSet<String>,
}

/// An error that is not documented.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeenError {
    /// The status of the response; none in an event.
    pub status: Option<u16>,
    /// The code.
    pub code: String,
    /// The subcode, where it has one.
    pub subcode: Option<String>,
}

impl Sightings {
    /// Takes the type of a value into account.
    pub(crate) fn add_value(&mut self, value: &Json, format: Format) {
        let seen = SeenType::of(value, format);
        // What looks like a number in XML may be text; once JSON says what a value is, it does not.
        let format = if format == Format::Xml { self.format.unwrap_or(format) } else { format };
        self.format = Some(format);
        self.values = Some(match self.values.take() {
            Some(before) => before.merge(seen, format),
            None => seen,
        });
    }
}

/// All findings, each once.
#[derive(Debug, Default)]
pub struct Findings {
    found: BTreeMap<FindingSubject, Sightings>,
    types: BTreeMap<Owner, BTreeMap<String, BTreeSet<Option<Type>>>>,
}

impl Findings {
    /// Counts a sighting, and gives the finding to say more of it.
    pub fn add(&mut self, subject: FindingSubject, place: &MessagePlace, path: &str) -> &mut Sightings {
        let sightings = self.found.entry(subject).or_insert_with(|| Sightings {
            count: 0,
            first: place.clone(),
            path: path.to_owned(),
            values: None,
            format: None,
            many: false,
            targets: BTreeSet::new(),
            embedded: false,
            event: None,
            errors: BTreeSet::new(),
        });
        sightings.count += 1;
        sightings
    }

    /// Remembers which type a value of a known property has; `None` where it is of none that a property has.
    pub fn add_type(&mut self, owner: &Owner, property: &str, kind: Option<Type>) {
        self.types.entry(owner.clone()).or_default().entry(property.to_owned()).or_default().insert(kind);
    }

    /// The types of all values that a known property had, or its items if it is a list, whether it takes them or not.
    pub fn types(&self, owner: &Owner, property: &str) -> impl Iterator<Item = &Option<Type>> {
        self.types.get(owner).and_then(|properties| properties.get(property)).into_iter().flatten()
    }

    /// The findings, by kind and name.
    pub fn iter(&self) -> impl Iterator<Item = (&FindingSubject, &Sightings)> {
        self.found.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether all is known.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}
