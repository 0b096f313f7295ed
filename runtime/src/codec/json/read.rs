//! Reading resources, links and embedded resources.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::keeping;
use super::scalar::{HrefSeed, PropertySeed, TextSeed};
use super::unknown::JsonSeed;
use crate::codec::Context;
use crate::model::{Description, LinkData, LinkDetail, Object, PropertyForm, Registry, Relation, Value, create};

const TOO_DEEP: &str = "resources are nested too deep";

const SEVERAL_LINKS: &str = "expected one link, found a list of several";

/// What a key of a resource stands for.
pub(super) enum Key {
    Property(usize),
    Links,
    Embedded,
    Rel,
    Etag,
    /// A property, in other letters than the table has, large or small.
    AnyCase(usize, Box<str>),
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
            _ => match self.description.find_property_in_any_case(key) {
                Some(index) => Key::AnyCase(index, key.into()),
                None => Key::Unknown(key.into()),
            },
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
        context.check_names(object).map_err(A::Error::custom)?;
        let key = match key {
            Key::AnyCase(index, name) if is_set(object, index) => Key::Unknown(name),
            Key::AnyCase(index, _) => Key::Property(index),
            key => key,
        };
        if let Key::Property(index) = key {
            expected = index + 1;
        }
        if context.is_keeping() {
            keeping::read_value(object, context, key, map.next_value()?).map_err(A::Error::custom)?;
        } else {
            read_value(object, context, key, &mut map)?;
        }
    }
    Ok(())
}

/// Whether a property has a value already. One in other letters then is another.
fn is_set(object: &dyn Object, index: usize) -> bool {
    object.property(index).is_some_and(|field| field.count() > 0)
}

/// Reads the value of a key.
pub(super) fn read_value<'de, A: MapAccess<'de>>(
    object: &mut dyn Object,
    context: &Context,
    key: Key,
    map: &mut A,
) -> Result<(), A::Error> {
    let description = object.description();
    match key {
        Key::Property(index) => {
            let property = &description.properties[index];
            let Some(field) = object.property_mut(index) else { return map.next_value::<IgnoredAny>().map(drop) };
            let seed = PropertySeed { field, form: property.form, context };
            map.next_value_seed(seed).inspect_err(|_| context.failed_in(property.name))
        }
        Key::Links => {
            let seed = LinksSeed { object, context };
            map.next_value_seed(seed).inspect_err(|_| context.failed_in("_links"))
        }
        Key::Embedded => {
            let seed = EmbeddedSeed { object, context };
            map.next_value_seed(seed).inspect_err(|_| context.failed_in("_embedded"))
        }
        Key::Rel => {
            let rel = map.next_value_seed(TextSeed).inspect_err(|_| context.failed_in("rel"))?;
            // Of several names the first counts, as it says what the rest is read as.
            if let Some(rel) = rel.filter(|_| object.envelope().is_unnamed()) {
                object.envelope_mut().set_rel(description, &rel);
            }
            Ok(())
        }
        Key::Etag => {
            let etag = map.next_value_seed(TextSeed).inspect_err(|_| context.failed_in("etag"))?;
            object.envelope_mut().set_etag(etag.as_deref());
            Ok(())
        }
        Key::AnyCase(_, name) | Key::Unknown(name) => {
            let value = map.next_value_seed(JsonSeed::new(context)).inspect_err(|_| context.failed_in(&name))?;
            if !value.is_null() {
                object.envelope_mut().push_unknown(name, value);
            }
            Ok(())
        }
    }
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

/// What the `rel` of a resource says.
enum Named<V> {
    /// The name, if there is one.
    By(Option<Box<str>>),
    /// Nothing that can be a name.
    Not(V),
}

impl AnySeed<'_> {
    /// Reads a resource. Servers mostly write `rel` first; what comes before it is kept until the type is known.
    fn read<'de, A, S>(
        &self,
        mut map: A,
        seed: impl Fn() -> S,
        read_rel: impl Fn(&mut A) -> Result<Named<S::Value>, A::Error>,
    ) -> Result<Box<dyn Object>, A::Error>
    where
        A: MapAccess<'de>,
        S: DeserializeSeed<'de, Value: IntoDeserializer<'de, serde_json::Error>>,
    {
        let mut before = Vec::<(String, S::Value)>::new();
        let mut rel = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == "rel" {
                match read_rel(&mut map).inspect_err(|_| self.context.failed_in("rel"))? {
                    Named::By(Some(found)) if !found.is_empty() => {
                        rel = Some(found);
                        break;
                    }
                    Named::By(_) => {}
                    Named::Not(value) => before.push((key, value)),
                }
                continue;
            }
            let value = map.next_value_seed(seed()).inspect_err(|_| self.context.failed_in(&key))?;
            before.push((key, value));
        }
        let rel = rel.unwrap_or_default();
        let mut object = create(self.registry, &rel);
        self.context.allocate(size_of_val(&*object)).map_err(A::Error::custom)?;
        object.envelope_mut().begin_message();
        if !rel.is_empty() {
            let description = object.description();
            object.envelope_mut().set_rel(description, &rel);
        }
        let before = MapDeserializer::<_, serde_json::Error>::new(before.into_iter());
        read_entries(&mut *object, self.context, before).map_err(A::Error::custom)?;
        read_entries(&mut *object, self.context, map)?;
        Ok(object)
    }
}

