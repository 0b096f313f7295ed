//! Links: where a relation leads, and to what.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use url::{Position, Url};

/// What a link says on the wire.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
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

impl fmt::Debug for LinkData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("LinkData");
        debug.field("href", &self.href);
        for (name, value) in self.details() {
            debug.field(name, &value);
        }
        debug.finish()
    }
}

/// The target of a link that no page describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untyped {}

/// A link to a resource of a known type.
///
/// Its methods are the verbs that the resource answers to: a verb that the reference does not allow does not compile.
pub struct Link<T> {
    data: LinkData,
    base: Option<Arc<Url>>,
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

    /// The highest revision of the target that the server says it can give.
    pub fn revision(&self) -> Option<u32> {
        self.data.get(LinkDetail::Revision)?.trim().parse().ok()
    }

    /// The version of the target's state.
    pub fn etag(&self) -> Option<&str> {
        self.data.get(LinkDetail::Etag)
    }

    /// The address as a URL, relative ones resolved against the one that the link came from.
    pub fn url(&self) -> Result<Url, AddressError> {
        match self.base.as_deref() {
            Some(base) if is_path_of(base, self.href()) => Ok(base.clone()),
            base => joined(base, self.href()),
        }
    }

    pub(crate) fn base(&self) -> Option<&Arc<Url>> {
        self.base.as_ref()
    }

    /// The same link as part of an answer from `base`, against which its address is resolved if it is relative.
    #[must_use]
    pub fn based_on(self, base: Arc<Url>) -> Self {
        Self { base: Some(base), ..self }
    }

    pub(crate) fn from_parts(data: LinkData, base: Option<Arc<Url>>) -> Self {
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

/// An address that is no absolute URL and cannot be made one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{href}` is no address that can be asked: {problem}")]
pub struct AddressError {
    /// The address.
    pub href: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Resolves an address by RFC 3986. Nothing in it is changed or escaped anew.
pub(crate) fn resolve(base: Option<&Arc<Url>>, href: &str) -> Result<Arc<Url>, AddressError> {
    // Most resources say of themselves what they were asked by.
    if let Some(base) = base.filter(|base| is_path_of(base, href)) {
        return Ok(Arc::clone(base));
    }
    joined(base.map(|base| &**base), href).map(Arc::new)
}

fn joined(base: Option<&Url>, href: &str) -> Result<Url, AddressError> {
    let joined = base.map_or_else(|| Url::parse(href), |base| base.join(href));
    joined.map_err(|error| AddressError {
        href: href.to_owned(),
        problem: match error {
            url::ParseError::RelativeUrlWithoutBase => {
                "it is relative and nothing says to what; take the link from a fetched resource".into()
            }
            error => error.to_string(),
        },
    })
}

/// Whether an address is all that a URL has behind its host. Two slashes would begin with another host.
fn is_path_of(url: &Url, href: &str) -> bool {
    href.starts_with('/') && !href.starts_with("//") && url[Position::BeforePath..] == *href
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_address_leads_where_the_standard_says(
            base in "https://[a-c]{1,3}(:81)?(/[a-b./%\\\\]{0,6}){0,3}(\\?[a-b=/]{0,3})?(#[ab]{0,2})?",
            other in "(https://d)?/{0,3}[a-b./%\\\\]{0,6}(\\?[a-b]{0,3})?",
            same in any::<bool>(),
        ) {
            let base = Arc::new(Url::parse(&base).expect("a URL"));
            let href = if same { base[Position::BeforePath..].to_owned() } else { other };
            prop_assert_eq!(resolve(Some(&base), &href).ok().map(Arc::unwrap_or_clone), base.join(&href).ok());
        }
    }
}
