//! Reading a document in which something does not fit: value by value, and what does not fit is kept as it came.
//!
//! Each value is looked at as text first, so that it is at hand if it cannot be read. Only a number of times that the depth of
//! the document limits is a part of it looked at.

use serde::de::{DeserializeSeed, Error, MapAccess};
use serde_json::value::RawValue;

use super::fitting::{Result, each_link, each_numbered_item, read_json, read_property};
use super::keys::{Key, RelationKey};
use super::links::Links;
use super::read::{EmbeddedTarget, TargetSeed, add_links, read_value as read_strictly};
use crate::codec::Context;
use crate::model::{LinkData, Object, Place, Property, Raw, Unreadable};

/// What a property that no table lists consists of, as anything else can be read.
const NUMBERS: &str = "numbers of at most 64 bits";

/// Reads the value of a key, or keeps it.
pub(super) fn read_value(object: &mut dyn Object, context: &Context, key: Key, raw: &RawValue) -> Result<()> {
    let description = object.description();
    let (place, expected) = match &key {
        Key::Property(index) => {
            let property = &description.properties[*index];
            object.envelope_mut().forget_unreadable(property.name);
            let Some(field) = object.property_mut(*index) else { return Ok(()) };
            let Err(mismatch) = read_property(context, raw, property.form, field)? else { return Ok(()) };
            let path = match mismatch.index {
                Some(item) => format!("{}[{item}]", property.name),
                None => property.name.to_owned(),
            };
            let place = Place::Property(property.name.into());
            return keep(object, context, place, path, mismatch.expected, raw.get());
        }
        Key::AnyCase(_, name) | Key::Unknown(name) => {
            object.envelope_mut().forget_unreadable(name);
            let Some(value) = read_json(context, raw) else {
                let place = Place::Property(name.clone());
                return keep(object, context, place, name.to_string(), NUMBERS, raw.get());
            };
            if !value.is_null() {
                object.envelope_mut().push_unknown(name.clone(), value);
            }
            return Ok(());
        }
        Key::Links => (Place::Links, "links by relation"),
        Key::Embedded => (Place::Embedded, "embedded resources by relation"),
        Key::Rel => (Place::Property("rel".into()), "text"),
        Key::Etag => (Place::Property("etag".into()), "text"),
    };
    let depth = context.depth();
    match read_strictly(object, context, key, &mut OneValue(raw)) {
        Err(_) if !context.is_exceeded() => {
            context.restart(depth);
            let path = path_of(&place);
            keep(object, context, place, path, expected, raw.get())
        }
        other => other,
    }
}

/// Reads the links of a relation, and keeps those that are none, or one too many.
pub(super) fn read_links(object: &mut dyn Object, context: &Context, key: &RelationKey, raw: &RawValue) -> Result<()> {
    let rel: Box<str> = key.rel(object.description()).into();
    let takes_one = matches!(key, RelationKey::Own | RelationKey::Content(_));
    let mut is_taken = false;
    each_link(raw, |index, item, link| {
        let link = link.filter(|_| !(takes_one && is_taken));
        let added = link.map(|link| {
            context.push(size_of::<LinkData>()).map_err(Error::custom)?;
            add_links(object, context, key, Links::one(link, index.is_some()))
        });
        match added {
            Some(Ok(())) => is_taken = true,
            Some(Err(error)) if context.is_exceeded() => return Err(error),
            _ => {
                let path = path_of(&Place::Link(rel.clone(), index));
                // Where there is nothing, nothing is kept, which moves what follows.
                let before = link_count(object, key, &rel);
                let position = (index.is_some() || before > 0).then_some(before);
                let expected = if takes_one { "one link" } else { "a link" };
                keep(object, context, Place::Link(rel.clone(), position), path, expected, item.get())?;
            }
        }
        Ok(())
    })
}

/// How many links of a relation were read or kept.
fn link_count(object: &dyn Object, key: &RelationKey, rel: &str) -> usize {
    let envelope = object.envelope();
    let read = match key {
        RelationKey::Own => envelope.link().iter().len(),
        RelationKey::Content(index) => object.property(*index).map_or(0, Property::count),
        RelationKey::Described(_) | RelationKey::Unknown(_) => {
            envelope.relation(rel).map_or(0, |relation| relation.links().len())
        }
    };
    read + envelope.kept_links(rel).count()
}

/// Reads the resources of a relation, and keeps those that are none.
pub(super) fn read_targets(
    object: &mut dyn Object,
    context: &Context,
    key: &RelationKey,
    raw: &RawValue,
) -> Result<()> {
    let (description, rel) = (object.description(), key.rel(object.description()));
    let described = if let RelationKey::Described(index) = key { Some(*index) } else { None };
    let target = EmbeddedTarget::new(description, object.registry(), described, rel);
    context.relate(object).map_err(Error::custom)?;
    let is_list = raw.get().starts_with('[');
    let mut read = |index: usize, item: &RawValue| {
        let relation = object.envelope_mut().relation_for(description, described, rel);
        if is_list {
            relation.set_listed();
        }
        let depth = context.depth();
        match (TargetSeed { relation, target, context }).deserialize(item) {
            Err(_) if !context.is_exceeded() => {
                context.restart(depth);
                let path = path_of(&Place::Target(rel.into(), is_list.then_some(index)));
                // Where there is nothing, nothing is kept, which moves what follows.
                let before = object.envelope().embedded_count(rel);
                let position = (is_list || before > 0).then_some(before);
                keep(object, context, Place::Target(rel.into(), position), path, "a resource", item.get())
            }
            other => other,
        }
    };
    if is_list { each_numbered_item(raw, read) } else { read(0, raw) }
}

fn keep(
    object: &mut dyn Object,
    context: &Context,
    place: Place,
    path: String,
    expected: &str,
    text: &str,
) -> Result<()> {
    context.check_names(object).map_err(Error::custom)?;
    context.push(size_of::<Unreadable>()).and_then(|()| context.allocate(text.len())).map_err(Error::custom)?;
    let raw = Raw::Json(text.into());
    object.envelope_mut().keep(Unreadable { place, path: path.into(), expected: expected.into(), raw });
    Ok(())
}

fn path_of(place: &Place) -> String {
    match place {
        Place::Property(name) => name.to_string(),
        Place::Links => "_links".into(),
        Place::Link(rel, None) => format!("_links.{rel}"),
        Place::Link(rel, Some(index)) => format!("_links.{rel}[{index}]"),
        Place::Embedded => "_embedded".into(),
        Place::Target(rel, None) => format!("_embedded.{rel}"),
        Place::Target(rel, Some(index)) => format!("_embedded.{rel}[{index}]"),
    }
}

/// A value, as the last of a map.
struct OneValue<'de>(&'de RawValue);

impl<'de> MapAccess<'de> for OneValue<'de> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, _: K) -> Result<Option<K::Value>> {
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        seed.deserialize(self.0)
    }
}
