//! Reading resources, links and embedded resources.

use std::fmt;

use serde::de::value::MapDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;

use super::scalar::{PropertySeed, TextSeed};
use crate::codec::Context;
use crate::model::{
    Description, LinkData, LinkDetail, Object, PropertyForm, Registry, Relation, TOO_MANY_NAMES, Value, create,
};

const TOO_DEEP: &str = "resources are nested too deep";

/// What a key of a resource stands for.
enum Key {
    Property(usize),
    Links,
    Embedded,
    Rel,
    Etag,
    Unknown(Box<str>),
}

/// Tells what a key stands for. Messages have properties in the order of the tables, so the search starts behind the last.
struct KeySeed {
    description: &'static Description,
    expected: usize,
}

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Key, E> {
        if let Some(index) = self.description.find_property(key, self.expected) {
            return Ok(Key::Property(index));
        }
        Ok(match key {
            "_links" => Key::Links,
            "_embedded" => Key::Embedded,
            "rel" if !self.description.input => Key::Rel,
            "etag" if !self.description.input => Key::Etag,
            _ => Key::Unknown(key.into()),
        })
    }
}

/// Reads a resource or input into an object.
pub(crate) struct ObjectSeed<'o, 'c> {
    pub(crate) object: &'o mut dyn Object,
    pub(crate) context: &'c Context,
}

impl<'de> DeserializeSeed<'de> for ObjectSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ObjectSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resource")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        if !self.context.enter() {
            return Err(A::Error::custom(TOO_DEEP));
        }
        self.object.envelope_mut().begin_message();
        read_entries(self.object, self.context, map)?;
        self.context.leave();
        Ok(())
    }
}

/// Reads what is left of a map into an object.
fn read_entries<'de, A: MapAccess<'de>>(
    object: &mut dyn Object,
    context: &Context,
    mut map: A,
) -> Result<(), A::Error> {
    let description = object.description();
    let mut expected = 0;
    while let Some(key) = map.next_key_seed(KeySeed { description, expected })? {
        if object.envelope().is_full() {
            return Err(A::Error::custom(TOO_MANY_NAMES));
        }
        match key {
            Key::Property(index) => {
                expected = index + 1;
                let property = &description.properties[index];
                let Some(field) = object.property_mut(index) else { continue };
                let seed = PropertySeed { field, form: property.form, context };
                map.next_value_seed(seed).inspect_err(|_| context.failed_in(property.name))?;
            }
            Key::Links => {
                let seed = LinksSeed { object, context };
                map.next_value_seed(seed).inspect_err(|_| context.failed_in("_links"))?;
            }
            Key::Embedded => {
                let seed = EmbeddedSeed { object, context };
                map.next_value_seed(seed).inspect_err(|_| context.failed_in("_embedded"))?;
            }
            Key::Rel => {
                if let Some(rel) = map.next_value_seed(TextSeed).inspect_err(|_| context.failed_in("rel"))? {
                    object.envelope_mut().set_rel(description, &rel);
                }
            }
            Key::Etag => {
                let etag = map.next_value_seed(TextSeed).inspect_err(|_| context.failed_in("etag"))?;
                object.envelope_mut().set_etag(etag.as_deref());
            }
            Key::Unknown(name) => {
                let value: Json = map.next_value().inspect_err(|_| context.failed_in(&name))?;
                if !value.is_null() {
                    object.envelope_mut().push_unknown(name, value);
                }
            }
        }
    }
    Ok(())
}

/// Reads a resource whose type the `rel` in it tells.
pub(crate) struct AnySeed<'c> {
    pub(crate) registry: &'static Registry,
    pub(crate) context: &'c Context,
}

