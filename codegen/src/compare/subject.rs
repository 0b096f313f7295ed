//! What a comparison is about.

use std::fmt;

/// What a change is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The errors that any request can meet, and what error rows stand for.
    Errors,
    /// A resource, by name.
    Resource(String),
    /// An enumeration, by name.
    Enumeration(String),
}

impl Subject {
    /// The name.
    pub fn name(&self) -> &str {
        match self {
            Self::Errors => "errors",
            Self::Resource(name) | Self::Enumeration(name) => name,
        }
    }

    /// What it is: `resource`, `enumeration` or `errors`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Errors => "errors",
            Self::Resource(_) => "resource",
            Self::Enumeration(_) => "enumeration",
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Errors => f.write_str("generic errors and causes"),
            Self::Resource(name) | Self::Enumeration(name) => write!(f, "{} {name}", self.kind()),
        }
    }
}
