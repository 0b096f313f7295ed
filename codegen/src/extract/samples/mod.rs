//! The messages that pages show: reading them, and undoing what happened to them on their way into the page.

mod document;
mod indentation;
mod repair;
pub(super) mod sample;

pub(super) use document::SampleValue;
pub(crate) use document::{SampleObject, documents};
pub use sample::{Sample, SampleKind};
