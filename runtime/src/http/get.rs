//! GET: reading a resource, always or only if it changed.

use std::fmt;

use http::header::IF_NONE_MATCH;
use http::{Method, Request, Response, StatusCode};
use url::Url;

use crate::codec::Format;
use crate::http::errors::OperationError;
use crate::http::headers::quoted;
use crate::http::limits::check_limits;
use crate::http::methods::Get;
use crate::http::operation_request::OperationRequest;
use crate::http::parts::Parts;
use crate::http::request_error::RequestError;
use crate::http::response::FromResponse;
use crate::http::target::Target;
use crate::model::{AddressError, Link};

/// The media type by which events come in XML. For the general one, `application/xml`, a server may send JSON.
const EVENTS_IN_XML: &str = "application/vnd.microsoft.com.ucwa+xml";

/// A request to read a resource.
#[must_use = "a request does nothing until it is sent"]
pub struct GetRequest<T: Get> {
    target: Target<T>,
    query: T::Query,
}

impl<T: Get> GetRequest<T> {
    pub(super) fn new(link: &Link<T>, query: T::Query) -> Self {
        Self { target: Target::of(link).with_query(&query), query }
    }

    /// The parameters, which stand in the URL.
    pub fn query(&self) -> &T::Query {
        &self.query
    }

    /// The same request, to which the server returns the resource only if its state is no longer the one that `etag` names.
    pub fn if_changed_since(self, etag: impl Into<String>) -> ConditionalGetRequest<T> {
        ConditionalGetRequest { request: self, etag: etag.into() }
    }

    fn parts(&self, format: Format) -> Result<Parts, RequestError> {
        check_limits(Self::operation, &self.query)?;
        let mut parts = Parts::new(Self::METHOD, &self.target, format)?;
        let is_of_events = T::Response::LONG_POLL && format == Format::Xml;
        parts.accept(T::ACCEPT.or(is_of_events.then_some(EVENTS_IN_XML)));
        Ok(parts)
    }
}

impl<T: Get> Clone for GetRequest<T> {
    fn clone(&self) -> Self {
        Self { target: self.target.clone(), query: self.query.clone() }
    }
}

impl<T: Get> fmt::Debug for GetRequest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetRequest").field("target", &self.target).field("query", &self.query).finish()
    }
}

impl<T: Get> OperationRequest for GetRequest<T> {
    type Resource = T;
    type Response = T::Response;
    type Error = T::Error;

    const METHOD: Method = Method::GET;

    fn url(&self) -> Result<Url, AddressError> {
        self.target.url()
    }

    fn to_http(&self, format: Format) -> Result<Request<Vec<u8>>, RequestError> {
        self.parts(format)?.finish()
    }

    fn read(&self, response: Response<Vec<u8>>) -> Result<T::Response, OperationError<T::Error>> {
        self.target.context(Self::METHOD).accepting(T::ACCEPT).read(response)
    }

    fn is_long_poll(&self) -> bool {
        T::Response::LONG_POLL
    }
}

/// A request to read a resource if it changed.
#[must_use = "a request does nothing until it is sent"]
pub struct ConditionalGetRequest<T: Get> {
    request: GetRequest<T>,
    etag: String,
}

impl<T: Get> Clone for ConditionalGetRequest<T> {
    fn clone(&self) -> Self {
        Self { request: self.request.clone(), etag: self.etag.clone() }
    }
}

impl<T: Get> fmt::Debug for ConditionalGetRequest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConditionalGetRequest").field("request", &self.request).field("etag", &self.etag).finish()
    }
}

impl<T: Get> OperationRequest for ConditionalGetRequest<T> {
    type Resource = T;
    type Response = Changed<T::Response>;
    type Error = T::Error;

    const METHOD: Method = Method::GET;

    fn url(&self) -> Result<Url, AddressError> {
        self.request.url()
    }

    fn to_http(&self, format: Format) -> Result<Request<Vec<u8>>, RequestError> {
        let mut parts = self.request.parts(format)?;
        parts.header(IF_NONE_MATCH, &quoted(&self.etag))?;
        parts.finish()
    }

    fn read(&self, response: Response<Vec<u8>>) -> Result<Self::Response, OperationError<T::Error>> {
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(Changed::No);
        }
        self.request.read(response).map(Changed::Yes)
    }

    fn is_long_poll(&self) -> bool {
        self.request.is_long_poll()
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
