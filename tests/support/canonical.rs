//! What a message says, apart from how it says it: order, one or many, absent or empty, the case of `True`.
//!
//! Written without the runtime, as the runtime is what is tested with it.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value, json};

/// What a JSON message says. Lists and objects without content and `null` are not there, and a relation is always a list.
pub fn canonical_json(value: &Value) -> Value {
    match value {
        Value::Object(entries) => {
            let mut said = Map::new();
            for (key, value) in entries {
                let value =
                    if key == "_links" || key == "_embedded" { relations(value) } else { canonical_json(value) };
                if !is_nothing(&value) {
                    said.insert(key.clone(), value);
                }
            }
            said.sort_keys();
            Value::Object(said)
        }
        Value::Array(items) => items.iter().map(canonical_json).collect(),
        other => other.clone(),
    }
}

fn relations(value: &Value) -> Value {
    let Value::Object(entries) = value else { return Value::Null };
    let list = |value: &Value| match value {
        Value::Array(_) => canonical_json(value),
        other => Value::Array(vec![canonical_json(other)]),
    };
    let mut said: Map<_, _> = entries.iter().map(|(rel, value)| (rel.clone(), list(value))).collect();
    said.retain(|_, value| !is_nothing(value));
    said.sort_keys();
    Value::Object(said)
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().all(is_nothing),
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

/// What an XML message says, as an object of attributes, properties, links and resources.
pub fn canonical_xml(text: &str) -> Result<Value, String> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                let mut said = element(&mut reader, &start)?;
                said["element"] = start.name().0.into();
                return Ok(said);
            }
            Event::Empty(start) => return attributes(&start).map(Value::Object),
            Event::Eof => return Err("no element".into()),
            _ => {}
        }
    }
}

fn element(reader: &mut Reader<&[u8]>, start: &BytesStart<'_>) -> Result<Value, String> {
    let mut said = attributes(start)?;
    let mut properties = Map::new();
    let (mut links, mut resources) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(child) => match child.name().0 {
                "resource" => resources.push(element(reader, &child)?),
                "property" => {
                    let value = text(reader)?;
                    properties.insert(name(&child)?, value.into());
                }
                "propertyList" => {
                    let items = items(reader)?;
                    properties.insert(name(&child)?, items);
                }
                other => return Err(format!("<{other}>")),
            },
            Event::Empty(child) => match child.name().0 {
                "link" => links.push(Value::Object(attributes(&child)?)),
                "resource" => resources.push(Value::Object(attributes(&child)?)),
                "property" => drop(properties.insert(name(&child)?, "".into())),
                "propertyList" => {}
                other => return Err(format!("<{other}/>")),
            },
            Event::End(_) => break,
            Event::Eof => return Err("the message ends too early".into()),
            _ => {}
        }
    }
    // The property names the resource; the attribute may name its type instead.
    if let Some(rel) = properties.remove("rel") {
        said.insert("rel".into(), rel);
    }
    properties.sort_keys();
    links.sort_by_key(ToString::to_string);
    said.insert("properties".into(), properties.into());
    said.insert("links".into(), links.into());
    // The order between relations is nothing that is said; the order within one is.
    resources.sort_by_key(|resource| resource["rel"].to_string());
    said.insert("resources".into(), resources.into());
    said.retain(|_, value| !is_nothing(value));
    Ok(json!(said))
}

fn attributes(start: &BytesStart<'_>) -> Result<Map<String, Value>, String> {
    let mut said = Map::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = unescape(&attribute.value).map_err(|error| error.to_string())?;
        if attribute.key.0 != "xmlns" {
            said.insert(attribute.key.0.to_owned(), value.into_owned().into());
        }
    }
    said.sort_keys();
    Ok(said)
}

fn name(start: &BytesStart<'_>) -> Result<String, String> {
    match attributes(start)?.get("name") {
        Some(Value::String(name)) => Ok(name.clone()),
        _ => Err("a property without a name".into()),
    }
}

fn text(reader: &mut Reader<&[u8]>) -> Result<String, String> {
    let mut text = String::new();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(part) => {
                text.push_str(&unescape(&format!("&{};", &*part)).map_err(|error| error.to_string())?);
            }
            Event::End(_) => break,
            other => return Err(format!("{other:?} in a property")),
        }
    }
    Ok(match text.to_lowercase().as_str() {
        "true" => "True".into(),
        "false" => "False".into(),
        _ => text,
    })
}

fn items(reader: &mut Reader<&[u8]>) -> Result<Value, String> {
    let mut items = Vec::new();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(_) => items.push(Value::from(text(reader)?)),
            Event::Empty(_) => items.push("".into()),
            Event::End(_) => return Ok(items.into()),
            Event::Eof => return Err("the message ends too early".into()),
            _ => {}
        }
    }
}
