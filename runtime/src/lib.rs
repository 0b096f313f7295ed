//! The hand-written part of the crate `ucwa`, on which its generated code is built.
//!
//! The generated code describes resources; this crate works with the descriptions:
//!
//! - [`Object`] is what a resource looks like from outside, [`Description`] the tables behind it. Both readers and both
//!   writers go through them, so that each resource is compiled once and not once for each format.
//! - [`Property`] is what a field can be; [`Timestamp`], [`Duration`], [`Uri`], [`Content`] and [`Bytes`] are the types
//!   of values besides text, numbers and booleans.
//! - [`Envelope`] holds what every resource has: its own link, its relations, and what no table lists.
//! - [`Link`], [`Related`] and [`RelatedList`] are what a relation gives.
//! - [`AnyResource`] reads a resource whose kind is only known from the message.
//! - [`Get`], [`Post`], [`Put`], [`Delete`] and [`Options`] are the methods that a resource supports; [`Link`] and
//!   [`Fetched`] make an [`OperationRequest`], which any HTTP client can send; [`OperationError`] describes a failure.
//! - [`mod@secret`] decides what is a secret and must not be shown.
//! - [`EventDocument`] and [`ErrorBody`] are the two documents that are not resources.
//!
//! Programs use the items in [`api`], through `ucwa`; the rest is for generated code and for tools.

pub mod api;
mod codec;
mod event;
mod http;
mod macros;
mod model;
pub mod secret;
mod values;

pub use self::api::*;

/// The crates whose types stand in signatures here. The root of the emitted crate re-exports them, so that users need not
/// find out which versions fit.
pub mod crates {
    pub use {::http, ::serde_json, ::time, ::url};
}

// What emitted code and tools are written against, beside what users name.
pub use self::codec::{deserialize, read, serialize, write, write_input};
pub use self::event::EventTable;
pub use self::http::{
    Condition, FetchFirst, FromResponse, OptionalInput, OptionalQuery, ResponseContext, batch_boundary, named,
    retry_after, row, split_batch,
};
pub use self::model::{
    AnyObject, Described, Description, Mismatch, Property, PropertyDescription, PropertyForm, Registry, RegistryEntry,
    Relation, RelationDescription, RelationTarget, Value, content, deserialize_enumeration, field, field_mut,
    fmt_debug, fmt_enumeration, input, list, many, one, order, resource, same, scalar, unreadable,
};
pub use self::values::{ParseDurationError, ParseTimestampError};

/// What the emitted crate's `serde` implementations are written against.
#[doc(hidden)]
pub use serde;
