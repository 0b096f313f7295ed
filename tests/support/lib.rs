//! What the tests share: where the reference is, its samples, and what messages say apart from how they say it.

mod canonical;
mod deviations;
mod reference;

pub use canonical::{canonical_json, canonical_xml};
pub use deviations::{Deviation, Deviations};
pub use reference::{Absent, folder, pages, workspace};

/// The examples of the README are tests like any other.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
