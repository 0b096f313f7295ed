//! Reading links.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::map::{FromKey, KeySeed};
use super::scalar::{HrefSeed, TextSeed, boxed};
use crate::codec::Context;
use crate::model::{LinkData, LinkDetail, Relation};

pub(crate) const SEVERAL_LINKS: &str = "expected one link, found a list of several";

/// The links of one relation, as they come from a document. Most lists have one link, which then needs no memory of its own.
#[derive(Default)]
pub(crate) struct Links {
    listed: bool,
    first: Option<LinkData>,
    rest: Vec<LinkData>,
}

impl Links {
    /// A link from a list, if it stands in one.
    pub(super) fn one(link: LinkData, listed: bool) -> Self {
        Self { listed, first: Some(link), rest: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    fn push(&mut self, link: LinkData) {
        match self.first {
            None => self.first = Some(link),
            Some(_) => self.rest.push(link),
        }
    }

    /// The link where there is to be one at most.
    pub(super) fn only(self) -> Result<Option<LinkData>, &'static str> {
        if self.rest.is_empty() { Ok(self.first) } else { Err(SEVERAL_LINKS) }
    }

    pub(super) fn add_to(self, relation: &mut Relation) {
        if self.listed {
            relation.set_listed();
        }
        self.into_iter().for_each(|link| relation.push_link(link));
    }
}

impl From<Option<LinkData>> for Links {
    fn from(link: Option<LinkData>) -> Self {
        Self { first: link, ..Self::default() }
    }
}

impl IntoIterator for Links {
    type Item = LinkData;
    type IntoIter = std::iter::Chain<std::option::IntoIter<LinkData>, std::vec::IntoIter<LinkData>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter().chain(self.rest)
    }
}

/// Reads one link or a list of links.
#[derive(Clone, Copy)]
pub(crate) struct LinkSeed<'c>(pub(crate) &'c Context);

impl<'de> DeserializeSeed<'de> for LinkSeed<'_> {
    type Value = Links;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Links, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for LinkSeed<'_> {
    type Value = Links;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a link or a list of links")
    }

    fn visit_unit<E: Error>(self) -> Result<Links, E> {
        Ok(Links::default())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Links, E> {
        Err(E::custom(LINK_AS_TEXT))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Links, A::Error> {
        Ok(read_link(map)?.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Links, A::Error> {
        let mut links = Links { listed: true, ..Links::default() };
        while let Some(item) = items.next_element_seed(OneLinkSeed)? {
            if let Some(link) = item {
                self.0.push(size_of::<LinkData>()).map_err(A::Error::custom)?;
                links.push(link);
            }
        }
        Ok(links)
    }
}

/// What is said of a text where a link should be; not the text, in which there may be a secret.
const LINK_AS_TEXT: &str = "expected a link, found text";

/// Reads one link; `null` is none.
#[derive(Clone, Copy)]
pub(super) struct OneLinkSeed;

impl<'de> DeserializeSeed<'de> for OneLinkSeed {
    type Value = Option<LinkData>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OneLinkSeed {
    type Value = Option<LinkData>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a link")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom(LINK_AS_TEXT))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        read_link(map)
    }
}

#[derive(Clone, Copy)]
enum LinkKey {
    Href,
    Detail(LinkDetail),
    Unknown,
}

/// Tells what a key of a link stands for.
struct LinkKeys;

impl FromKey for LinkKeys {
    const EXPECTED: &'static str = "a key of a link";

    type Key = LinkKey;

    fn read_key(self, key: &str) -> LinkKey {
        match key {
            "href" => LinkKey::Href,
            _ => LinkDetail::of(key).map_or(LinkKey::Unknown, LinkKey::Detail),
        }
    }
}

/// Reads a link. One that says nothing is none; one that says something and leads nowhere is an error.
pub(super) fn read_link<'de, A: MapAccess<'de>>(mut map: A) -> Result<Option<LinkData>, A::Error> {
    let mut link = LinkData::default();
    let mut leads = false;
    let mut says_more = false;
    while let Some(key) = map.next_key_seed(KeySeed(LinkKeys))? {
        match key {
            LinkKey::Href => {
                if let Some(href) = map.next_value_seed(HrefSeed)? {
                    link.href = href;
                    leads = true;
                }
            }
            LinkKey::Detail(detail) => link.set(detail, map.next_value_seed(TextSeed(boxed))?),
            LinkKey::Unknown => says_more |= map.next_value::<Option<IgnoredAny>>()?.is_some(),
        }
    }
    if !leads && (says_more || link != LinkData::default()) {
        return Err(A::Error::custom("expected a link, found no `href`"));
    }
    Ok(leads.then_some(link))
}
