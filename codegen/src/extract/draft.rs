//! What single pages say, before anything is concluded from other pages.

use std::path::PathBuf;

use ucwa_schema::{ErrorRow, EventType, Method, ReasonCode};

use crate::diagnostics::Diagnostic;
use crate::pages::Overview;

use super::sample::Sample;

/// What one page says.
pub(super) struct Draft {
    pub(super) page: Origin,
    pub(super) topic: Topic,
    /// Why the page cannot be used.
    pub(super) errors: Vec<Diagnostic>,
    /// What is wrong with it all the same.
    pub(super) warnings: Vec<Diagnostic>,
    /// How many more errors there are.
    pub(super) unlisted: usize,
    pub(super) counts: Counts,
}

/// A page that something comes from.
#[derive(Clone)]
pub(super) struct Origin {
    pub(super) path: PathBuf,
    pub(super) name: String,
    /// The line of the title.
    pub(super) line: usize,
}

/// What a page is about.
pub(super) enum Topic {
    Resource(Box<ResourceDraft>),
    Enumeration {
        name: String,
        members: Vec<String>,
    },
    GenericErrors(Vec<String>),
    /// The overview of resources: name and category of each.
    Resources(Vec<(String, String)>),
    /// The overview of enumerations, which adds nothing to their pages.
    Enumerations,
    /// The page is of something else; a diagnostic says so.
    Unknown,
}

impl Topic {
    /// The overview that the page is.
    pub(super) fn overview(&self) -> Option<Overview> {
        match self {
            Self::GenericErrors(_) => Some(Overview::GenericErrors),
            Self::Resources(_) => Some(Overview::Resources),
            Self::Enumerations => Some(Overview::Enumerations),
            Self::Resource(_) | Self::Enumeration { .. } | Self::Unknown => None,
        }
    }
}

/// What the page of a resource says.
#[derive(Default)]
pub(super) struct ResourceDraft {
    pub(super) name: String,
    pub(super) scopes: Vec<String>,
    pub(super) properties: Vec<Described>,
    pub(super) links: Vec<Described>,
    pub(super) events: Vec<EventRow>,
    pub(super) operations: Vec<OperationDraft>,
    /// With what operations fail after they have begun.
    pub(super) reasons: Vec<ReasonCode>,
    /// The samples of events, each with the type that it stands under.
    pub(super) event_samples: Vec<(EventType, Sample)>,
}

/// A name and what is said about it.
pub(super) struct Described {
    pub(super) name: String,
    pub(super) description: String,
}

/// A row of an event table.
pub(super) struct EventRow {
    pub(super) kind: EventType,
    pub(super) resource: String,
    pub(super) priority: String,
    pub(super) sender: String,
}

/// A row of a parameter table.
pub(super) struct ParameterRow {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) required: bool,
}

/// What a page says about an operation.
pub(super) struct OperationDraft {
    pub(super) method: Method,
    pub(super) query: Vec<ParameterRow>,
    pub(super) input: Vec<ParameterRow>,
    /// Whether the answer is the resource itself.
    pub(super) itself: bool,
    /// The name of what the answer holds.
    pub(super) item: Option<String>,
    /// The errors, each with its description in place of a cause.
    pub(super) errors: Vec<(ErrorRow, String)>,
    pub(super) samples: Vec<Sample>,
}

impl OperationDraft {
    pub(super) fn new(method: Method) -> Self {
        Self {
            method,
            query: Vec::new(),
            input: Vec::new(),
            itself: false,
            item: None,
            errors: Vec::new(),
            samples: Vec::new(),
        }
    }
}

/// How much pages hold, as they stand, before errata.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pages of resources.
    pub resources: usize,
    /// Pages of enumerations.
    pub enumerations: usize,
    /// Members of enumerations.
    pub members: usize,
    /// Rows of property tables.
    pub properties: usize,
    /// Rows of link tables.
    pub links: usize,
    /// Rows of event tables.
    pub events: usize,
    /// Operations.
    pub operations: usize,
    /// Parameters in addresses.
    pub query: usize,
    /// Parameters in bodies.
    pub input: usize,
    /// Rows of error tables.
    pub errors: usize,
    /// Samples of requests and answers.
    pub samples: usize,
    /// Samples of events.
    pub event_samples: usize,
}

impl Counts {
    /// The sums.
    #[must_use]
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            resources: self.resources + other.resources,
            enumerations: self.enumerations + other.enumerations,
            members: self.members + other.members,
            properties: self.properties + other.properties,
            links: self.links + other.links,
            events: self.events + other.events,
            operations: self.operations + other.operations,
            query: self.query + other.query,
            input: self.input + other.input,
            errors: self.errors + other.errors,
            samples: self.samples + other.samples,
            event_samples: self.event_samples + other.event_samples,
        }
    }

    pub(super) fn of(subject: &Topic) -> Self {
        match subject {
            Topic::Resource(draft) => {
                let all = draft.operations.iter();
                Self {
                    resources: 1,
                    properties: draft.properties.len(),
                    links: draft.links.len(),
                    events: draft.events.len(),
                    operations: draft.operations.len(),
                    query: all.clone().map(|operation| operation.query.len()).sum(),
                    input: all.clone().map(|operation| operation.input.len()).sum(),
                    errors: all.clone().map(|operation| operation.errors.len()).sum(),
                    samples: all.map(|operation| operation.samples.len()).sum(),
                    event_samples: draft.event_samples.len(),
                    ..Self::default()
                }
            }
            Topic::Enumeration { members, .. } => Self { enumerations: 1, members: members.len(), ..Self::default() },
            _ => Self::default(),
        }
    }
}
