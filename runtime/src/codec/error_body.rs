//! The body of an error response, which is also the reason of an event.

use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use crate::codec::json::JsonSeed;
use crate::codec::xml::{NAMESPACE, Node, Reader, Writer, add_entry, is_name, read_unknown};
use crate::codec::{Context, DecodeError, DecodeProblem, EncodeError, Format, Limits, json};
use crate::model::{LinkData, LinkDetail};
use crate::secret::{redact_text, shown};

/// The description of an error. Only the code is always present.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ErrorBody {
    /// The kind of error, such as `Conflict`.
    pub code: String,
    /// The specific error, such as `TooManyGroups`. Servers may send new ones at any time.
    pub subcode: Option<String>,
    /// An explanation for people.
    pub message: Option<String>,
    /// Where to read more.
    pub link: Option<LinkData>,
    /// The invalid parameters of the request.
    pub parameters: Vec<InvalidParameter>,
    /// Details for logs, of no fixed shape.
    pub debug_info: Option<Json>,
    /// Unknown properties, as the server sent them.
    pub unknown: Map<String, Json>,
}

/// An invalid parameter of a request.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct InvalidParameter {
    /// The name of the parameter.
    pub name: String,
    /// Why its value is invalid.
    pub reason: Option<String>,
    /// Unknown properties of it, as the server sent them.
    pub unknown: Map<String, Json>,
}

/// Servers repeat requests in errors: what is secret in them is not shown.
impl fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("ErrorBody");
        debug.field("code", &self.code).field("subcode", &self.subcode);
        debug.field("message", &self.message.as_deref().map(redact_text)).field("link", &self.link);
        debug.field("parameters", &self.parameters);
        debug.field("debug_info", &self.debug_info.as_ref().map(|info| shown("debugInfo", info)));
        debug.field("unknown", &shown("unknown", &self.unknown.clone().into())).finish()
    }
}

impl fmt::Debug for InvalidParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.reason.as_deref().map(redact_text);
        let mut debug = f.debug_struct("InvalidParameter");
        debug.field("name", &self.name).field("reason", &reason);
        debug.field("unknown", &shown("unknown", &self.unknown.clone().into())).finish()
    }
}

impl ErrorBody {
    /// Reads an error response within limits. Anything but a UCWA error, such as the page of a proxy, is an error.
    pub fn decode(format: Format, bytes: &[u8], limits: Limits) -> Result<Self, DecodeError> {
        limits.check_size(bytes)?;
        let context = Context::new(limits);
        let body = match format {
            Format::Json => {
                let value = match json::read_document(&context, bytes, JsonSeed::any(&context)) {
                    Err(error) if error.is_of_a_value() => {
                        Json::Object(json::read_document(&context, bytes, ErrorEntriesSeed(&context))?)
                    }
                    other => other?,
                };
                let Json::Object(entries) = value else {
                    return Err(DecodeError::new(DecodeProblem::Shape("expected an error, found no object".into())));
                };
                Self::from_json(entries)
            }
            Format::Xml => {
                let mut reader = Reader::new(&context, bytes)?;
                let root = reader.root()?;
                if root.name != "reason" && root.name != "resource" {
                    return Err(reader.shape(format!("expected <reason>, found <{}>", root.name)));
                }
                let body = Self::from_element(&mut reader, &root)?;
                reader.end()?;
                body
            }
        };
        if body.code.is_empty() {
            return Err(DecodeError::new(DecodeProblem::Shape("expected an error, found no `code`".into())));
        }
        Ok(body)
    }

    /// Writes an error response.
    pub fn encode(&self, format: Format) -> Result<String, EncodeError> {
        match format {
            Format::Json => json::write_document(self),
            Format::Xml => {
                let mut writer = Writer::new();
                self.write_element(&mut writer, true)?;
                Ok(writer.finish())
            }
        }
    }

    pub(crate) fn from_json(entries: Map<String, Json>) -> Self {
        let mut body = Self::default();
        for (name, value) in entries {
            match name.as_str() {
                _ if value.is_null() => {}
                "code" => body.code = text(value),
                "subcode" => body.subcode = Some(text(value)),
                "message" => body.message = Some(text(value)),
                "link" => match link(&value) {
                    Some(link) => body.link = Some(link),
                    None => drop(body.unknown.insert(name, value)),
                },
                "parameters" => body.parameters = parameters(value),
                "debugInfo" => body.debug_info = Some(value),
                "rel" if value == "reason" => {}
                _ => drop(body.unknown.insert(name, value)),
            }
        }
        body
    }

