//! From pages to the schema, through the library and through the command.

mod command;
mod common;
mod dialects;
#[expect(unreachable_pub, reason = "tests of another crate share the file")]
#[path = "../../../tests/support/edition.rs"]
mod edition;
mod flatten;
mod pages;
mod reference;
mod robustness;
mod seeds;
