//! Properties on their way into a document, in whatever shape they are at hand.

use std::borrow::Cow;

use serde::ser::{SerializeMap, Serializer};
use serde_json::Value as Json;

use super::USUAL_SIZE;
use super::text::TextWriter;
use super::write::FieldWriter;
use crate::codec::EncodeError;
use crate::model::{Property, PropertyForm};

/// A value as it goes into a document.
pub(crate) enum Written<'a> {
    /// As it stands in another document.
    Raw(&'a str),
    /// A value, perhaps somebody else's.
    Json(Cow<'a, Json>),
    /// What a field holds.
    Field(PropertyForm, &'a dyn Property),
}

impl Written<'_> {
    /// The value as JSON.
    pub(crate) fn json(&self) -> Result<Cow<'_, Json>, EncodeError> {
        let parsed = match self {
            Self::Json(value) => return Ok(Cow::Borrowed(value)),
            Self::Raw(text) => serde_json::from_str(text),
            Self::Field(form, field) => serde_json::to_value(FieldWriter { form: *form, field: *field }),
        };
        parsed.map(Cow::Owned).map_err(|error| EncodeError::Json(error.to_string()))
    }
}

/// Writes a document of properties.
pub(crate) fn write_entries(entries: &[(Cow<'_, str>, Written<'_>)]) -> Result<String, EncodeError> {
    let mut text = String::with_capacity(USUAL_SIZE);
    let mut map = TextWriter(&mut text).serialize_map(Some(entries.len()))?;
    for (name, value) in entries {
        match value {
            Written::Raw(value) => map.serialize_raw(name, value)?,
            Written::Json(value) => map.serialize_entry(name, &**value)?,
            Written::Field(form, field) => {
                map.serialize_entry(name, &FieldWriter { form: *form, field: *field })?;
            }
        }
    }
    map.end()?;
    Ok(text)
}
