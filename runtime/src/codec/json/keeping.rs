//! Reading a document in which something does not fit: value by value, and what does not fit is kept as it came.
//!
//! Each value is looked at as text first, so that it is at hand if it cannot be read. Only a number of times that the depth of
//! the document limits is a part of it looked at.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::read::{Key, Links, OneLinkSeed, RelationKey, Target, TargetSeed, add_links, read_value as read_strictly};
use super::scalar::{ItemSeed, PropertySeed};
use super::unknown::{JsonSeed, Numbers};
use crate::codec::{Context, Limits};
use crate::model::{LinkData, Object, Place, Property, PropertyForm, Raw, RawJson, Unreadable, Value, same_property};

/// What a property that no table lists consists of, as anything else can be read.
const NUMBERS: &str = "numbers of at most 64 bits";

/// Why a document is not read further; [`Context::error`] says it in full.
const LARGE: &str = "the document takes too much memory";

type Result<T> = std::result::Result<T, serde_json::Error>;

/// The value that was kept of a property, for as long as its field holds what of it could be read.
pub(crate) fn kept_property(object: &dyn Object, index: usize) -> Option<RawJson<'_>> {
    let property = &object.description().properties[index];
    let (_, text) = object.envelope().unreadable_property(property.name)?.as_property()?;
    let mut before = object.empty();
    read_kept(text, property.form, before.property_mut(index)?);
    same_property(object.property(index), before.property(index)).then_some(RawJson(text))
}

/// Reads what of a kept value fits into a field.
pub(crate) fn read_kept(text: &str, form: PropertyForm, field: &mut dyn Property) {
    if let Ok(raw) = serde_json::from_str(text) {
        // What does not fit is known, and limits were seen to when it came.
        let _ = read_property(&Context::new(Limits::default()), raw, form, field);
    }
}

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

/// Looks at each link of a relation: with its position where there is a list, and as it came. What is no link is given as
/// `None`, and what is not there not at all.
pub(crate) fn each_link<'t>(
    raw: &'t RawValue,
    mut each: impl FnMut(Option<usize>, &'t RawValue, Option<LinkData>) -> Result<()>,
) -> Result<()> {
    let mut read = |index, item: &'t RawValue| match OneLinkSeed.deserialize(item) {
        Ok(None) => Ok(()),
        Ok(link) => each(index, item, link),
        Err(_) => each(index, item, None),
    };
    if raw.get().starts_with('[') {
        each_numbered_item(raw, |index, item| read(Some(index), item))
    } else {
        read(None, raw)
    }
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
    let target = Target::new(description, object.registry(), described, rel);
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

/// A value that a field cannot take.
pub(super) struct Misfit {
    /// The first item that does not fit, where there is a list.
    index: Option<usize>,
    expected: &'static str,
}

/// Reads what of a value fits into a field. The outer error is that of a limit.
pub(super) fn read_property(
    context: &Context,
    raw: &RawValue,
    form: PropertyForm,
    field: &mut dyn Property,
) -> Result<std::result::Result<(), Misfit>> {
    let (expected, depth) = (expected_by(field), context.depth());
    let mut misfit = None;
    let mut is_misfit = |index, is_read: bool| {
        if context.is_exhausted() {
            return Err(Error::custom(LARGE));
        }
        if !is_read {
            misfit.get_or_insert(Misfit { index, expected });
        }
        context.restart(depth);
        Ok(())
    };
    if form == PropertyForm::List && raw.get().starts_with('[') {
        each_numbered_item(raw, |index, item| {
            let read = ItemSeed { field: &mut *field, context }.deserialize(item);
            is_misfit(Some(index), read.is_ok() || read_number(item.get(), field))
        })?;
    } else {
        let is_read = PropertySeed { field: &mut *field, form, context }.deserialize(raw).is_ok();
        if !is_read {
            field.clear();
        }
        is_misfit(None, is_read || read_number(&only_item(raw)?, field))?;
    }
    Ok(misfit.map_or(Ok(()), Err))
}

/// The text of the item in a list of one; any other value itself.
fn only_item(raw: &RawValue) -> Result<Cow<'_, str>> {
    if !raw.get().starts_with('[') {
        return Ok(raw.get().into());
    }
    let mut only = None;
    each_numbered_item(raw, |index, item| {
        only = (index == 0).then(|| item.get().to_owned());
        Ok(())
    })?;
    Ok(only.map_or(raw.get().into(), Cow::Owned))
}

/// Looks at each item of a list with its position.
fn each_numbered_item<'t>(raw: &'t RawValue, mut each: impl FnMut(usize, &'t RawValue) -> Result<()>) -> Result<()> {
    let mut index = 0;
    each_item(raw.get(), |item| {
        each(index, item)?;
        index += 1;
        Ok(())
    })
}

/// Looks at each item of a list, of which there may be many.
pub(crate) fn each_item<'t>(list: &'t str, each: impl FnMut(&'t RawValue) -> Result<()>) -> Result<()> {
    struct Items<F>(F);

    impl<'de, F: FnMut(&'de RawValue) -> Result<()>> Visitor<'de> for Items<F> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> std::result::Result<(), A::Error> {
            while let Some(item) = items.next_element::<&RawValue>()? {
                (self.0)(item).map_err(A::Error::custom)?;
            }
            Ok(())
        }
    }

    serde_json::Deserializer::from_str(list).deserialize_seq(Items(each))
}

/// Reads a number with more digits than 64 bits hold into a field that takes text.
fn read_number(text: &str, field: &mut dyn Property) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) && field.read(Value::Text(text)).is_ok()
}

/// What a field takes. A field that takes nonsense takes text.
fn expected_by(field: &mut dyn Property) -> &'static str {
    field.clear();
    let expected = field.read(Value::Text("\u{1}")).err().map_or("text", |mismatch| mismatch.expected);
    field.clear();
    expected
}

/// The value, if all numbers in it are what the document has.
fn read_json(context: &Context, raw: &RawValue) -> Option<Json> {
    if has_long_number(raw.get()) {
        return None;
    }
    JsonSeed { context, numbers: Numbers::Any }.deserialize(raw).ok()
}

/// Whether JSON has a whole number that 64 bits do not hold.
fn has_long_number(text: &str) -> bool {
    let mut is_text = false;
    let mut rest = text;
    while let Some(at) = rest.find(|found: char| found == '"' || found == '\\' || found.is_ascii_digit()) {
        let (first, behind) = (rest.as_bytes()[at], &rest[at..]);
        let length = match first {
            b'"' => {
                is_text = !is_text;
                1
            }
            // What is escaped is one character, and no quote.
            b'\\' => 1 + behind[1..].chars().next().map_or(0, char::len_utf8),
            _ => {
                let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
                let length = behind.bytes().take_while(is_part).count();
                let digits = &behind[..length];
                let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
                let is_held = if rest[..at].ends_with('-') {
                    rest[at - 1..at + length].parse::<i64>().is_ok()
                } else {
                    digits.parse::<u64>().is_ok()
                };
                if !is_text && is_whole && !is_held {
                    return true;
                }
                length
            }
        };
        rest = &behind[length..];
    }
    false
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
