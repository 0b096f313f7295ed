//! Reading responses: what is known when one arrives, and what it can be read as.

use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{Method, Response};
use url::Url;

use crate::codec::{DecodeError, DecodeProblem, Limits};
use crate::event::EventDocument;
use crate::http::body::Body;
use crate::http::errors::{Conditions, OperationError};
use crate::http::headers::{format, text};
use crate::http::operation_request::operation_name;
use crate::model::{Address, Description, Registry};

/// The URL that a response came from, where redirects led somewhere else than the request went. A client puts it into the
/// response's [extensions](http::Extensions).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseUrl(pub Url);

/// What is known when a response is read.
#[derive(Debug, Clone)]
pub struct ResponseContext {
    method: Method,
    resource: &'static Description,
    address: Option<Arc<Address>>,
}

impl ResponseContext {
    pub(super) fn new(method: Method, resource: &'static Description, address: Option<Arc<Address>>) -> Self {
        Self { method, resource, address }
    }

    /// Reads a response, whether all went well or not.
    pub(super) fn read<R: FromResponse, C: Conditions>(
        mut self,
        response: Response<Vec<u8>>,
    ) -> Result<R, OperationError<C>> {
        if !response.status().is_success() {
            return Err(OperationError::from_response(self.operation(), &response));
        }
        if let Some(ResponseUrl(url)) = response.extensions().get() {
            self.address = Some(Arc::new(url.clone().into()));
        }
        let status = response.status();
        R::from_response(&self, response).map_err(|error| OperationError::unreadable(self.operation(), status, error))
    }

    fn operation(&self) -> String {
        operation_name(&self.method, self.resource)
    }

    /// Where the response came from.
    pub(super) fn address(&self) -> Option<&Arc<Address>> {
        self.address.as_ref()
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
    fn from_response(context: &ResponseContext, response: Response<Vec<u8>>) -> Result<Self, DecodeError>;
}

impl FromResponse for () {
    fn from_response(_: &ResponseContext, _: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        Ok(())
    }
}

impl FromResponse for Body {
    fn from_response(_: &ResponseContext, response: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        let media_type = text(response.headers(), &CONTENT_TYPE).unwrap_or("application/octet-stream").to_owned();
        Ok(Self { media_type, bytes: response.into_body() })
    }
}

impl FromResponse for EventDocument {
    const LONG_POLL: bool = true;

    fn from_response(context: &ResponseContext, response: Response<Vec<u8>>) -> Result<Self, DecodeError> {
        let (headers, body) = (response.headers(), response.body().as_slice());
        if body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let Some(format) = format(headers, body) else {
            return Err(DecodeError::new(DecodeProblem::Shape("expected events in JSON or XML".into())));
        };
        let mut document = Self::decode(context.registry(), format, body, Limits::default())?;
        if let Some(address) = context.address() {
            document.set_base_address(address);
        }
        Ok(document)
    }
}
