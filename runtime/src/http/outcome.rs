//! What a POST started, and what a PUT brought.

use http::header::LOCATION;
use http::{Response, StatusCode};

use crate::codec::DecodeError;
use crate::http::fetched::{Fetched, is_empty};
use crate::http::headers::{etag, format, text};
use crate::http::response::{FromResponse, ResponseContext};
use crate::model::{Link, LinkData, Resource};

/// The resource in a response that mostly has none, which then takes no place.
fn boxed<T: Resource>(context: &ResponseContext, response: Response<Vec<u8>>) -> Result<Box<Fetched<T>>, DecodeError> {
    Fetched::from_response(context, response).map(Box::new)
}

/// Something that goes on: the event channel tells of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Started<T: Resource> {
    /// The link to the resource that the event channel tells of: from the header `Location`, or from the resource where the
    /// server sent that along and no header.
    pub link: Option<Link<T>>,
    /// The resource, where the server sent it along.
    pub resource: Option<Box<Fetched<T>>>,
}

impl<T: Resource> FromResponse for Started<T> {
    fn from_response(context: &ResponseContext, response: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        let location = text(response.headers(), &LOCATION).map(LinkData::new);
        let resource = if is_empty(&response) { None } else { Some(boxed::<T>(context, response)?) };
        let own = || resource.as_ref()?.envelope().link().cloned();
        let link = location.or_else(own).map(|data| Link::from_parts(data, context.address().cloned()));
        Ok(Self { link, resource })
    }
}

/// A resource that was replaced.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Updated<T: Resource> {
    /// The state that it is in now, where the server says so.
    pub etag: Option<String>,
    /// What it is now, where the server sent it along.
    pub resource: Option<Box<Fetched<T>>>,
}

impl<T: Resource> FromResponse for Updated<T> {
    fn from_response(context: &ResponseContext, response: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        // Some servers confirm with a page of their own; only a resource is read.
        let has_resource = response.status() != StatusCode::NO_CONTENT
            && !is_empty(&response)
            && format(response.headers(), response.body()).is_some();
        if !has_resource {
            return Ok(Self { etag: etag(response.headers()).map(str::to_owned), resource: None });
        }
        let resource = boxed::<T>(context, response)?;
        Ok(Self { etag: resource.etag().map(str::to_owned), resource: Some(resource) })
    }
}