    /// Reads `<reason>`: children named after what they hold, or `<property name>` as in resources.
    pub(crate) fn from_element(reader: &mut Reader<'_, '_>, node: &Node<'_>) -> Result<Self, DecodeError> {
        let mut entries = Map::new();
        let (mut link, mut parameters) = (None, None);
        if !node.is_empty {
            while let Some(child) = reader.child()? {
                match child.name {
                    "link" if child.attributes.href.is_some() => {
                        reader.skip(&child)?;
                        link = child.attributes.link();
                    }
                    "parameters" => parameters = Some(read_parameters(reader, &child)?),
                    _ => {
                        let (name, value) = read_unknown(reader, &child)?;
                        add_entry(&mut entries, &name, value);
                    }
                }
            }
        }
        let body = Self::from_json(entries);
        Ok(Self { link: link.or(body.link), parameters: parameters.unwrap_or(body.parameters), ..body })
    }

    pub(crate) fn write_element(&self, writer: &mut Writer, is_root: bool) -> Result<(), EncodeError> {
        writer.markup("<reason");
        if is_root {
            writer.attribute("xmlns", Some(NAMESPACE))?;
        }
        writer.markup(">");
        let known =
            [("code", Some(&self.code)), ("subcode", self.subcode.as_ref()), ("message", self.message.as_ref())];
        for (name, value) in known {
            if let Some(value) = value {
                write_tree(writer, name, &Json::String(value.clone()))?;
            }
        }
        if let Some(link) = &self.link {
            writer.markup("<link");
            writer.link_attributes(link)?;
            writer.markup("/>");
        }
        if !self.parameters.is_empty() {
            writer.markup("<parameters>");
            for parameter in &self.parameters {
                writer.markup("<parameter>");
                for (name, value) in parameter.to_json() {
                    write_tree(writer, &name, &value)?;
                }
                writer.markup("</parameter>");
            }
            writer.markup("</parameters>");
        }
        if let Some(info) = &self.debug_info {
            write_tree(writer, "debugInfo", info)?;
        }
        for (name, value) in &self.unknown {
            write_tree(writer, name, value)?;
        }
        writer.markup("</reason>");
        Ok(())
    }
}

/// Reads an object value by value. A value that cannot be read is given as its text.
struct ErrorEntriesSeed<'c>(&'c Context);

impl<'de> DeserializeSeed<'de> for ErrorEntriesSeed<'_> {
    type Value = Map<String, Json>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ErrorEntriesSeed<'_> {
    type Value = Map<String, Json>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an error")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let raw = map.next_value::<&RawValue>()?;
            self.0.push(size_of::<(String, Json)>() + raw.get().len()).map_err(A::Error::custom)?;
            let value = JsonSeed::any(self.0).deserialize(raw);
            if self.0.is_exhausted() {
                return Err(A::Error::custom("the document takes too much memory"));
            }
            entries.insert(name, value.unwrap_or_else(|_| raw.get().into()));
        }
        Ok(entries)
    }
}

impl InvalidParameter {
    fn to_json(&self) -> Map<String, Json> {
        let mut entries = Map::new();
        entries.insert("name".into(), self.name.clone().into());
        if let Some(reason) = &self.reason {
            entries.insert("reason".into(), reason.clone().into());
        }
        entries.extend(self.unknown.clone());
        entries
    }
}

impl Serialize for ErrorBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", &self.code)?;
        if let Some(subcode) = &self.subcode {
            map.serialize_entry("subcode", subcode)?;
        }
        if let Some(message) = &self.message {
            map.serialize_entry("message", message)?;
        }
        if let Some(link) = &self.link {
            map.serialize_entry("link", &json::LinkWriter(link))?;
        }
        if !self.parameters.is_empty() {
            let parameters: Vec<_> = self.parameters.iter().map(InvalidParameter::to_json).collect();
            map.serialize_entry("parameters", &parameters)?;
        }
        if let Some(info) = &self.debug_info {
            map.serialize_entry("debugInfo", info)?;
        }
        for (name, value) in &self.unknown {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for ErrorBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self::from_json)
    }
}

