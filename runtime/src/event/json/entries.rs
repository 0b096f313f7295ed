//! What is read from a JSON object, entry by entry.

use serde::de::{DeserializeSeed, Deserializer};
use serde_json::Value as Json;

use super::super::{Event, Sender, UnreadablePart};
use super::reading::Reading;

/// Something that is read from an object, entry by entry.
pub(super) trait Entries: Default {
    /// What it is, for errors.
    const EXPECTED: &'static str;

    /// Reads the value of a key.
    fn read_value<'de, D: Deserializer<'de>>(
        &mut self,
        reading: Reading<'_>,
        key: &str,
        value: D,
    ) -> Result<(), D::Error>;
}

/// A part of a document that is kept as it came where it cannot be read.
pub(super) trait Part: Entries {
    /// Keeps the part as it came.
    fn set_unreadable(&mut self, part: UnreadablePart);
}

impl Part for Event {
    fn set_unreadable(&mut self, part: UnreadablePart) {
        self.unreadable = Some(Box::new(part));
    }
}

impl Part for Sender {
    fn set_unreadable(&mut self, part: UnreadablePart) {
        self.unreadable = Some(Box::new(part));
    }
}

/// Reads the value of an entry.
pub(super) struct ValueSeed<'o, 'c, 'k, T> {
    pub(super) reading: Reading<'c>,
    pub(super) object: &'o mut T,
    pub(super) key: &'k str,
}

impl<'de, T: Entries> DeserializeSeed<'de> for ValueSeed<'_, '_, '_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.object.read_value(self.reading, self.key, deserializer)
    }
}

/// Keeps what the protocol does not know; `null` is nothing.
pub(super) fn push(unknown: &mut Vec<(String, Json)>, name: &str, value: Json) {
    if !value.is_null() {
        unknown.push((name.to_owned(), value));
    }
}

/// A new item at the end of a list, if there is memory for it.
pub(super) fn pushed<'l, T: Default>(reading: Reading<'_>, list: &'l mut Vec<T>) -> Result<&'l mut T, &'static str> {
    reading.context.push(size_of::<T>())?;
    list.push(T::default());
    Ok(list.last_mut().expect("one was just pushed"))
}
