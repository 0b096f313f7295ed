//! What comes back when all goes well: a resource, something started, content, or nothing.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use http::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, LOCATION};
use http::{Response, StatusCode};
use serde_json::Value as Json;
use url::Url;

use crate::body::Body;
use crate::context::Limits;
use crate::describe::Registry;
use crate::error::{DecodeError, DecodeProblem, EncodeError};
use crate::event::EventDocument;
use crate::link::{Link, LinkData};
use crate::object::{Format, Resource, same_property};
use crate::operation::{Put, PutRequest};
use crate::operation_error::{Conditions, OperationError};
use crate::put;
use crate::request::{RequestError, check_limit};

/// The address that an answer came from, where redirects led somewhere else than the request went. A client puts it into
/// the answer's [extensions](http::Extensions).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerUrl(pub Url);

/// What is known when an answer is read.
#[derive(Debug, Clone)]
pub struct ResponseContext {
    operation: fn() -> String,
    url: Option<Arc<Url>>,
    registry: &'static Registry,
}

impl ResponseContext {
    pub(crate) fn new(operation: fn() -> String, url: Option<Arc<Url>>, registry: &'static Registry) -> Self {
        Self { operation, url, registry }
    }

    /// Reads an answer, whether all went well or not.
    pub(crate) fn read<A: Answer, C: Conditions>(mut self, answer: Response<Vec<u8>>) -> Result<A, OperationError<C>> {
        if !answer.status().is_success() {
            return Err(OperationError::from_answer((self.operation)(), &answer));
        }
        if let Some(AnswerUrl(url)) = answer.extensions().get() {
            self.url = Some(Arc::new(url.clone()));
        }
        let status = answer.status();
        A::from_answer(&self, answer).map_err(|error| OperationError::unreadable((self.operation)(), status, error))
    }
}

/// What an operation can answer with.
pub trait Answer: Sized {
    /// Reads an answer whose status says that all went well.
    #[doc(hidden)]
    fn from_answer(context: &ResponseContext, answer: Response<Vec<u8>>) -> Result<Self, DecodeError>;
}

impl Answer for () {
    fn from_answer(_: &ResponseContext, _: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        Ok(())
    }
}

impl Answer for Body {
    fn from_answer(_: &ResponseContext, answer: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        let media_type = text(answer.headers(), &CONTENT_TYPE).unwrap_or("application/octet-stream").to_owned();
        Ok(Self { media_type, bytes: answer.into_body() })
    }
}

impl Answer for EventDocument {
    fn from_answer(context: &ResponseContext, answer: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        let (headers, body) = (answer.headers(), answer.body().as_slice());
        if body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let Some(format) = format(headers, body) else {
            return Err(DecodeError::new(DecodeProblem::Shape("expected events in JSON or XML".into())));
        };
        let mut document = Self::decode(context.registry, format, body, Limits::default())?;
        if let Some(url) = &context.url {
            document.set_base(url);
        }
        Ok(document)
    }
}

