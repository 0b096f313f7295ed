//! What can be asked of a resource: the verbs as traits, and a request for each as a value.
//!
//! The emitted crate implements the traits for what the reference documents and for nothing else, so that a verb, or a
//! parameter that is missing, is a matter for the compiler. A request becomes an [`http::Request`] and reads an
//! [`http::Response`]; who carries them is nobody's business here.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::codec::{Format, write};
use crate::http::body::Body;
use crate::http::errors::OperationError;
use crate::http::headers::{REQUIRED_REVISION, quoted};
use crate::http::input::{Input, OptionalInput, OptionalQuery};
use crate::http::limits::{add_query, check_limits};
use crate::http::metadata::Metadata;
use crate::http::methods::{Delete, FetchFirst, Get, Options, Post, Put, Revised};
use crate::http::request_error::RequestError;
use crate::http::responses::{Changed, ResponseContext};
use crate::model::{Address, AddressError, Link, Object, Resource, resolve};
use crate::secret::{redact_text, redact_url};
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, IF_NONE_MATCH};
use http::{Method, Request, Response};

impl<T: Resource> Link<T> {
    /// Reads the resource.
    pub fn get(&self) -> GetRequest<T>
    where
        T: Get,
        T::Query: OptionalQuery,
    {
        GetRequest { target: Target::new(self), query: T::Query::default() }
    }

    /// Reads the resource, with parameters.
    pub fn get_with(&self, query: T::Query) -> GetRequest<T>
    where
        T: Get,
    {
        GetRequest { target: Target::new(self), query }
    }

    /// Does what the resource is for.
    pub fn post(&self) -> PostRequest<T>
    where
        T: Post,
        T::Input: OptionalInput,
    {
        PostRequest { target: Target::new(self), input: T::Input::default() }
    }

    /// Does what the resource is for, with parameters.
    pub fn post_with(&self, input: T::Input) -> PostRequest<T>
    where
        T: Post,
    {
        PostRequest { target: Target::new(self), input }
    }

    /// Cannot be called: a PUT needs what a GET brought. Call [`get`](Self::get), change the [`Fetched`] resource that comes
    /// back, and call [`put`](Fetched::put) on that.
    #[doc(hidden)]
    pub fn put(&self)
    where
        T: Put + FetchFirst,
    {
    }

    /// Removes the resource.
    pub fn delete(&self) -> DeleteRequest<T>
    where
        T: Delete,
    {
        DeleteRequest { target: Target::new(self) }
    }

    /// Asks what the resource can be asked.
    pub fn options(&self) -> OptionsRequest<T>
    where
        T: Options,
    {
        OptionsRequest { target: Target::new(self) }
    }

    /// The link as one to the next revision of the resource, where the server says that it has it.
    // The revision is a parameter so that the compiler names what is missing and not only that something is.
    pub fn later<L: Resource>(&self) -> Option<Link<L>>
    where
        T: Revised<Later = L>,
    {
        self.revision().filter(|revision| *revision >= L::DESCRIPTION.revision)?;
        Some(self.clone().cast())
    }
}

/// What a request is made to: an address, resolved once for the request and for what comes back.
#[derive(Debug)]
pub(super) struct Target<T> {
    address: Result<Arc<Address>, AddressError>,
    resource: PhantomData<fn() -> T>,
}

impl<T> Target<T> {
    fn new(link: &Link<T>) -> Self {
        resolve(link.base(), link.href()).into()
    }

    pub(super) fn href(&self) -> Result<&str, &AddressError> {
        self.address.as_ref().map(|address| address.as_str())
    }

