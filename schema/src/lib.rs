//! The declarative description of UCWA 2.0: extracted from the reference pages, and the source of the generated crate.
//!
//! - [`Schema`] and the types around it are the model; one JSON file holds one [`Resource`] or [`Enumeration`].
//! - [`Schema::load`] reads the folder; `Schema::files`, with the feature `json-schema`, writes it.
//! - [`validate`](mod@validate) finds broken references, clashes and gaps.
//! - [`facts`](mod@facts) prints a schema as one sorted line per fact.
//! - [`Erratum`] corrects, as data, what the reference gets wrong; [`TextErratum`] what cannot be read as it stands.

mod errata;
pub mod facts;
mod folder;
mod introductions;
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
pub use introductions::CRATE_INTRODUCTION;
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
