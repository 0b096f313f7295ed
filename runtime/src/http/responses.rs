//! What comes back when all goes well: a resource, something started, content, or nothing.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use http::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use http::response::Parts;
use http::{Response, StatusCode};
use url::Url;

use crate::codec::{DecodeError, DecodeProblem, Document, Limits};
use crate::event::EventDocument;
use crate::http::body::Body;
use crate::http::errors::{Conditions, OperationError};
use crate::http::headers::{SERVED_REVISION, etag, format, text};
use crate::http::put_body::Original;
use crate::model::{Address, AddressError, Link, LinkData, Registry, Resource, resolve};
use crate::secret::redact_url;

/// The address that an answer came from, where redirects led somewhere else than the request went. A client puts it into
/// the answer's [extensions](http::Extensions).
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseUrl(pub Url);

impl fmt::Debug for ResponseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ResponseUrl").field(&redact_url(self.0.as_str())).finish()
    }
}

/// What is known when an answer is read.
#[derive(Debug, Clone)]
pub struct ResponseContext {
    operation: fn() -> String,
    address: Option<Arc<Address>>,
    registry: &'static Registry,
}

impl ResponseContext {
    pub(crate) fn new(operation: fn() -> String, address: Option<Arc<Address>>, registry: &'static Registry) -> Self {
        Self { operation, address, registry }
    }

    /// Reads an answer, whether all went well or not.
    pub(crate) fn read<A: FromResponse, C: Conditions>(
        mut self,
        answer: Response<Vec<u8>>,
    ) -> Result<A, OperationError<C>> {
        if !answer.status().is_success() {
            return Err(OperationError::from_response((self.operation)(), &answer));
        }
        if let Some(ResponseUrl(url)) = answer.extensions().get() {
            self.address = Some(Arc::new(url.clone().into()));
        }
        let status = answer.status();
        A::from_response(&self, answer).map_err(|error| OperationError::unreadable((self.operation)(), status, error))
    }
}

/// What an operation can answer with.
pub trait FromResponse: Sized {
    /// Reads an answer whose status says that all went well.
    #[doc(hidden)]
    fn from_response(context: &ResponseContext, answer: Response<Vec<u8>>) -> Result<Self, DecodeError>;
}

impl FromResponse for () {
    fn from_response(_: &ResponseContext, _: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        Ok(())
    }
}

impl FromResponse for Body {
    fn from_response(_: &ResponseContext, answer: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        let media_type = text(answer.headers(), &CONTENT_TYPE).unwrap_or("application/octet-stream").to_owned();
        Ok(Self { media_type, bytes: answer.into_body() })
    }
}

impl FromResponse for EventDocument {
    fn from_response(context: &ResponseContext, answer: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        let (headers, body) = (answer.headers(), answer.body().as_slice());
        if body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let Some(format) = format(headers, body) else {
            return Err(DecodeError::new(DecodeProblem::Shape("expected events in JSON or XML".into())));
        };
        let mut document = Self::decode(context.registry, format, body, Limits::default())?;
        if let Some(address) = &context.address {
            document.set_base_address(address);
        }
        Ok(document)
    }
}

/// Whether a resource changed since it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed<T> {
    /// It did, and this is what it is now.
    Yes(T),
    /// It is as it was.
    No,
}

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

    /// The headers of the answer; none for a resource that was embedded in another.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The address that the answer came from, against which relative links are resolved.
    pub fn base(&self) -> Option<&Url> {
        self.base.as_ref().map(|base| base.url())
    }

    /// The link to the resource itself: what it says of itself, else where the answer says that it was created, else where
    /// the answer came from.
    pub fn link(&self) -> Option<Link<T>> {
        let own = self.resource.envelope().link().cloned();
        let data = own.or_else(|| Some(LinkData::new(self.address()?)))?;
        Some(Link::from_parts(data, self.base.clone()))
    }

    /// Where that link leads.
    fn address(&self) -> Option<&str> {
        self.resource.href().or_else(|| self.created_at()).or_else(|| Some(self.base.as_ref()?.as_str()))
    }

    /// The address of what was created, where the answer names one in its header `Location`.
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
    /// Headers and the text of the answer may hold what is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Fetched");
        debug.field("resource", &self.resource).field("etag", &self.etag()).field("revision", &self.revision());
        debug.field("created_at", &self.created_at().map(redact_url)).field("base", &self.base).finish_non_exhaustive()
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
    fn from_response(context: &ResponseContext, answer: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        let shape = |message: String| Err(DecodeError::new(DecodeProblem::Shape(message)));
        if is_empty(&answer) {
            return shape(format!("expected `{}`, found an answer without a body", T::DESCRIPTION.name));
        }
        let (Parts { headers, .. }, body) = answer.into_parts();
        let Some(format) = format(&headers, &body) else {
            let found = text(&headers, &CONTENT_TYPE).unwrap_or("something that is neither JSON nor XML");
            return shape(format!("expected `{}` in JSON or XML, found {found}", T::DESCRIPTION.name));
        };
        let mut resource = T::decode(format, &body, Limits::default())?;
        let base = context.address.clone();
        if let Some(base) = &base {
            resource.envelope_mut().set_base_address(base);
        }
        let original = T::REPLACEABLE.then_some(Original { format, body });
        Ok(Self { resource, headers, base, original })
    }
}

/// The resource in an answer that mostly has none, which then takes no place.
fn boxed<T: Resource>(context: &ResponseContext, answer: Response<Vec<u8>>) -> Result<Box<Fetched<T>>, DecodeError> {
    Fetched::from_response(context, answer).map(Box::new)
}

fn is_empty(answer: &Response<Vec<u8>>) -> bool {
    answer.body().trim_ascii().is_empty()
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
    fn from_response(context: &ResponseContext, answer: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        let location = text(answer.headers(), &LOCATION).map(LinkData::new);
        let resource = if is_empty(&answer) { None } else { Some(boxed::<T>(context, answer)?) };
        let own = || resource.as_ref()?.envelope().link().cloned();
        let link = location.or_else(own).map(|data| Link::from_parts(data, context.address.clone()));
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
    fn from_response(context: &ResponseContext, answer: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        // Some servers confirm with a page of their own; only a resource is read.
        let has_resource = answer.status() != StatusCode::NO_CONTENT
            && !is_empty(&answer)
            && format(answer.headers(), answer.body()).is_some();
        if !has_resource {
            return Ok(Self { etag: etag(answer.headers()).map(str::to_owned), resource: None });
        }
        let resource = boxed::<T>(context, answer)?;
        Ok(Self { etag: resource.etag().map(str::to_owned), resource: Some(resource) })
    }
}
