//! POST: creating, starting or doing something.

use std::fmt;

use http::{Method, Request, Response};
use url::Url;

use crate::codec::{Format, write};
use crate::http::body::Body;
use crate::http::errors::OperationError;
use crate::http::input::{Input, operation_id};
use crate::http::limits::check_limits;
use crate::http::methods::Post;
use crate::http::operation_request::OperationRequest;
use crate::http::parts::Parts;
use crate::http::request_error::RequestError;
use crate::http::target::Target;
use crate::model::{AddressError, Link, Object};

/// A request that does what a resource is for.
///
/// Parameters stand in the body. Where the body is content as it is, such as the text of a message, they stand in the URL.
#[must_use = "a request does nothing until it is sent"]
pub struct PostRequest<T: Post> {
    target: Target<T>,
    /// The parameters.
    pub input: T::Input,
}

impl<T: Post> PostRequest<T> {
    pub(super) fn new(link: &Link<T>, input: T::Input) -> Self {
        Self { target: Target::of(link), input }
    }
}

impl<T: Post> Clone for PostRequest<T> {
    fn clone(&self) -> Self {
        Self { target: self.target.clone(), input: self.input.clone() }
    }
}

impl<T: Post> fmt::Debug for PostRequest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostRequest").field("target", &self.target).field("input", &self.input).finish()
    }
}

impl<T: Post> OperationRequest for PostRequest<T> {
    type Resource = T;
    type Response = T::Response;
    type Error = T::Error;

    const METHOD: Method = Method::POST;

    fn url(&self) -> Result<Url, AddressError> {
        match self.input.body() {
            Some(_) => self.target.clone().with_query(&self.input).url(),
            None => self.target.url(),
        }
    }

    fn to_http(&self, format: Format) -> Result<Request<Vec<u8>>, RequestError> {
        check_limits(Self::operation, &self.input)?;
        let mut parts = Parts::new(Self::METHOD, &self.target, format)?;
        parts.accept(T::ACCEPT);
        match self.input.body() {
            Some(body) => {
                check_media_type::<T::Input>(Self::operation, body)?;
                parts.query(&self.input);
                parts.content(&body.media_type, &body.bytes)?;
            }
            // Nothing to say is said by an empty body.
            None if is_empty(&self.input) => {}
            None => parts.document(format, write(format, &self.input)?),
        }
        parts.finish()
    }

    fn read(&self, response: Response<Vec<u8>>) -> Result<T::Response, OperationError<T::Error>> {
        self.target.read(Self::METHOD, response)
    }

    fn operation_id(&self) -> Option<&str> {
        operation_id(&self.input)
    }
}

/// Whether no parameter is set.
fn is_empty(input: &dyn Object) -> bool {
    let count = input.description().properties.len();
    let is_set = |index| input.property(index).is_some_and(|field| field.count() > 0);
    !(0..count).any(is_set) && input.envelope().unknown_properties().next().is_none()
}

fn check_media_type<I: Input>(operation: fn() -> String, body: &Body) -> Result<(), RequestError> {
    if I::CONTENT.contains(&body.essence().as_str()) {
        return Ok(());
    }
    Err(RequestError::MediaType {
        operation: operation(),
        media_type: body.media_type.clone(),
        allowed: I::CONTENT.join(", "),
    })
}