impl<'de> DeserializeSeed<'de> for AnySeed<'_> {
    type Value = Box<dyn Object>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for AnySeed<'_> {
    type Value = Box<dyn Object>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resource")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        if !self.context.enter() {
            return Err(A::Error::custom(TOO_DEEP));
        }
        // Servers mostly write `rel` first; what comes before it is kept until the type is known.
        let mut before = Vec::<(String, Json)>::new();
        let mut rel = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == "rel" {
                rel = map.next_value_seed(TextSeed).inspect_err(|_| self.context.failed_in("rel"))?;
                break;
            }
            let value = map.next_value().inspect_err(|_| self.context.failed_in(&key))?;
            before.push((key, value));
        }
        let rel = rel.unwrap_or_default();
        let mut object = create(self.registry, &rel);
        object.envelope_mut().begin_message();
        if !rel.is_empty() {
            let description = object.description();
            object.envelope_mut().set_rel(description, &rel);
        }
        let before = MapDeserializer::<_, serde_json::Error>::new(before.into_iter());
        read_entries(&mut *object, self.context, before).map_err(A::Error::custom)?;
        read_entries(&mut *object, self.context, map)?;
        self.context.leave();
        Ok(object)
    }
}

/// Reads `_links`.
struct LinksSeed<'o, 'c> {
    object: &'o mut dyn Object,
    context: &'c Context,
}

impl<'de> DeserializeSeed<'de> for LinksSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// What a key of `_links` or `_embedded` stands for.
enum RelationKey {
    Own,
    Content(usize),
    Described(usize),
    Unknown(Box<str>),
}

struct RelationKeySeed {
    description: &'static Description,
    expected: usize,
}

impl<'de> DeserializeSeed<'de> for RelationKeySeed {
    type Value = RelationKey;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<RelationKey, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for RelationKeySeed {
    type Value = RelationKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a relation")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<RelationKey, E> {
        if key == "self" {
            return Ok(RelationKey::Own);
        }
        if let Some(index) = self.description.find_relation(key, self.expected) {
            return Ok(RelationKey::Described(index));
        }
        let property = self.description.find_property(key, 0);
        let content = property.filter(|index| self.description.properties[*index].form == PropertyForm::Content);
        Ok(content.map_or_else(|| RelationKey::Unknown(key.into()), RelationKey::Content))
    }
}

impl<'de> Visitor<'de> for LinksSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("links by relation")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let description = self.object.description();
        let mut expected = 0;
        while let Some(key) = map.next_key_seed(RelationKeySeed { description, expected })? {
            if self.object.envelope().is_full() {
                return Err(A::Error::custom(TOO_MANY_NAMES));
            }
            let (described, rel): (Option<usize>, &str) = match &key {
                RelationKey::Own => (None, "self"),
                RelationKey::Content(index) => (None, description.properties[*index].name),
                RelationKey::Described(index) => {
                    expected = index + 1;
                    (Some(*index), description.relations[*index].rel)
                }
                RelationKey::Unknown(rel) => (None, rel),
            };
            let links = map.next_value_seed(LinkSeed).inspect_err(|_| self.context.failed_in(rel))?;
            match &key {
                RelationKey::Own => {
                    if let Some(link) = links.first {
                        self.object.envelope_mut().set_link(link);
                    }
                }
                RelationKey::Content(index) => {
                    if let (Some(link), Some(field)) = (links.first, self.object.property_mut(*index)) {
                        let read = field.read(Value::Text(&link.href));
                        read.map_err(A::Error::custom).inspect_err(|_| self.context.failed_in(rel))?;
                    }
                }
                RelationKey::Described(_) | RelationKey::Unknown(_) if links.is_empty() => {}
                RelationKey::Described(_) | RelationKey::Unknown(_) => {
                    links.add_to(self.object.envelope_mut().relation_for(description, described, rel));
                }
            }
        }
        Ok(())
    }
}

/// The links of one relation, as they come from a document. Most lists have one link, which then needs no memory of its own.
#[derive(Default)]
pub(crate) struct Links {
    listed: bool,
    first: Option<LinkData>,
    rest: Vec<LinkData>,
}

impl Links {
    fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    fn push(&mut self, link: LinkData) {
        match self.first {
            None => self.first = Some(link),
            Some(_) => self.rest.push(link),
        }
    }

