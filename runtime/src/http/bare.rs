//! DELETE and OPTIONS, which have no parameters and no body.

use std::fmt;

use http::{Method, Request, Response};
use url::Url;

use crate::codec::Format;
use crate::http::errors::OperationError;
use crate::http::metadata::Metadata;
use crate::http::methods::{Delete, Options};
use crate::http::operation_request::OperationRequest;
use crate::http::parts::Parts;
use crate::http::request_error::RequestError;
use crate::http::target::Target;
use crate::model::{AddressError, Link};

/// Defines a request that has nothing but its method and its URL.
macro_rules! bare_request {
    ($(#[$about:meta])* $request:ident: $method:ident by $resource:ident -> $response:ty) => {
        $(#[$about])*
        #[must_use = "a request does nothing until it is sent"]
        pub struct $request<T: $resource> {
            target: Target<T>,
        }

        impl<T: $resource> $request<T> {
            pub(super) fn new(link: &Link<T>) -> Self {
                Self { target: Target::of(link) }
            }
        }

        impl<T: $resource> Clone for $request<T> {
            fn clone(&self) -> Self {
                Self { target: self.target.clone() }
            }
        }

        impl<T: $resource> fmt::Debug for $request<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($request)).field("target", &self.target).finish()
            }
        }

        impl<T: $resource> OperationRequest for $request<T> {
            type Resource = T;
            type Response = $response;
            type Error = T::Error;

            const METHOD: Method = Method::$method;

            fn url(&self) -> Result<Url, AddressError> {
                self.target.url()
            }

            fn to_http(&self, format: Format) -> Result<Request<Vec<u8>>, RequestError> {
                Parts::new(Self::METHOD, &self.target, format)?.finish()
            }

            fn read(&self, response: Response<Vec<u8>>) -> Result<$response, OperationError<T::Error>> {
                self.target.read(Self::METHOD, response)
            }
        }
    };
}

bare_request! {
    /// A request to remove a resource.
    DeleteRequest: DELETE by Delete -> ()
}

bare_request! {
    /// A request to learn which methods a resource takes.
    OptionsRequest: OPTIONS by Options -> Metadata
}
