//! Reads recorded UCWA 2.0 traffic and reports what the crate `ucwa` does not know.
//!
//! [`input`] reads messages from files, [`Examination`] reads them through the bindings and collects [`Findings`],
//! [`Report`] lists what was found without the secrets of the traffic, and [`suggest`](mod@suggest) makes errata of it.
//! [`inspect`] is all of that in one call.

mod addresses;
pub mod command;
pub mod draw;
mod examine;
mod excerpt;
mod fields;
mod finding;
pub mod input;
mod inspect;
mod mask;
mod message;
mod printable;
mod recognise;
pub mod report;
pub mod suggest;
mod value;

pub use examine::Examination;
pub use finding::{Findings, Kind, Owner, SeenError, SeenEvent, Sightings, Subject};
pub use inspect::{Inspection, Progress, inspect};
pub use mask::{MASK, Masker, People};
pub use message::{Direction, Message, Place};
pub use report::Report;
pub use value::Seen;
