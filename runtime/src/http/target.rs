//! What a request is made to: a URL, resolved once for the request and for what comes back.

use std::marker::PhantomData;
use std::sync::Arc;

use http::{Method, Response};
use url::Url;

use crate::http::errors::{Conditions, OperationError};
use crate::http::limits::add_query;
use crate::http::response::{FromResponse, ResponseContext};
use crate::model::{Address, AddressError, Link, Object, Resource, resolve};

/// The URL of a resource of a known type, or why there is none.
#[derive(Debug)]
pub(super) struct Target<T> {
    address: Result<Arc<Address>, AddressError>,
    resource: PhantomData<fn() -> T>,
}

impl<T> Target<T> {
    pub(super) fn of(link: &Link<T>) -> Self {
        resolve(link.base(), link.href()).into()
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
    /// Reads a response to a request of the method.
    pub(super) fn read<R: FromResponse, C: Conditions>(
        &self,
        method: Method,
        response: Response<Vec<u8>>,
    ) -> Result<R, OperationError<C>> {
        ResponseContext::new(method, T::DESCRIPTION, self.address().ok()).read(response)
    }
}

impl<T> From<Result<Arc<Address>, AddressError>> for Target<T> {
    fn from(address: Result<Arc<Address>, AddressError>) -> Self {
        Self { address, resource: PhantomData }
    }
}

impl<T> Clone for Target<T> {
    fn clone(&self) -> Self {
        self.address().into()
    }
}
