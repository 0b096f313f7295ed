//! A resource as a server gave it, with what a PUT needs.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use http::Response;
use http::header::{ETAG, HeaderMap, HeaderValue};
use http::response::Parts;
use url::Url;

use crate::codec::{Limits, read};
use crate::http::headers::{SERVED_REVISION, etag, format, location, text};
use crate::http::put_body::Original;
use crate::http::response::{FromResponse, ResponseContext};
use crate::http::unread_body::UnreadBody;
use crate::model::{Address, AddressError, Link, LinkData, Representation, resolve, whole_revision};
use crate::secret::redact_url;

/// A resource as a server gave it, with what a PUT needs: where it came from and in which state it was.
///
/// It can be used like the resource itself.
#[derive(Clone)]
pub struct Fetched<T> {
    resource: T,
    revision: u32,
    headers: HeaderMap,
    base: Option<Arc<Address>>,
    original: Option<Original>,
    unread: Option<Box<UnreadBody>>,
}

impl<T> Fetched<T> {
    /// The resource.
    pub fn into_inner(self) -> T {
        self.resource
    }
}

impl<T: Representation> Fetched<T> {
    /// A resource that was embedded in another, with the state that its `etag` property names.
    pub fn from_embedded(resource: T) -> Self {
        let base = resource.envelope().base_address().cloned();
        Self {
            resource,
            revision: T::DESCRIPTION.revision,
            headers: HeaderMap::new(),
            base,
            original: None,
            unread: None,
        }
    }

    /// The state that the resource was in: from the header `ETag`, or the property `etag` where there is none.
    pub fn etag(&self) -> Option<&str> {
        etag(&self.headers).or_else(|| self.resource.etag())
    }

    /// The revision that the server served; where it does not say, the one that it was asked for.
    pub fn revision(&self) -> u32 {
        let served = text(&self.headers, &SERVED_REVISION).and_then(whole_revision);
        served.unwrap_or(self.revision)
    }

    /// The headers of the response; none for a resource that was embedded in another.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The address that the response came from, against which relative links are resolved.
    pub fn base(&self) -> Option<&Url> {
        self.base.as_ref().map(|base| base.url())
    }

    /// The link to the resource itself: what it says of itself, else where the response says that it was created, else where
    /// the response came from.
    pub fn link(&self) -> Option<Link<T>> {
        let own = self.resource.envelope().link().cloned();
        let data = own.or_else(|| Some(LinkData::new(self.address()?)))?;
        Some(Link::from_parts(data, self.base.clone()))
    }

    /// Where that link leads. What was created without a word about where is not where the request went.
    fn address(&self) -> Option<&str> {
        let base = || self.base.as_ref().filter(|_| self.unread.is_none()).map(|base| base.as_str());
        self.resource.href().or_else(|| self.created_at()).or_else(base)
    }

    /// What could not be read of the response to a POST that created the resource. The resource then holds what came before
    /// the error, or nothing; read it again from its [`link`](Self::link).
    pub fn unread(&self) -> Option<&UnreadBody> {
        self.unread.as_deref()
    }

    /// The address of what was created, where the response names one in its header `Location`.
    pub fn created_at(&self) -> Option<&str> {
        location(&self.headers)
    }

    /// Says which state the resource is in now; `None` where nobody knows.
    pub(super) fn set_etag(&mut self, etag: Option<&str>) {
        self.headers.remove(ETAG);
        if let Some(value) = etag.and_then(|etag| HeaderValue::from_str(etag).ok()) {
            self.headers.insert(ETAG, value);
        }
        if self.resource.etag().is_some() {
            self.resource.envelope_mut().set_etag(etag);
        }
    }

    /// The URL of the resource, which a PUT goes to; none where neither the resource nor its response names one.
    pub(super) fn url(&self) -> Option<Result<Arc<Address>, AddressError>> {
        self.address().map(|address| resolve(self.base.as_ref(), address))
    }

    /// The document that the resource came in, where it is kept for a PUT.
    pub(super) fn original(&self) -> Option<&Original> {
        self.original.as_ref()
    }
}

impl<T: Representation> PartialEq for Fetched<T> {
    /// The same resource in the same state, from the same place.
    fn eq(&self, other: &Self) -> bool {
        self.resource == other.resource
            && self.unread == other.unread
            && (self.etag(), self.revision(), self.created_at(), &self.base)
                == (other.etag(), other.revision(), other.created_at(), &other.base)
    }
}

impl<T: Representation> fmt::Debug for Fetched<T> {
    /// Headers and the text of the response may hold what is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Fetched");
        debug.field("resource", &self.resource).field("etag", &self.etag()).field("revision", &self.revision());
        debug.field("created_at", &self.created_at().map(redact_url)).field("base", &self.base);
        debug.field("unread", &self.unread).finish_non_exhaustive()
    }
}

impl<T> Deref for Fetched<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.resource
    }
}

impl<T> DerefMut for Fetched<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.resource
    }
}

impl<T: Representation> FromResponse for Fetched<T> {
    /// A POST that created something succeeded, whatever can be read of its body: the caller has to know where that is.
    fn from_response(context: &ResponseContext, response: Response<Vec<u8>>) -> Result<Self, Box<UnreadBody>> {
        let has_created = context.has_created(&response);
        let fetched = Self::read(context, response);
        if has_created { Ok(fetched) } else { fetched.in_full() }
    }
}

impl<T: Representation> Fetched<T> {
    /// What can be read of a response.
    pub(super) fn read(context: &ResponseContext, response: Response<Vec<u8>>) -> Self {
        let mut resource = T::default();
        let found = format(response.headers(), response.body()).filter(|_| !is_empty(&response));
        let result = found.map(|format| (format, read(format, &mut resource, response.body(), Limits::default())));
        let base = context.address().cloned();
        if let Some(base) = &base {
            resource.envelope_mut().set_base_address(base);
        }
        let revision = context.revision();
        let error = match result {
            Some((format, Ok(()))) => {
                let (Parts { headers, .. }, body) = response.into_parts();
                let original = T::REPLACEABLE.then_some(Original { format, body });
                return Self { resource, revision, headers, base, original, unread: None };
            }
            Some((_, Err(error))) => Some(error),
            None => None,
        };
        let headers = response.headers().clone();
        let unread = match error {
            Some(error) => UnreadBody::new(error, response),
            None => UnreadBody::unexpected(&format!("`{}` in JSON or XML", T::DESCRIPTION.name), response),
        };
        Self { resource, revision, headers, base, original: None, unread: Some(unread) }
    }

    /// The resource if it could be read in full.
    pub(super) fn in_full(mut self) -> Result<Self, Box<UnreadBody>> {
        match self.unread.take() {
            Some(unread) => Err(unread),
            None => Ok(self),
        }
    }
}

pub(super) fn is_empty(response: &Response<Vec<u8>>) -> bool {
    response.body().trim_ascii().is_empty()
}
