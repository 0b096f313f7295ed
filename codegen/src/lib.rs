//! From the UCWA 2.0 reference pages to a schema, and from the schema to the crate `ucwa`.
//!
//! - [`pages`] reads reference pages of any dialect into blocks.
//! - [`extract`](mod@extract) takes out of them what they say: a [`Schema`](ucwa_schema::Schema) and the samples.
//! - [`diagnostics`] says what could not be placed, and where.

pub mod diagnostics;
pub mod extract;
pub mod pages;
