//! What a POST started, and what a PUT brought.

use http::{Response, StatusCode};

use crate::http::fetched::{Fetched, is_empty};
use crate::http::headers::{etag, format, location};
use crate::http::response::{FromResponse, ResponseContext, is_page};
use crate::http::unread_body::UnreadBody;
use crate::model::{Link, LinkData, Representation};

/// An operation that goes on after the response: the event channel reports its progress.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Started<T: Representation> {
    /// The link to the resource that the event channel reports: from the header `Location`, or from the resource where the
    /// server sent that along and no header.
    pub link: Option<Link<T>>,
    /// The resource, where the server sent it along and all of it could be read.
    pub resource: Option<Box<Fetched<T>>>,
    /// What could not be read of the response. The operation was started all the same.
    pub unread: Option<Box<UnreadBody>>,
}

impl<T: Representation> FromResponse for Started<T> {
    fn from_response(context: &ResponseContext, response: Response<Vec<u8>>) -> Result<Self, Box<UnreadBody>> {
        let location = location(response.headers()).map(LinkData::new);
        let has_created = context.has_created(&response);
        let found = if is_empty(&response) { None } else { Some(Fetched::<T>::read(context, response)) };
        let own = || found.as_ref()?.envelope().link().cloned();
        let link = location.or_else(own).map(|data| Link::from_parts(data, context.address().cloned()));
        match found.map(Fetched::in_full).transpose() {
            Ok(resource) => Ok(Self { link, resource: resource.map(Box::new), unread: None }),
            Err(unread) if has_created => Ok(Self { link, resource: None, unread: Some(unread) }),
            Err(unread) => Err(unread),
        }
    }
}

/// A resource that was replaced.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Updated<T: Representation> {
    /// The state that it is in now, where the server says so.
    pub etag: Option<String>,
    /// What it is now, where the server sent it along and all of it could be read.
    pub resource: Option<Box<Fetched<T>>>,
    /// What could not be read of the response. The resource was replaced all the same.
    pub unread: Option<Box<UnreadBody>>,
}

impl<T: Representation> FromResponse for Updated<T> {
    /// A page for people is that of a proxy, which says nothing of the resource.
    fn from_response(context: &ResponseContext, response: Response<Vec<u8>>) -> Result<Self, Box<UnreadBody>> {
        if is_page(&response) {
            let expected = format!("`{}` in JSON or XML, or a response without a body", T::DESCRIPTION.name);
            return Err(UnreadBody::unexpected(&expected, response));
        }
        let etag = etag(response.headers()).map(str::to_owned);
        // Servers may confirm with a word; only a resource is read.
        let has_resource = response.status() != StatusCode::NO_CONTENT
            && !is_empty(&response)
            && format(response.headers(), response.body()).is_some();
        if !has_resource {
            return Ok(Self { etag, resource: None, unread: None });
        }
        Ok(match Fetched::<T>::read(context, response).in_full() {
            Ok(resource) => {
                let etag = resource.etag().map(str::to_owned);
                Self { etag, resource: Some(Box::new(resource)), unread: None }
            }
            Err(unread) => Self { etag, resource: None, unread: Some(unread) },
        })
    }
}
