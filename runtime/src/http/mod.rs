//! Requests and responses as values: the methods of resources, what they take, what they bring and how they fail.
//!
//! A request becomes an [`http::Request`] and reads an [`http::Response`]. Sending one and receiving the other is left to the
//! caller.

mod bare;
mod batch;
mod body;
mod errors;
mod fetched;
mod get;
mod headers;
mod input;
mod limits;
mod links;
mod metadata;
mod methods;
mod operation_request;
mod outcome;
mod parts;
mod post;
mod put;
mod put_body;
mod quoted;
mod received;
mod request_error;
mod response;
mod target;
mod unread_body;

pub use bare::{DeleteRequest, OptionsRequest};
pub use batch::{
    BatchBody, BatchBodyError, BatchError, BatchPart, BatchPartError, batch_boundary, read_batch, split_batch,
};
pub use body::Body;
pub use errors::{Challenge, Condition, Conditions, Diagnostics, ErrorKind, OperationError, named, retry_after, row};
pub use fetched::Fetched;
pub use get::{Changed, ConditionalGetRequest, GetRequest};
pub use input::{Input, NoInput, NoQuery, Optional, OptionalInput, OptionalQuery, StartsOperation};
pub use metadata::{Metadata, MethodMetadata, ParameterMetadata};
pub use methods::{Delete, FetchFirst, Get, Options, Post, Put, Revised};
pub use operation_request::OperationRequest;
pub use outcome::{Started, Updated};
pub use post::PostRequest;
pub use put::PutRequest;
pub use received::ReceivedAt;
pub use request_error::RequestError;
pub use response::{FromResponse, ResponseContext, ResponseUrl};
pub use unread_body::UnreadBody;