    fn add_to(self, relation: &mut Relation) {
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
pub(crate) struct LinkSeed;

impl<'de> DeserializeSeed<'de> for LinkSeed {
    type Value = Links;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Links, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for LinkSeed {
    type Value = Links;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a link or a list of links")
    }

    fn visit_unit<E: Error>(self) -> Result<Links, E> {
        Ok(Links::default())
    }

    fn visit_str<E: Error>(self, href: &str) -> Result<Links, E> {
        Ok(Some(LinkData::new(href)).into())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Links, A::Error> {
        Ok(read_link(map)?.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Links, A::Error> {
        let mut links = Links { listed: true, ..Links::default() };
        while let Some(item) = items.next_element_seed(Self)? {
            item.into_iter().for_each(|link| links.push(link));
        }
        Ok(links)
    }
}

#[derive(Clone, Copy)]
enum LinkKey {
    Href,
    Detail(LinkDetail),
    Unknown,
}

struct LinkKeySeed;

impl<'de> DeserializeSeed<'de> for LinkKeySeed {
    type Value = LinkKey;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<LinkKey, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for LinkKeySeed {
    type Value = LinkKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key of a link")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<LinkKey, E> {
        Ok(match key {
            "href" => LinkKey::Href,
            _ => LinkDetail::of(key).map_or(LinkKey::Unknown, LinkKey::Detail),
        })
    }
}

/// Reads a link; one that leads nowhere is none.
pub(super) fn read_link<'de, A: MapAccess<'de>>(mut map: A) -> Result<Option<LinkData>, A::Error> {
    let mut link = LinkData::default();
    let mut leads = false;
    while let Some(key) = map.next_key_seed(LinkKeySeed)? {
        match key {
            LinkKey::Href => {
                if let Some(href) = map.next_value_seed(TextSeed)? {
                    link.href = href.into();
                    leads = true;
                }
            }
            LinkKey::Detail(detail) => link.set(detail, map.next_value_seed(TextSeed)?),
            LinkKey::Unknown => drop(map.next_value::<IgnoredAny>()?),
        }
    }
    Ok(leads.then_some(link))
}

/// Reads `_embedded`.
struct EmbeddedSeed<'o, 'c> {
    object: &'o mut dyn Object,
    context: &'c Context,
}

impl<'de> DeserializeSeed<'de> for EmbeddedSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for EmbeddedSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("embedded resources by relation")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (description, registry) = (self.object.description(), self.object.registry());
        let mut expected = 0;
        while let Some(key) = map.next_key_seed(RelationKeySeed { description, expected })? {
            if self.object.envelope().is_full() {
                return Err(A::Error::custom(TOO_MANY_NAMES));
            }
            let (described, rel): (_, &str) = match &key {
                RelationKey::Described(index) => {
                    expected = index + 1;
                    (Some(*index), description.relations[*index].rel)
                }
                RelationKey::Own => (None, "self"),
                RelationKey::Content(index) => (None, description.properties[*index].name),
                RelationKey::Unknown(rel) => (None, rel),
            };
            // The key tells the type; where it does not, the resource's own `rel` does.
            let create = described.and_then(|index| description.relations[index].create);
            let relation = self.object.envelope_mut().relation_for(description, described, rel);
            let target = Target { create, rel, registry };
            let seed = TargetSeed { relation, target, context: self.context };
            map.next_value_seed(seed).inspect_err(|_| self.context.failed_in(rel))?;
        }
        self.object.envelope_mut().drop_empty_relations();
        Ok(())
    }
}

/// How the resources below a key are made.
#[derive(Clone, Copy)]
struct Target<'r> {
    create: Option<fn() -> Box<dyn Object>>,
    rel: &'r str,
    registry: &'static Registry,
}

/// Reads the resource or resources of one relation.
struct TargetSeed<'e, 'r, 'c> {
    relation: &'e mut Relation,
    target: Target<'r>,
    context: &'c Context,
}

impl<'de> DeserializeSeed<'de> for TargetSeed<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TargetSeed<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resource or a list of resources")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let made = self.target.create.map(|create| create()).or_else(|| self.target.registry.create(self.target.rel));
        let object = match made {
            Some(mut object) => {
                ObjectSeed { object: &mut *object, context: self.context }.visit_map(map)?;
                object
            }
            None => AnySeed { registry: self.target.registry, context: self.context }.visit_map(map)?,
        };
        self.relation.push_embedded(object);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.relation.set_listed();
        let mut index = 0;
        loop {
            let seed = TargetSeed { relation: &mut *self.relation, target: self.target, context: self.context };
            match items.next_element_seed(seed).inspect_err(|_| self.context.failed_at(index))? {
                Some(()) => index += 1,
                None => return Ok(()),
            }
        }
    }
}
