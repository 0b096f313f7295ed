//! Reading values that no table lists.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};

use crate::codec::Context;
use crate::model::{LONG_NUMBER, is_inexact};

/// Reads a value, and counts what it takes.
#[derive(Clone, Copy)]
pub(crate) struct JsonSeed<'c> {
    pub(super) context: &'c Context,
    pub(super) numbers: Numbers,
}

/// Which numbers are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Those that are what the document has.
    Exact,
    /// All that a float can hold.
    Any,
}

impl<'c> JsonSeed<'c> {
    /// For a document that is read again if a number is not exact, or not at all.
    pub(super) fn new(context: &'c Context) -> Self {
        Self { context, numbers: Numbers::Exact }
    }

    /// For a document in which a number may be less exact than it came.
    pub(crate) fn any(context: &'c Context) -> Self {
        Self { context, numbers: Numbers::Any }
    }

    fn count<E: Error>(self) -> Result<(), E> {
        self.context.push(size_of::<Json>()).map_err(E::custom)
    }
}

impl<'de> DeserializeSeed<'de> for JsonSeed<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonSeed<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        self.count()?;
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        self.count()?;
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        self.count()?;
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        self.count()?;
        if self.numbers == Numbers::Exact && is_inexact(value) {
            return Err(E::custom(format_args!("expected {LONG_NUMBER}")));
        }
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Json, E> {
        self.count()?;
        Ok(Json::String(text))
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        self.count()?;
        Ok(Json::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Json, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        self.count()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        self.count()?;
        let mut entries = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let counted = if entries.is_empty() {
                self.context.begin_object()
            } else {
                self.context.push(size_of::<(String, Json)>())
            };
            counted.map_err(A::Error::custom)?;
            entries.insert(name, map.next_value_seed(self)?);
        }
        Ok(entries.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::json::read_document;
    use crate::codec::{FIRST_ENTRIES, Limits};

    /// Whether a value is read with so much memory.
    fn fits(text: &str, memory: usize) -> bool {
        let context = Context::new(Limits::default().with_memory(memory));
        read_document(&context, text.as_bytes(), JsonSeed::any(&context)).is_ok()
    }

    #[test]
    fn an_object_counts_with_the_room_that_it_makes_for_its_first_entries() {
        let room = FIRST_ENTRIES * size_of::<(String, Json)>();
        assert!(fits("{}", room) && !fits(r#"{"a":0}"#, room) && fits(r#"{"a":0}"#, 2 * room));
    }
}
