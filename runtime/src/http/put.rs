//! PUT: a fetched resource, replaced by what it was changed to.

use http::header::IF_MATCH;
use http::{Method, Request, Response};
use url::Url;

use crate::codec::Format;
use crate::http::errors::OperationError;
use crate::http::fetched::Fetched;
use crate::http::headers::quoted;
use crate::http::methods::Put;
use crate::http::operation_request::OperationRequest;
use crate::http::outcome::Updated;
use crate::http::parts::Parts;
use crate::http::put_body;
use crate::http::request_error::RequestError;
use crate::http::target::Target;
use crate::model::AddressError;

impl<T: Put> Fetched<T> {
    /// The request that replaces the resource by what it is now.
    ///
    /// All properties go back, known or not, with those that were not touched as they came; among the unknown ones is the
    /// marker that servers ask for. It is an error when the response had no ETag; read the resource again then.
    pub fn put(&self) -> Result<PutRequest<'_, T>, RequestError> {
        PutRequest::new(self)
    }
}

/// A request to replace a resource by what it was changed to.
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct PutRequest<'f, T: Put> {
    target: Target<T>,
    etag: &'f str,
    fetched: &'f Fetched<T>,
}

impl<'f, T: Put> PutRequest<'f, T> {
    /// The resource goes back with all that came with it; see [`Fetched::put`].
    fn new(fetched: &'f Fetched<T>) -> Result<Self, RequestError> {
        let missing = |what: &'static str| RequestError::Missing { operation: Self::operation(), what };
        if fetched.unread().is_some() {
            return Err(missing("a body that can be read in full"));
        }
        let etag = fetched.etag().ok_or_else(|| missing("an ETag"))?;
        let url = fetched.url().ok_or_else(|| missing("an address"))?;
        Ok(Self { target: url.into(), etag, fetched })
    }
}

impl<T: Put> OperationRequest for PutRequest<'_, T> {
    type Resource = T;
    type Response = Updated<T::Representation>;
    type Error = T::Error;

    const METHOD: Method = Method::PUT;

    fn url(&self) -> Result<Url, AddressError> {
        self.target.url()
    }

    /// What the caller set has to be within its documented limits; what the server sent is not checked.
    fn to_http(&self, format: Format) -> Result<Request<Vec<u8>>, RequestError> {
        let body = put_body::body(Self::operation, format, &**self.fetched, self.fetched.original())?;
        let mut parts = Parts::new(Self::METHOD, &self.target, format)?;
        parts.header(IF_MATCH, &quoted(self.etag))?;
        parts.document(format, body);
        parts.finish()
    }

    fn read(&self, response: Response<Vec<u8>>) -> Result<Self::Response, OperationError<T::Error>> {
        self.target.read(Self::METHOD, response)
    }
}
