//! Event documents in JSON.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::{Event, EventDocument, EventTarget, ONE_RESOURCE, Sender, UnreadableEvent};
use crate::codec::json::{
    AnySeed, JsonSeed, LinkSeed, LinkWriter, Links, ObjectSeed, ObjectWriter, TextSeed, read_document, read_text,
};
use crate::codec::{AnyResource, Context, DecodeError, DecodeProblem, ErrorBody, Limits};
use crate::model::{LinkData, LinkDetail, Object, RawJson, Registry};

/// Reads a document: in one go where all is well, and event by event where something is not.
pub(super) fn read(registry: &'static Registry, bytes: &[u8], limits: Limits) -> Result<EventDocument, DecodeError> {
    let context = Context::new(limits);
    let reading = Reading { registry, context: &context, document: None, embedded: Embedding::Read };
    match read_document(&context, bytes, DocumentSeed(reading)) {
        Err(error) if matches!(error.problem, DecodeProblem::Shape(_) | DecodeProblem::TooDeep { .. }) => {
            let context = Context::again(limits);
            let reading = Reading { registry, context: &context, document: Some(bytes), embedded: Embedding::Read };
            read_document(&context, bytes, DocumentSeed(reading)).map_err(|_| error)
        }
        other => other,
    }
}

#[derive(Clone, Copy)]
struct Reading<'c> {
    registry: &'static Registry,
    context: &'c Context,
    /// The document, where an event that cannot be read is to be kept as it stands there.
    document: Option<&'c [u8]>,
    embedded: Embedding,
}

/// What is done with the resource of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Embedding {
    Read,
    /// It could not be read, and the rest of the event is.
    Omit,
}

/// Implements a seed for a struct that is read from a map.
macro_rules! map_seed {
    ($seed:ident, $value:ty, $expecting:literal) => {
        impl<'de> DeserializeSeed<'de> for $seed<'_> {
            type Value = $value;

            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<$value, D::Error> {
                deserializer.deserialize_map(self)
            }
        }

        impl<'de> Visitor<'de> for $seed<'_> {
            type Value = $value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($expecting)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<$value, A::Error> {
                self.read(map)
            }
        }
    };
}

struct DocumentSeed<'c>(Reading<'c>);
map_seed!(DocumentSeed, EventDocument, "an event document");

impl DocumentSeed<'_> {
    fn read<'de, A: MapAccess<'de>>(self, mut map: A) -> Result<EventDocument, A::Error> {
        let mut document = EventDocument::default();
        while let Some(key) = map.next_key::<Key>()? {
            match key.as_str() {
                "_links" => {
                    let links = map
                        .next_value_seed(LinksSeed(self.0.context))
                        .inspect_err(|_| self.0.context.failed_in("_links"))?;
                    for (rel, link) in links {
                        document.set_link(&rel, link);
                    }
                }
                "sender" => {
                    let seed = SendersSeed(self.0);
                    document.senders = map.next_value_seed(seed).inspect_err(|_| self.0.context.failed_in("sender"))?;
                }
                "rel" => drop(map.next_value::<IgnoredAny>()?),
                name => push(&mut document.unknown, name, map.next_value_seed(JsonSeed::any(self.0.context))?),
            }
        }
        Ok(document)
    }
}

struct SenderSeed<'c>(Reading<'c>);
map_seed!(SenderSeed, Sender, "a sender");

impl SenderSeed<'_> {
    fn read<'de, A: MapAccess<'de>>(self, mut map: A) -> Result<Sender, A::Error> {
        let mut sender = Sender::default();
        while let Some(key) = map.next_key::<Key>()? {
            let result = self.read_value(key.as_str(), &mut sender, &mut map);
            result.inspect_err(|_| self.0.context.failed_in(key.as_str()))?;
        }
        Ok(sender)
    }

    fn read_value<'de, A: MapAccess<'de>>(&self, key: &str, sender: &mut Sender, map: &mut A) -> Result<(), A::Error> {
        match key {
            "rel" => sender.rel = map.next_value_seed(TextSeed)?.unwrap_or_default().into(),
            "href" => sender.link.href = map.next_value_seed(TextSeed)?.unwrap_or_default().into(),
            "events" => {
                sender.events.clear();
                map.next_value_seed(EventsSeed { reading: self.0, events: &mut sender.events })?;
            }
            name => match LinkDetail::of(name) {
                Some(detail) => sender.link.set(detail, map.next_value_seed(TextSeed)?),
                None => push(&mut sender.unknown, name, map.next_value_seed(JsonSeed::any(self.0.context))?),
            },
        }
        Ok(())
    }
}

