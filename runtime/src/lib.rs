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

mod codec;
mod event;
mod http;
mod macros;
mod model;
mod values;

pub use self::codec::{
    AnyResource, DecodeError, DecodeProblem, Document, EncodeError, ErrorBody, Format, InvalidParameter, Limits,
    Strictness, deserialize, read, serialize, write, write_input,
};
pub use self::event::{Event, EventDocument, EventKind, EventTarget, NextLink, Sender, UnreadableEvent};
pub use self::http::{
    Body, Changed, Condition, ConditionalGetRequest, Conditions, Delete, DeleteRequest, ErrorKind, FetchFirst, Fetched,
    FromResponse, Get, GetRequest, Input, Metadata, MethodMetadata, NoInput, NoQuery, OperationError, Optional,
    OptionalInput, OptionalQuery, Options, OptionsRequest, ParameterMetadata, Post, PostRequest, Put, PutRequest,
    RequestError, ResponseContext, ResponseUrl, Revised, Started, StartsOperation, Updated, condition, named,
};
pub use self::model::{
    AddressError, AnyObject, Described, Description, Enumeration, Envelope, GenericResource, Link, LinkData,
    LinkDetail, Mismatch, NotLinked, Object, Property, PropertyDescription, PropertyForm, ProtocolProperty, Registry,
    RegistryEntry, Related, RelatedList, RelatedTarget, Relation, RelationDescription, RelationTarget, Resource,
    Unlisted, Unreadable, Untyped, Value, content, deserialize_enumeration, enumeration_value, fmt_debug, input, list,
    many, one, resource, same, scalar, secret, unreadable,
};
pub use self::values::{
    Bytes, Content, ContentError, Duration, ParseDurationError, ParseTimestampError, Timestamp, Uri,
};

/// What the emitted crate's `serde` implementations are written against.
#[doc(hidden)]
pub use serde;
