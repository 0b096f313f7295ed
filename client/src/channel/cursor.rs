//! Positions in the event channel, as text.

use std::fmt;
use std::str::FromStr;

use ucwa::url::Url;

/// The position in the event channel after the events that were handled. It can be stored as text and given to another
/// process.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor(Url);

/// Text that is not a cursor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the text is not a cursor of an event channel, which is an https URL: {problem}")]
pub struct ParseCursorError {
    problem: String,
}

impl Cursor {
    pub(super) fn new(url: Url) -> Self {
        Self(url)
    }

    pub(super) fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl FromStr for Cursor {
    type Err = ParseCursorError;

    fn from_str(text: &str) -> Result<Self, ParseCursorError> {
        let url = Url::parse(text).map_err(|error| ParseCursorError { problem: error.to_string() })?;
        match url.scheme() {
            "https" => Ok(Self(url)),
            scheme => Err(ParseCursorError { problem: format!("the scheme is {scheme}") }),
        }
    }
}
