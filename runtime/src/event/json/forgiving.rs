//! Reading events, senders and links of which some part cannot be read: what can be read is, and the text of the whole is kept.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::super::{EventDocument, Part, UnreadablePart};
use super::entries::{Entry, FromEntries, ValueSeed, push, pushed};
use super::parts::{EventKey, LISTED_LINK};
use super::reading::Reading;
use crate::codec::json::{FromMap, JsonSeed, LinkSeed, MapSeed, each_item, each_link, read_text};
use crate::codec::{DecodeError, DecodeProblem};

/// Reads a list from a value of `document`. What is neither a list nor `null` is a list of one.
pub(super) fn read_list<'de, T: FromEntries + Part, D: Deserializer<'de>>(
    reading: Reading<'_>,
    document: &[u8],
    list: &mut Vec<T>,
    value: D,
) -> Result<(), D::Error> {
    let value = <&RawValue>::deserialize(value)?.get();
    let place = Source { reading, document };
    match value.as_bytes().first() {
        Some(b'[') => {
            let read = each_item(value, |item| {
                let part = pushed(reading, list).map_err(serde_json::Error::custom)?;
                place.read(item.get(), part).map_err(serde_json::Error::custom)
            });
            read.map_err(D::Error::custom)?;
        }
        _ if value == "null" => {}
        _ => place.read(value, pushed(reading, list).map_err(D::Error::custom)?).map_err(D::Error::custom)?,
    }
    Ok(())
}

/// Where parts of a document are read.
#[derive(Clone, Copy)]
struct Source<'c> {
    reading: Reading<'c>,
    document: &'c [u8],
}

impl Source<'_> {
    /// Reads a part from its text, as far as that goes. It is an error where the memory for the document is used up.
    fn read<T: FromEntries + Part>(self, text: &str, part: &mut T) -> Result<(), DecodeError> {
        let depth = self.reading.context.depth();
        let mut mistake = None;
        let result =
            self.read_text(text, ForgivingEntriesSeed { place: self, part: &mut *part, mistake: &mut mistake });
        if let Some(error) = mistake.or(result.err()) {
            if self.reading.context.is_exhausted() {
                return Err(error);
            }
            self.reading.context.restart(depth);
            part.set_unreadable(self.kept(text, error)?);
        }
        Ok(())
    }

    /// A part as it came, if there is memory for it.
    fn kept(self, text: &str, error: DecodeError) -> Result<UnreadablePart, DecodeError> {
        let context = self.reading.context;
        let counted = context.allocate(size_of::<UnreadablePart>() + text.len() + error.to_string().len());
        counted.map_err(|message| context.error(DecodeProblem::Shape(message.into()), None))?;
        Ok(UnreadablePart { text: text.to_owned(), error })
    }

    /// Reads a text of the document.
    fn read_text<'de, S: DeserializeSeed<'de>>(self, text: &'de str, seed: S) -> Result<S::Value, DecodeError> {
        let start = text.as_ptr().addr() - self.document.as_ptr().addr();
        read_text(self.reading.context, text, start, seed)
    }
}

/// Reads the value of a key of the document itself. What cannot be read is kept.
pub(super) fn read_entry<'de, D: Deserializer<'de>>(
    reading: Reading<'_>,
    bytes: &[u8],
    document: &mut EventDocument,
    key: &str,
    value: D,
) -> Result<(), D::Error> {
    let text = <&RawValue>::deserialize(value)?.get();
    let place = Source { reading, document: bytes };
    let mut mistake = None;
    let result = match key {
        "rel" => Ok(()),
        "_links" => {
            // Of a key that comes twice the last value counts. What is kept of it is the first, so that it need not be looked for.
            document.clear_links();
            if document.unreadable.first().is_some_and(|(kept, _)| kept == key) {
                document.unreadable.swap_remove(0);
            }
            place.read_text(
                text,
                MapSeed(ForgivingLinksReader { place, document: &mut *document, mistake: &mut mistake }),
            )
        }
        name => {
            let value = place.read_text(text, JsonSeed::any(reading.context));
            value.map(|value| push(&mut document.unknown, name, value))
        }
    };
    let Some(error) = mistake.or(result.err()) else { return Ok(()) };
    if reading.context.is_exhausted() {
        return Err(D::Error::custom(error));
    }
    reading.context.restart(0);
    reading.context.push(size_of::<(String, UnreadablePart)>() + key.len()).map_err(D::Error::custom)?;
    let kept = place.kept(text, error.within(key)).map_err(D::Error::custom)?;
    document.unreadable.push((key.to_owned(), kept));
    if key == "_links" {
        let last = document.unreadable.len() - 1;
        document.unreadable.swap(0, last);
    }
    Ok(())
}

/// Reads the links of a document, those too that stand beside one that is none.
struct ForgivingLinksReader<'p, 'c> {
    place: Source<'c>,
    document: &'p mut EventDocument,
    mistake: &'p mut Option<DecodeError>,
}

impl<'de> FromMap<'de> for ForgivingLinksReader<'_, '_> {
    const EXPECTED: &'static str = "links by relation";

    type Output = ();

    fn read_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { place, document, mistake } = self;
        let context = place.reading.context;
        while let Some(rel) = map.next_key::<String>()? {
            let read = each_link(map.next_value()?, |index, item, link| {
                let Some(link) = link else {
                    let error = place.read_text(item.get(), LinkSeed(context)).err();
                    let at = index.map_or_else(|| rel.clone(), |index| format!("{rel}[{index}]"));
                    *mistake = mistake.take().or(error.map(|error| error.within(&at)));
                    return Ok(());
                };
                context.push(LISTED_LINK).map_err(serde_json::Error::custom)?;
                document.set_link(&rel, link);
                Ok(())
            });
            read.map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// Reads the entries of an object, those too that stand behind one that cannot be read.
struct ForgivingEntriesSeed<'p, 'c, T> {
    place: Source<'c>,
    part: &'p mut T,
    mistake: &'p mut Option<DecodeError>,
}

impl<'de, T: FromEntries + Part> DeserializeSeed<'de> for ForgivingEntriesSeed<'_, '_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: FromEntries + Part> Visitor<'de> for ForgivingEntriesSeed<'_, '_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { place, part, mistake } = self;
        let (reading, depth) = (place.reading, place.reading.context.depth());
        while let Some(key) = map.next_key::<EventKey>()? {
            let text = map.next_value::<&RawValue>()?.get();
            let seed = ValueSeed { entry: Entry { reading, key: key.as_str() }, object: &mut *part };
            if let Err(error) = place.read_text(text, seed) {
                reading.context.restart(depth);
                mistake.get_or_insert(error.within(key.as_str()));
            }
        }
        Ok(())
    }
}
