//! What holds of every document that can be read: it survives its own format, and the way to the other format and back.

use std::time::SystemTime;

use serde_json::{Map, Value};
use ucwa::registry::REGISTRY;
use ucwa::{AnyResource, DecodeError, Duration, EventDocument, Format, Limits, Timestamp};

const OTHER: [(Format, Format); 2] = [(Format::Json, Format::Xml), (Format::Xml, Format::Json)];

fn other(format: Format) -> Format {
    OTHER.into_iter().find(|(one, _)| *one == format).map_or(format, |(_, other)| other)
}

/// A document of a kind that both formats have.
pub(crate) trait Convertible: PartialEq + std::fmt::Debug + Sized {
    fn read_within(format: Format, bytes: &[u8], limits: Limits) -> Result<Self, DecodeError>;

    fn read(format: Format, bytes: &[u8]) -> Option<Self> {
        Self::read_within(format, bytes, Limits::default()).ok()
    }

    /// Whether nothing of the document is kept as it came because it could not be read.
    fn is_whole(&self) -> bool;

    /// `None` for what XML cannot hold, which are control characters.
    fn written(&self, format: Format) -> Option<String>;
}

impl Convertible for AnyResource {
    fn read_within(format: Format, bytes: &[u8], limits: Limits) -> Result<Self, DecodeError> {
        Self::decode(&REGISTRY, format, bytes, limits)
    }

    fn is_whole(&self) -> bool {
        self.unreadable().is_empty()
    }

    fn written(&self, format: Format) -> Option<String> {
        self.encode(format).ok()
    }
}

impl Convertible for EventDocument {
    fn read_within(format: Format, bytes: &[u8], limits: Limits) -> Result<Self, DecodeError> {
        Self::decode(&REGISTRY, format, bytes, limits)
    }

    fn is_whole(&self) -> bool {
        self.unreadable.is_empty()
            && self.senders.iter().all(|sender| sender.unreadable.is_none())
            && self.events().all(|(_, event)| event.unreadable.is_none())
    }

    fn written(&self, format: Format) -> Option<String> {
        self.encode(format).ok()
    }
}

/// Reads a document, if it can be read, and sees that its values survive. What refuses it says where.
pub(crate) fn survives<T: Convertible>(format: Format, bytes: &[u8]) {
    let lenient = T::read_within(format, bytes, Limits::default());
    let strict = Limits::default().strict();
    for limits in [strict, strict.with_depth(2), strict.with_memory(4 << 10), strict.with_size(bytes.len() / 2)] {
        match T::read_within(format, bytes, limits) {
            // The event channel goes on behind events that a strict reader refuses.
            Ok(document) if !document.is_whole() => {}
            Ok(document) => assert_eq!(Ok(&document), lenient.as_ref(), "limits change nothing of what is read"),
            Err(error) => has_place(&error, bytes),
        }
    }
    let document = match lenient {
        Ok(document) => document,
        Err(error) => return has_place(&error, bytes),
    };
    let Some(text) = document.written(format) else { return };
    assert_eq!(T::read(format, text.as_bytes()).as_ref(), Some(&document), "{text}");
    // Of types XML says nothing; what went through both is the same in both.
    let Some(there) = document.written(other(format)) else { return };
    let Some(there) = T::read(other(format), there.as_bytes()) else { panic!("what was written can be read: {there}") };
    if let (true, Some(one), Some(two)) = (document.is_whole() && there.is_whole(), content(&document), content(&there))
    {
        assert_eq!(one, two, "both formats hold the same: {text}");
    }
    let Some(back) = there.written(format).and_then(|text| T::read(format, text.as_bytes())) else { return };
    let again = back.written(other(format)).and_then(|text| T::read(other(format), text.as_bytes()));
    let Some(again) = again else { panic!("what was read can be written: {back:?}") };
    let settled = again.written(format).and_then(|text| T::read(format, text.as_bytes()));
    assert_eq!(settled.as_ref(), Some(&again), "{back:?}");
}

/// What a document holds, apart from what only one of the formats tells: types, what is empty, and whether one or many could be there.
fn content<T: Convertible>(document: &T) -> Option<Value> {
    serde_json::from_str(&document.written(Format::Json)?).ok().map(without_types)
}

fn without_types(value: Value) -> Value {
    let items = match value {
        Value::Array(items) => items,
        Value::Object(entries) => {
            let entries = entries.into_iter().map(|(name, value)| (name, without_types(value)));
            let mut entries: Map<_, _> = entries.filter(|(_, value)| !value.is_null()).collect();
            entries.sort_keys();
            return if entries.is_empty() { Value::Null } else { Value::Object(entries) };
        }
        Value::String(text) => return plain(&text),
        other => return plain(&other.to_string()),
    };
    let mut items: Vec<_> = items.into_iter().map(without_types).filter(|item| !item.is_null()).collect();
    if items.len() == 1 {
        items.remove(0)
    } else if items.is_empty() {
        Value::Null
    } else {
        Value::Array(items)
    }
}

/// What a text says, however it says it: XML has objects as their JSON, and what no table lists is not written anew.
fn plain(text: &str) -> Value {
    let trimmed = text.trim();
    if let Ok(moment) = trimmed.parse::<Timestamp>() {
        return format!("{:?}", SystemTime::from(moment)).into();
    }
    if let Ok(span) = trimmed.parse::<Duration>() {
        return span.to_string().into();
    }
    match serde_json::from_str(&trimmed.to_lowercase()) {
        Ok(Value::Null) => Value::Null,
        Ok(Value::Number(number)) => number.as_f64().map_or(Value::Null, Value::from),
        Ok(Value::Bool(is)) => is.into(),
        _ if trimmed.is_empty() => Value::Null,
        _ => match serde_json::from_str(trimmed) {
            Ok(value @ (Value::Array(_) | Value::Object(_))) => without_types(value),
            _ => trimmed.into(),
        },
    }
}

/// An error is shown on one line, and lies in the document.
fn has_place(error: &DecodeError, bytes: &[u8]) {
    assert!(error.offset().is_none_or(|offset| offset <= bytes.len()), "{error} of {}", bytes.len());
    assert!(!error.to_string().contains(char::is_control), "{error}");
}
