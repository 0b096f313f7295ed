//! Event documents in XML: `events` of `sender`s, in which each event is an element named after what happened.

use serde_json::Value as Json;

use super::{Event, EventDocument, EventTarget, ONE_RESOURCE, Sender, UnreadableEvent};
use crate::codec::xml::{Checkpoint, NAMESPACE, Node, Reader, Writer, is_name};
use crate::codec::{Context, DecodeError, DecodeProblem, EncodeError, ErrorBody, Limits};
use crate::model::{LinkData, Registry};

/// The elements in a sender that are no events.
const PROPERTIES: [&str; 2] = ["property", "propertyList"];

/// The element of an event whose type is no name of an element; a property says what it is.
const EVENT: &str = "event";

/// Reads a document: in one go where all is well, and with a way back from each event where something is not.
pub(super) fn read(registry: &'static Registry, bytes: &[u8], limits: Limits) -> Result<EventDocument, DecodeError> {
    match read_document(registry, bytes, limits, false) {
        Err(error) if is_forgivable(&error) => read_document(registry, bytes, limits, true),
        other => other,
    }
}

/// Whether an event with this error spoils nothing but itself.
fn is_forgivable(error: &DecodeError) -> bool {
    matches!(error.problem, DecodeProblem::Shape(_) | DecodeProblem::TooDeep { .. })
}

/// Reads a document. If it is `forgiving`, an event that cannot be read is passed over and kept as it came.
fn read_document(
    registry: &'static Registry,
    bytes: &[u8],
    limits: Limits,
    forgiving: bool,
) -> Result<EventDocument, DecodeError> {
    let context = if forgiving { Context::again(limits) } else { Context::new(limits) };
    let mut reader = Reader::new(&context, bytes)?;
    let root = reader.root()?;
    if root.name != "events" && root.name != "resource" {
        return Err(reader.shape(format!("expected <events>, found <{}>", root.name)));
    }
    let is_empty = root.is_empty;
    let mut document = EventDocument { link: root.attributes.link(), ..EventDocument::default() };
    if !is_empty {
        while let Some(mut child) = reader.child()? {
            match child.name {
                "sender" => {
                    reader.count::<Sender>()?;
                    document.senders.push(read_sender(&mut reader, &context, registry, &child, forgiving)?);
                }
                "link" => {
                    reader.skip(&child)?;
                    let rel = child.attributes.rel.take().unwrap_or_default();
                    if let Some(link) = child.attributes.link() {
                        reader.count::<(String, LinkData)>()?;
                        document.set_link(&rel, link);
                    }
                }
                _ => {
                    let (name, value) = reader.unknown(&mut child)?;
                    if name != "rel" {
                        document.unknown.push((name, value));
                    }
                }
            }
        }
    }
    reader.end()?;
    Ok(document)
}

fn read_sender(
    reader: &mut Reader<'_, '_>,
    context: &Context,
    registry: &'static Registry,
    node: &Node<'_>,
    forgiving: bool,
) -> Result<Sender, DecodeError> {
    let rel = node.attributes.rel.as_deref().unwrap_or_default().to_owned();
    let mut sender = Sender { rel, link: node.attributes.link().unwrap_or_default(), ..Sender::default() };
    if node.is_empty {
        return Ok(sender);
    }
    while let Some(mut child) = reader.child()? {
        if PROPERTIES.contains(&child.name) {
            sender.unknown.push(reader.unknown(&mut child)?);
            continue;
        }
        reader.count::<Event>()?;
        if !forgiving {
            // Events are large, and filled where they stay.
            sender.events.push(Event::default());
            let event = sender.events.last_mut().expect("one was just pushed");
            outline(reader, registry, event, &child);
            read_event(reader, registry, &child, event, Embedding::Read)?;
            continue;
        }
        let (checkpoint, depth) = (reader.checkpoint(), context.depth());
        let mut event = Event::default();
        outline(reader, registry, &mut event, &child);
        match read_event(reader, registry, &child, &mut event, Embedding::Read) {
            Err(error) if is_forgivable(&error) => {
                let error = context.locate(error);
                context.restart(depth);
                reader.restore(checkpoint.clone());
                reader.count::<UnreadableEvent>()?;
                let text = reader.skip_text(&child)?;
                event = without_resource(reader, registry, &child, checkpoint);
                context.restart(depth);
                event.unreadable = Some(Box::new(UnreadableEvent { text, error }));
            }
            other => other?,
        }
        sender.events.push(event);
    }
    Ok(sender)
}

/// What can be said of an event that cannot be read: all but its resource, or what it is about and no more.
fn without_resource<'d>(
    reader: &mut Reader<'d, '_>,
    registry: &'static Registry,
    node: &Node<'_>,
    checkpoint: Checkpoint<'d>,
) -> Event {
    let behind = reader.checkpoint();
    reader.restore(checkpoint);
    let mut event = Event::default();
    outline(reader, registry, &mut event, node);
    if read_event(reader, registry, node, &mut event, Embedding::Omit).is_err() {
        event = Event::default();
        outline(reader, registry, &mut event, node);
    }
    reader.restore(behind);
    event
}

/// What is done with the resource of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Embedding {
    Read,
    /// It could not be read, and the rest of the event is.
    Omit,
}

