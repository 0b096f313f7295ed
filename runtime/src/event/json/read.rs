//! Reading event documents from JSON.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;

use super::super::{Event, EventDocument, EventKind, OperationStatus, Part, Sender};
use super::entries::{Entry, FromEntries, ValueSeed, pushed};
use super::forgiving;
use super::parts::{DocumentLinksReader, EventKey, EventResourceReader, TargetReader};
use super::reading::Reading;
use crate::codec::ErrorBody;
use crate::codec::json::{HrefSeed, JsonSeed, MapSeed, TextSeed, boxed};
use crate::model::{Enumeration, LinkDetail};

impl FromEntries for EventDocument {
    const EXPECTED: &'static str = "an event document";

    fn read_value<'de, D: Deserializer<'de>>(&mut self, entry: Entry<'_>, value: D) -> Result<(), D::Error> {
        let Entry { reading, key } = entry;
        if let Some(document) = reading.document.filter(|_| reading.context.is_keeping() && key != "sender") {
            return forgiving::read_entry(reading, document, self, key, value);
        }
        match key {
            "_links" => {
                for (rel, link) in MapSeed(DocumentLinksReader(reading)).deserialize(value)? {
                    self.set_link(&rel, link);
                }
            }
            "sender" => read_list(reading, &mut self.senders, value)?,
            "rel" => drop(IgnoredAny::deserialize(value)?),
            _ => entry.read_unknown(&mut self.unknown, value)?,
        }
        Ok(())
    }
}

impl FromEntries for Sender {
    const EXPECTED: &'static str = "a sender";

    fn read_value<'de, D: Deserializer<'de>>(&mut self, entry: Entry<'_>, value: D) -> Result<(), D::Error> {
        let Entry { reading, key } = entry;
        match key {
            "rel" => self.rel = TextSeed(str::to_owned).deserialize(value)?.unwrap_or_default(),
            "href" => self.link.href = HrefSeed.deserialize(value)?.unwrap_or_default(),
            "events" => read_list(reading, &mut self.events, value)?,
            name => match LinkDetail::of(name) {
                Some(detail) => self.link.set(detail, TextSeed(boxed).deserialize(value)?),
                None => entry.read_unknown(&mut self.unknown, value)?,
            },
        }
        Ok(())
    }
}

impl FromEntries for Event {
    const EXPECTED: &'static str = "an event";

    fn read_value<'de, D: Deserializer<'de>>(&mut self, entry: Entry<'_>, value: D) -> Result<(), D::Error> {
        let Entry { reading, key } = entry;
        match key {
            "link" => self.target = MapSeed(TargetReader(reading)).deserialize(value)?.unwrap_or_default(),
            "in" => self.collection = MapSeed(TargetReader(reading)).deserialize(value)?.map(Box::new),
            "type" => self.kind = TextSeed(EventKind::from_wire).deserialize(value)?.unwrap_or_default(),
            "status" => self.status = TextSeed(OperationStatus::from_wire).deserialize(value)?,
            "reason" => {
                self.reason = match JsonSeed::any(reading.context).deserialize(value)? {
                    Json::Null => None,
                    Json::Object(entries) => Some(Box::new(ErrorBody::from_json(entries))),
                    _ => return Err(D::Error::custom("expected a reason, found no object")),
                };
            }
            "_embedded" => self.resource = MapSeed(EventResourceReader(reading)).deserialize(value)?,
            _ => entry.read_unknown(&mut self.unknown, value)?,
        }
        Ok(())
    }
}

/// Reads a list, of which one part that cannot be read does not spoil the others where parts are kept as they came.
fn read_list<'de, T: FromEntries + Part, D: Deserializer<'de>>(
    reading: Reading<'_>,
    list: &mut Vec<T>,
    value: D,
) -> Result<(), D::Error> {
    list.clear();
    match reading.document {
        Some(document) => forgiving::read_list(reading, document, list, value),
        None => value.deserialize_any(ListSeed { reading, list }),
    }
}

/// Reads an event document.
pub(super) struct DocumentSeed<'c>(pub(super) Reading<'c>);

impl<'de> DeserializeSeed<'de> for DocumentSeed<'_> {
    type Value = EventDocument;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<EventDocument, D::Error> {
        let mut document = EventDocument::default();
        EntriesSeed { reading: self.0, object: &mut document }.deserialize(deserializer)?;
        Ok(document)
    }
}

/// Reads an object, entry by entry.
pub(super) struct EntriesSeed<'o, 'c, T> {
    pub(super) reading: Reading<'c>,
    pub(super) object: &'o mut T,
}

impl<'de, T: FromEntries> DeserializeSeed<'de> for EntriesSeed<'_, '_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: FromEntries> Visitor<'de> for EntriesSeed<'_, '_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { reading, object } = self;
        while let Some(key) = map.next_key::<EventKey>()? {
            let value = ValueSeed { entry: Entry { reading, key: key.as_str() }, object: &mut *object };
            map.next_value_seed(value).inspect_err(|_| reading.context.failed_in(key.as_str()))?;
        }
        Ok(())
    }
}

/// Reads a list. `null` is an empty one. Events are large, and filled where they stay.
struct ListSeed<'l, 'c, T> {
    reading: Reading<'c>,
    list: &'l mut Vec<T>,
}

impl<'de, T: FromEntries> Visitor<'de> for ListSeed<'_, '_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    /// One item without brackets is a list of one.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let Self { reading, list } = self;
        EntriesSeed { reading, object: pushed(reading, list).map_err(A::Error::custom)? }.visit_map(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { reading, list } = self;
        loop {
            let index = list.len();
            let item = items.next_element_seed(NextItemSeed { reading, list: &mut *list });
            if item.inspect_err(|_| reading.context.failed_at(index))?.is_none() {
                return Ok(());
            }
        }
    }
}

/// Reads the next item of a list.
struct NextItemSeed<'l, 'c, T> {
    reading: Reading<'c>,
    list: &'l mut Vec<T>,
}

impl<'de, T: FromEntries> DeserializeSeed<'de> for NextItemSeed<'_, '_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Self { reading, list } = self;
        EntriesSeed { reading, object: pushed(reading, list).map_err(D::Error::custom)? }.deserialize(deserializer)
    }
}
