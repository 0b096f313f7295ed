//! Writing resources: `rel`, properties, `_links`, `_embedded`, in that order.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::kept_property;
use super::text::Name;
use crate::codec::Form;
use crate::model::{
    Description, Envelope, LinkData, Object, Place, Property, PropertyForm, RawJson, Relation, Unreadable, Value,
};

/// Writes a resource, or what of it goes into a request.
pub(crate) struct ObjectWriter<'a> {
    pub(crate) object: &'a dyn Object,
    pub(crate) form: Form,
}

impl<'a> ObjectWriter<'a> {
    pub(crate) fn resource(object: &'a dyn Object) -> Self {
        Self { object, form: Form::Resource }
    }
}

impl Serialize for ObjectWriter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { object, form } = *self;
        let (description, envelope) = (object.description(), object.envelope());
        let mut map = serializer.serialize_map(None)?;
        if !description.input && !envelope.is_unnamed() && !object.rel().is_empty() {
            map.serialize_entry(&Name("rel"), object.rel())?;
        }
        let has_unreadable = !envelope.unreadable().is_empty();
        let mut has_content = false;
        for (index, property) in description.properties.iter().enumerate() {
            let Some(field) = object.property(index) else { continue };
            if has_unreadable && let Some(kept) = kept_property(object, index) {
                map.serialize_entry(property.name, &kept)?;
                continue;
            }
            match property.form {
                PropertyForm::Content => has_content |= field.count() > 0,
                PropertyForm::List if field.count() == 0 => {}
                PropertyForm::List => map.serialize_entry(property.name, &ListWriter { field, form })?,
                PropertyForm::Scalar => {
                    if let Some(value) = field.value(0) {
                        map.serialize_entry(property.name, &ValueWriter { value, form })?;
                    }
                }
            }
        }
        // Only XML can have properties of these names; in JSON they would be taken for the links and for what is embedded.
        let unknown = envelope.unknown_properties().filter(|(name, _)| !matches!(*name, "_links" | "_embedded"));
        for (name, value) in unknown {
            map.serialize_entry(name, value)?;
        }
        if form == Form::Resource
            && let Some(etag) = envelope.etag()
        {
            map.serialize_entry(&Name("etag"), etag)?;
        }
        for (name, kept) in kept_unlisted(object) {
            map.serialize_entry(name, &kept)?;
        }
        if form == Form::Input {
            if has_content {
                map.serialize_entry(&Name("_links"), &LinksWriter { object, form, has_content })?;
            }
            return map.end();
        }
        let linked = envelope.relations().iter().any(|relation| !relation.links().is_empty());
        if has_content
            || linked
            || envelope.link().is_some()
            || has_kept(envelope, |place| matches!(place, Place::Link(..)))
        {
            map.serialize_entry(&Name("_links"), &LinksWriter { object, form, has_content })?;
        }
        write_kept(&mut map, "_links", envelope, &Place::Links)?;
        let embeds = envelope.relations().iter().any(|relation| !relation.embedded().is_empty());
        if embeds || has_kept(envelope, |place| matches!(place, Place::Target(..))) {
            map.serialize_entry(&Name("_embedded"), &EmbeddedWriter(object))?;
        }
        write_kept(&mut map, "_embedded", envelope, &Place::Embedded)?;
        map.end()
    }
}

/// Whether something of a place was kept that JSON can hold.
fn has_kept(envelope: &Envelope, wanted: fn(&Place) -> bool) -> bool {
    envelope.unreadable().iter().any(|kept| wanted(&kept.place) && kept.json().is_some())
}

/// Writes what should have been all links or all embedded resources. Where a message had the key twice, it has it again.
fn write_kept<M: SerializeMap>(map: &mut M, key: &str, envelope: &Envelope, place: &Place) -> Result<(), M::Error> {
    let kept = envelope.unreadable().iter().filter(|kept| kept.place == *place);
    kept.filter_map(Unreadable::json).try_for_each(|raw| map.serialize_entry(key, &raw))
}

