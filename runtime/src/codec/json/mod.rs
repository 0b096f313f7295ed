//! JSON, and whatever else serde reads and writes: the description's tables turned into a map and back.

mod fitting;
mod keeping;
mod keys;
mod links;
mod map;
mod property;
mod read;
mod scalar;
mod text;
mod unknown;
mod write;
mod written;

use serde::de::{DeserializeSeed, Error as _};
use serde::{Deserializer, Serializer};

use crate::codec::{
    Context, DecodeError, DecodeProblem, EncodeError, Form, Limits, MAXIMUM_DEPTH, identity, in_passes,
};
use crate::model::{Object, Registry};

pub(crate) use fitting::{each_item, each_link, kept_property, read_kept};
pub(crate) use links::{LinkSeed, Links, SEVERAL_LINKS};
pub(crate) use map::{FromKey, FromMap, KeySeed, MapSeed};
pub(crate) use read::{AnySeed, ObjectSeed};
pub(crate) use scalar::{HrefSeed, TextSeed, boxed};
pub(crate) use text::Name;
pub(crate) use unknown::JsonSeed;
pub(crate) use write::{LinkWriter, ObjectWriter};
pub(crate) use written::{Written, write_entries};

/// Reads an object through serde, within the default limits. A value that does not fit its type is an error.
pub fn deserialize<'de, T: Object + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut object = T::default();
    let context = Context::new(Limits::default());
    let result = ObjectSeed { object: &mut object, context: &context }.deserialize(deserializer);
    match (result, context.path()) {
        (Ok(()), _) => identity::check(&object).map_err(D::Error::custom).map(|()| object),
        (Err(error), path) if path.is_empty() => Err(error),
        (Err(error), path) => Err(D::Error::custom(format_args!("{path}: {error}"))),
    }
}

/// Writes an object through serde.
pub fn serialize<S: Serializer>(object: &dyn Object, serializer: S) -> Result<S::Ok, S::Error> {
    let form = if object.description().input { Form::Input } else { Form::Resource };
    serde::Serialize::serialize(&ObjectWriter { object, form }, serializer)
}

/// Reads a JSON document into an object.
pub(crate) fn read(object: &mut dyn Object, bytes: &[u8], limits: Limits) -> Result<(), DecodeError> {
    in_passes(limits, |context| {
        if context.is_keeping() {
            object.clear();
        }
        read_document(context, bytes, ObjectSeed { object: &mut *object, context })
    })
}

/// Reads a JSON document that holds a resource of some kind.
pub(crate) fn read_any(
    registry: &'static Registry,
    bytes: &[u8],
    limits: Limits,
) -> Result<Box<dyn Object>, DecodeError> {
    in_passes(limits, |context| read_document(context, bytes, AnySeed { registry, context }))
}

/// Reads a whole JSON document, a byte order mark in front of it forgiven.
pub(crate) fn read_document<'de, S: DeserializeSeed<'de>>(
    context: &Context,
    bytes: &'de [u8],
    seed: S,
) -> Result<S::Value, DecodeError> {
    let start = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let text = std::str::from_utf8(&bytes[start..])
        .map_err(|error| context.error(DecodeProblem::Encoding, Some(start + error.valid_up_to())))?;
    read_text(context, text, start, seed)
}

/// Reads JSON text that begins `start` bytes into its document.
pub(crate) fn read_text<'de, S: DeserializeSeed<'de>>(
    context: &Context,
    text: &'de str,
    start: usize,
    seed: S,
) -> Result<S::Value, DecodeError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let result = seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    result.map_err(|error| {
        let offset = offset(text, error.line(), error.column()).map(|offset| start + offset);
        // The position is given as an offset, so that it reads the same for JSON and XML.
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message).to_owned();
        let problem = match message.as_str() {
            "recursion limit exceeded" => DecodeProblem::TooDeep { limit: MAXIMUM_DEPTH },
            _ if error.is_data() => DecodeProblem::Shape(without_text(message)),
            _ => DecodeProblem::Syntax(message),
        };
        context.error(problem, offset)
    })
}

/// What is said of a text where something else should be: not the text, in which there may be a secret.
fn without_text(message: String) -> String {
    match message.strip_prefix("invalid type: string ").and_then(|message| message.rsplit_once(", expected ")) {
        Some((_, expected)) => format!("invalid type: a text, expected {expected}"),
        None => message,
    }
}

/// The position of a line and column, both from 1, in bytes.
fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let before = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum::<usize>();
    Some((before + column.saturating_sub(1)).min(text.len()))
}

/// What most documents fit in, in bytes.
const USUAL_SIZE: usize = 256;

/// Writes an object as a JSON document.
pub(crate) fn write(object: &dyn Object, form: Form) -> Result<String, EncodeError> {
    write_document(&ObjectWriter { object, form })
}

pub(crate) fn write_document<T: serde::Serialize>(value: &T) -> Result<String, EncodeError> {
    let mut text = String::with_capacity(USUAL_SIZE);
    value.serialize(text::TextWriter(&mut text))?;
    Ok(text)
}
