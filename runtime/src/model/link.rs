//! Links: where a relation leads, and to what.

use std::cmp::Ordering;
use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::Arc;

use url::Url;

use crate::model::{Address, AddressError, resolve};
use crate::secret::{redact_text, redact_url};

/// What a link says on the wire.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkData {
    /// The address: relative to the one that the message came from, or absolute. It is opaque; never take it apart.
    pub href: String,
    // Few links say more than where they lead, and answers are full of links.
    details: Option<Box<[Option<Box<str>>; LinkDetail::ALL.len()]>>,
}

/// What a link can say beside its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkDetail {
    /// A name for people, sometimes the only one that there is; often empty.
    Title,
    /// The revisions of the target that the server can give, as it wrote them: `2`.
    Revision,
    /// The version of the target's state.
    Etag,
}

impl LinkDetail {
    /// All of them, in the order in which they are written.
    pub const ALL: [Self; 3] = [Self::Title, Self::Revision, Self::Etag];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Revision => "revision",
            Self::Etag => "etag",
        }
    }

    /// The detail of a name. Some servers shorten that of the revision.
    pub(crate) fn of(name: &str) -> Option<Self> {
        match name {
            "title" => Some(Self::Title),
            "revision" | "rev" => Some(Self::Revision),
            "etag" => Some(Self::Etag),
            _ => None,
        }
    }
}

impl LinkData {
    /// A link to an address.
    pub fn new(href: impl Into<String>) -> Self {
        Self { href: href.into(), details: None }
    }

    /// The same link with a detail.
    #[must_use]
    pub fn with(mut self, detail: LinkDetail, text: impl Into<Box<str>>) -> Self {
        self.set(detail, Some(text.into()));
        self
    }

    /// What the link says of a detail.
    pub fn get(&self, detail: LinkDetail) -> Option<&str> {
        self.details.as_ref()?[detail as usize].as_deref()
    }

    /// Says something of a detail, or nothing any more.
    pub fn set(&mut self, detail: LinkDetail, text: Option<Box<str>>) {
        if text.is_some() || self.details.is_some() {
            self.details.get_or_insert_default()[detail as usize] = text;
            self.details.take_if(|details| details.iter().all(Option::is_none));
        }
    }

    /// The details that the link has, with their names on the wire.
    pub fn details(&self) -> impl Iterator<Item = (&'static str, &str)> {
        LinkDetail::ALL.into_iter().filter_map(|detail| Some((detail.name(), self.get(detail)?)))
    }
}

/// A link to an address; any text is one.
/// The whole part of a revision. Servers write revisions as whole numbers, and may write decimal ones some day.
pub(crate) fn whole_revision(text: &str) -> Option<u32> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    whole.parse().ok().filter(|_| fraction.bytes().all(|digit| digit.is_ascii_digit()))
}

impl FromStr for LinkData {
    type Err = Infallible;

    fn from_str(href: &str) -> Result<Self, Infallible> {
        Ok(Self::new(href))
    }
}

impl fmt::Display for LinkData {
    /// Writes the address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.href)
    }
}

/// Compares the address.
impl PartialEq<str> for LinkData {
    fn eq(&self, href: &str) -> bool {
        self.href == href
    }
}

/// Compares the address.
impl PartialEq<&str> for LinkData {
    fn eq(&self, href: &&str) -> bool {
        self.href == *href
    }
}

impl fmt::Debug for LinkData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { href, details: _ } = self;
        let mut debug = f.debug_struct("LinkData");
        debug.field("href", &redact_url(href));
        for (name, value) in self.details() {
            debug.field(name, &redact_text(value));
        }
        debug.finish()
    }
}

/// The target of a link that no page describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Untyped {}

/// A link to a resource of a known type.
///
/// Its methods are the verbs that the resource answers to: a verb that the reference does not allow does not compile.
pub struct Link<T> {
    data: LinkData,
    base: Option<Arc<Address>>,
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
        self.data.get(LinkDetail::Title).filter(|title| !title.is_empty())
    }

    /// The highest revision of the target that the server says it can give. Of `2.5`, it is 2.
    pub fn revision(&self) -> Option<u32> {
        whole_revision(self.data.get(LinkDetail::Revision)?)
    }

    /// The version of the target's state.
    pub fn etag(&self) -> Option<&str> {
        self.data.get(LinkDetail::Etag)
    }

    /// The address as a URL, relative ones resolved against the one that the link came from.
    pub fn url(&self) -> Result<Url, AddressError> {
        resolve(self.base.as_ref(), self.href()).map(Address::into_url)
    }

    /// The same as text, which takes less, as most links are a path behind a host that is known.
    pub fn address(&self) -> Result<String, AddressError> {
        resolve(self.base.as_ref(), self.href()).map(|address| address.as_str().to_owned())
    }

    pub(crate) fn base(&self) -> Option<&Arc<Address>> {
        self.base.as_ref()
    }

    /// The same link as part of an answer from `base`, against which its address is resolved if it is relative.
    #[must_use]
    pub fn based_on(self, base: Url) -> Self {
        Self { base: Some(Arc::new(base.into())), ..self }
    }

    pub(crate) fn from_parts(data: LinkData, base: Option<Arc<Address>>) -> Self {
        Self { data, base, target: PhantomData }
    }

    /// What the link says on the wire.
    pub fn data(&self) -> &LinkData {
        &self.data
    }

    /// The same address, taken to hold something else.
    pub fn cast<U>(self) -> Link<U> {
        Link::from_parts(self.data, self.base)
    }
}

impl<T> From<LinkData> for Link<T> {
    fn from(data: LinkData) -> Self {
        Self::from_parts(data, None)
    }
}

impl<T> Clone for Link<T> {
    fn clone(&self) -> Self {
        Self::from_parts(self.data.clone(), self.base.clone())
    }
}

/// Two links are equal that say the same: address, title and the like, as they came. What a relative address is relative to does not count.
impl<T> PartialEq for Link<T> {
    fn eq(&self, other: &Self) -> bool {
        self.data == other.data
    }
}

impl<T> Eq for Link<T> {}

impl<T> PartialOrd for Link<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Link<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.data.cmp(&other.data)
    }
}

impl<T> Hash for Link<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.data.hash(state);
    }
}

/// A link to an address; any text is one.
impl<T> FromStr for Link<T> {
    type Err = Infallible;

    fn from_str(href: &str) -> Result<Self, Infallible> {
        Ok(Self::new(href))
    }
}

impl<T> fmt::Display for Link<T> {
    /// Writes the address as it came, see [`Link::address`] for the whole of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.data.href)
    }
}

/// Compares the address as it came.
impl<T> PartialEq<str> for Link<T> {
    fn eq(&self, href: &str) -> bool {
        self.data.href == href
    }
}

/// Compares the address as it came.
impl<T> PartialEq<&str> for Link<T> {
    fn eq(&self, href: &&str) -> bool {
        self.data.href == *href
    }
}

impl<T> fmt::Debug for Link<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Link").field(&redact_url(&self.data.href)).finish()
    }
}
