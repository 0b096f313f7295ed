//! Events: the document that the event channel responds with, and what is in it.

mod codec;
mod document;
mod json;
mod kind;
mod next;
mod one;
mod reason;
mod typed;
mod unreadable;
mod xml;

pub use document::{EventDocument, Sender};
pub use kind::{EventKind, OperationStatus};
pub use next::NextLink;
pub use one::{Event, EventTarget};
pub use reason::{Completes, FailureReason};
pub use typed::{EventTable, TypedEvent};
use unreadable::Part;
pub use unreadable::UnreadablePart;

/// Why an event with more to it than an [`Event`] can say is kept as it came.
const ONE_RESOURCE: &str = "expected one resource, found several";
