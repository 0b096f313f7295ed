//! A resource as a server gave it, with what a PUT needs.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use http::Response;
use http::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use http::response::Parts;
use url::Url;

use crate::codec::{DecodeError, DecodeProblem, Document, Limits};
use crate::http::headers::{SERVED_REVISION, etag, format, text};
use crate::http::put_body::Original;
use crate::http::response::{FromResponse, ResponseContext};
use crate::model::{Address, AddressError, Link, LinkData, Resource, resolve};

/// A resource as a server gave it, with what a PUT needs: where it came from and in which state it was.
///
/// It can be used like the resource itself.
#[derive(Clone)]
pub struct Fetched<T> {
    resource: T,
    headers: HeaderMap,
    base: Option<Arc<Address>>,
    original: Option<Original>,
}

impl<T: Resource> Fetched<T> {
    /// A resource that was embedded in another, with the state that its `etag` property names.
    pub fn from_embedded(resource: T) -> Self {
        let base = resource.envelope().base_address().cloned();
        Self { resource, headers: HeaderMap::new(), base, original: None }
    }

    /// The resource.
    pub fn into_inner(self) -> T {
        self.resource
    }

    /// The state that the resource was in: from the header `ETag`, or the property `etag` where there is none.
    pub fn etag(&self) -> Option<&str> {
        etag(&self.headers).or_else(|| self.resource.etag())
    }

    /// The revision that the server gave.
    pub fn revision(&self) -> u32 {
        let served = text(&self.headers, &SERVED_REVISION).and_then(|revision| revision.trim().parse().ok());
        served.unwrap_or(T::DESCRIPTION.revision)
    }

    /// The headers of the response; none for a resource that was embedded in another.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The address that the response came from, against which relative links are resolved.
    pub fn base(&self) -> Option<&Url> {
        self.base.as_ref().map(|base| base.url())
    }

    /// The link to the resource itself: what it says of itself, else where the response says that it was created, else where
    /// the response came from.
    pub fn link(&self) -> Option<Link<T>> {
        let own = self.resource.envelope().link().cloned();
        let data = own.or_else(|| Some(LinkData::new(self.address()?)))?;
        Some(Link::from_parts(data, self.base.clone()))
    }

    /// Where that link leads.
    fn address(&self) -> Option<&str> {
        self.resource.href().or_else(|| self.created_at()).or_else(|| Some(self.base.as_ref()?.as_str()))
    }

    /// The address of what was created, where the response names one in its header `Location`.
    pub fn created_at(&self) -> Option<&str> {
        text(&self.headers, &LOCATION)
    }

    /// The URL of the resource, which a PUT goes to; none where neither the resource nor its response names one.
    pub(super) fn url(&self) -> Option<Result<Arc<Address>, AddressError>> {
        self.address().map(|address| resolve(self.base.as_ref(), address))
    }

    /// The document that the resource came in, where it is kept for a PUT.
    pub(super) fn original(&self) -> Option<&Original> {
        self.original.as_ref()
    }
}

impl<T: Resource> PartialEq for Fetched<T> {
    /// The same resource in the same state, from the same place.
    fn eq(&self, other: &Self) -> bool {
        self.resource == other.resource
            && (self.etag(), self.revision(), self.created_at(), &self.base)
                == (other.etag(), other.revision(), other.created_at(), &other.base)
    }
}

impl<T: Resource> fmt::Debug for Fetched<T> {
    /// Headers and the text of the response may hold what is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Fetched");
        debug.field("resource", &self.resource).field("etag", &self.etag()).field("revision", &self.revision());
        debug
            .field("created_at", &self.created_at())
            .field("base", &self.base.as_ref().map(|base| base.as_str()))
            .finish_non_exhaustive()
    }
}

impl<T> Deref for Fetched<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.resource
    }
}

impl<T> DerefMut for Fetched<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.resource
    }
}

impl<T: Resource> FromResponse for Fetched<T> {
    fn from_response(context: &ResponseContext, response: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        let shape = |message: String| Err(DecodeError::new(DecodeProblem::Shape(message)));
        if is_empty(&response) {
            return shape(format!("expected `{}`, found a response without a body", T::DESCRIPTION.name));
        }
        let (Parts { headers, .. }, body) = response.into_parts();
        let Some(format) = format(&headers, &body) else {
            let found = text(&headers, &CONTENT_TYPE).unwrap_or("something that is neither JSON nor XML");
            return shape(format!("expected `{}` in JSON or XML, found {found}", T::DESCRIPTION.name));
        };
        let mut resource = T::decode(format, &body, Limits::default())?;
        let base = context.address().cloned();
        if let Some(base) = &base {
            resource.envelope_mut().set_base_address(base);
        }
        let original = T::REPLACEABLE.then_some(Original { format, body });
        Ok(Self { resource, headers, base, original })
    }
}

pub(super) fn is_empty(response: &Response<Vec<u8>>) -> bool {
    response.body().trim_ascii().is_empty()
}