/// Reads a list of events. `null` is an empty list. Events are large, and filled where they stay.
struct EventsSeed<'e, 'c> {
    reading: Reading<'c>,
    events: &'e mut Vec<Event>,
}

impl<'de> DeserializeSeed<'de> for EventsSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for EventsSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    /// One event without brackets is a list of one.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let Self { reading, events } = self;
        reading.context.push(size_of::<Event>()).map_err(Error::custom)?;
        events.push(Event::default());
        let event = events.last_mut().expect("one was just pushed");
        EventSeed { reading, event }.visit_map(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut index = 0;
        loop {
            let seed = NextEventSeed { reading: self.reading, events: &mut *self.events };
            match items.next_element_seed(seed).inspect_err(|_| self.reading.context.failed_at(index))? {
                Some(()) => index += 1,
                None => return Ok(()),
            }
        }
    }
}

/// Reads the next event of a list.
struct NextEventSeed<'e, 'c> {
    reading: Reading<'c>,
    events: &'e mut Vec<Event>,
}

impl<'de> DeserializeSeed<'de> for NextEventSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Self { reading, events } = self;
        reading.context.push(size_of::<Event>()).map_err(Error::custom)?;
        events.push(Event::default());
        let event = events.last_mut().expect("one was just pushed");
        let Some(document) = reading.document else {
            return deserializer.deserialize_map(EventSeed { reading, event });
        };
        let raw = <&RawValue as serde::Deserialize>::deserialize(deserializer)?.get();
        let start = raw.as_ptr().addr() - document.as_ptr().addr();
        let (context, depth) = (reading.context, reading.context.depth());
        let seed = EventSeed { reading: Reading { document: None, ..reading }, event: &mut *event };
        match read_text(context, raw, start, seed) {
            Err(error) if context.is_exhausted() => Err(D::Error::custom(error)),
            Err(error) => {
                context.restart(depth);
                *event = unreadable(reading, raw, error);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}

/// What can be said of an event that cannot be read: all but its resource, or what it is about and no more.
fn unreadable(reading: Reading<'_>, text: &str, error: DecodeError) -> Event {
    let mut event = Event::default();
    // Where there is no room for more, the next event says so.
    let _ = reading.context.allocate(size_of::<UnreadableEvent>() + text.len());
    let seed = EventSeed { reading: Reading { embedded: Embedding::Omit, ..reading }, event: &mut event };
    let (context, depth) = (reading.context, reading.context.depth());
    if read_text(context, text, 0, seed).is_ok() {
        event.unreadable = Some(Box::new(UnreadableEvent { text: text.to_owned(), error }));
        return event;
    }
    context.restart(depth);
    let seed = JsonSeed::any(reading.context);
    let outline: Json = read_text(reading.context, text, 0, seed).unwrap_or_default();
    context.restart(depth);
    let word = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let (link, kind) = (&outline["link"], word(&outline["type"]));
    Event {
        kind: kind.as_str().into(),
        target: EventTarget { rel: word(&link["rel"]).into(), link: LinkData::new(word(&link["href"])) },
        unreadable: Some(Box::new(UnreadableEvent { text: text.to_owned(), error })),
        ..Event::default()
    }
}

/// Reads an event.
struct EventSeed<'e, 'c> {
    reading: Reading<'c>,
    event: &'e mut Event,
}

impl<'de> DeserializeSeed<'de> for EventSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for EventSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { reading, event } = self;
        while let Some(key) = map.next_key::<Key>()? {
            let result = read_event_value(reading, key.as_str(), event, &mut map);
            result.inspect_err(|_| reading.context.failed_in(key.as_str()))?;
        }
        Ok(())
    }
}

fn read_event_value<'de, A: MapAccess<'de>>(
    reading: Reading<'_>,
    key: &str,
    event: &mut Event,
    map: &mut A,
) -> Result<(), A::Error> {
    match key {
        "link" => event.target = map.next_value_seed(TargetSeed)?.unwrap_or_default(),
        "in" => event.collection = map.next_value_seed(TargetSeed)?.map(Box::new),
        "type" => event.kind = map.next_value_seed(TextSeed)?.unwrap_or_default().as_ref().into(),
        "status" => event.status = map.next_value_seed(TextSeed)?,
        "reason" => {
            event.reason = match map.next_value_seed(JsonSeed::any(reading.context))? {
                Json::Null => None,
                Json::Object(entries) => Some(Box::new(ErrorBody::from_json(entries))),
                _ => return Err(A::Error::custom("expected a reason, found no object")),
            };
        }
        "_embedded" if reading.embedded == Embedding::Omit => drop(map.next_value::<IgnoredAny>()?),
        "_embedded" => event.resource = map.next_value_seed(EmbeddedSeed(reading))?,
        name => push(&mut event.unknown, name, map.next_value_seed(JsonSeed::any(reading.context))?),
    }
    Ok(())
}

