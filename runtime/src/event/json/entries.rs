//! What is read from a JSON object, entry by entry.

use serde::de::{DeserializeSeed, Deserializer};
use serde_json::Value as Json;

use super::reading::Reading;
use crate::codec::json::JsonSeed;

/// Something that is read from an object, entry by entry.
pub(super) trait FromEntries: Default {
    /// What it is, for errors.
    const EXPECTED: &'static str;

    /// Reads the value of an entry.
    fn read_value<'de, D: Deserializer<'de>>(&mut self, entry: Entry<'_>, value: D) -> Result<(), D::Error>;
}

/// An entry whose value is read.
#[derive(Clone, Copy)]
pub(super) struct Entry<'e> {
    pub(super) reading: Reading<'e>,
    pub(super) key: &'e str,
}

impl Entry<'_> {
    /// Reads what the protocol does not know, to be kept; `null` is nothing.
    pub(super) fn read_unknown<'de, D: Deserializer<'de>>(
        self,
        unknown: &mut Vec<(String, Json)>,
        value: D,
    ) -> Result<(), D::Error> {
        push(unknown, self.key, JsonSeed::any(self.reading.context).deserialize(value)?);
        Ok(())
    }
}

/// Keeps what the protocol does not know; `null` is nothing.
pub(super) fn push(unknown: &mut Vec<(String, Json)>, name: &str, value: Json) {
    if !value.is_null() {
        unknown.push((name.to_owned(), value));
    }
}

/// Reads the value of an entry.
pub(super) struct ValueSeed<'o, 'e, T> {
    pub(super) entry: Entry<'e>,
    pub(super) object: &'o mut T,
}

impl<'de, T: FromEntries> DeserializeSeed<'de> for ValueSeed<'_, '_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.object.read_value(self.entry, deserializer)
    }
}

/// A new item at the end of a list, if there is memory for it.
pub(super) fn pushed<'l, T: Default>(reading: Reading<'_>, list: &'l mut Vec<T>) -> Result<&'l mut T, &'static str> {
    reading.context.push(size_of::<T>())?;
    list.push(T::default());
    Ok(list.last_mut().expect("one was just pushed"))
}
