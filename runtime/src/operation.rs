//! What can be asked of a resource: the verbs as traits, and a request for each as a value.
//!
//! The emitted crate implements the traits for what the reference documents and for nothing else, so that a verb, or a
//! parameter that is missing, is a matter for the compiler. A request becomes an [`http::Request`] and reads an
//! [`http::Response`]; who carries them is nobody's business here.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::address::{Address, AddressError, resolve};
use crate::answer::{Answer, Changed, Fetched, ResponseContext, Updated};
use crate::body::Body;
use crate::link::Link;
use crate::object::{Format, Input, Object, Resource, write};
use crate::operation_error::{Conditions, OperationError};
use crate::request::{NoInput, RequestError, add_query, check_limits};
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use http::{Method, Request, Response};

/// A resource that can be read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read with GET",
    label = "this resource documents no GET",
    note = "its verbs stand in the documentation of the type; what it starts or changes is done with `post`, where it has that"
)]
pub trait Get: Resource {
    /// The parameters that go into the address.
    type Query: Input;
    /// What comes back.
    type Answer: Answer;
    /// What can go wrong.
    type Error: Conditions;
    /// The media type that comes back, where it is content and no document of UCWA.
    const ACCEPT: Option<&'static str> = None;
}

/// A resource that takes a POST, which creates, starts or does something.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not take a POST",
    label = "this resource documents no POST",
    note = "its verbs stand in the documentation of the type; what can be done with it is mostly a relation of its own, with `post`"
)]
pub trait Post: Resource {
    /// The parameters.
    type Input: Input;
    /// What comes back.
    type Answer: Answer;
    /// What can go wrong.
    type Error: Conditions;
    /// The media type that comes back, where it is content and no document of UCWA.
    const ACCEPT: Option<&'static str> = None;
}

/// A resource that can be replaced.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is read-only and cannot be replaced with PUT",
    label = "this resource documents no PUT",
    note = "its verbs stand in the documentation of the type; what changes it is a `post`, to itself or to one of its relations"
)]
pub trait Put: Resource {
    /// What can go wrong.
    type Error: Conditions;
}

/// A resource that can be removed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be removed with DELETE",
    label = "this resource documents no DELETE",
    note = "its verbs stand in the documentation of the type"
)]
pub trait Delete: Resource {
    /// What can go wrong.
    type Error: Conditions;
}

/// A resource that tells what it can be asked.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not answer OPTIONS",
    label = "this resource documents no OPTIONS",
    note = "its verbs stand in the documentation of the type"
)]
pub trait Options: Resource {
    /// What can go wrong.
    type Error: Conditions;
}

/// Parameters of which none is required.
pub trait Optional: Input {}

/// What [`Link::post`] asks of the parameters: that none is required.
#[diagnostic::on_unimplemented(
    message = "the POST has required parameters, which `{Self}::new` takes",
    label = "call `post_with({Self}::new(..))` instead",
    note = "`post()` is for operations that can do without parameters"
)]
pub trait OptionalInput: Input {}

#[diagnostic::do_not_recommend]
impl<I: Optional> OptionalInput for I {}

/// What [`Link::get`] asks of the parameters: that none is required.
#[diagnostic::on_unimplemented(
    message = "the GET has required parameters, which `{Self}::new` takes",
    label = "call `get_with({Self}::new(..))` instead",
    note = "`get()` is for operations that can do without parameters"
)]
pub trait OptionalQuery: Input {}

#[diagnostic::do_not_recommend]
impl<I: Optional> OptionalQuery for I {}

/// The input of an operation that goes on after the answer: the event channel tells of it, and repeats the
/// `operationId`. Register the id before sending, as the first event may come before the answer.
pub trait StartsOperation: Input {
    /// The resource that the event channel tells of.
    type Operation: Resource;

    /// The id that events about the operation repeat, of at most 50 characters; empty where there is none.
    fn operation_id(&self) -> &str;

    /// Sets the id.
    fn set_operation_id(&mut self, id: String);
}

/// A resource of which a later revision exists.
#[diagnostic::on_unimplemented(
    message = "the reference describes no later revision of `{Self}`",
    label = "use the link as it is",
    note = "types whose names end in a digit are later revisions, such as `Group2` of `Group`"
)]
pub trait Revised: Resource {
    /// The next revision.
    type Later: Resource;
}

/// Never implemented: see [`Link::put`].
#[diagnostic::on_unimplemented(
    message = "a PUT needs the resource and the ETag that a GET brought, and a link has neither",
    label = "call `get()` first, change the `Fetched` that comes back, and call `put()` on that",
    note = "a PUT replaces the whole resource, if nobody else changed it since it was read"
)]
pub trait FetchFirst {}

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
struct Target<T> {
    address: Result<Arc<Address>, AddressError>,
    resource: PhantomData<fn() -> T>,
}

impl<T> Target<T> {
    fn new(link: &Link<T>) -> Self {
        resolve(link.base(), link.href()).into()
    }

