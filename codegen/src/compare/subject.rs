//! What a comparison is about.

use std::fmt;

/// What a change is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeSubject {
    /// The errors that any request can meet, and what error rows stand for.
    Errors,
    /// A resource, by name.
    Resource(String),
    /// An enumeration, by name.
    Enumeration(String),
}

impl ChangeSubject {
    /// The name.
    pub fn name(&self) -> &str {
        match self {
            Self::Errors => "errors",
            Self::Resource(name) | Self::Enumeration(name) => name,
        }
    }

    /// The same with another name.
    pub(super) fn with_name(&self, name: &str) -> Self {
        match self {
            Self::Errors => Self::Errors,
            Self::Resource(_) => Self::Resource(name.to_owned()),
            Self::Enumeration(_) => Self::Enumeration(name.to_owned()),
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

impl fmt::Display for ChangeSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Errors => f.write_str("generic errors and causes"),
            Self::Resource(name) | Self::Enumeration(name) => write!(f, "{} {name}", self.kind()),
        }
    }
}
