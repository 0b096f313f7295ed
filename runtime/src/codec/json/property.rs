//! Reading the values of properties, be they one value, a list or a link.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::links::read_link;
use super::scalar::{ItemSeed, read_long};
use crate::codec::Context;
use crate::model::{Property, PropertyForm, Value, take};

/// Reads what a document has for a property into its field.
pub(super) struct PropertySeed<'a, 'c> {
    pub(super) field: &'a mut dyn Property,
    pub(super) form: PropertyForm,
    pub(super) context: &'c Context,
}

impl<'de> DeserializeSeed<'de> for PropertySeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl PropertySeed<'_, '_> {
    fn take<E: Error>(self, value: Value<'_>) -> Result<(), E> {
        self.field.clear();
        // One value where a list should be is a list of one, and no value is none.
        if self.form == PropertyForm::List && value == Value::Text("") {
            return Ok(());
        }
        take(self.field, value).map_err(E::custom)
    }
}

impl<'de> Visitor<'de> for PropertySeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.form {
            PropertyForm::List => "a list of values",
            PropertyForm::Scalar | PropertyForm::Content => "a value",
        })
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
        self.field.clear();
        read_long(self.field, value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.take(Value::Float(value))
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.field.clear();
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.field.clear();
        let mut index = 0;
        loop {
            // A list of one where one value should be is that value.
            if index > 0 && self.form != PropertyForm::List {
                return match items.next_element::<serde::de::IgnoredAny>()? {
                    None => Ok(()),
                    Some(_) => Err(A::Error::custom("expected one value, found a list of several")),
                };
            }
            let item = ItemSeed { field: &mut *self.field, context: self.context };
            match items.next_element_seed(item).inspect_err(|_| self.context.failed_at(index))? {
                Some(()) => index += 1,
                None => return Ok(()),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        if self.form != PropertyForm::Content {
            return Err(A::Error::invalid_type(serde::de::Unexpected::Map, &self));
        }
        match read_link(map)? {
            Some(link) => self.take(Value::Text(&link.href)),
            None => Ok(()),
        }
    }
}
