//! What the bindings do not know, counted over all traffic.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;
use ucwa_schema::Method;

use crate::message::Place;
use crate::value::Seen;

/// In what sense something is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A resource that no page describes.
    UnknownResource,
    /// A property that the tables do not list.
    UnknownProperty,
    /// A link or embedded resource that the tables do not list.
    UnknownLink,
    /// A value that its enumeration does not list.
    UnlistedValue,
    /// An event that no page tells of.
    UnknownEvent,
    /// The code of an error that is not documented.
    UnknownCode,
    /// The subcode of an error that is not documented.
    UnknownSubcode,
    /// A value of another type than that of its property.
    WrongType,
    /// Several where the reference has one.
    WrongCardinality,
    /// A message of UCWA that cannot be read at all.
    Unreadable,
}

impl Kind {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 10] = [
        Self::UnknownResource,
        Self::UnknownProperty,
        Self::UnknownLink,
        Self::UnlistedValue,
        Self::UnknownEvent,
        Self::UnknownCode,
        Self::UnknownSubcode,
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
pub struct Subject {
    /// In what sense it is not known.
    pub kind: Kind,
    /// Whose it is.
    pub owner: Owner,
    /// Its name: of a property, link, resource or event, or the value itself.
    pub name: String,
    /// What more there is to say: what was expected, or of which property a value is.
    pub detail: String,
}

/// How often something was seen, where first, and as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sightings {
    /// How often.
    pub count: usize,
    /// The first message that it was in.
    pub first: Place,
    /// Where in that message, such as `_embedded.contact[3].mood`.
    pub path: String,
    /// The types of the values of an unknown property.
    pub values: Option<Seen>,
    /// Whether there were several at once of an unknown link.
    pub many: bool,
    /// The resources that were embedded by an unknown link.
    pub targets: BTreeSet<String>,
    /// Whether the unknown link embedded its target.
    pub embedded: bool,
}

/// All findings, each once.
#[derive(Debug, Default)]
pub struct Findings(BTreeMap<Subject, Sightings>);

impl Findings {
    /// Counts a sighting, and gives the finding to say more of it.
    pub fn add(&mut self, subject: Subject, place: &Place, path: &str) -> &mut Sightings {
        let sightings = self.0.entry(subject).or_insert_with(|| Sightings {
            count: 0,
            first: place.clone(),
            path: path.to_owned(),
            values: None,
            many: false,
            targets: BTreeSet::new(),
            embedded: false,
        });
        sightings.count += 1;
        sightings
    }

    /// The findings, by kind and name.
    pub fn iter(&self) -> impl Iterator<Item = (&Subject, &Sightings)> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether all is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
