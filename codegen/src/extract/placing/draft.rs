//! What single pages say, before anything is concluded from other pages.

use std::path::PathBuf;

use ucwa_schema::{ErrorRow, EventType, Method, ReasonCode};

use crate::diagnostics::Diagnostic;
use crate::pages::Overview;

use crate::extract::samples::Sample;

/// What one page says.
pub(in crate::extract) struct Draft {
    pub(in crate::extract) page: PageOrigin,
    pub(in crate::extract) topic: PageTopic,
    /// Why the page cannot be used.
    pub(in crate::extract) errors: Vec<Diagnostic>,
    /// What is wrong with it all the same.
    pub(in crate::extract) warnings: Vec<Diagnostic>,
    /// How many more errors there are.
    pub(in crate::extract) unlisted: usize,
    pub(in crate::extract) counts: PageCounts,
}

/// A page that something comes from.
#[derive(Clone)]
pub(in crate::extract) struct PageOrigin {
    pub(in crate::extract) path: PathBuf,
    pub(in crate::extract) name: String,
    /// The line of the title.
    pub(in crate::extract) line: usize,
}

/// What a page is about.
pub(in crate::extract) enum PageTopic {
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

impl PageTopic {
    /// The overview that the page is.
    pub(in crate::extract) fn overview(&self) -> Option<Overview> {
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
pub(in crate::extract) struct ResourceDraft {
    pub(in crate::extract) name: String,
    pub(in crate::extract) scopes: Vec<String>,
    pub(in crate::extract) properties: Vec<NamedRow>,
    pub(in crate::extract) links: Vec<NamedRow>,
    pub(in crate::extract) events: Vec<EventRow>,
    pub(in crate::extract) operations: Vec<OperationDraft>,
    /// With what operations fail after they have begun.
    pub(in crate::extract) reasons: Vec<ReasonCode>,
    /// The samples of events, each with the type that it stands under.
    pub(in crate::extract) event_samples: Vec<(EventType, Sample)>,
}

/// A name and what is said about it.
pub(in crate::extract) struct NamedRow {
    pub(in crate::extract) name: String,
    pub(in crate::extract) description: String,
}

/// A row of an event table.
pub(in crate::extract) struct EventRow {
    pub(in crate::extract) kind: EventType,
    pub(in crate::extract) resource: String,
    pub(in crate::extract) priority: String,
    pub(in crate::extract) sender: String,
}

/// A row of a parameter table.
pub(in crate::extract) struct ParameterRow {
    pub(in crate::extract) name: String,
    pub(in crate::extract) description: String,
    pub(in crate::extract) required: bool,
}

/// What a page says about an operation.
pub(in crate::extract) struct OperationDraft {
    pub(in crate::extract) method: Method,
    pub(in crate::extract) query: Vec<ParameterRow>,
    pub(in crate::extract) input: Vec<ParameterRow>,
    /// Whether the response is the resource itself.
    pub(in crate::extract) itself: bool,
    /// The name of what the response holds.
    pub(in crate::extract) item: Option<String>,
    /// The errors, each with its description in place of a cause.
    pub(in crate::extract) errors: Vec<(ErrorRow, String)>,
    pub(in crate::extract) samples: Vec<Sample>,
}

impl OperationDraft {
    pub(in crate::extract) fn new(method: Method) -> Self {
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
pub struct PageCounts {
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
    /// Samples of requests and responses.
    pub samples: usize,
    /// Samples of events.
    pub event_samples: usize,
}

impl PageCounts {
    /// The sums.
    #[must_use]
    pub(in crate::extract) fn and(self, other: Self) -> Self {
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

    pub(in crate::extract) fn of(subject: &PageTopic) -> Self {
        match subject {
            PageTopic::Resource(draft) => {
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
            PageTopic::Enumeration { members, .. } => {
                Self { enumerations: 1, members: members.len(), ..Self::default() }
            }
            _ => Self::default(),
        }
    }
}
