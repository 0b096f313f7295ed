//! The body of a PUT: a resource with all that came with it, known or not.
//!
//! What came is kept as the text that it was, and looked at again only when there is something to send.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Json;
use serde_json::value::RawValue;

use crate::codec::json::{Written, kept_property, read_document, read_kept, write_entries};
use crate::codec::xml::{property_text, write_properties};
use crate::codec::{Context, DecodeError, EncodeError, Format, Limits, read};
use crate::http::limits::check_limit;
use crate::http::request_error::RequestError;
use crate::model::{
    Description, GenericResource, Object, Property, PropertyForm, RawJson, Representation, Texts, Unreadable, Value,
    same_property, take,
};

/// The response that a resource came in.
#[derive(Clone)]
pub(crate) struct Original {
    pub(crate) format: Format,
    pub(crate) body: Vec<u8>,
}

/// Properties in the order of a message.
type Properties<'a> = Vec<(Cow<'a, str>, Written<'a>)>;

/// What a PUT sends back: what came, in its order, with what was changed. What was changed has to be within its limits.
pub(crate) fn body<T: Representation>(
    operation: fn() -> String,
    format: Format,
    resource: &T,
    original: Option<&Original>,
) -> Result<String, RequestError> {
    let mut before = T::default();
    let mut properties = Properties::new();
    match original {
        Some(original) => what_came(format, resource, original, &mut before, &mut properties)?,
        // An embedded resource has no document of its own.
        None if resource.envelope().is_unnamed() => {}
        None => properties.push(("rel".into(), Written::Json(Cow::Owned((resource as &dyn Object).rel().into())))),
    }
    check_touched(operation, resource, &before)?;
    what_is_new(resource, &mut properties);
    if let (None, Some(etag)) = (original, resource.envelope().etag()) {
        properties.push(("etag".into(), Written::Json(Cow::Owned(etag.into()))));
    }
    Ok(match format {
        Format::Json => write_entries(&properties)?,
        Format::Xml => xml(&properties)?,
    })
}

/// Adds what the server had sent, as it came or as the caller has changed it, and finds out what it `before` was.
fn what_came<'a, T: Representation>(
    format: Format,
    resource: &'a T,
    original: &'a Original,
    before: &mut T,
    properties: &mut Properties<'a>,
) -> Result<(), RequestError> {
    let all = original.properties(resource)?;
    let names: Vec<_> = all.iter().map(|(name, _)| name.clone()).collect();
    for (name, came) in all {
        let value = match property_of(T::DESCRIPTION, &name, &names) {
            Some(index) => {
                let form = T::DESCRIPTION.properties[index].form;
                if let Some(field) = before.property_mut(index) {
                    read_field(&came, form, field);
                }
                let (now, before) = (resource.property(index), before.property(index));
                let is_gone = now.is_none_or(|now| now.count() == 0);
                // What does not fit has no other form than the one that it came in.
                let is_bound = || is_gone || kept_property(resource, index).is_some();
                if same_property(now, before) && (original.format == format || is_bound()) {
                    Some(came)
                } else {
                    now.and_then(|field| field_as_written(form, field))
                }
            }
            None if matches!(&*name, "rel" | "etag") || resource.envelope().unreadable_property(&name).is_some() => {
                Some(came)
            }
            // The caller may have changed or removed what no table lists. What came as `null` is not kept with the resource.
            None => match (resource.envelope().unknown_property(&name), came.json()) {
                (Some(now), Ok(before)) if *now == *before && original.format == format => Some(came),
                (Some(now), _) => Some(Written::Json(Cow::Borrowed(now))),
                (None, Ok(before)) => before.is_null().then_some(came),
                (None, Err(_)) => None,
            },
        };
        properties.extend(value.map(|value| (name, value)));
    }
    Ok(())
}

/// The position of the property that a name in a message stands for, which may differ in case where no other name is the
/// exact one, and none before it differs in case, too.
fn property_of(description: &Description, name: &str, all: &[Cow<'_, str>]) -> Option<usize> {
    description.find_property(name, 0).or_else(|| {
        let index = description.find_property_in_any_case(name)?;
        let exact = description.properties[index].name;
        let first = all.iter().find(|other| other.eq_ignore_ascii_case(exact));
        (!all.iter().any(|other| other == exact) && first.is_some_and(|first| first == name)).then_some(index)
    })
}

/// Adds what the caller set and the server had not sent.
fn what_is_new<'a, T: Representation>(resource: &'a T, properties: &mut Properties<'a>) {
    let came = properties.len();
    let is_new = |properties: &Properties<'_>, name: &str| !properties[..came].iter().any(|(found, _)| found == name);
    let is_new_in_any_case = |properties: &Properties<'_>, name: &str| {
        !properties[..came].iter().any(|(found, _)| found.eq_ignore_ascii_case(name))
    };
    for (index, property) in T::DESCRIPTION.properties.iter().enumerate() {
        if !is_new_in_any_case(properties, property.name) {
            continue;
        }
        let field = resource.property(index).filter(|field| field.count() > 0);
        let kept = kept_property(resource, index).map(|raw| Written::Raw(raw.0));
        let value = kept.or_else(|| field_as_written(property.form, field?));
        properties.extend(value.map(|value| (property.name.into(), value)));
    }
    for (name, value) in resource.envelope().unknown_properties() {
        if is_new(properties, name) {
            properties.push((name.into(), Written::Json(Cow::Borrowed(value))));
        }
    }
    for (name, text) in resource.envelope().unreadable().iter().filter_map(Unreadable::as_property) {
        if is_new(properties, name) && T::DESCRIPTION.find_property(name, 0).is_none() {
            properties.push((name.into(), Written::Raw(text)));
        }
    }
}

