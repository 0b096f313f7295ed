//! The messages that pages show: reading them, and undoing what happened to them on their way into the page.

mod indentation;
pub(super) mod lost_spaces;
mod repair;
pub(super) mod sample;

pub use repair::Oddity;
pub use sample::{Sample, SampleKind};
