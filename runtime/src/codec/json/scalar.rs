//! Reading values that have no parts: those of properties, and what links consist of.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};

use crate::codec::Context;
use crate::model::{LONG_NUMBER, Property, Value, float_as_text, take};

/// Reads one item of a list.
pub(super) struct ItemSeed<'a, 'c> {
    pub(super) field: &'a mut dyn Property,
    pub(super) context: &'c Context,
}

impl ItemSeed<'_, '_> {
    fn count<E: Error>(&self) -> Result<(), E> {
        self.context.push(size_of::<String>()).map_err(E::custom)
    }

    fn take<E: Error>(self, value: Value<'_>) -> Result<(), E> {
        self.count()?;
        take(self.field, value).map_err(E::custom)
    }
}

impl<'de> DeserializeSeed<'de> for ItemSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for ItemSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.take(Value::Text(text))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.take(Value::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.take(Value::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.count()?;
        read_long(self.field, value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.take(Value::Float(value))
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

/// Reads a number without a sign, which may be beyond 64 bits with one.
pub(super) fn read_long<E: Error>(field: &mut dyn Property, value: u64) -> Result<(), E> {
    match i64::try_from(value) {
        Ok(value) => field.read(Value::Integer(value)).map_err(E::custom),
        // To those who cannot take the text it is a float.
        #[expect(clippy::cast_precision_loss)]
        Err(_) => match field.read(Value::Text(&value.to_string())) {
            Ok(()) => Ok(()),
            Err(_) => field.read(Value::Float(value as f64)).map_err(E::custom),
        },
    }
}

/// Reads an address, which is text and nothing else; `null` is none.
pub(crate) struct HrefSeed;

impl<'de> DeserializeSeed<'de> for HrefSeed {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for HrefSeed {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(text))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Reads text, a number or a truth value as text, and makes something of it; `null` is none.
pub(crate) struct TextSeed<F>(pub(crate) F);

/// What a [`TextSeed`] makes of a text that is kept.
pub(crate) fn boxed(text: &str) -> Box<str> {
    text.into()
}

impl<'de, T, F: FnOnce(&str) -> T> DeserializeSeed<'de> for TextSeed<F> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T, F: FnOnce(&str) -> T> Visitor<'de> for TextSeed<F> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(self.0(text)))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        self.visit_str(if value { "true" } else { "false" })
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        let text = float_as_text(value).ok_or_else(|| E::custom(format_args!("expected {LONG_NUMBER}")))?;
        self.visit_str(&text)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}
