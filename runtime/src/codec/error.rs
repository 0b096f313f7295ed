//! Errors in reading and writing documents.

use std::fmt;

use crate::secret::printable;

/// Why a document could not be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    pub(crate) problem: DecodeProblem,
    pub(crate) path: String,
    pub(crate) offset: Option<usize>,
}

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeProblem {
    /// It is longer than the caller allows.
    #[error("the document has {size} bytes and the limit is {limit}; raise `Limits::size` to read it")]
    TooLong {
        /// How long it is.
        size: usize,
        /// How long it may be.
        limit: usize,
    },
    /// Resources are nested deeper than the caller allows.
    #[error("the document is nested more than {limit} deep; raise `Limits::depth` to read it, up to 128")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// What is read from it takes more memory than the caller allows.
    #[error("the document takes more than {limit} bytes of memory; raise `Limits::memory` to read it")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// It is not UTF-8.
    #[error("the document is not valid UTF-8")]
    Encoding,
    /// It is not JSON or XML.
    #[error("{0}")]
    Syntax(String),
    /// It is JSON or XML of another shape.
    #[error("{0}")]
    Shape(String),
}

/// How the parser refuses values that are JSON and no value of Rust: numbers that no float holds, and text in which a
/// character is cut in two.
const VALUES: [&str; 3] =
    ["number out of range", "lone leading surrogate in hex escape", "unexpected end of hex escape"];

impl DecodeError {
    pub(crate) fn new(problem: DecodeProblem) -> Self {
        Self { problem, path: String::new(), offset: None }
    }

    /// The same error, as one in the value of `key`.
    pub(crate) fn within(self, key: &str) -> Self {
        let separator = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        Self { path: [key, separator, &self.path].concat(), ..self }
    }

    /// Whether a second look at the document, value by value, can get further.
    pub(crate) fn is_of_a_value(&self) -> bool {
        match &self.problem {
            DecodeProblem::Shape(_) => true,
            DecodeProblem::Syntax(message) => VALUES.contains(&message.as_str()),
            _ => false,
        }
    }

    /// Whether a part of a document with this error spoils nothing but itself.
    pub(crate) fn is_of_a_part(&self) -> bool {
        self.is_of_a_value() || matches!(self.problem, DecodeProblem::TooDeep { .. })
    }

    /// The error of a second reading where that needs more memory than there is; `first`, that of the first, where not.
    pub(crate) fn or_first(self, first: Self) -> Self {
        if matches!(self.problem, DecodeProblem::TooLarge { .. }) { self } else { first }
    }

    /// What is wrong.
    pub fn problem(&self) -> &DecodeProblem {
        &self.problem
    }

    /// Where in the resource, such as `_embedded.contact[3].emailAddresses`; empty for the document as a whole.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How many bytes into the document, where that is known.
    pub fn offset(&self) -> Option<usize> {
        self.offset
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", printable(&self.path))?;
        }
        // Both may have names of the document in them, whatever those are.
        f.write_str(&printable(&self.problem.to_string()))?;
        match self.offset {
            Some(offset) => write!(f, " (at byte {offset})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for DecodeError {}

/// Why a document could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// XML cannot hold a character, not even escaped.
    #[error("{name}: XML cannot hold the character {character:?}; send JSON, or remove it")]
    Character {
        /// The property, relation or attribute.
        name: String,
        /// The character.
        character: char,
    },
    /// JSON cannot be written.
    #[error("{0}")]
    Json(String),
}
