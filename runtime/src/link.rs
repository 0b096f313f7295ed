//! Links: where a relation leads, and to what.

use std::fmt;
use std::marker::PhantomData;

/// What a link says on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct LinkData {
    /// The address: relative to the one that the message came from, or absolute. It is opaque; never take it apart.
    pub href: String,
    /// A name for people, sometimes the only one that there is; often empty.
    pub title: Option<String>,
    /// The revisions of the target that the server can give, as it wrote them: `2`.
    pub revision: Option<String>,
    /// The version of the target's state.
    pub etag: Option<String>,
}

impl LinkData {
    /// A link to an address.
    pub fn new(href: impl Into<String>) -> Self {
        Self { href: href.into(), ..Self::default() }
    }
}

/// The target of a link that no page describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untyped {}

/// A link to a resource of a known type.
pub struct Link<T> {
    data: LinkData,
    target: PhantomData<fn() -> T>,
}

impl<T> Link<T> {
    /// A link to an address that is known to hold a `T`.
    pub fn new(href: impl Into<String>) -> Self {
        LinkData::new(href).into()
    }

    /// The address: relative to the one that the message came from, or absolute.
    pub fn href(&self) -> &str {
        &self.data.href
    }

    /// A name for people; empty ones are not there.
    pub fn title(&self) -> Option<&str> {
        self.data.title.as_deref().filter(|title| !title.is_empty())
    }

    /// The highest revision of the target that the server says it can give.
    pub fn revision(&self) -> Option<u32> {
        self.data.revision.as_deref()?.trim().parse().ok()
    }

    /// The version of the target's state.
    pub fn etag(&self) -> Option<&str> {
        self.data.etag.as_deref()
    }

    /// What the link says on the wire.
    pub fn data(&self) -> &LinkData {
        &self.data
    }

    /// The same address, taken to hold something else.
    pub fn cast<U>(self) -> Link<U> {
        self.data.into()
    }
}

impl<T> From<LinkData> for Link<T> {
    fn from(data: LinkData) -> Self {
        Self { data, target: PhantomData }
    }
}

impl<T> Clone for Link<T> {
    fn clone(&self) -> Self {
        self.data.clone().into()
    }
}

impl<T> PartialEq for Link<T> {
    fn eq(&self, other: &Self) -> bool {
        self.data == other.data
    }
}

impl<T> Eq for Link<T> {}

impl<T> fmt::Debug for Link<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Link").field(&self.data.href).finish()
    }
}