fn text(value: Json) -> String {
    match value {
        Json::String(text) => text,
        other => other.to_string(),
    }
}

fn plain(value: &Json) -> String {
    text(value.clone())
}

fn link(value: &Json) -> Option<LinkData> {
    let mut link = LinkData::new(value.as_str().or_else(|| value.get("href")?.as_str())?);
    for (name, value) in value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        if let Some(detail) = LinkDetail::of(name) {
            link.set(detail, Some(plain(value).into()));
        }
    }
    Some(link)
}

/// Reads a list of parameters, or one without a list.
fn parameters(value: Json) -> Vec<InvalidParameter> {
    items(value).into_iter().flat_map(parameters_of).collect()
}

/// The parameters of an item: one that is described, or what is wrong with each by its name.
fn parameters_of(item: Json) -> Vec<InvalidParameter> {
    match item {
        Json::Null => Vec::new(),
        Json::Object(entries) if !["name", "reason"].iter().any(|key| entries.contains_key(*key)) => {
            entries.into_iter().map(|(name, reason)| named(name, reason)).collect()
        }
        other => vec![parameter(other)],
    }
}

/// A parameter by its name, with what is wrong with it.
fn named(name: String, reason: Json) -> InvalidParameter {
    match reason {
        Json::Object(mut entries) => {
            entries.insert("name".into(), name.into());
            parameter(Json::Object(entries))
        }
        Json::Null => InvalidParameter { name, ..InvalidParameter::default() },
        reason => InvalidParameter { name, reason: Some(text(reason)), ..InvalidParameter::default() },
    }
}

/// The items of a list; any other value is one item.
fn items(value: Json) -> Vec<Json> {
    match value {
        Json::Array(items) => items,
        other => vec![other],
    }
}

fn parameter(value: Json) -> InvalidParameter {
    let Json::Object(mut entries) = value else {
        return InvalidParameter { name: text(value), ..InvalidParameter::default() };
    };
    let name = entries.remove("name").filter(|name| !name.is_null()).map(text).unwrap_or_default();
    let reason = entries.remove("reason").filter(|reason| !reason.is_null()).map(text);
    InvalidParameter { name, reason, unknown: entries }
}

/// Reads `<parameters>`, whose children are objects of text, or texts that say what is wrong with the parameter of their name.
fn read_parameters(reader: &mut Reader<'_, '_>, node: &Node<'_>) -> Result<Vec<InvalidParameter>, DecodeError> {
    let mut parameters = Vec::new();
    if !node.is_empty {
        while let Some(child) = reader.child()? {
            reader.count::<(Json, InvalidParameter)>()?;
            let (_, item) = read_unknown(reader, &child)?;
            let element = Some(child.name).filter(|element| !PARAMETER_ELEMENTS.contains(element) && !item.is_object());
            match child.attributes.name.as_deref().or(element) {
                Some(name) => parameters.push(named(name.to_owned(), item)),
                None => parameters.extend(parameters_of(item)),
            }
        }
    }
    Ok(parameters)
}

/// What the elements of parameters are called that are not called as the parameter.
const PARAMETER_ELEMENTS: [&str; 2] = ["parameter", "property"];

/// Writes an element of no fixed shape, and each item of a list as one. Names that are no names in XML go into an attribute.
fn write_tree(writer: &mut Writer, name: &str, value: &Json) -> Result<(), EncodeError> {
    match value {
        Json::Null => return Ok(()),
        // As elements of their own, none would be nothing, and one would be no list.
        Json::Array(items) if items.len() < 2 && !items.iter().any(|item| item.is_object() || item.is_array()) => {
            return writer.unknown(name, value);
        }
        Json::Array(items) => return items.iter().try_for_each(|item| write_tree(writer, name, item)),
        _ => {}
    }
    let element = if is_name(name) && name != "propertyList" { name } else { "property" };
    writer.markup("<");
    writer.markup(element);
    writer.attribute("name", (element != name).then_some(name))?;
    writer.markup(">");
    match value {
        Json::Object(entries) => {
            for (name, value) in entries {
                write_tree(writer, name, value)?;
            }
        }
        other => writer.escaped(name, &plain(other), false)?,
    }
    writer.markup("</");
    writer.markup(element);
    writer.markup(">");
    Ok(())
}
