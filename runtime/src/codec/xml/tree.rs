//! Elements of no fixed shape as JSON, and back.
//!
//! | element | JSON |
//! |---|---|
//! | with text | the text |
//! | with elements | an object of them, by name |
//! | `propertyList` | a list of its items |
//!
//! An element is called as its attribute `name` says, if it has one. It is written as a `property`, so that no name is taken for that
//! of another element.

use serde_json::{Map, Value as Json};

use super::elements::{Inside, Node, Reader};
use super::write::Writer;
use crate::codec::{DecodeError, EncodeError};

/// How deep elements are looked into. Of what is deeper, the text is read and the JSON written.
const DEPTH: usize = 64;

/// Reads an element whose start was just read, and gives its name.
pub(crate) fn read_unknown(reader: &mut Reader<'_, '_>, node: &Node<'_>) -> Result<(String, Json), DecodeError> {
    reader.count::<(String, Json)>()?;
    let name = name(node).to_owned();
    let value = read_value(reader, node, DEPTH).inspect_err(|_| reader.context.failed_in(&name))?;
    Ok((name, value))
}

fn name<'n>(node: &'n Node<'_>) -> &'n str {
    node.attributes.name.as_deref().unwrap_or(node.name)
}

fn read_value(reader: &mut Reader<'_, '_>, node: &Node<'_>, depth: usize) -> Result<Json, DecodeError> {
    if depth == 0 {
        return reader.text(node.is_empty).map(|text| Json::String(text.into_owned()));
    }
    if node.name == "propertyList" {
        let mut items = Vec::new();
        if !node.is_empty {
            while let Some(item) = reader.child()? {
                reader.count::<Json>()?;
                items.push(read_value(reader, &item, depth - 1)?);
            }
        }
        return Ok(items.into());
    }
    let mut next = match reader.inside(node)? {
        Inside::Text(text) => return Ok(Json::String(text.into_owned())),
        Inside::Elements(first) => Some(first),
    };
    reader.begin_object()?;
    let mut entries = Map::new();
    while let Some(child) = next {
        reader.count::<(String, Json)>()?;
        let value = read_value(reader, &child, depth - 1)?;
        add_entry(&mut entries, name(&child), value);
        next = reader.child()?;
    }
    Ok(entries.into())
}

/// Adds an entry to an object. What comes more than once is a list, and lists of one name are one.
pub(crate) fn add_entry(entries: &mut Map<String, Json>, name: &str, value: Json) {
    match entries.get_mut(name) {
        None => drop(entries.insert(name.to_owned(), value)),
        Some(found) => {
            let mut list = items(found.take());
            list.extend(items(value));
            *found = Json::Array(list);
        }
    }
}

/// The items of a list; any other value is one item.
fn items(value: Json) -> Vec<Json> {
    match value {
        Json::Array(items) => items,
        other => vec![other],
    }
}

/// Writes what the protocol does not know.
pub(crate) fn write_unknown(writer: &mut Writer, name: &str, value: &Json) -> Result<(), EncodeError> {
    write_value(writer, name, value, DEPTH)
}

fn write_value(writer: &mut Writer, name: &str, value: &Json, depth: usize) -> Result<(), EncodeError> {
    match value {
        Json::Object(entries) if depth > 0 => {
            writer.open("property", name)?;
            write_entries(writer, entries, depth - 1)?;
            writer.markup("</property>");
        }
        Json::Array(items) if depth > 1 => {
            writer.open("propertyList", name)?;
            for item in items {
                match item {
                    Json::Object(entries) => {
                        writer.markup("<item>");
                        write_entries(writer, entries, depth - 2)?;
                        writer.markup("</item>");
                    }
                    other => writer.item(name, other)?,
                }
            }
            writer.markup("</propertyList>");
        }
        other => writer.unknown(name, other)?,
    }
    Ok(())
}

fn write_entries(writer: &mut Writer, entries: &Map<String, Json>, depth: usize) -> Result<(), EncodeError> {
    let mut there = entries.iter().filter(|(_, value)| !value.is_null());
    there.try_for_each(|(name, value)| write_value(writer, name, value, depth))
}