/// The kept values of properties that no table lists.
fn kept_unlisted(object: &dyn Object) -> impl Iterator<Item = (&str, RawJson<'_>)> {
    let (description, envelope) = (object.description(), object.envelope());
    let kept = envelope.unreadable().iter().filter_map(Unreadable::as_property);
    let unlisted = kept.filter(|(name, _)| description.find_property(name, 0).is_none());
    unlisted.map(|(name, text)| (name, RawJson(text)))
}

/// Writes what a field holds into a request; `null` where it holds nothing, and a list even then.
pub(super) struct FieldWriter<'a> {
    pub(super) form: PropertyForm,
    pub(super) field: &'a dyn Property,
}

impl Serialize for FieldWriter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.form, self.field.value(0)) {
            (PropertyForm::List, _) => ListWriter { field: self.field, form: Form::Input }.serialize(serializer),
            (_, Some(value)) => ValueWriter { value, form: Form::Input }.serialize(serializer),
            (_, None) => serializer.serialize_none(),
        }
    }
}

struct ListWriter<'a> {
    field: &'a dyn Property,
    form: Form,
}

impl Serialize for ListWriter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let values = (0..self.field.count()).filter_map(|index| self.field.value(index));
        serializer.collect_seq(values.map(|value| ValueWriter { value, form: self.form }))
    }
}

struct ValueWriter<'a> {
    value: Value<'a>,
    form: Form,
}

impl Serialize for ValueWriter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Boolean(value) => serializer.serialize_bool(value),
            Value::Integer(value) => serializer.serialize_i64(value),
            Value::Float(value) => serializer.serialize_f64(value),
            // The notation of servers would lose digits, which matters to those who read it back and not to servers.
            Value::Timestamp(value) if self.form == Form::Resource && !value.is_whole_milliseconds() => {
                serializer.collect_str(&value)
            }
            Value::Timestamp(value) => serializer.collect_str(&value.json_notation()),
            Value::Duration(value) => serializer.collect_str(&value),
        }
    }
}

/// Writes `_links`: the resource's own, content, then relations in the order of the message.
struct LinksWriter<'a> {
    object: &'a dyn Object,
    form: Form,
    has_content: bool,
}

impl Serialize for LinksWriter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { object, form, has_content } = *self;
        let (description, envelope) = (object.description(), object.envelope());
        let mut map = serializer.serialize_map(None)?;
        let is_resource = form == Form::Resource;
        let has_kept = is_resource && !envelope.unreadable().is_empty();
        let kept = |rel| if has_kept { kept_json(envelope.kept_links(rel)) } else { Vec::new() };
        if is_resource {
            let links = envelope.link().map_or(&[][..], std::slice::from_ref);
            Targets { items: links, writer: LinkWriter, is_list: false, kept: kept("self") }.write(&mut map, "self")?;
        }
        let content = |index: usize| {
            let field =
                object.property(index).filter(|_| description.properties[index].form == PropertyForm::Content)?;
            if let Some(Value::Text(href)) = field.value(0) { Some(href) } else { None }
        };
        let properties = if has_content { description.properties } else { &[] };
        for (index, property) in properties.iter().enumerate() {
            let Some(href) = content(index) else { continue };
            let targets =
                Targets { items: &[href], writer: |href| HrefWriter(href), is_list: false, kept: kept(property.name) };
            targets.write(&mut map, property.name)?;
        }
        if !is_resource {
            return map.end();
        }
        let mut expected = 0;
        for relation in envelope.relations() {
            let (items, kept) = (relation.links(), kept(relation.rel()));
            if !items.is_empty() || !kept.is_empty() {
                let is_list = is_list(description, relation, &mut expected);
                Targets { items, writer: LinkWriter, is_list, kept }.write(&mut map, relation.rel())?;
            }
        }
        let is_content = |rel| description.find_property(rel, 0).is_some_and(|index| content(index).is_some());
        for rel in rels(envelope, |place| if let Place::Link(rel, _) = place { Some(rel) } else { None }) {
            if rel != "self" && !is_content(rel) && envelope.relation(rel).is_none() {
                write_alone(&mut map, rel, kept(rel))?;
            }
        }
        map.end()
    }
}

