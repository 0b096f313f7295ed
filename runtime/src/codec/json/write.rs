//! Writing resources: `rel`, properties, `_links`, `_embedded`, in that order.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::kept_property;
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
            map.serialize_entry("rel", object.rel())?;
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
                PropertyForm::List => map.serialize_entry(property.name, &ListWriter(field))?,
                PropertyForm::Scalar => {
                    if let Some(value) = field.value(0) {
                        map.serialize_entry(property.name, &ValueWriter(value))?;
                    }
                }
            }
        }
        for (name, value) in envelope.unknown_properties() {
            map.serialize_entry(name, value)?;
        }
        for (name, kept) in kept_unlisted(object) {
            map.serialize_entry(name, &kept)?;
        }
        if form == Form::Input {
            if has_content {
                map.serialize_entry("_links", &LinksWriter { object, form, has_content })?;
            }
            return map.end();
        }
        if let Some(etag) = envelope.etag() {
            map.serialize_entry("etag", etag)?;
        }
        let linked = envelope.relations().iter().any(|relation| !relation.links().is_empty());
        let kept = |wanted: fn(&Place) -> bool| envelope.unreadable().iter().find(|kept| wanted(&kept.place));
        if has_content || linked || envelope.link().is_some() || kept(|place| matches!(place, Place::Link(_))).is_some()
        {
            map.serialize_entry("_links", &LinksWriter { object, form, has_content })?;
        } else if let Some(raw) = kept(|place| *place == Place::Links).and_then(Unreadable::json) {
            map.serialize_entry("_links", &raw)?;
        }
        let embeds = envelope.relations().iter().any(|relation| !relation.embedded().is_empty());
        if embeds || kept(|place| matches!(place, Place::Target(..))).is_some_and(|kept| kept.json().is_some()) {
            map.serialize_entry("_embedded", &EmbeddedWriter(object))?;
        } else if let Some(raw) = kept(|place| *place == Place::Embedded).and_then(Unreadable::json) {
            map.serialize_entry("_embedded", &raw)?;
        }
        map.end()
    }
}

/// The kept values of properties that no table lists.
fn kept_unlisted(object: &dyn Object) -> impl Iterator<Item = (&str, RawJson<'_>)> {
    let (description, envelope) = (object.description(), object.envelope());
    let unlisted = envelope.unreadable().iter().filter_map(Unreadable::as_property).filter(move |(name, _)| {
        let is_replaced = match *name {
            "rel" => !envelope.is_unnamed(),
            "etag" => envelope.etag().is_some(),
            name => description.find_property(name, 0).is_some(),
        };
        !is_replaced
    });
    unlisted.map(|(name, text)| (name, RawJson(text)))
}

/// Writes what a field holds; `null` where it holds nothing, and a list even then.
pub(super) struct FieldWriter<'a> {
    pub(super) form: PropertyForm,
    pub(super) field: &'a dyn Property,
}

impl Serialize for FieldWriter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.form, self.field.value(0)) {
            (PropertyForm::List, _) => ListWriter(self.field).serialize(serializer),
            (_, Some(value)) => ValueWriter(value).serialize(serializer),
            (_, None) => serializer.serialize_none(),
        }
    }
}

struct ListWriter<'a>(&'a dyn Property);

impl Serialize for ListWriter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((0..self.0.count()).filter_map(|index| self.0.value(index)).map(ValueWriter))
    }
}

struct ValueWriter<'a>(Value<'a>);

