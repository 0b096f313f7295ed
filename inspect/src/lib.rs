//! Reads recorded UCWA 2.0 traffic and reports what the crate `ucwa` does not know.
//!
//! [`input`] reads messages from files, [`Checker`] reads them through the bindings and collects [`Findings`],
//! [`Report`] lists what was found without the secrets of the traffic, and [`suggest`](mod@suggest) makes errata of it.
//! [`inspect`] is all of that in one call.

mod addresses;
mod check;
mod classify;
pub mod command;
pub mod draw;
mod excerpt;
mod fields;
mod finding;
pub mod input;
mod inspect;
mod mask;
mod message;
mod printable;
pub mod report;
pub mod suggest;
mod surrogates;
mod value;

pub use check::Checker;
pub use finding::{FindingKind, FindingSubject, Findings, Owner, SeenError, SeenEvent, Sightings};
pub use inspect::{Inspection, InspectionStep, inspect};
pub use mask::{MASK, Masker, People};
pub use message::{Direction, Message, MessagePlace};
pub use report::Report;
pub use value::SeenType;
