//! What of a value fits into a field, a link or a list, and what does not.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::links::OneLinkSeed;
use super::property::PropertySeed;
use super::scalar::ItemSeed;
use super::unknown::{JsonSeed, Numbers};
use crate::codec::{Context, Limits};
use crate::model::{LinkData, Object, Property, PropertyForm, RawJson, Value, same_property};

/// Why a document is not read further; [`Context::error`] says it in full.
const LARGE: &str = "the document takes too much memory";

pub(super) type Result<T> = std::result::Result<T, serde_json::Error>;

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

/// A value that a field cannot take.
pub(super) struct Misfit {
    /// The first item that does not fit, where there is a list.
    pub(super) index: Option<usize>,
    pub(super) expected: &'static str,
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
pub(super) fn each_numbered_item<'t>(
    raw: &'t RawValue,
    mut each: impl FnMut(usize, &'t RawValue) -> Result<()>,
) -> Result<()> {
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
pub(super) fn read_json(context: &Context, raw: &RawValue) -> Option<Json> {
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
