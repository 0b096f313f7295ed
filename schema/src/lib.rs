//! The declarative description of UCWA 2.0 that lies between the reference pages and the emitted crate.
//!
//! - [`Schema`] and the types around it are the model; one JSON file holds one [`Resource`] or [`Enumeration`].
//! - [`Schema::load`] and [`Schema::files`] read and write the folder.
//! - [`validate`](mod@validate) finds references that lead nowhere, clashes and gaps.
//! - [`facts`](mod@facts) prints a schema as one sorted line per fact.
//! - [`Erratum`] corrects, as data, what the reference gets wrong; [`TextErratum`] what cannot be read as it stands.

mod errata;
pub mod facts;
mod folder;
#[cfg(feature = "json-schema")]
mod json_schema;
mod json_text;
mod model;
mod summaries;
mod types;
pub mod validate;
#[cfg(feature = "json-schema")]
mod write;

pub use errata::{
    Erratum, ErratumError, ErratumProblem, TextErratum, TextErratumError, TextErratumProblem, apply_errata,
    errata_without_page, row_name,
};
pub use folder::{Errata, LoadError};
#[cfg(feature = "json-schema")]
pub use json_schema::json_schemas;
pub use json_text::to_json_text;
pub use model::{
    Cardinality, Cause, Enumeration, ErrorRow, Errors, Event, EventType, Evidence, GenericError, Member, Method,
    Operation, Parameter, Property, ReasonCode, ReasonMeaning, Reasons, Relation, Resource, Response, Schema,
    ValueLimits,
};
pub use summaries::{SHARED_FILE, SharedSummary, check_summaries};
pub use types::{ParseTypeError, Type};