/// What the element of an event says by itself.
fn outline(reader: &mut Reader<'_, '_>, registry: &'static Registry, event: &mut Event, node: &Node<'_>) {
    event.kind = node.name.into();
    event.target = target(reader, registry, node);
    event.status = node.attributes.status.as_deref().map(Into::into);
}

fn target(reader: &mut Reader<'_, '_>, registry: &'static Registry, node: &Node<'_>) -> EventTarget {
    let rel = node.attributes.rel.as_deref().unwrap_or_default();
    let rel = reader.described(registry, rel).map_or_else(|| rel.to_owned().into(), |entry| entry.rel.into());
    EventTarget { rel, link: node.attributes.link().unwrap_or_default() }
}

/// Reads what is in the element of an event.
fn read_event(
    reader: &mut Reader<'_, '_>,
    registry: &'static Registry,
    node: &Node<'_>,
    event: &mut Event,
    embedded: Embedding,
) -> Result<(), DecodeError> {
    if node.is_empty {
        return Ok(());
    }
    while let Some(mut child) = reader.child()? {
        match child.name {
            "in" => {
                reader.skip(&child)?;
                event.collection = Some(Box::new(target(reader, registry, &child)));
            }
            "link" => {
                reader.skip(&child)?;
                event.target = target(reader, registry, &child);
            }
            "resource" if embedded == Embedding::Omit => reader.skip(&child)?,
            "resource" => {
                let mut object = reader.create(registry, &child);
                reader.allocate(&*object)?;
                reader.read_object(&mut *object, &child)?;
                if object.rel().is_empty() {
                    let description = object.description();
                    object.envelope_mut().set_rel(description, child.attributes.rel.as_deref().unwrap_or_default());
                }
                if event.resource.is_some() {
                    return Err(reader.shape(ONE_RESOURCE));
                }
                event.resource = Some(object.into());
            }
            "reason" => event.reason = Some(Box::new(ErrorBody::from_element(reader, &child)?)),
            _ => {
                let (name, value) = reader.unknown(&mut child)?;
                match (name.as_str(), value) {
                    ("status", Json::String(text)) => event.status = Some(text.into()),
                    ("type", Json::String(text)) => event.kind = text.as_str().into(),
                    (_, value) => event.unknown.push((name, value)),
                }
            }
        }
    }
    Ok(())
}

/// Writes a document.
pub(super) fn write(document: &EventDocument) -> Result<String, EncodeError> {
    let mut writer = Writer::new();
    writer.markup("<events");
    if let Some(link) = &document.link {
        writer.link_attributes(link)?;
    }
    writer.attribute("xmlns", Some(NAMESPACE))?;
    writer.markup(">");
    if let Some(next) = &document.next {
        write_link(&mut writer, "link", next.rel(), next.link())?;
        writer.markup("/>");
    }
    for (rel, link) in &document.other_links {
        write_link(&mut writer, "link", rel, link)?;
        writer.markup("/>");
    }
    write_unknown(&mut writer, &document.unknown)?;
    for sender in &document.senders {
        write_link(&mut writer, "sender", &sender.rel, &sender.link)?;
        writer.markup(">");
        write_unknown(&mut writer, &sender.unknown)?;
        for event in &sender.events {
            write_event(&mut writer, event)?;
        }
        writer.markup("</sender>");
    }
    writer.markup("</events>");
    Ok(writer.finish())
}

fn write_event(writer: &mut Writer, event: &Event) -> Result<(), EncodeError> {
    // What could not be read is written as it came, if it came as XML.
    if let Some(raw) = event.unreadable.as_ref().filter(|raw| raw.text.starts_with('<')) {
        writer.markup(&raw.text);
        return Ok(());
    }
    let kind = event.kind.as_str();
    let is_element = is_name(kind) && kind != EVENT && !PROPERTIES.contains(&kind);
    let name = if is_element { kind } else { EVENT };
    write_link(writer, name, &event.target.rel, &event.target.link)?;
    writer.markup(">");
    if !is_element {
        writer.unknown("type", &kind.into())?;
    }
    if let Some(collection) = &event.collection {
        write_link(writer, "in", &collection.rel, &collection.link)?;
        writer.markup("/>");
    }
    if let Some(resource) = &event.resource {
        writer.embedded(super::key(resource), resource.as_object())?;
    }
    if let Some(status) = &event.status {
        writer.markup("<status>");
        writer.escaped("status", status, false)?;
        writer.markup("</status>");
    }
    if let Some(reason) = &event.reason {
        reason.write_element(writer, false)?;
    }
    write_unknown(writer, &event.unknown)?;
    writer.markup("</");
    writer.markup(name);
    writer.markup(">");
    Ok(())
}

/// Opens an element that says where something is; the caller closes it.
fn write_link(writer: &mut Writer, element: &str, rel: &str, link: &LinkData) -> Result<(), EncodeError> {
    writer.markup("<");
    writer.markup(element);
    writer.attribute("rel", Some(rel))?;
    writer.link_attributes(link)
}

fn write_unknown(writer: &mut Writer, entries: &[(String, Json)]) -> Result<(), EncodeError> {
    entries.iter().try_for_each(|(name, value)| writer.unknown(name, value))
}
