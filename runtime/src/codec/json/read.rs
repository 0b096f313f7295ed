//! Reading resources with what is embedded in them.
//!
//! `read` and `keeping` call each other: what is kept of a resource value by value has resources in it, which are read.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::keeping;
use super::keys::{Key, Keys, RelationKey, RelationKeys};
use super::links::{LinkSeed, Links};
use super::map::{FromMap, KeySeed, MapSeed};
use super::property::PropertySeed;
use super::scalar::{TextSeed, boxed};
use super::unknown::JsonSeed;
use crate::codec::{Context, TakenNames};
use crate::model::{Description, Object, Registry, Relation, Value, create, is_told};

const TOO_DEEP: &str = "resources are nested too deep";

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
        let mut others = OtherLetters::default();
        read_entries(self.object, self.context, map, &mut others)?;
        others.read(self.object, self.context).map_err(A::Error::custom)?;
        self.context.leave();
        Ok(())
    }
}

/// Reads what is left of a map into an object.
fn read_entries<'de, A: MapAccess<'de>>(
    object: &mut dyn Object,
    context: &Context,
    mut map: A,
    others: &mut OtherLetters<'de>,
) -> Result<(), A::Error> {
    let description = object.description();
    let mut expected = 0;
    while let Some(key) = map.next_key_seed(KeySeed(Keys { description, expected }))? {
        context.check_names(object).map_err(A::Error::custom)?;
        if let Key::Property(index) = key {
            expected = index + 1;
        }
        if let Key::AnyCase(index, name) = key {
            others.push(context, index, name, &mut map)?;
        } else if context.is_keeping() {
            keeping::read_value(object, context, key, map.next_value()?).map_err(A::Error::custom)?;
        } else {
            read_value(object, context, key, &mut map)?;
        }
    }
    Ok(())
}

/// The properties of a resource whose names have other letters than the table, large or small, with their values as they came.
/// Where one of them is told under its exact name, these are others, and that is known at the end of the resource.
#[derive(Default)]
struct OtherLetters<'de>(Vec<(usize, Box<str>, OneOf<'de>)>);

/// A value as it came: read, or as its text where what cannot be read is kept.
enum OneOf<'de> {
    Read(Json),
    Raw(&'de RawValue),
}

impl<'de> OtherLetters<'de> {
    #[cold]
    fn push<A: MapAccess<'de>>(
        &mut self,
        context: &Context,
        index: usize,
        name: Box<str>,
        map: &mut A,
    ) -> Result<(), A::Error> {
        context.push(size_of::<(usize, Box<str>, OneOf<'_>)>()).map_err(A::Error::custom)?;
        let value = if context.is_keeping() {
            OneOf::Raw(map.next_value()?)
        } else {
            OneOf::Read(map.next_value_seed(JsonSeed::new(context)).inspect_err(|_| context.failed_in(&name))?)
        };
        self.0.push((index, name, value));
        Ok(())
    }

    /// Reads each as the property, or as one that no table lists where the property is there already under another name.
    fn read(self, object: &mut dyn Object, context: &Context) -> serde_json::Result<()> {
        let mut taken = TakenNames::default();
        for (index, name, value) in self.0 {
            context.check_names(object).map_err(Error::custom)?;
            let is_other = !taken.is_taken_by(index, &name) && is_told(object, index);
            let key = if is_other {
                Key::Unknown(name)
            } else {
                taken.take(index, name);
                Key::Property(index)
            };
            match value {
                OneOf::Raw(raw) => keeping::read_value(object, context, key, raw)?,
                OneOf::Read(value) => {
                    let mut map = MapDeserializer::new(std::iter::once(((), value)));
                    map.next_key::<()>()?;
                    read_value(object, context, key, &mut map)?;
                }
            }
        }
        Ok(())
    }
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
            let links = LinksReader { object, context };
            map.next_value_seed(MapSeed(links)).inspect_err(|_| context.failed_in("_links"))
        }
        Key::Embedded => {
            let embedded = EmbeddedReader { object, context };
            map.next_value_seed(MapSeed(embedded)).inspect_err(|_| context.failed_in("_embedded"))
        }
        Key::Rel => {
            let envelope = object.envelope_mut();
            // Of several names the first counts, as it says what the rest is read as.
            let name = TextSeed(|rel: &str| {
                if envelope.is_unnamed() {
                    envelope.set_rel(description, rel);
                }
            });
            map.next_value_seed(name).inspect_err(|_| context.failed_in("rel")).map(drop)
        }
        Key::Etag => {
            let etag = map.next_value_seed(TextSeed(boxed)).inspect_err(|_| context.failed_in("etag"))?;
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
        let mut others = OtherLetters::default();
        read_entries(&mut *object, self.context, before, &mut others).map_err(A::Error::custom)?;
        read_entries(&mut *object, self.context, map, &mut others)?;
        others.read(&mut *object, self.context).map_err(A::Error::custom)?;
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
                    Ok(TextSeed(boxed).deserialize(raw).map_or(Named::Not(raw), Named::By))
                },
            )?
        } else {
            self.read(map, || JsonSeed::new(self.context), |map| map.next_value_seed(TextSeed(boxed)).map(Named::By))?
        };
        self.context.leave();
        Ok(object)
    }
}

/// Reads `_links`.
struct LinksReader<'o, 'c> {
    object: &'o mut dyn Object,
    context: &'c Context,
}

impl<'de> FromMap<'de> for LinksReader<'_, '_> {
    const EXPECTED: &'static str = "links by relation";

    type Output = ();

    fn read_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let description = self.object.description();
        let mut expected = 0;
        while let Some(key) = map.next_key_seed(KeySeed(RelationKeys { description, expected }))? {
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

/// Reads `_embedded`.
struct EmbeddedReader<'o, 'c> {
    object: &'o mut dyn Object,
    context: &'c Context,
}

impl<'de> FromMap<'de> for EmbeddedReader<'_, '_> {
    const EXPECTED: &'static str = "embedded resources by relation";

    type Output = ();

    fn read_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (description, registry) = (self.object.description(), self.object.registry());
        let mut expected = 0;
        while let Some(key) = map.next_key_seed(KeySeed(RelationKeys { description, expected }))? {
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
            let target = EmbeddedTarget::new(description, registry, described, rel);
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
pub(super) struct EmbeddedTarget<'r> {
    create: Option<fn() -> Box<dyn Object>>,
    rel: &'r str,
    registry: &'static Registry,
}

impl<'r> EmbeddedTarget<'r> {
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
    pub(super) target: EmbeddedTarget<'r>,
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
