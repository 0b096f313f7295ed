//! Event documents in XML: `events` of `sender`s, in which each event is an element named after what happened.

use serde_json::Value as Json;

use super::one::key;
use super::{Event, EventDocument, EventTarget, ONE_RESOURCE, Part, Sender, UnreadablePart};
use crate::codec::xml::{NAMESPACE, Node, Reader, Writer, is_name, read_unknown, write_unknown};
use crate::codec::{AnyResource, Context, DecodeError, EncodeError, ErrorBody, Limits};
use crate::model::{LinkData, Registry};

/// The elements in a sender that are no events.
const PROPERTIES: [&str; 2] = ["property", "propertyList"];

/// The element of an event whose type is not a valid name for an element; a property says what it is.
const EVENT: &str = "event";

/// Whether parts that cannot be read are passed over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mistakes {
    /// The first one ends reading.
    Refused,
    /// What can be read around them is, and the text of the part is kept.
    Kept,
}

/// Reads a document: in one go where all is well, and with a way back from each part where something is not.
pub(super) fn read(registry: &'static Registry, bytes: &[u8], limits: Limits) -> Result<EventDocument, DecodeError> {
    match read_document(registry, bytes, limits, Mistakes::Refused) {
        Err(error) if error.is_of_a_part() => read_document(registry, bytes, limits, Mistakes::Kept),
        other => other,
    }
}

