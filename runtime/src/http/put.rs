//! PUT: a fetched resource, replaced by what it was changed to.

use http::header::IF_MATCH;
use http::{Method, Request, Response};
use url::Url;

use crate::codec::Format;
use crate::http::errors::OperationError;
use crate::http::fetched::Fetched;
use crate::http::headers::strong;
use crate::http::methods::Put;
use crate::http::operation_request::OperationRequest;
use crate::http::outcome::Updated;
use crate::http::parts::Parts;
use crate::http::put_body;
use crate::http::request_error::RequestError;
use crate::http::target::Target;
use crate::model::{AddressError, Representation};

impl<T: Put> Fetched<T> {
    /// The request that replaces the resource by what it is now.
    ///
    /// All properties go back, known or not, with those that were not touched as they came; among the unknown ones is the
    /// marker that servers ask for. It is an error when the response had no ETag; read the resource again then.
    pub fn put(&self) -> Result<PutRequest<'_, T>, RequestError> {
        PutRequest::new(self)
    }

    /// Takes over what a PUT of the resource brought: the resource where the server sent it along, and else its new state, so
    /// that it can be changed and [put](Self::put) again.
    ///
    /// Where the server named no new ETag, the state of the resource is not known any more: read it again before the next PUT.
    pub fn apply(&mut self, updated: Updated<T>)
    where
        T: Representation<Representation = T>,
    {
        match updated.resource {
            Some(resource) => *self = *resource,
            None => self.set_etag(updated.etag.as_deref()),
        }
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
        Ok(Self { target: Target::new(url, fetched.revision()), etag, fetched })
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
        parts.header(IF_MATCH, &strong(self.etag))?;
        parts.document(format, body);
        parts.finish()
    }

    fn read(&self, response: Response<Vec<u8>>) -> Result<Self::Response, OperationError<T::Error>> {
        self.target.read(Self::METHOD, response)
    }
}
