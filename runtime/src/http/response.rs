//! Reading responses: what is known when one arrives, and what it can be read as.

use std::fmt;
use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{Method, Response, StatusCode};
use url::Url;

use crate::codec::Limits;
use crate::event::EventDocument;
use crate::http::body::Body;
use crate::http::errors::{Conditions, OperationError};
use crate::http::headers::{format, location, text};
use crate::http::operation_request::operation_name;
use crate::http::unread_body::UnreadBody;
use crate::model::{Address, Description, Registry};
use crate::secret::redact_url;

/// The URL that a response came from, where redirects led somewhere else than the request went. A client puts it into the
/// response's [extensions](http::Extensions).
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseUrl(pub Url);

impl fmt::Debug for ResponseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ResponseUrl").field(&redact_url(self.0.as_str())).finish()
    }
}

/// What is known when a response is read.
#[derive(Debug, Clone)]
pub struct ResponseContext {
    method: Method,
    resource: &'static Description,
    revision: u32,
    address: Option<Arc<Address>>,
    /// The media type that was asked for, where it is content and not a UCWA document.
    accept: Option<&'static str>,
}

impl ResponseContext {
    pub(super) fn new(
        method: Method,
        resource: &'static Description,
        revision: u32,
        address: Option<Arc<Address>>,
    ) -> Self {
        Self { method, resource, revision, address, accept: None }
    }

    /// The same, where content of a media type was asked for.
    pub(super) fn accepting(self, accept: Option<&'static str>) -> Self {
        Self { accept, ..self }
    }

    /// The revision that was asked for.
    pub(super) fn revision(&self) -> u32 {
        self.revision
    }

    /// Reads a response, whether all went well or not.
    pub(super) fn read<R: FromResponse, C: Conditions>(
        mut self,
        response: Response<Vec<u8>>,
    ) -> Result<R, OperationError<C>> {
        if let Some(ResponseUrl(url)) = response.extensions().get() {
            self.address = Some(Arc::new(url.clone().into()));
        }
        if !response.status().is_success() {
            return Err(OperationError::from_response(self.operation(), self.url(), response));
        }
        R::from_response(&self, response)
            .map_err(|unread| OperationError::unreadable(self.operation(), self.url(), *unread))
    }

    /// Whether a successful response says that it created or started what was asked for, whatever its body says.
    pub(super) fn has_created(&self, response: &Response<Vec<u8>>) -> bool {
        let is_named = response.status() == StatusCode::CREATED || location(response.headers()).is_some();
        self.method == Method::POST && is_named
    }

    fn operation(&self) -> String {
        operation_name(&self.method, self.resource)
    }

    /// Where the response came from.
    pub(super) fn address(&self) -> Option<&Arc<Address>> {
        self.address.as_ref()
    }

    fn url(&self) -> Option<&str> {
        self.address.as_ref().map(|address| address.as_str())
    }

    fn registry(&self) -> &'static Registry {
        self.resource.registry
    }
}

/// What a successful response can be read as.
pub trait FromResponse: Sized + Send {
    /// Whether the server holds the response back until something happens.
    #[doc(hidden)]
    const LONG_POLL: bool = false;

    /// Reads a response whose status says that all went well.
    #[doc(hidden)]
    fn from_response(context: &ResponseContext, response: Response<Vec<u8>>) -> Result<Self, Box<UnreadBody>>;
}

impl FromResponse for () {
    /// Servers may send a resource along, or a word. A page for people is that of a proxy, unless the response says that
    /// something was created.
    fn from_response(context: &ResponseContext, response: Response<Vec<u8>>) -> Result<Self, Box<UnreadBody>> {
        let is_proxy = is_page(&response) && !context.has_created(&response);
        if is_proxy { Err(UnreadBody::unexpected("a response without a body", response)) } else { Ok(()) }
    }
}

/// Whether the body is HTML: what its header says, or how it begins where there is no header.
pub(super) fn is_page(response: &Response<Vec<u8>>) -> bool {
    let body = response.body().trim_ascii_start();
    let begins = |start: &[u8]| body.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start));
    let is_named = text(response.headers(), &CONTENT_TYPE).map(|media_type| {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        ["text/html", "application/xhtml+xml"].iter().any(|page| essence.eq_ignore_ascii_case(page))
    });
    !body.is_empty() && is_named.unwrap_or_else(|| begins(b"<!doctype html") || begins(b"<html"))
}

impl FromResponse for Body {
    /// Where no page was asked for, a page is that of a proxy.
    fn from_response(context: &ResponseContext, response: Response<Vec<u8>>) -> Result<Self, Box<UnreadBody>> {
        if let Some(accept) = context.accept.filter(|accept| *accept != "text/html" && is_page(&response)) {
            return Err(UnreadBody::unexpected(accept, response));
        }
        let media_type = text(response.headers(), &CONTENT_TYPE).unwrap_or("application/octet-stream").to_owned();
        Ok(Self { media_type, bytes: response.into_body() })
    }
}

impl FromResponse for EventDocument {
    const LONG_POLL: bool = true;

    fn from_response(context: &ResponseContext, response: Response<Vec<u8>>) -> Result<Self, Box<UnreadBody>> {
        let (headers, body) = (response.headers(), response.body().as_slice());
        if body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let Some(format) = format(headers, body) else {
            return Err(UnreadBody::unexpected("events in JSON or XML", response));
        };
        Self::decode_at(context.address(), context.registry(), format, body, Limits::default())
            .map_err(|error| UnreadBody::new(error, response))
    }
}