    pub(super) fn address(&self) -> Result<Arc<Address>, AddressError> {
        self.address.clone()
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

/// Implements what all requests have.
macro_rules! request_of {
    ($request:ident $(<$life:lifetime>)?, $verb:ident) => {
        impl<T: $verb> $request<$($life,)? T> {
            /// The address that is asked, but for what parameters add to it.
            pub fn address(&self) -> Result<&str, &AddressError> {
                self.target.href()
            }

            /// The verb and the resource, for messages: `GET contactPresence`.
            pub fn name() -> String {
                format!("{} {}", Self::METHOD, T::DESCRIPTION.name)
            }

            fn context(address: Option<::std::sync::Arc<Address>>) -> ResponseContext {
                ResponseContext::new(Self::name, address, T::DESCRIPTION.registry)
            }
        }
    };
}

pub(super) use request_of;

/// A request to read a resource.
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct GetRequest<T: Get> {
    target: Target<T>,
    /// The parameters that go into the address.
    pub query: T::Query,
}

request_of!(GetRequest, Get);

impl<T: Get> GetRequest<T> {
    const METHOD: Method = Method::GET;

    /// The same request, answered only if the resource is no longer in the state that `etag` names.
    pub fn if_changed_since(self, etag: impl Into<String>) -> ConditionalGetRequest<T> {
        ConditionalGetRequest { request: self, etag: etag.into() }
    }

    /// The request as HTTP.
    pub fn to_http(&self, format: Format) -> Result<Request<Vec<u8>>, RequestError> {
        self.parts(format)?.finish()
    }

    fn parts(&self, format: Format) -> Result<Parts, RequestError> {
        check_limits(Self::name, &self.query)?;
        let mut parts = Parts::new(Self::METHOD, &self.target, format)?;
        parts.accept(T::ACCEPT);
        add_query(&mut parts.address, &self.query);
        Ok(parts)
    }

    /// Reads the answer.
    pub fn read(&self, answer: Response<Vec<u8>>) -> Result<T::Response, OperationError<T::Error>> {
        let mut address = self.target.address().ok();
        if let Some(address) = &mut address {
            add_query(address, &self.query);
        }
        Self::context(address).read(answer)
    }
}

/// A request to read a resource if it changed.
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct ConditionalGetRequest<T: Get> {
    request: GetRequest<T>,
    etag: String,
}

impl<T: Get> ConditionalGetRequest<T> {
    /// The request as HTTP.
    pub fn to_http(&self, format: Format) -> Result<Request<Vec<u8>>, RequestError> {
        let mut parts = self.request.parts(format)?;
        parts.header(IF_NONE_MATCH, &quoted(&self.etag))?;
        parts.finish()
    }

    /// Reads the answer.
    pub fn read(&self, answer: Response<Vec<u8>>) -> Result<Changed<T::Response>, OperationError<T::Error>> {
        if answer.status() == http::StatusCode::NOT_MODIFIED {
            return Ok(Changed::No);
        }
        self.request.read(answer).map(Changed::Yes)
    }
}

/// A request that does what a resource is for.
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct PostRequest<T: Post> {
    target: Target<T>,
    /// The parameters.
    pub input: T::Input,
}

request_of!(PostRequest, Post);

impl<T: Post> PostRequest<T> {
    const METHOD: Method = Method::POST;

    /// The request as HTTP. Parameters stand in the body; where that is content as it is, they stand in the address.
    pub fn to_http(&self, format: Format) -> Result<Request<Vec<u8>>, RequestError> {
        check_limits(Self::name, &self.input)?;
        let mut parts = Parts::new(Self::METHOD, &self.target, format)?;
        parts.accept(T::ACCEPT);
        match self.input.body() {
            Some(body) => {
                check_media_type::<T::Input>(Self::name, body)?;
                add_query(&mut parts.address, &self.input);
                parts.header(CONTENT_TYPE, &body.media_type)?;
                parts.request.body_mut().clone_from(&body.bytes);
            }
            // Nothing to say is said by an empty body.
            None if is_empty(&self.input) => {}
            None => parts.document(format, write(format, &self.input)?),
        }
        parts.finish()
    }

    /// Reads the answer.
    pub fn read(&self, answer: Response<Vec<u8>>) -> Result<T::Response, OperationError<T::Error>> {
        Self::context(self.target.address().ok()).read(answer)
    }
}

/// Whether no parameter is set.
fn is_empty(input: &dyn Object) -> bool {
    let count = input.description().properties.len();
    let is_set = |index| input.property(index).is_some_and(|field| field.count() > 0);
    !(0..count).any(is_set) && input.envelope().unknown_properties().next().is_none()
}

fn check_media_type<I: Input>(operation: fn() -> String, body: &Body) -> Result<(), RequestError> {
    if I::CONTENT.contains(&body.essence().as_str()) {
        return Ok(());
    }
    Err(RequestError::MediaType {
        operation: operation(),
        media_type: body.media_type.clone(),
        allowed: I::CONTENT.join(", "),
    })
}

/// A request to remove a resource.
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct DeleteRequest<T: Delete> {
    target: Target<T>,
}

request_of!(DeleteRequest, Delete);

impl<T: Delete> DeleteRequest<T> {
    const METHOD: Method = Method::DELETE;

    /// The request as HTTP.
    pub fn to_http(&self, format: Format) -> Result<Request<Vec<u8>>, RequestError> {
        Parts::new(Self::METHOD, &self.target, format)?.finish()
    }

    /// Reads the answer.
    pub fn read(&self, answer: Response<Vec<u8>>) -> Result<(), OperationError<T::Error>> {
        Self::context(None).read(answer)
    }
}

/// A request to learn what a resource can be asked.
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct OptionsRequest<T: Options> {
    target: Target<T>,
}

request_of!(OptionsRequest, Options);

impl<T: Options> OptionsRequest<T> {
    const METHOD: Method = Method::OPTIONS;

    /// The request as HTTP.
    pub fn to_http(&self, format: Format) -> Result<Request<Vec<u8>>, RequestError> {
        Parts::new(Self::METHOD, &self.target, format)?.finish()
    }

    /// Reads the answer.
    pub fn read(&self, answer: Response<Vec<u8>>) -> Result<Metadata, OperationError<T::Error>> {
        Self::context(None).read(answer)
    }
}

/// A request while it is put together.
pub(super) struct Parts {
    address: Arc<Address>,
    request: Request<Vec<u8>>,
}

impl Parts {
    pub(super) fn new<T: Resource>(method: Method, target: &Target<T>, format: Format) -> Result<Self, RequestError> {
        let address = target.address()?;
        let mut request = Request::new(Vec::new());
        *request.method_mut() = method;
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(format.media_type()));
        if T::DESCRIPTION.revision > 1 {
            request.headers_mut().insert(REQUIRED_REVISION, T::DESCRIPTION.revision.into());
        }
        Ok(Self { address, request })
    }

    pub(super) fn accept(&mut self, media_type: Option<&'static str>) {
        if let Some(media_type) = media_type {
            self.request.headers_mut().insert(ACCEPT, HeaderValue::from_static(media_type));
        }
    }

    pub(super) fn header(&mut self, name: HeaderName, value: &str) -> Result<(), RequestError> {
        let failed = |_| RequestError::Header { name: name.to_string(), value: redact_text(value).into_owned() };
        let value = HeaderValue::from_str(value).map_err(failed)?;
        self.request.headers_mut().insert(name, value);
        Ok(())
    }

    pub(super) fn document(&mut self, format: Format, text: String) {
        self.request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
        *self.request.body_mut() = text.into_bytes();
    }

    pub(super) fn finish(mut self) -> Result<Request<Vec<u8>>, RequestError> {
        // Servers refuse a POST or PUT that does not say how long it is, even where it is empty.
        if matches!(*self.request.method(), Method::POST | Method::PUT) {
            let length = self.request.body().len();
            self.request.headers_mut().insert(CONTENT_LENGTH, length.into());
        }
        let url = self.address.as_str();
        let failed = |error: http::uri::InvalidUri| RequestError::Uri {
            url: redact_url(url).into_owned(),
            problem: error.to_string(),
        };
        *self.request.uri_mut() = url.parse().map_err(failed)?;
        Ok(self.request)
    }
}
