//! What all requests have in common, so that a client sends and reads them by one generic function.

use http::{Method, Request, Response};
use url::Url;

use crate::codec::Format;
use crate::http::errors::{Conditions, OperationError};
use crate::http::request_error::RequestError;
use crate::model::{AddressError, Described as _, Description, Resource};

/// A request for one operation: it becomes HTTP, and reads the response that comes back.
///
/// A client that can send an [`http::Request`] executes every operation by one function over this trait:
///
/// ```
/// use ucwa_runtime::{Conditions, Format, OperationError, OperationRequest, RequestError};
/// # fn transport(_: http::Request<Vec<u8>>) -> http::Response<Vec<u8>> { http::Response::new(Vec::new()) }
///
/// enum Failure<C: Conditions> {
///     NotSent(RequestError),
///     Failed(OperationError<C>),
/// }
///
/// fn execute<R: OperationRequest>(request: &R) -> Result<R::Response, Failure<R::Error>> {
///     let response = transport(request.to_http(Format::Json).map_err(Failure::NotSent)?);
///     request.read(response).map_err(Failure::Failed)
/// }
/// ```
pub trait OperationRequest: Send + Sync {
    /// The resource that the request is made to.
    type Resource: Resource;

    /// The type that a successful response is read as.
    type Response: Send;

    /// The documented errors of the operation.
    type Error: Conditions;

    /// The HTTP method.
    const METHOD: Method;

    /// The method and the resource, for messages and logs: `GET contactPresence`.
    fn operation() -> String {
        operation_name(&Self::METHOD, Self::Resource::DESCRIPTION)
    }

    /// The URL that the request is sent to, with its parameters where they stand in the URL.
    ///
    /// # Errors
    ///
    /// The link is relative and nothing says to what, or it is no URL.
    fn url(&self) -> Result<Url, AddressError>;

    /// The request as HTTP, without an `Authorization` header. A `POST` or `PUT` has a `Content-Length`.
    ///
    /// # Errors
    ///
    /// Nothing that [`RequestError`] lists can be sent: a parameter exceeds its documented limit, the body is of a media
    /// type that the operation does not take, or the link leads nowhere.
    fn to_http(&self, format: Format) -> Result<Request<Vec<u8>>, RequestError>;

    /// Reads the response. Where redirects were followed, put a [`ResponseUrl`](crate::ResponseUrl) into its extensions.
    ///
    /// # Errors
    ///
    /// The status is no success, or the body of a successful response cannot be read.
    fn read(&self, response: Response<Vec<u8>>) -> Result<Self::Response, OperationError<Self::Error>>;

    /// Whether the request can be sent again when nobody knows if the server executed it: whether its method is
    /// [idempotent](Method::is_idempotent). A `PUT` that was executed the first time fails the second time with
    /// [412](http::StatusCode::PRECONDITION_FAILED), and changes nothing.
    ///
    /// A `POST` is not idempotent. Where it has an [`operation_id`](Self::operation_id), the event channel tells whether it
    /// was executed.
    fn is_idempotent(&self) -> bool {
        Self::METHOD.is_idempotent()
    }

    /// The `operationId` that the request sends, which all events about the operation repeat.
    fn operation_id(&self) -> Option<&str> {
        None
    }

    /// Whether the server holds the response back until something happens, so that a client has to wait for longer than the
    /// server does. True for a `GET` of the event channel.
    fn is_long_poll(&self) -> bool {
        false
    }
}

/// The method and the resource: `GET contactPresence`.
pub(super) fn operation_name(method: &Method, resource: &Description) -> String {
    format!("{method} {}", resource.name)
}
