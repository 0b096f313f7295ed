//! The parts of events and event documents, by serde: keys, links, embedded resources.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::{EventTarget, ONE_RESOURCE};
use super::reading::Reading;
use crate::codec::AnyResource;
use crate::codec::json::{AnySeed, FromKey, FromMap, HrefSeed, KeySeed, LinkSeed, Links, ObjectSeed, TextSeed, boxed};
use crate::model::{LinkData, LinkDetail, Object, RegistryEntry};

/// Reads the resource of an event, whose type its key tells.
pub(super) struct EventResourceReader<'c>(pub(super) Reading<'c>);

impl<'de> FromMap<'de> for EventResourceReader<'_> {
    const EXPECTED: &'static str = "an embedded resource";

    type Output = Option<AnyResource>;

    fn read_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Output, A::Error> {
        let Self(reading) = self;
        let mut resource = None;
        while let Some(key) = map.next_key_seed(KeySeed(ResourceKeys(reading)))? {
            let seed = ResourceSeed { reading, key: &key };
            let found = map.next_value_seed(seed).inspect_err(|_| reading.context.failed_in(key.as_str()))?;
            if found.is_some() && resource.is_some() {
                return Err(A::Error::custom(ONE_RESOURCE));
            }
            resource = resource.or(found);
        }
        Ok(resource.map(Into::into))
    }
}

/// The key of an embedded resource.
enum ResourceKey {
    Described(&'static RegistryEntry),
    Unknown(String),
}

impl ResourceKey {
    fn as_str(&self) -> &str {
        match self {
            Self::Described(entry) => entry.rel,
            Self::Unknown(key) => key,
        }
    }
}

/// Tells which resource a key names.
struct ResourceKeys<'c>(Reading<'c>);

impl FromKey for ResourceKeys<'_> {
    const EXPECTED: &'static str = "a key";

    type Key = ResourceKey;

    fn read_key(self, key: &str) -> ResourceKey {
        let Reading { registry, context, .. } = self.0;
        context.described(registry, key).map_or_else(|| ResourceKey::Unknown(key.to_owned()), ResourceKey::Described)
    }
}

/// Reads the resource below a key, which may stand in a list of its own.
#[derive(Clone, Copy)]
struct ResourceSeed<'c, 'k> {
    reading: Reading<'c>,
    key: &'k ResourceKey,
}

impl<'de> DeserializeSeed<'de> for ResourceSeed<'_, '_> {
    type Value = Option<Box<dyn Object>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ResourceSeed<'_, '_> {
    type Value = Option<Box<dyn Object>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resource")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let Reading { registry, context, .. } = self.reading;
        let created = if let ResourceKey::Described(entry) = self.key { entry.create() } else { None };
        let mut object = match created {
            Some(mut object) => {
                context.allocate(size_of_val(&*object)).map_err(A::Error::custom)?;
                ObjectSeed { object: &mut *object, context }.visit_map(map)?;
                object
            }
            None => AnySeed { registry, context }.visit_map(map)?,
        };
        if object.rel().is_empty() {
            let description = object.description();
            object.envelope_mut().set_rel(description, self.key.as_str());
        }
        Ok(Some(object))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut resource = None;
        while let Some(item) = items.next_element_seed(self)? {
            if item.is_some() && resource.is_some() {
                return Err(A::Error::custom(ONE_RESOURCE));
            }
            resource = resource.or(item);
        }
        Ok(resource)
    }
}

/// Reads `{rel, href}`; `null` is none.
pub(super) struct TargetReader<'c>(pub(super) Reading<'c>);

impl<'de> FromMap<'de> for TargetReader<'_> {
    const EXPECTED: &'static str = "a link with its relation";

    type Output = Option<EventTarget>;

    fn read_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Output, A::Error> {
        let Reading { registry, context, .. } = self.0;
        let mut target = EventTarget::default();
        while let Some(key) = map.next_key::<EventKey>()? {
            match key.as_str() {
                "rel" => {
                    let rel = map.next_value_seed(TextSeed(|rel: &str| context.rel(registry, rel)))?;
                    target.rel = rel.unwrap_or_default();
                }
                "href" => target.link.href = map.next_value_seed(HrefSeed)?.unwrap_or_default(),
                name => match LinkDetail::of(name) {
                    Some(detail) => target.link.set(detail, map.next_value_seed(TextSeed(boxed))?),
                    None => drop(map.next_value::<IgnoredAny>()?),
                },
            }
        }
        Ok(Some(target))
    }
}

/// What a link takes in the list here, and in that of the document.
pub(super) const LISTED_LINK: usize = size_of::<[(String, LinkData); 2]>();

/// Reads `_links` of the document.
pub(super) struct DocumentLinksReader<'c>(pub(super) Reading<'c>);

impl<'de> FromMap<'de> for DocumentLinksReader<'_> {
    const EXPECTED: &'static str = "links by relation";

    type Output = Vec<(String, LinkData)>;

    fn read_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Output, A::Error> {
        let mut links = Vec::new();
        while let Some(rel) = map.next_key::<String>()? {
            let context = self.0.context;
            let found: Links = map.next_value_seed(LinkSeed(context)).inspect_err(|_| context.failed_in(&rel))?;
            for link in found {
                context.push(LISTED_LINK).map_err(A::Error::custom)?;
                links.push((rel.clone(), link));
            }
        }
        Ok(links)
    }
}

/// A key of an event document, without an allocation for those that the protocol knows.
pub(super) enum EventKey {
    Known(&'static str),
    Unknown(String),
}

impl EventKey {
    const KNOWN: [&'static str; 12] =
        ["link", "in", "type", "rel", "href", "events", "_embedded", "status", "reason", "title", "sender", "_links"];

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Known(key) => key,
            Self::Unknown(key) => key,
        }
    }
}

impl<'de> serde::Deserialize<'de> for EventKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        KeySeed(EventKeys).deserialize(deserializer)
    }
}

/// Tells which key of an event document a text is.
struct EventKeys;

impl FromKey for EventKeys {
    const EXPECTED: &'static str = "a key";

    type Key = EventKey;

    fn read_key(self, key: &str) -> EventKey {
        let known = EventKey::KNOWN.into_iter().find(|known| *known == key);
        known.map_or_else(|| EventKey::Unknown(key.to_owned()), EventKey::Known)
    }
}