    fn address(&self) -> Result<Arc<Address>, AddressError> {
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
                self.target.address.as_ref().map(|address| address.as_str())
            }

            /// The verb and the resource, for messages: `GET contactPresence`.
            pub fn name() -> String {
                format!("{} {}", Self::METHOD, T::DESCRIPTION.name)
            }

            fn context(address: Option<Arc<Address>>) -> ResponseContext {
                ResponseContext::new(Self::name, address, T::DESCRIPTION.registry)
            }
        }
    };
}

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
    pub fn read(&self, answer: Response<Vec<u8>>) -> Result<T::Answer, OperationError<T::Error>> {
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
    pub fn read(&self, answer: Response<Vec<u8>>) -> Result<Changed<T::Answer>, OperationError<T::Error>> {
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
    pub fn read(&self, answer: Response<Vec<u8>>) -> Result<T::Answer, OperationError<T::Error>> {
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

/// A request to replace a resource by what it was changed to.
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct PutRequest<'f, T: Put> {
    target: Target<T>,
    etag: &'f str,
    fetched: &'f Fetched<T>,
}

request_of!(PutRequest<'_>, Put);

impl<'f, T: Put> PutRequest<'f, T> {
    const METHOD: Method = Method::PUT;

    /// The resource goes back with all that came with it; see [`Fetched::put`].
    pub(crate) fn new(fetched: &'f Fetched<T>) -> Result<Self, RequestError> {
        let missing = |what: &'static str| RequestError::Missing { operation: Self::name(), what };
        let etag = fetched.etag().ok_or_else(|| missing("an ETag"))?;
        let url = fetched.url().ok_or_else(|| missing("an address"))?;
        Ok(Self { target: url.into(), etag, fetched })
    }

    /// The request as HTTP.
    pub fn to_http(&self, format: Format) -> Result<Request<Vec<u8>>, RequestError> {
        let body = self.fetched.put_body(Self::name, format)?;
        let mut parts = Parts::new(Self::METHOD, &self.target, format)?;
        parts.header(IF_MATCH, &quoted(self.etag))?;
        parts.document(format, body);
        parts.finish()
    }

    /// Reads the answer.
    pub fn read(&self, answer: Response<Vec<u8>>) -> Result<Updated<T::Representation>, OperationError<T::Error>> {
        Self::context(self.target.address().ok()).read(answer)
    }
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
    pub fn read(&self, answer: Response<Vec<u8>>) -> Result<crate::Metadata, OperationError<T::Error>> {
        Self::context(None).read(answer)
    }
}

/// The header by which a later revision of a resource is asked for.
const REQUIRED_REVISION: HeaderName = HeaderName::from_static("x-ms-requiresminresourceversion");

/// A request while it is put together.
struct Parts {
    address: Arc<Address>,
    request: Request<Vec<u8>>,
}

impl Parts {
    fn new<T: Resource>(method: Method, target: &Target<T>, format: Format) -> Result<Self, RequestError> {
        let address = target.address()?;
        let mut request = Request::new(Vec::new());
        *request.method_mut() = method;
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(format.media_type()));
        if T::DESCRIPTION.revision > 1 {
            request.headers_mut().insert(REQUIRED_REVISION, T::DESCRIPTION.revision.into());
        }
        Ok(Self { address, request })
    }

    fn accept(&mut self, media_type: Option<&'static str>) {
        if let Some(media_type) = media_type {
            self.request.headers_mut().insert(ACCEPT, HeaderValue::from_static(media_type));
        }
    }

    fn header(&mut self, name: HeaderName, value: &str) -> Result<(), RequestError> {
        let failed = |_| RequestError::Header { name: name.to_string(), value: value.to_owned() };
        let value = HeaderValue::from_str(value).map_err(failed)?;
        self.request.headers_mut().insert(name, value);
        Ok(())
    }

    fn document(&mut self, format: Format, text: String) {
        self.request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
        *self.request.body_mut() = text.into_bytes();
    }

    fn finish(mut self) -> Result<Request<Vec<u8>>, RequestError> {
        // Servers refuse a POST or PUT that does not say how long it is, even where it is empty.
        if matches!(*self.request.method(), Method::POST | Method::PUT) {
            let length = self.request.body().len();
            self.request.headers_mut().insert(CONTENT_LENGTH, length.into());
        }
        let url = self.address.as_str();
        let failed =
            |error: http::uri::InvalidUri| RequestError::Uri { url: url.to_owned(), problem: error.to_string() };
        *self.request.uri_mut() = url.parse().map_err(failed)?;
        Ok(self.request)
    }
}

/// An ETag goes back in quotation marks, in which servers do not always give it.
fn quoted(etag: &str) -> Cow<'_, str> {
    let is_quoted = etag.starts_with('"') || etag.starts_with("W/\"") || etag == "*";
    if is_quoted { etag.into() } else { format!("\"{etag}\"").into() }
}

/// Nothing that goes into the address of a GET.
pub type NoQuery = NoInput;
