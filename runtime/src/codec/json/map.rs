//! Reading what is an object, or `null`, which stands for an empty one.

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
