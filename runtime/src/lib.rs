//! What the emitted crate `ucwa` stands on.
//!
//! The emitted crate describes resources; this crate works with the descriptions:
//!
//! - [`Object`] is what a resource looks like from outside, [`Description`] the tables behind it. Both readers and both
//!   writers go through them, so that each resource is compiled once and not once for each format.
//! - [`Property`] is what a field can be; [`Timestamp`], [`Duration`], [`Uri`], [`Content`] and [`Bytes`] are the types that
//!   UCWA adds to text, numbers and truth values.
//! - [`Envelope`] holds what every resource has: its own link, its relations, and what no table lists.
//! - [`Link`], [`Related`] and [`RelatedList`] are what a relation gives.
//! - [`AnyResource`] reads a resource of a kind that only the message tells.
//! - [`Get`], [`Post`], [`Put`], [`Delete`] and [`Options`] say what a resource can be asked; [`Link`] and [`Fetched`] make
//!   requests of it that any HTTP client can carry; [`OperationError`] says what went wrong.
//! - [`EventDocument`] and [`ErrorBody`] are the two documents that are not resources.

mod address;
mod answer;
mod any;
mod body;
mod context;
mod describe;
mod enumeration;
mod envelope;
mod error;
mod error_body;
mod event;
mod json;
mod link;
mod metadata;
mod object;
mod operation;
mod operation_error;
mod property;
mod put;
mod related;
mod request;
mod values;
mod xml;

pub use address::AddressError;
pub use answer::{Answer, AnswerUrl, Changed, Fetched, ResponseContext, Started, Updated};
pub use any::{AnyResource, GenericResource};
pub use body::Body;
pub use context::Limits;
pub use describe::{
    Description, PropertyDescription, PropertyForm, Registry, RegistryEntry, RelationDescription, content, input, list,
    many, many_untyped, one, one_untyped, resource, scalar, secret,
};
pub use enumeration::{Enumeration, Unlisted, deserialize_enumeration, enumeration_value};
pub use envelope::{Envelope, Relation};
pub use error::{DecodeError, DecodeProblem, EncodeError};
pub use error_body::{ErrorBody, InvalidParameter};
pub use event::{Event, EventDocument, EventKind, EventTarget, NextLink, Sender, UnreadableEvent};
pub use json::{deserialize, serialize};
pub use link::{Link, LinkData, LinkDetail, Untyped};
pub use metadata::{Metadata, MethodMetadata, ParameterMetadata};
pub use object::{AnyObject, Described, Format, Input, Object, Resource, fmt_debug, read, same, write, write_input};
pub use operation::{
    ConditionalGetRequest, Delete, DeleteRequest, FetchFirst, Get, GetRequest, NoQuery, Optional, OptionalInput,
    OptionalQuery, Options, OptionsRequest, Post, PostRequest, Put, PutRequest, Revised, StartsOperation,
};
pub use operation_error::{Condition, Conditions, ErrorKind, OperationError, named, row};
pub use property::{Mismatch, Property, Value};
pub use related::{NotLinked, Related, RelatedList};
pub use request::{NoInput, RequestError};
pub use values::{Bytes, Content, ContentError, Duration, ParseDurationError, ParseTimestampError, Timestamp, Uri};

/// What the emitted crate's `serde` implementations are written against.
#[doc(hidden)]
pub use serde;