impl Serialize for ValueWriter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Boolean(value) => serializer.serialize_bool(value),
            Value::Integer(value) => serializer.serialize_i64(value),
            Value::Float(value) => serializer.serialize_f64(value),
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
        if let Some(link) = envelope.link().filter(|_| form == Form::Resource) {
            map.serialize_entry("self", &LinkWriter(link))?;
        }
        let content = if has_content { description.properties } else { &[] };
        for (index, property) in content.iter().enumerate() {
            if property.form == PropertyForm::Content
                && let Some(Value::Text(href)) = object.property(index).and_then(|field| field.value(0))
            {
                map.serialize_entry(property.name, &HrefWriter(href))?;
            }
        }
        let relations = if form == Form::Resource { envelope.relations() } else { &[] };
        let mut expected = 0;
        for relation in relations {
            match relation.links() {
                [] => {}
                [link] if !is_list(description, relation, &mut expected) => {
                    map.serialize_entry(relation.rel(), &LinkWriter(link))?;
                }
                links => map.serialize_entry(relation.rel(), &AllLinks(links))?,
            }
        }
        let kept = if form == Form::Resource { envelope.unreadable() } else { &[] };
        for unreadable in kept {
            if let (Place::Link(rel), Some(raw)) = (&unreadable.place, unreadable.json())
                && envelope.relation(rel).is_none_or(|relation| relation.links().is_empty())
            {
                map.serialize_entry(rel, &raw)?;
            }
        }
        map.end()
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
        map.serialize_entry("href", &self.0.href)?;
        self.0.details().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
        map.end()
    }
}

struct HrefWriter<'a>(&'a str);

impl Serialize for HrefWriter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("href", self.0)?;
        map.end()
    }
}

struct AllLinks<'a>(&'a [LinkData]);

impl Serialize for AllLinks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(LinkWriter))
    }
}

struct EmbeddedWriter<'a>(&'a dyn Object);

impl Serialize for EmbeddedWriter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let (description, envelope, mut expected) = (self.0.description(), self.0.envelope(), 0);
        for relation in envelope.relations() {
            let kept = kept_targets(envelope, relation.rel());
            match relation.embedded() {
                objects if !kept.is_empty() => {
                    map.serialize_entry(relation.rel(), &Targets { objects, kept })?;
                }
                [] => {}
                [object] if !is_list(description, relation, &mut expected) => {
                    map.serialize_entry(relation.rel(), &ObjectWriter::resource(&**object))?;
                }
                objects => map.serialize_entry(relation.rel(), &AllObjects(objects))?,
            }
        }
        let mut written: Vec<&str> = Vec::new();
        for unreadable in envelope.unreadable() {
            let (Place::Target(rel, index), Some(raw)) = (&unreadable.place, unreadable.json()) else { continue };
            if envelope.relation(rel).is_some() || written.contains(&&**rel) {
                continue;
            }
            written.push(rel);
            match index {
                None => map.serialize_entry(rel, &raw)?,
                Some(_) => map.serialize_entry(rel, &Targets { objects: &[], kept: kept_targets(envelope, rel) })?,
            }
        }
        map.end()
    }
}

/// What was kept of the embedded resources of a relation, by position.
fn kept_targets<'a>(envelope: &'a Envelope, rel: &str) -> Vec<(usize, RawJson<'a>)> {
    let kept = envelope.unreadable().iter().filter_map(|unreadable| match &unreadable.place {
        Place::Target(found, index) if **found == *rel => Some((index.unwrap_or(0), unreadable.json()?)),
        _ => None,
    });
    kept.collect()
}

/// The embedded resources of a relation, with what was kept between them.
struct Targets<'a> {
    objects: &'a [Box<dyn Object>],
    kept: Vec<(usize, RawJson<'a>)>,
}

impl Serialize for Targets<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut items = serializer.serialize_seq(None)?;
        let (mut objects, mut kept) = (self.objects.iter(), self.kept.iter().peekable());
        let mut position = 0;
        loop {
            if let Some((_, raw)) = kept.next_if(|(index, _)| *index <= position) {
                items.serialize_element(raw)?;
            } else if let Some(object) = objects.next() {
                items.serialize_element(&ObjectWriter::resource(&**object))?;
            } else if let Some((_, raw)) = kept.next() {
                items.serialize_element(raw)?;
            } else {
                return items.end();
            }
            position += 1;
        }
    }
}

struct AllObjects<'a>(&'a [Box<dyn Object>]);

impl Serialize for AllObjects<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|object| ObjectWriter::resource(&**object)))
    }
}
