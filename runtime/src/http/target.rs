//! What a request is made to: a URL, resolved once for the request and for what comes back.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use http::{Method, Response};
use url::Url;

use crate::http::errors::{Conditions, OperationError};
use crate::http::limits::add_query;
use crate::http::response::{FromResponse, ResponseContext};
use crate::model::{Address, AddressError, Link, Object, Resource, resolve};

/// The URL of a resource of a known type, or why there is none.
pub(super) struct Target<T> {
    address: Result<Arc<Address>, AddressError>,
    /// The revision that is asked for.
    revision: u32,
    resource: PhantomData<fn() -> T>,
}

impl<T: Resource> Target<T> {
    /// The target of a link. A server is asked for no later revision than its link announces.
    pub(super) fn of(link: &Link<T>) -> Self {
        let announced = link.revision().unwrap_or(T::DESCRIPTION.revision);
        Self::new(resolve(link.base(), link.href()), announced)
    }

    /// An address, at which `revision` is served.
    pub(super) fn new(address: Result<Arc<Address>, AddressError>, revision: u32) -> Self {
        Self { address, revision: revision.min(T::DESCRIPTION.revision), resource: PhantomData }
    }
}

impl<T> Target<T> {
    pub(super) fn revision(&self) -> u32 {
        self.revision
    }

    /// The same with parameters behind those that the server put into the URL.
    pub(super) fn with_query(mut self, parameters: &dyn Object) -> Self {
        if let Ok(address) = &mut self.address {
            add_query(address, parameters);
        }
        self
    }

    pub(super) fn url(&self) -> Result<Url, AddressError> {
        self.address().map(Address::into_url)
    }

    pub(super) fn address(&self) -> Result<Arc<Address>, AddressError> {
        self.address.clone()
    }
}

impl<T: Resource> Target<T> {
    /// What is known when the response to a request of the method is read.
    pub(super) fn context(&self, method: Method) -> ResponseContext {
        ResponseContext::new(method, T::DESCRIPTION, self.revision, self.address().ok())
    }

    /// Reads a response to a request of the method.
    pub(super) fn read<R: FromResponse, C: Conditions>(
        &self,
        method: Method,
        response: Response<Vec<u8>>,
    ) -> Result<R, OperationError<C>> {
        self.context(method).read(response)
    }
}

impl<T> Clone for Target<T> {
    fn clone(&self) -> Self {
        Self { address: self.address(), revision: self.revision, resource: PhantomData }
    }
}

impl<T> fmt::Debug for Target<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("address", &self.address).field("revision", &self.revision).finish()
    }
}
