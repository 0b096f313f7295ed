//! What the tests share: where the reference is, its samples, and what messages say apart from how they say it.

#![expect(clippy::missing_panics_doc, reason = "tests fail by panicking, and so does what they share")]

mod canonical;
mod damage;
mod deviations;
mod edition;
mod folders;
mod inputs;
mod operation;
mod pipe;
mod reference;
mod seeds;

pub use canonical::{canonical_json, canonical_xml};
pub use damage::Damage;
pub use deviations::{Deviation, Deviations};
pub use edition::is_counted_edition;
pub use folders::copy_folder;
pub use operation::{Asked, Failure, Operation, operations};
pub use pipe::closed_pipe;
pub use reference::{pages, reference_folder, seeds_folder, workspace};
pub use seeds::{DIALECTS, Message, SEEDS, laid_out, seed_facts, seed_pages, understood};

/// The examples of the READMEs and pages that no crate of their own tests are tests like any other.
#[cfg(doctest)]
mod documentation {
    #[doc = include_str!("../../docs/inputs.md")]
    struct Inputs;

    #[doc = include_str!("../../codegen/README.md")]
    struct Codegen;

    #[doc = include_str!("../../generated/README.md")]
    struct Generated;

    #[doc = include_str!("../../schema/README.md")]
    struct Schema;
}
