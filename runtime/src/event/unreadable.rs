//! Parts of event documents that cannot be read.

use std::fmt;

use super::{Event, ONE_RESOURCE, Sender};
use crate::codec::{DecodeError, DecodeProblem};
use crate::secret::redact_text;

/// A part of an event document that could not be read, as it came: an event, or a sender with its events.
#[derive(Clone)]
#[non_exhaustive]
pub struct UnreadablePart {
    /// The text of the part, in the format of the document.
    pub text: String,
    /// Why it could not be read; of several mistakes the first.
    pub error: DecodeError,
}

/// What is kept as it came where some of it cannot be read.
pub(super) trait Part {
    /// Keeps it as it came.
    fn set_unreadable(&mut self, part: UnreadablePart);
}

impl Part for Event {
    fn set_unreadable(&mut self, part: UnreadablePart) {
        if matches!(&part.error.problem, DecodeProblem::Shape(problem) if problem == ONE_RESOURCE) {
            // Of several, none is the one.
            self.resource = None;
        }
        self.unreadable = Some(Box::new(part));
    }
}

impl Part for Sender {
    fn set_unreadable(&mut self, part: UnreadablePart) {
        self.unreadable = Some(Box::new(part));
    }
}

impl PartialEq for UnreadablePart {
    /// Where in a document a part stands does not count.
    fn eq(&self, other: &Self) -> bool {
        (&self.text, self.error.problem(), self.error.path())
            == (&other.text, other.error.problem(), other.error.path())
    }
}

impl Eq for UnreadablePart {}

impl fmt::Debug for UnreadablePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnreadablePart").field("text", &redact_text(&self.text)).field("error", &self.error).finish()
    }
}
