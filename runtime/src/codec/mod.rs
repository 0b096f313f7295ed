//! Documents in JSON and XML, read into the objects of the model and written from them.

mod any;
mod context;
mod document;
mod error;
mod error_body;
mod form;
mod format;
mod identity;
pub(crate) mod json;
mod taken_names;
pub(crate) mod xml;

#[cfg(test)]
pub(crate) use context::FIRST_ENTRIES;
pub(crate) use context::{Context, MAXIMUM_DEPTH, in_passes};
pub(crate) use form::Form;
pub(crate) use taken_names::TakenNames;

pub use any::AnyResource;
pub use context::{Limits, Strictness};
pub use document::{Document, read, write, write_input};
pub use error::{DecodeError, DecodeProblem, EncodeError};
pub use error_body::{ErrorBody, InvalidParameter};
pub use format::Format;
pub use json::{deserialize, serialize};
