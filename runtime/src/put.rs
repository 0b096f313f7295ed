//! The body of a PUT: a resource with all that came with it, known or not.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value as Json;

use crate::answer::Original;
use crate::any::GenericResource;
use crate::context::{Context, Limits};
use crate::describe::PropertyForm;
use crate::error::{DecodeError, EncodeError};
use crate::json::{property_json, read_document, write_document};
use crate::object::{Format, Object, Resource, read, same_property};
use crate::property::Property;
use crate::xml::{property_text, write_properties};

/// A resource with the listed properties of another, without its relations and what else came with it.
pub(crate) fn known_properties<T: Resource>(resource: &T) -> T {
    let mut known = T::default();
    for index in 0..T::DESCRIPTION.properties.len() {
        let (Some(from), Some(to)) = (resource.property(index), known.property_mut(index)) else { continue };
        for value in (0..from.count()).filter_map(|index| from.value(index)) {
            // A field takes what a field of the same type holds.
            drop(to.read(value));
        }
    }
    known
}

/// All properties of the document that `resource` was read from, known or not, as they came.
pub(crate) fn properties<T: Resource>(
    resource: &T,
    format: Format,
    bytes: &[u8],
) -> Result<Vec<(Box<str>, Json)>, DecodeError> {
    match format {
        Format::Json => read_document(&Context::new(Limits::default()), bytes, PropertiesSeed),
        Format::Xml => {
            let mut document = GenericResource::default();
            read(format, &mut document, bytes, Limits::default())?;
            let mut properties = Vec::new();
            if !resource.envelope().is_unnamed() {
                properties.push(("rel".into(), (resource as &dyn Object).rel().into()));
            }
            let envelope = document.envelope();
            properties.extend(envelope.unknown_properties().map(|(name, value)| (name.into(), value.clone())));
            properties.extend(envelope.etag().map(|etag| ("etag".into(), etag.into())));
            Ok(properties)
        }
    }
}

/// Reads the properties of a JSON document, and nothing of its relations.
struct PropertiesSeed;

impl<'de> DeserializeSeed<'de> for PropertiesSeed {
    type Value = Vec<(Box<str>, Json)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PropertiesSeed {
    type Value = Vec<(Box<str>, Json)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resource")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut properties = Vec::new();
        while let Some(name) = map.next_key::<Box<str>>()? {
            if matches!(&*name, "_links" | "_embedded") {
                map.next_value::<IgnoredAny>()?;
            } else {
                properties.push((name, map.next_value()?));
            }
        }
        Ok(properties)
    }
}

/// Writes what a PUT sends back: what came, in its order, with what was changed.
pub(crate) fn body<T: Resource>(
    format: Format,
    resource: &T,
    original: Option<&Original<T>>,
) -> Result<String, EncodeError> {
    let mut properties = Properties(Vec::new());
    match original {
        Some(original) => properties.add_what_came(format, resource, original),
        // An embedded resource has no document of its own.
        None if resource.envelope().is_unnamed() => {}
        None => properties.push("rel", Json::from((resource as &dyn Object).rel())),
    }
    properties.add_new(format, resource, original.map_or(&[], |original| &original.properties));
    if let (None, Some(etag)) = (original, resource.envelope().etag()) {
        properties.push("etag", Json::from(etag));
    }
    match format {
        Format::Json => write_document(&properties),
        Format::Xml => write_properties(properties.0.iter().map(|(name, value)| (*name, &**value))),
    }
}

/// The properties of a body.
struct Properties<'a>(Vec<(&'a str, Cow<'a, Json>)>);

impl<'a> Properties<'a> {
    fn push(&mut self, name: &'a str, value: Json) {
        self.0.push((name, Cow::Owned(value)));
    }

    /// Adds what the server had sent, as it came or as the caller has changed it.
    fn add_what_came<T: Resource>(&mut self, format: Format, resource: &'a T, original: &'a Original<T>) {
        for (name, came) in &original.properties {
            let value = match T::DESCRIPTION.find_property(name, 0) {
                Some(index) => {
                    let (now, before) = (resource.property(index), original.resource.property(index));
                    if same_property(now, before)
                        && (original.format == format || now.is_none_or(|now| now.count() == 0))
                    {
                        Some(Cow::Borrowed(came))
                    } else {
                        now.and_then(|field| value::<T>(format, index, field)).map(Cow::Owned)
                    }
                }
                None if matches!(&**name, "rel" | "etag") => Some(Cow::Borrowed(came)),
                // The caller may have changed or removed what no table lists. What came as `null` is not kept with the resource.
                None => {
                    resource.envelope().unknown_property(name).or(came.is_null().then_some(came)).map(Cow::Borrowed)
                }
            };
            self.0.extend(value.map(|value| (&**name, value)));
        }
    }

    /// Adds what the caller set and the server had not sent.
    fn add_new<T: Resource>(&mut self, format: Format, resource: &'a T, came: &[(Box<str>, Json)]) {
        let came = |name: &str| came.iter().any(|(found, _)| &**found == name);
        for (index, property) in T::DESCRIPTION.properties.iter().enumerate() {
            let field = resource.property(index).filter(|field| field.count() > 0 && !came(property.name));
            let value = field.and_then(|field| value::<T>(format, index, field));
            self.0.extend(value.map(|value| (property.name, Cow::Owned(value))));
        }
        let unknown = resource.envelope().unknown_properties().filter(|(name, _)| !came(name));
        self.0.extend(unknown.map(|(name, value)| (name, Cow::Borrowed(value))));
    }
}

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, &**value)?;
        }
        map.end()
    }
}

/// A field as a property of a document; content stands in links, which a PUT does not change. A list that was emptied is
/// said to be empty, as what is left out may be taken as the server's default.
fn value<T: Resource>(format: Format, index: usize, field: &dyn Property) -> Option<Json> {
    let form = T::DESCRIPTION.properties[index].form;
    match (form, format) {
        (PropertyForm::Content, _) => None,
        (PropertyForm::List, _) if field.count() == 0 => Some(Json::Array(Vec::new())),
        (_, Format::Json) => property_json(form, field),
        (_, Format::Xml) => property_text(form, field),
    }
}