/// Reads the resource of an event, whose type its key tells.
struct EmbeddedSeed<'c>(Reading<'c>);

impl<'de> DeserializeSeed<'de> for EmbeddedSeed<'_> {
    type Value = Option<AnyResource>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for EmbeddedSeed<'_> {
    type Value = Option<AnyResource>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an embedded resource")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut resource = None;
        while let Some(key) = map.next_key::<Key>()? {
            let seed = ResourceSeed { reading: self.0, key: key.as_str() };
            let found = map.next_value_seed(seed).inspect_err(|_| self.0.context.failed_in(key.as_str()))?;
            if found.is_some() && resource.is_some() {
                return Err(A::Error::custom(ONE_RESOURCE));
            }
            resource = resource.or(found);
        }
        Ok(resource.map(Into::into))
    }
}

/// Reads the resource below a key, which may stand in a list of its own.
#[derive(Clone, Copy)]
struct ResourceSeed<'c, 'k> {
    reading: Reading<'c>,
    key: &'k str,
}

impl<'de> DeserializeSeed<'de> for ResourceSeed<'_, '_> {
    type Value = Option<Box<dyn Object>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ResourceSeed<'_, '_> {
    type Value = Option<Box<dyn Object>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resource")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let Reading { registry, context, .. } = self.reading;
        let mut object = match registry.create(self.key) {
            Some(mut object) => {
                context.allocate(size_of_val(&*object)).map_err(A::Error::custom)?;
                ObjectSeed { object: &mut *object, context }.visit_map(map)?;
                object
            }
            None => AnySeed { registry, context }.visit_map(map)?,
        };
        if object.rel().is_empty() {
            let description = object.description();
            object.envelope_mut().set_rel(description, self.key);
        }
        Ok(Some(object))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut resource = None;
        while let Some(item) = items.next_element_seed(self)? {
            if item.is_some() && resource.is_some() {
                return Err(A::Error::custom(ONE_RESOURCE));
            }
            resource = resource.or(item);
        }
        Ok(resource)
    }
}

/// Reads `{rel, href}`; `null` is none.
struct TargetSeed;

impl<'de> DeserializeSeed<'de> for TargetSeed {
    type Value = Option<EventTarget>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TargetSeed {
    type Value = Option<EventTarget>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a link with its relation")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut target = EventTarget::default();
        while let Some(key) = map.next_key::<Key>()? {
            match key.as_str() {
                "rel" => target.rel = String::from(map.next_value_seed(TextSeed)?.unwrap_or_default()).into(),
                "href" => target.link.href = map.next_value_seed(TextSeed)?.unwrap_or_default().into(),
                name => match LinkDetail::of(name) {
                    Some(detail) => target.link.set(detail, map.next_value_seed(TextSeed)?),
                    None => drop(map.next_value::<IgnoredAny>()?),
                },
            }
        }
        Ok(Some(target))
    }
}

/// Reads the list of senders. `null` is an empty list.
struct SendersSeed<'c>(Reading<'c>);

impl<'de> DeserializeSeed<'de> for SendersSeed<'_> {
    type Value = Vec<Sender>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for SendersSeed<'_> {
    type Value = Vec<Sender>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    /// One sender without brackets is a list of one.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        SenderSeed(self.0).visit_map(map).map(|sender| vec![sender])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut senders = Vec::new();
        loop {
            let item = items.next_element_seed(SenderSeed(self.0));
            self.0.context.push(size_of::<Sender>()).map_err(A::Error::custom)?;
            match item.inspect_err(|_| self.0.context.failed_at(senders.len()))? {
                Some(sender) => senders.push(sender),
                None => return Ok(senders),
            }
        }
    }
}

/// Reads `_links` of the document.
struct LinksSeed<'c>(&'c Context);

impl<'de> DeserializeSeed<'de> for LinksSeed<'_> {
    type Value = Vec<(String, LinkData)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for LinksSeed<'_> {
    type Value = Vec<(String, LinkData)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("links by relation")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut links = Vec::new();
        while let Some(rel) = map.next_key::<String>()? {
            let found: Links = map.next_value_seed(LinkSeed(self.0))?;
            for link in found {
                // In this list, and in that of the document.
                self.0.push(size_of::<[(String, LinkData); 2]>()).map_err(A::Error::custom)?;
                links.push((rel.clone(), link));
            }
        }
        Ok(links)
    }
}