impl<'de> Visitor<'de> for AnySeed<'_> {
    type Value = Box<dyn Object>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resource")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        if !self.context.enter() {
            return Err(A::Error::custom(TOO_DEEP));
        }
        let object = if self.context.is_keeping() {
            self.read(
                map,
                || PhantomData::<&RawValue>,
                |map| {
                    let raw = map.next_value::<&RawValue>()?;
                    Ok(TextSeed.deserialize(raw).map_or(Named::Not(raw), Named::By))
                },
            )?
        } else {
            self.read(map, || JsonSeed::new(self.context), |map| map.next_value_seed(TextSeed).map(Named::By))?
        };
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
pub(super) enum RelationKey {
    Own,
    Content(usize),
    Described(usize),
    Unknown(Box<str>),
}

impl RelationKey {
    /// The name on the wire.
    pub(super) fn rel<'k>(&'k self, description: &'static Description) -> &'k str {
        match self {
            Self::Own => "self",
            Self::Content(index) => description.properties[*index].name,
            Self::Described(index) => description.relations[*index].rel,
            Self::Unknown(rel) => rel,
        }
    }
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
            self.context.check_names(self.object).map_err(A::Error::custom)?;
            if let RelationKey::Described(index) = key {
                expected = index + 1;
            }
            if self.context.is_keeping() {
                keeping::read_links(self.object, self.context, &key, map.next_value()?).map_err(A::Error::custom)?;
            } else {
                let seed = RelationLinksSeed { object: self.object, context: self.context, key: &key };
                map.next_value_seed(seed).inspect_err(|_| self.context.failed_in(key.rel(description)))?;
            }
        }
        Ok(())
    }
}

/// Reads the links of one relation.
struct RelationLinksSeed<'o, 'c, 'k> {
    object: &'o mut dyn Object,
    context: &'c Context,
    key: &'k RelationKey,
}

impl<'de> DeserializeSeed<'de> for RelationLinksSeed<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Self { object, context, key } = self;
        let links = LinkSeed(context).deserialize(deserializer)?;
        add_links(object, context, key, links)
    }
}

