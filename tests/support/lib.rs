//! What the tests share: where the reference is, its samples, and what messages say apart from how they say it.

mod canonical;
mod deviations;
mod operation;
mod reference;

pub use canonical::{canonical_json, canonical_xml};
pub use deviations::{Deviation, Deviations};
pub use operation::{Asked, Failure, Operation, operations};
pub use reference::{Absent, folder, pages, workspace};
