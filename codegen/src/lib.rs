//! From the UCWA 2.0 reference pages to a schema, and from the schema to the crate `ucwa`.
//!
//! Without its default features, the crate is what a `build.rs` needs: [`lower`](mod@lower), [`emit`] and
//! [`generate`](mod@generate). The feature `extract` adds all that reads pages and compares schemas, `export` the module of
//! that name, and `command` the command.
//!
//! - [`pages`] reads reference pages of any dialect into blocks.
//! - [`extract`](mod@extract) takes out of them what they say: a [`Schema`](ucwa_schema::Schema) and the samples.
//! - [`lower`](mod@lower) gives the schema its Rust names and words; [`emit`] writes them as Rust.
//! - [`generate`](mod@generate) is all of that in one call, for the command and for a `build.rs`.
//! - [`compare`](mod@compare) tells what two schemas differ in, and what that means for users of the crate.
//! - [`update`] is the whole round for pages that changed.
//! - [`lint`](mod@lint) finds what is wrong with the reference itself; [`export`] writes the schema in other formats.
//! - [`diagnostics`] says what could not be placed, and where.

#[cfg(feature = "extract")]
pub mod compare;
#[cfg(feature = "extract")]
pub mod diagnostics;
pub mod emit;
#[cfg(feature = "export")]
pub mod export;
#[cfg(feature = "extract")]
pub mod extract;
pub mod generate;
#[cfg(feature = "extract")]
pub mod lint;
pub mod lower;
#[cfg(feature = "extract")]
pub mod pages;
#[cfg(feature = "extract")]
pub mod update;