/// A key of an event document, without an allocation for those that the protocol knows.
enum Key {
    Known(&'static str),
    Unknown(String),
}

impl Key {
    const KNOWN: [&'static str; 12] =
        ["link", "in", "type", "rel", "href", "events", "_embedded", "status", "reason", "title", "sender", "_links"];

    fn as_str(&self) -> &str {
        match self {
            Self::Known(key) => key,
            Self::Unknown(key) => key,
        }
    }
}

impl<'de> serde::Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E: Error>(self, key: &str) -> Result<Key, E> {
                let known = Key::KNOWN.into_iter().find(|known| *known == key);
                Ok(known.map_or_else(|| Key::Unknown(key.to_owned()), Key::Known))
            }
        }

        deserializer.deserialize_identifier(KeyVisitor)
    }
}

impl Serialize for EventDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if self.link.is_some() || self.next.is_some() || !self.other_links.is_empty() {
            map.serialize_entry("_links", &DocumentLinks(self))?;
        }
        if !self.senders.is_empty() {
            map.serialize_entry("sender", &self.senders)?;
        }
        entries(&mut map, &self.unknown)?;
        map.end()
    }
}

struct DocumentLinks<'a>(&'a EventDocument);

impl Serialize for DocumentLinks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(link) = &self.0.link {
            map.serialize_entry("self", &LinkWriter(link))?;
        }
        if let Some(next) = &self.0.next {
            map.serialize_entry(next.rel(), &LinkWriter(next.link()))?;
        }
        let mut others = self.0.other_links.as_slice();
        while let Some((rel, link)) = others.first() {
            // Links of one relation stand together, as they came in one list.
            let (same, rest) = others.split_at(others.iter().take_while(|(other, _)| other == rel).count());
            match same {
                [_] => map.serialize_entry(rel, &LinkWriter(link))?,
                several => {
                    let links: Vec<_> = several.iter().map(|(_, link)| LinkWriter(link)).collect();
                    map.serialize_entry(rel, &links)?;
                }
            }
            others = rest;
        }
        map.end()
    }
}

impl Serialize for Sender {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        link(&mut map, &self.rel, &self.link)?;
        map.serialize_entry("events", &self.events)?;
        entries(&mut map, &self.unknown)?;
        map.end()
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // What could not be read is written as it came.
        if let Some(raw) = &self.unreadable
            && serde_json::from_str::<&RawValue>(&raw.text).is_ok()
        {
            return RawJson(&raw.text).serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        if self.target != EventTarget::default() {
            map.serialize_entry("link", &self.target)?;
        }
        if let Some(collection) = &self.collection {
            map.serialize_entry("in", collection)?;
        }
        if let Some(resource) = &self.resource {
            map.serialize_entry("_embedded", &Embedded(resource))?;
        }
        if !self.kind.as_str().is_empty() {
            map.serialize_entry("type", self.kind.as_str())?;
        }
        if let Some(status) = &self.status {
            map.serialize_entry("status", status)?;
        }
        if let Some(reason) = &self.reason {
            map.serialize_entry("reason", reason)?;
        }
        entries(&mut map, &self.unknown)?;
        map.end()
    }
}

/// Writes the resource of an event below the key that tells its type.
struct Embedded<'a>(&'a AnyResource);

impl Serialize for Embedded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(super::key(self.0), &ObjectWriter::resource(self.0.as_object()))?;
        map.end()
    }
}

impl Serialize for EventTarget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        link(&mut map, &self.rel, &self.link)?;
        map.end()
    }
}

/// Writes where something is.
fn link<M: SerializeMap>(map: &mut M, rel: &str, link: &LinkData) -> Result<(), M::Error> {
    map.serialize_entry("rel", rel)?;
    map.serialize_entry("href", &link.href)?;
    link.details().try_for_each(|(name, value)| map.serialize_entry(name, value))
}

/// Keeps what the protocol does not know; `null` is nothing.
fn push(unknown: &mut Vec<(String, Json)>, name: &str, value: Json) {
    if !value.is_null() {
        unknown.push((name.to_owned(), value));
    }
}

fn entries<M: SerializeMap>(map: &mut M, entries: &[(String, Json)]) -> Result<(), M::Error> {
    entries.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
}