fn read_document(
    registry: &'static Registry,
    bytes: &[u8],
    limits: Limits,
    mistakes: Mistakes,
) -> Result<EventDocument, DecodeError> {
    let context = match mistakes {
        Mistakes::Refused => Context::new(limits),
        Mistakes::Kept => Context::again(limits),
    };
    let mut reader = Reader::new(&context, bytes)?;
    let root = reader.root()?;
    if root.name != "events" && root.name != "resource" {
        return Err(reader.shape(format!("expected <events>, found <{}>", root.name)));
    }
    let mut document = EventDocument::default();
    document.link = root.attributes.link();
    let mut parts = PartReader { context: &context, registry, mistakes };
    if !root.is_empty {
        while let Some(child) = reader.child()? {
            match child.name {
                "sender" => {
                    reader.count::<Sender>()?;
                    document.senders.push(parts.read(&mut reader, &child)?);
                }
                "link" => read_link(&mut reader, &context, &mut document, &child)?,
                _ => {
                    let (name, value) = read_unknown(&mut reader, &child)?;
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

/// Reads a link of the document, and keeps it where it names no relation or leads nowhere.
fn read_link(
    reader: &mut Reader<'_, '_>,
    context: &Context,
    document: &mut EventDocument,
    node: &Node<'_>,
) -> Result<(), DecodeError> {
    let text = reader.skip_text(node)?;
    if let (Some(rel), Some(link)) = (&node.attributes.rel, node.attributes.link()) {
        reader.count::<(String, LinkData)>()?;
        document.set_link(rel, link);
        return Ok(());
    }
    context.failed_in("_links");
    let error = reader.shape("<link> has no `rel` or no `href`");
    if !context.is_keeping() {
        return Err(error);
    }
    context.restart(context.depth());
    reader.count::<(String, UnreadablePart)>()?;
    reader.within(context.allocate(text.len()))?;
    document.unreadable.push((node.name.to_owned(), UnreadablePart { text, error }));
    Ok(())
}

/// A part of a document that is read from an element.
trait FromElement: Part + Sized {
    /// What the element says by itself.
    fn outline(reader: &mut Reader<'_, '_>, registry: &'static Registry, node: &Node<'_>) -> Self;

    /// Reads an element in the element of the part.
    fn read_child(
        &mut self,
        parts: &mut PartReader<'_>,
        reader: &mut Reader<'_, '_>,
        child: &Node<'_>,
    ) -> Result<(), DecodeError>;
}

/// What readers of parts share.
struct PartReader<'c> {
    context: &'c Context,
    registry: &'static Registry,
    mistakes: Mistakes,
}

impl PartReader<'_> {
    /// Reads a part whose start was just read.
    fn read<P: FromElement>(&mut self, reader: &mut Reader<'_, '_>, node: &Node<'_>) -> Result<P, DecodeError> {
        let start = (self.mistakes == Mistakes::Kept).then(|| reader.checkpoint());
        let mut part = P::outline(reader, self.registry, node);
        if node.is_empty {
            return Ok(part);
        }
        let mistake = self.read_children(reader, &mut part)?;
        if let Some((start, error)) = start.zip(mistake) {
            reader.restore(start);
            part.set_unreadable(UnreadablePart { text: reader.skip_text(node)?, error });
        }
        Ok(part)
    }

    /// Reads what is in a part, and gives the first mistake where those are kept.
    fn read_children<P: FromElement>(
        &mut self,
        reader: &mut Reader<'_, '_>,
        part: &mut P,
    ) -> Result<Option<DecodeError>, DecodeError> {
        let mut mistake = None;
        while let Some(child) = reader.child()? {
            if self.mistakes == Mistakes::Refused {
                part.read_child(self, reader, &child)?;
                continue;
            }
            let (checkpoint, depth) = (reader.checkpoint(), self.context.depth());
            match part.read_child(self, reader, &child) {
                Err(error) if error.is_of_a_part() && !self.context.is_exhausted() => {
                    let error = self.context.locate(error);
                    self.context.restart(depth);
                    reader.restore(checkpoint);
                    reader.skip(&child)?;
                    mistake.get_or_insert(error);
                }
                other => other?,
            }
        }
        Ok(mistake)
    }
}

impl FromElement for Sender {
    fn outline(_: &mut Reader<'_, '_>, _: &'static Registry, node: &Node<'_>) -> Self {
        let rel = node.attributes.rel.as_deref().unwrap_or_default().to_owned();
        Self { rel, link: node.attributes.link().unwrap_or_default(), ..Self::default() }
    }

    fn read_child(
        &mut self,
        parts: &mut PartReader<'_>,
        reader: &mut Reader<'_, '_>,
        child: &Node<'_>,
    ) -> Result<(), DecodeError> {
        if PROPERTIES.contains(&child.name) {
            self.unknown.push(read_unknown(reader, child)?);
        } else {
            reader.count::<Event>()?;
            self.events.push(parts.read(reader, child)?);
        }
        Ok(())
    }
}

fn target(reader: &Reader<'_, '_>, registry: &'static Registry, node: &Node<'_>) -> EventTarget {
    let rel = reader.context.rel(registry, node.attributes.rel.as_deref().unwrap_or_default());
    EventTarget { rel, link: node.attributes.link().unwrap_or_default() }
}

impl FromElement for Event {
    fn outline(reader: &mut Reader<'_, '_>, registry: &'static Registry, node: &Node<'_>) -> Self {
        let status = node.attributes.status.as_deref().map(Into::into);
        Self { kind: node.name.into(), target: target(reader, registry, node), status, ..Self::default() }
    }

    fn read_child(
        &mut self,
        parts: &mut PartReader<'_>,
        reader: &mut Reader<'_, '_>,
        child: &Node<'_>,
    ) -> Result<(), DecodeError> {
        match child.name {
            "in" => {
                reader.skip(child)?;
                self.collection = Some(Box::new(target(reader, parts.registry, child)));
            }
            "link" => {
                reader.skip(child)?;
                self.target = target(reader, parts.registry, child);
            }
            "resource" => {
                let resource = read_resource(parts.registry, reader, child)?;
                if self.resource.is_some() {
                    return Err(reader.shape(ONE_RESOURCE));
                }
                self.resource = Some(resource);
            }
            "reason" => self.reason = Some(Box::new(ErrorBody::from_element(reader, child)?)),
            _ => {
                let (name, value) = read_unknown(reader, child)?;
                match (name.as_str(), value) {
                    ("status", Json::String(text)) => self.status = Some(text.as_str().into()),
                    ("type", Json::String(text)) => self.kind = text.as_str().into(),
                    (_, value) => self.unknown.push((name, value)),
                }
            }
        }
        Ok(())
    }
}

fn read_resource(
    registry: &'static Registry,
    reader: &mut Reader<'_, '_>,
    node: &Node<'_>,
) -> Result<AnyResource, DecodeError> {
    let mut object = reader.create(registry, node);
    reader.allocate(&*object)?;
    reader.read_object(&mut *object, node)?;
    if object.rel().is_empty() {
        let description = object.description();
        object.envelope_mut().set_rel(description, node.attributes.rel.as_deref().unwrap_or_default());
    }
    Ok(object.into())
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
    for (_, part) in &document.unreadable {
        write_as_it_came(&mut writer, Some(part));
    }
    write_entries(&mut writer, &document.unknown)?;
    for sender in &document.senders {
        if write_as_it_came(&mut writer, sender.unreadable.as_deref()) {
            continue;
        }
        write_link(&mut writer, "sender", &sender.rel, &sender.link)?;
        writer.markup(">");
        write_entries(&mut writer, &sender.unknown)?;
        for event in &sender.events {
            write_event(&mut writer, event)?;
        }
        writer.markup("</sender>");
    }
    writer.markup("</events>");
    Ok(writer.finish())
}

/// Writes a part that could not be read, if it came as XML.
fn write_as_it_came(writer: &mut Writer, unreadable: Option<&UnreadablePart>) -> bool {
    let text = unreadable.map(|part| part.text.as_str()).filter(|text| text.starts_with('<'));
    text.inspect(|text| writer.markup(text)).is_some()
}

fn write_event(writer: &mut Writer, event: &Event) -> Result<(), EncodeError> {
    if write_as_it_came(writer, event.unreadable.as_deref()) {
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
        writer.embedded(key(resource), resource.as_object())?;
    }
    if let Some(status) = &event.status {
        writer.markup("<status>");
        writer.escaped("status", status.as_str(), false)?;
        writer.markup("</status>");
    }
    if let Some(reason) = &event.reason {
        reason.write_element(writer, false)?;
    }
    write_entries(writer, &event.unknown)?;
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

fn write_entries(writer: &mut Writer, entries: &[(String, Json)]) -> Result<(), EncodeError> {
    entries.iter().try_for_each(|(name, value)| write_unknown(writer, name, value))
}
