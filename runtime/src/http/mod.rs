//! Requests and responses as values: the methods of resources, what they take, what they bring and how they fail.
//!
//! A request becomes an [`http::Request`] and reads an [`http::Response`]. Sending one and receiving the other is left to the
//! caller.

mod body;
mod errors;
mod headers;
mod input;
mod limits;
mod metadata;
mod methods;
mod put;
mod put_body;
mod request_error;
mod requests;
mod responses;

pub use body::Body;
pub use errors::{Condition, Conditions, ErrorKind, OperationError, named, row};
pub use input::{Input, NoInput, NoQuery, Optional, OptionalInput, OptionalQuery, StartsOperation};
pub use metadata::{Metadata, MethodMetadata, ParameterMetadata};
pub use methods::{Delete, FetchFirst, Get, Options, Post, Put, Revised};
pub use put::PutRequest;
pub use request_error::RequestError;
pub use requests::{ConditionalGetRequest, DeleteRequest, GetRequest, OptionsRequest, PostRequest};
pub use responses::{Changed, Fetched, FromResponse, ResponseContext, ResponseUrl, Started, Updated};
