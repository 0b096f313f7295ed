//! What a comparison is about.

use std::fmt;

/// What a change is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeSubject {
    /// The errors that any request may return, and the causes of error rows.
    Errors,
    /// A resource, by name.
    Resource(String),
    /// An enumeration, by name.
    Enumeration(String),
    /// The introduction to a category, by the name of the category.
    Introduction(String),
}

impl ChangeSubject {
    /// The name.
    pub fn name(&self) -> &str {
        match self {
            Self::Errors => "errors",
            Self::Resource(name) | Self::Enumeration(name) | Self::Introduction(name) => name,
        }
    }

    /// The same with another name.
    pub(super) fn with_name(&self, name: &str) -> Self {
        match self {
            Self::Errors => Self::Errors,
            Self::Resource(_) => Self::Resource(name.to_owned()),
            Self::Enumeration(_) => Self::Enumeration(name.to_owned()),
            Self::Introduction(_) => Self::Introduction(name.to_owned()),
        }
    }

    /// What it is: `resource`, `enumeration`, `introduction` or `errors`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Errors => "errors",
            Self::Resource(_) => "resource",
            Self::Enumeration(_) => "enumeration",
            Self::Introduction(_) => "introduction",
        }
    }
}

impl fmt::Display for ChangeSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Errors => f.write_str("generic errors and causes"),
            Self::Resource(name) | Self::Enumeration(name) | Self::Introduction(name) => {
                write!(f, "{} {name}", self.kind())
            }
        }
    }
}