/// The state that a header names; an empty one names none.
fn etag(headers: &HeaderMap) -> Option<&str> {
    text(headers, &ETAG).map(str::trim).filter(|etag| !etag.is_empty())
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// The format of an answer: what its header says, or what its first byte looks like where there is no header.
pub(crate) fn format(headers: &HeaderMap, body: &[u8]) -> Option<Format> {
    match text(headers, &CONTENT_TYPE) {
        Some(media_type) => Format::of_media_type(media_type),
        None => match body.trim_ascii_start().first() {
            Some(b'{') => Some(Format::Json),
            Some(b'<') => Some(Format::Xml),
            _ => None,
        },
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
#[derive(Debug, Clone, PartialEq)]
pub struct Fetched<T> {
    resource: T,
    etag: Option<String>,
    revision: u32,
    location: Option<String>,
    base: Option<Arc<Url>>,
    original: Option<Arc<Original<T>>>,
}

/// A resource as it came, by which a PUT tells what was touched.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Original<T> {
    /// The properties that the tables list, and nothing else.
    pub(crate) resource: T,
    /// All properties, known or not, in the order of the message.
    pub(crate) properties: Vec<(Box<str>, Json)>,
    pub(crate) format: Format,
}

impl<T: Resource> Original<T> {
    fn new(resource: &T, format: Format, body: &[u8]) -> Result<Self, DecodeError> {
        let properties = put::properties(resource, format, body)?;
        Ok(Self { resource: put::known_properties(resource), properties, format })
    }
}

impl<T: Resource> Fetched<T> {
    /// A resource that was embedded in another, with the state that its `etag` property names.
    pub fn from_embedded(resource: T) -> Self {
        let base = resource.envelope().base().cloned();
        let etag = resource.etag().map(str::to_owned);
        Self { resource, etag, revision: T::DESCRIPTION.revision, location: None, base, original: None }
    }

    /// The resource.
    pub fn into_inner(self) -> T {
        self.resource
    }

    /// The state that the resource was in: from the header `ETag`, or the property `etag` where there is none.
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// The revision that the server gave.
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// The address that the answer came from, against which relative links are resolved.
    pub fn base(&self) -> Option<&Url> {
        self.base.as_deref()
    }

    /// The link to the resource itself: what it says of itself, else where the answer says that it was created, else where
    /// the answer came from.
    pub fn link(&self) -> Option<Link<T>> {
        let own = self.resource.envelope().link().cloned();
        let created = || self.location.as_deref().map(LinkData::new);
        let data = own.or_else(created).or_else(|| Some(LinkData::new(self.base()?.as_str())))?;
        Some(Link::from_parts(data, self.base.clone()))
    }

    /// The address of what was created, where the answer names one.
    pub fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// The request that replaces the resource by what it is now.
    ///
    /// All properties go back, known or not, with those that were not touched as they came; among the unknown ones is the
    /// marker that servers ask for. It is an error when the answer had no ETag; read the resource again then.
    pub fn put(&self) -> Result<PutRequest<T>, RequestError>
    where
        T: Put,
    {
        PutRequest::new(self)
    }

    /// Sees that what the caller set is within its documented limits. What the server sent is the server's business.
    pub(crate) fn check_touched(&self, operation: fn() -> String) -> Result<(), RequestError> {
        for (index, property) in T::DESCRIPTION.properties.iter().enumerate() {
            let field = self.resource.property(index);
            let came = self.original.as_ref().and_then(|original| original.resource.property(index));
            if let Some(field) = field.filter(|_| !same_property(field, came)) {
                check_limit(operation, property, field)?;
            }
        }
        Ok(())
    }

    pub(crate) fn put_body(&self, format: Format) -> Result<String, EncodeError> {
        put::body(format, &self.resource, self.original.as_deref())
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

/// The header that tells which revision of a resource was served.
const SERVED_REVISION: HeaderName = HeaderName::from_static("x-ms-ucwaversion");

impl<T: Resource> Answer for Fetched<T> {
    fn from_answer(context: &ResponseContext, answer: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        fetched(context, &answer)?.ok_or_else(|| {
            let message = format!("expected `{}`, found an answer without a body", T::DESCRIPTION.name);
            DecodeError::new(DecodeProblem::Shape(message))
        })
    }
}

/// The resource in an answer; none where there is no body.
fn fetched<T: Resource>(
    context: &ResponseContext,
    answer: &Response<Vec<u8>>,
) -> Result<Option<Fetched<T>>, DecodeError> {
    let (headers, body) = (answer.headers(), answer.body().as_slice());
    if body.trim_ascii().is_empty() {
        return Ok(None);
    }
    let Some(format) = format(headers, body) else {
        let found = text(headers, &CONTENT_TYPE).unwrap_or("something that is neither JSON nor XML");
        let message = format!("expected `{}` in JSON or XML, found {found}", T::DESCRIPTION.name);
        return Err(DecodeError::new(DecodeProblem::Shape(message)));
    };
    let mut resource = T::decode(format, body, Limits::default())?;
    let original = if T::REPLACEABLE { Some(Arc::new(Original::new(&resource, format, body)?)) } else { None };
    let base = context.url.clone();
    if let Some(base) = &base {
        resource.envelope_mut().set_base(base);
    }
    let etag = etag(headers).or_else(|| resource.etag()).map(str::to_owned);
    let revision = text(headers, &SERVED_REVISION).and_then(|revision| revision.trim().parse().ok());
    Ok(Some(Fetched {
        etag,
        revision: revision.unwrap_or(T::DESCRIPTION.revision),
        location: text(headers, &LOCATION).map(str::to_owned),
        resource,
        base,
        original,
    }))
}

/// Something that goes on: the event channel tells of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Started<T> {
    /// The link to the resource that the event channel tells of: from the header `Location`, or from the resource where the
    /// server sent that along and no header.
    pub link: Option<Link<T>>,
    /// The resource, where the server sent it along.
    pub resource: Option<Fetched<T>>,
}

impl<T: Resource> Answer for Started<T> {
    fn from_answer(context: &ResponseContext, answer: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        let base = context.url.clone();
        let location = text(answer.headers(), &LOCATION).map(|href| Link::from_parts(LinkData::new(href), base));
        let resource: Option<Fetched<T>> = fetched(context, &answer)?;
        let own = || {
            let resource = resource.as_ref()?;
            Some(Link::from_parts(resource.envelope().link()?.clone(), resource.base.clone()))
        };
        Ok(Self { link: location.or_else(own), resource })
    }
}

/// A resource that was replaced.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Updated<T> {
    /// The state that it is in now, where the server says so.
    pub etag: Option<String>,
    /// What it is now, where the server sent it along.
    pub resource: Option<Fetched<T>>,
}

impl<T: Resource> Answer for Updated<T> {
    fn from_answer(context: &ResponseContext, answer: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        let etag = etag(answer.headers()).map(str::to_owned);
        // Some servers confirm with a page of their own; only a resource is read.
        let has_resource =
            answer.status() != StatusCode::NO_CONTENT && format(answer.headers(), answer.body()).is_some();
        let resource = if has_resource { fetched(context, &answer)? } else { None };
        Ok(Self { etag: etag.or_else(|| resource.as_ref()?.etag.clone()), resource })
    }
}