/// Takes over what a message links to in one relation.
pub(super) fn add_links<E: Error>(
    object: &mut dyn Object,
    context: &Context,
    key: &RelationKey,
    links: Links,
) -> Result<(), E> {
    let described = match key {
        RelationKey::Own => {
            links.only().map_err(E::custom)?.into_iter().for_each(|link| object.envelope_mut().set_link(link));
            return Ok(());
        }
        RelationKey::Content(index) => {
            return match (links.only().map_err(E::custom)?, object.property_mut(*index)) {
                (Some(link), Some(field)) => field.read(Value::Text(&link.href)).map_err(E::custom),
                _ => Ok(()),
            };
        }
        RelationKey::Described(index) => Some(*index),
        RelationKey::Unknown(_) => None,
    };
    if !links.is_empty() {
        context.relate(object).map_err(E::custom)?;
        let description = object.description();
        let rel = key.rel(description);
        links.add_to(object.envelope_mut().relation_for(description, described, rel));
    }
    Ok(())
}

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

    fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    fn push(&mut self, link: LinkData) {
        match self.first {
            None => self.first = Some(link),
            Some(_) => self.rest.push(link),
        }
    }

    /// The link where there is to be one at most.
    fn only(self) -> Result<Option<LinkData>, &'static str> {
        if self.rest.is_empty() { Ok(self.first) } else { Err(SEVERAL_LINKS) }
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

/// Reads a link. One that says nothing is none; one that says something and leads nowhere is an error.
pub(super) fn read_link<'de, A: MapAccess<'de>>(mut map: A) -> Result<Option<LinkData>, A::Error> {
    let mut link = LinkData::default();
    let mut leads = false;
    let mut says_more = false;
    while let Some(key) = map.next_key_seed(LinkKeySeed)? {
        match key {
            LinkKey::Href => {
                if let Some(href) = map.next_value_seed(HrefSeed)? {
                    link.href = href.into();
                    leads = true;
                }
            }
            LinkKey::Detail(detail) => link.set(detail, map.next_value_seed(TextSeed)?),
            LinkKey::Unknown => says_more |= map.next_value::<Option<IgnoredAny>>()?.is_some(),
        }
    }
    if !leads && (says_more || link != LinkData::default()) {
        return Err(A::Error::custom("expected a link, found no `href`"));
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
            self.context.check_names(self.object).map_err(A::Error::custom)?;
            let described = match key {
                RelationKey::Described(index) => {
                    expected = index + 1;
                    Some(index)
                }
                _ => None,
            };
            if self.context.is_keeping() {
                keeping::read_targets(self.object, self.context, &key, map.next_value()?).map_err(A::Error::custom)?;
                continue;
            }
            let rel = key.rel(description);
            let target = Target::new(description, registry, described, rel);
            self.context.relate(self.object).map_err(A::Error::custom)?;
            let relation = self.object.envelope_mut().relation_for(description, described, rel);
            let seed = TargetSeed { relation, target, context: self.context };
            map.next_value_seed(seed).inspect_err(|_| self.context.failed_in(rel))?;
        }
        self.object.envelope_mut().drop_empty_relations();
        Ok(())
    }
}

/// How the resources below a key are made.
#[derive(Clone, Copy)]
pub(super) struct Target<'r> {
    create: Option<fn() -> Box<dyn Object>>,
    rel: &'r str,
    registry: &'static Registry,
}

impl<'r> Target<'r> {
    /// The key tells the type; where it does not, the resource's own `rel` does.
    pub(super) fn new(
        description: &'static Description,
        registry: &'static Registry,
        described: Option<usize>,
        rel: &'r str,
    ) -> Self {
        Self { create: described.and_then(|index| description.relations[index].create), rel, registry }
    }
}

/// Reads the resource or resources of one relation.
pub(super) struct TargetSeed<'e, 'r, 'c> {
    pub(super) relation: &'e mut Relation,
    pub(super) target: Target<'r>,
    pub(super) context: &'c Context,
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
                self.context.allocate(size_of_val(&*object)).map_err(A::Error::custom)?;
                ObjectSeed { object: &mut *object, context: self.context }.visit_map(map)?;
                object
            }
            None => AnySeed { registry: self.target.registry, context: self.context }.visit_map(map)?,
        };
        self.context.push(size_of::<Box<dyn Object>>()).map_err(A::Error::custom)?;
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
