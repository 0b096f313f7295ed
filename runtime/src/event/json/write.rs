//! Writing event documents as JSON.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::super::one::key;
use super::super::{Event, EventDocument, EventTarget, Sender, UnreadablePart};
use crate::codec::AnyResource;
use crate::codec::json::{LinkWriter, Name, ObjectWriter};
use crate::model::LinkData;

impl Serialize for EventDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let kept = || self.unreadable.iter().filter_map(|(key, part)| Some((key, as_it_came(Some(part))?)));
        let has_links = self.link.is_some() || self.next.is_some() || !self.other_links.is_empty();
        if has_links && !kept().any(|(key, _)| key == "_links") {
            map.serialize_entry(&Name("_links"), &DocumentLinks(self))?;
        }
        kept().try_for_each(|(key, text)| map.serialize_entry(key, &text))?;
        if !self.senders.is_empty() {
            map.serialize_entry(&Name("sender"), &self.senders)?;
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
            map.serialize_entry(&Name("self"), &LinkWriter(link))?;
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
        if let Some(text) = as_it_came(self.unreadable.as_deref()) {
            return text.serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        link(&mut map, &self.rel, &self.link)?;
        map.serialize_entry(&Name("events"), &self.events)?;
        entries(&mut map, &self.unknown)?;
        map.end()
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(text) = as_it_came(self.unreadable.as_deref()) {
            return text.serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        if self.target != EventTarget::default() {
            map.serialize_entry(&Name("link"), &self.target)?;
        }
        if let Some(collection) = &self.collection {
            map.serialize_entry(&Name("in"), collection)?;
        }
        if let Some(resource) = &self.resource {
            map.serialize_entry(&Name("_embedded"), &Embedded(resource))?;
        }
        if !self.kind.as_str().is_empty() {
            map.serialize_entry(&Name("type"), self.kind.as_str())?;
        }
        if let Some(status) = &self.status {
            map.serialize_entry(&Name("status"), status.as_str())?;
        }
        if let Some(reason) = &self.reason {
            map.serialize_entry(&Name("reason"), reason)?;
        }
        entries(&mut map, &self.unknown)?;
        map.end()
    }
}

/// The text of a part that could not be read, if it came as JSON.
fn as_it_came(unreadable: Option<&UnreadablePart>) -> Option<Box<RawValue>> {
    RawValue::from_string(unreadable?.text.clone()).ok()
}

/// Writes the resource of an event below the key that tells its type.
struct Embedded<'a>(&'a AnyResource);

impl Serialize for Embedded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(key(self.0), &ObjectWriter::resource(self.0.as_object()))?;
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
    map.serialize_entry(&Name("rel"), rel)?;
    map.serialize_entry(&Name("href"), &link.href)?;
    link.details().try_for_each(|(name, value)| map.serialize_entry(name, value))
}

fn entries<M: SerializeMap>(map: &mut M, entries: &[(String, Json)]) -> Result<(), M::Error> {
    entries.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
}