/// The relations of which something was kept.
fn rels(envelope: &Envelope, rel_of: fn(&Place) -> Option<&str>) -> Vec<&str> {
    let mut rels = Vec::new();
    for rel in envelope.unreadable().iter().filter_map(|kept| rel_of(&kept.place)) {
        if !rels.contains(&rel) {
            rels.push(rel);
        }
    }
    rels
}

/// What was kept of a relation and can stand in JSON, with the positions in a list.
fn kept_json<'a>(kept: impl Iterator<Item = (Option<usize>, &'a Unreadable)>) -> Vec<(Option<usize>, RawJson<'a>)> {
    kept.filter_map(|(index, kept)| Some((index, kept.json()?))).collect()
}

/// Writes what was kept of a relation of which nothing could be read.
fn write_alone<M: SerializeMap>(
    map: &mut M,
    rel: &str,
    kept: Vec<(Option<usize>, RawJson<'_>)>,
) -> Result<(), M::Error> {
    Targets { items: &[], writer: LinkWriter, is_list: false, kept }.write(map, rel)
}

/// The links or the embedded resources of a relation, with what was kept between them.
struct Targets<'a, T, W> {
    items: &'a [T],
    writer: fn(&'a T) -> W,
    /// Whether one item stands in a list.
    is_list: bool,
    kept: Vec<(Option<usize>, RawJson<'a>)>,
}

impl<T, W: Serialize> Targets<'_, T, W> {
    /// Writes the entry of a relation, if there is anything of it.
    fn write<M: SerializeMap>(self, map: &mut M, rel: &str) -> Result<(), M::Error> {
        match (self.items, &self.kept[..]) {
            ([], []) => Ok(()),
            ([], [(None, raw)]) => map.serialize_entry(rel, raw),
            ([item], []) if !self.is_list => map.serialize_entry(rel, &(self.writer)(item)),
            _ => map.serialize_entry(rel, &self),
        }
    }
}

impl<T, W: Serialize> Serialize for Targets<'_, T, W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let (mut items, mut kept) = (self.items.iter().map(self.writer), self.kept.iter().peekable());
        let mut position = 0;
        loop {
            if let Some((_, raw)) = kept.next_if(|(index, _)| index.unwrap_or(0) <= position) {
                list.serialize_element(raw)?;
            } else if let Some(item) = items.next() {
                list.serialize_element(&item)?;
            } else if let Some((_, raw)) = kept.next() {
                list.serialize_element(raw)?;
            } else {
                return list.end();
            }
            position += 1;
        }
    }
}

/// Whether a relation is written as a list although there is one target only: the schema decides, and where it is silent
/// the message that the resource came from. Messages follow the tables' order, so the search goes on where it ended.
fn is_list(description: &Description, relation: &Relation, expected: &mut usize) -> bool {
    match description.find_relation(relation.rel(), *expected) {
        Some(index) => {
            *expected = index + 1;
            description.relations[index].many
        }
        None => relation.is_listed(),
    }
}

pub(crate) struct LinkWriter<'a>(pub(crate) &'a LinkData);

impl Serialize for LinkWriter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(&Name("href"), &self.0.href)?;
        self.0.details().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
        map.end()
    }
}

struct HrefWriter<'a>(&'a str);

impl Serialize for HrefWriter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(&Name("href"), self.0)?;
        map.end()
    }
}

struct EmbeddedWriter<'a>(&'a dyn Object);

impl Serialize for EmbeddedWriter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let (description, envelope, mut expected) = (self.0.description(), self.0.envelope(), 0);
        let kept = |rel| kept_json(envelope.kept_targets(rel));
        for relation in envelope.relations() {
            let (items, kept) = (relation.embedded(), kept(relation.rel()));
            if !items.is_empty() || !kept.is_empty() {
                let is_list = is_list(description, relation, &mut expected);
                Targets { items, writer: |object| ObjectWriter::resource(&**object), is_list, kept }
                    .write(&mut map, relation.rel())?;
            }
        }
        for rel in rels(envelope, |place| if let Place::Target(rel, _) = place { Some(rel) } else { None }) {
            if envelope.relation(rel).is_none() {
                write_alone(&mut map, rel, kept(rel))?;
            }
        }
        map.end()
    }
}
