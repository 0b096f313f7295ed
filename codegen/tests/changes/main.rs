//! What happens when the pages change: what is found, what it means, and whether that is true.

mod command;
mod common;
#[expect(unreachable_pub, reason = "tests of another crate share the file")]
#[path = "../../../tests/support/edition.rs"]
mod edition;
mod histories;
mod proof;
mod readme;
mod reference;
mod update;