/// Sees that what the caller set is within its documented limits. What the server sent is the server's business.
fn check_touched<T: Representation>(operation: fn() -> String, resource: &T, before: &T) -> Result<(), RequestError> {
    let limited = T::DESCRIPTION.properties.iter().enumerate().filter(|(_, property)| property.is_limited());
    for (index, property) in limited {
        let (now, before) = (resource.property(index), before.property(index));
        if let Some(field) = now.filter(|_| !same_property(now, before)) {
            check_limit(operation, property, field)?;
        }
    }
    Ok(())
}

/// A field as a property of a document; content stands in links, which a PUT does not change. A list that was emptied is
/// said to be empty, as what is left out may be taken as the server's default.
fn field_as_written(form: PropertyForm, field: &dyn Property) -> Option<Written<'_>> {
    match form {
        PropertyForm::Content => None,
        PropertyForm::Scalar if field.count() == 0 => None,
        PropertyForm::Scalar | PropertyForm::List => Some(Written::Field(form, field)),
    }
}

/// Reads what came for a property into a field of its type. What does not fit was left out of the resource too.
fn read_field(came: &Written<'_>, form: PropertyForm, field: &mut dyn Property) {
    let came = match came {
        Written::Raw(text) => return read_kept(text, form, field),
        Written::Json(came) => &**came,
        Written::Field(..) => return,
    };
    let mut read = |text: &str| drop(take(field, Value::Text(text)));
    match came {
        Json::String(text) if form == PropertyForm::List && text.is_empty() => {}
        Json::String(text) => read(text),
        Json::Array(items) if form == PropertyForm::List || items.len() == 1 => {
            items.iter().filter_map(Json::as_str).for_each(read);
        }
        _ => {}
    }
}

impl Original {
    /// All properties, known or not.
    fn properties<T: Representation>(&self, resource: &T) -> Result<Properties<'_>, DecodeError> {
        match self.format {
            Format::Json => read_document(&Context::new(Limits::default()), &self.body, PropertiesSeed),
            Format::Xml => self.xml_properties(resource),
        }
    }

    fn xml_properties<T: Representation>(&self, resource: &T) -> Result<Properties<'_>, DecodeError> {
        let mut document = GenericResource::default();
        read(self.format, &mut document, &self.body, Limits::default())?;
        let mut properties = Properties::new();
        let mut push = |name: &str, value| properties.push((name.to_owned().into(), Written::Json(Cow::Owned(value))));
        if !resource.envelope().is_unnamed() {
            push("rel", (resource as &dyn Object).rel().into());
        }
        let envelope = document.envelope();
        envelope.unknown_properties().for_each(|(name, value)| push(name, value.clone()));
        if let Some(etag) = envelope.etag() {
            push("etag", etag.into());
        }
        Ok(properties)
    }
}

/// Reads the properties of a JSON document, and nothing of its relations. Of a name that comes twice the last value counts.
struct PropertiesSeed;

impl<'de> DeserializeSeed<'de> for PropertiesSeed {
    type Value = Properties<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PropertiesSeed {
    type Value = Properties<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resource")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut properties = Properties::new();
        let mut places = HashMap::<Cow<'_, str>, usize>::new();
        while let Some(name) = map.next_key_seed(NameSeed)? {
            if matches!(&*name, "_links" | "_embedded") {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = Written::Raw(map.next_value::<&RawValue>()?.get());
            match places.entry(name) {
                Entry::Occupied(place) => properties[*place.get()].1 = value,
                Entry::Vacant(place) => {
                    properties.push((place.key().clone(), value));
                    place.insert(properties.len() - 1);
                }
            }
        }
        Ok(properties)
    }
}

/// Reads a name, which mostly can stay where it is.
struct NameSeed;

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameSeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(name.into())
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(name.to_owned().into())
    }
}

fn xml(properties: &Properties<'_>) -> Result<String, EncodeError> {
    let values = properties.iter().map(|(_, value)| value_in_xml(value)).collect::<Result<Vec<_>, _>>()?;
    write_properties(properties.iter().map(|(name, _)| &**name).zip(values.iter().map(|value| &**value)))
}

/// The text of a value, or a list of texts.
fn value_in_xml<'a>(value: &'a Written<'_>) -> Result<Cow<'a, Json>, EncodeError> {
    match value {
        Written::Field(form, field) => Ok(Cow::Owned(property_text(*form, *field))),
        // XML can hold any number, as text.
        Written::Raw(raw) => value.json().or_else(|_| Ok(Cow::Owned(texts(raw)))),
        Written::Json(_) => value.json(),
    }
}

/// JSON as XML has it: as texts.
fn texts(text: &str) -> Json {
    match RawJson(text).texts() {
        Texts::One(text) => text.into(),
        Texts::List(items) => items.into_iter().map(Json::from).collect(),
    }
}
