//! Reading what is an object, or `null`, which stands for an empty one, and the keys of objects.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

/// What is read from an object.
pub(crate) trait FromMap<'de>: Sized {
    /// What it is, for errors.
    const EXPECTED: &'static str;

    /// What comes of it: the default of `null`.
    type Output: Default;

    /// Reads the entries.
    fn read_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Output, A::Error>;
}

/// Reads an object, or `null`.
pub(crate) struct MapSeed<T>(pub(crate) T);

impl<'de, T: FromMap<'de>> DeserializeSeed<'de> for MapSeed<T> {
    type Value = T::Output;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Output, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: FromMap<'de>> Visitor<'de> for MapSeed<T> {
    type Value = T::Output;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_unit<E: Error>(self) -> Result<T::Output, E> {
        Ok(T::Output::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T::Output, A::Error> {
        self.0.read_map(map)
    }
}

/// What tells what a key of an object stands for.
pub(crate) trait FromKey {
    /// What the key is, for errors.
    const EXPECTED: &'static str;

    /// What it can stand for.
    type Key;

    /// What a key stands for.
    fn read_key(self, key: &str) -> Self::Key;
}

/// Reads a key.
pub(crate) struct KeySeed<T>(pub(crate) T);

impl<'de, T: FromKey> DeserializeSeed<'de> for KeySeed<T> {
    type Value = T::Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<T: FromKey> Visitor<'_> for KeySeed<T> {
    type Value = T::Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<T::Key, E> {
        Ok(self.0.read_key(key))
    }
}
