//! Resources and inputs.

use serde_json::Value as Json;
use ucwa::registry::REGISTRY;
use ucwa::{Format, GenericResource, Limits, Object};
use ucwa_runtime::{Relation, RelationDescription, Unreadable, Value};

use super::Checker;
use super::ordinary::is_ordinary;
use crate::fields::SchemaField;
use crate::finding::{FindingKind, Owner};
use crate::message::MessagePlace;
use crate::surrogates::without_halves;
use crate::value::{SeenType, describe, type_of};

impl Checker {
    /// Reads a resource or input and notes what is not known of it.
    pub(super) fn object(
        &mut self,
        place: &MessagePlace,
        format: Format,
        body: &[u8],
        mut object: Box<dyn Object>,
        input: Option<&Owner>,
    ) {
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        if let Err(error) = ucwa_runtime::read(format, &mut *object, body, Limits::default()) {
            let owner = input.cloned().unwrap_or_else(|| Owner::resource(name(&*object)));
            self.unreadable(owner, place, error.path(), &error.problem().to_string());
        }
        self.known_object(place, format, &*object, input, "");
    }

    /// Notes what is not known of an object that was read.
    pub(super) fn known_object(
        &mut self,
        place: &MessagePlace,
        format: Format,
        object: &dyn Object,
        input: Option<&Owner>,
        path: &str,
    ) {
        self.addresses.learn_object(object);
        self.walk(place, format, object, input, path);
    }

    fn walk(&mut self, place: &MessagePlace, format: Format, object: &dyn Object, input: Option<&Owner>, path: &str) {
        let owner = input.cloned().unwrap_or_else(|| Owner::resource(name(object)));
        let is_known = object.downcast_ref::<GenericResource>().is_none() || REGISTRY.describes(object.rel());
        if is_known {
            let unknown = object.envelope().unknown_properties();
            for (name, value) in unknown.filter(|(name, _)| !is_ordinary(object, name)) {
                let at = format!("{path}{name}");
                let found = self.add(FindingKind::UnknownProperty, owner.clone(), name, "", (place, &at));
                found.add_value(value, format);
            }
            for kept in object.envelope().unreadable() {
                self.unfit(place, format, object, &owner, kept, path);
            }
            self.values(place, object, &owner, path);
        } else {
            self.add(
                FindingKind::UnknownResource,
                Owner::nobody(),
                object.rel(),
                "",
                (place, path.trim_end_matches('.')),
            );
        }
        for relation in object.envelope().relations() {
            let described = object.description().relations.iter().find(|known| known.rel == relation.rel());
            if is_known {
                self.relation(place, &owner, relation, described, path);
            }
            for (index, target) in relation.embedded().iter().enumerate() {
                let index = if relation.embedded().len() > 1 { format!("[{index}]") } else { String::new() };
                let path = format!("{path}_embedded.{}{index}.", relation.rel());
                self.walk(place, format, &**target, None, &path);
            }
        }
    }

    fn relation(
        &mut self,
        place: &MessagePlace,
        owner: &Owner,
        relation: &Relation,
        described: Option<&RelationDescription>,
        path: &str,
    ) {
        let (links, embedded) = (relation.links().len(), relation.embedded());
        let part = if embedded.is_empty() { "_links" } else { "_embedded" };
        let at = format!("{path}{part}.{}", relation.rel());
        let many = links > 1 || embedded.len() > 1;
        match described {
            None => {
                let found = self.add(FindingKind::UnknownLink, owner.clone(), relation.rel(), "", (place, &at));
                found.many |= many;
                found.embedded |= !embedded.is_empty();
                found.targets.extend(embedded.iter().map(|target| name(&**target).to_owned()));
            }
            Some(described) if many && !described.many => {
                let detail = "expected one, found several";
                self.add(FindingKind::WrongCardinality, owner.clone(), relation.rel(), detail, (place, &at));
            }
            Some(_) => {}
        }
    }

    /// Notes a value that does not fit its type.
    fn unfit(
        &mut self,
        place: &MessagePlace,
        format: Format,
        object: &dyn Object,
        owner: &Owner,
        kept: &Unreadable,
        path: &str,
    ) {
        let at = format!("{path}{}", kept.path());
        let unheld = if format == Format::Json { unheld(kept.text()) } else { None };
        let value = unheld.as_ref().map_or_else(|| value_at(kept), |(_, value)| value.clone());
        let name = name_at(kept);
        let is_listed = object.description().properties.iter().any(|property| property.name == name);
        if kept.property().is_some_and(|name| !is_listed && !["rel", "etag"].contains(&name)) {
            let found = self.add(FindingKind::UnknownProperty, owner.clone(), name, "", (place, &at));
            found.add_value(&value, format);
        } else if is_listed && matches!(&value, Json::Array(items) if items.len() > 1) {
            let detail = format!("expected one value, found {}", describe(&value));
            self.add(FindingKind::WrongCardinality, owner.clone(), name, &detail, (place, &at));
        } else {
            let found = unheld.as_ref().map_or_else(|| describe(&value), |(found, _)| *found);
            let detail = format!("expected {}, found {found}", kept.expected());
            // What Rust cannot hold proves no type, as it may be of the right one.
            let kind = if unheld.is_some() { None } else { SeenType::of(&value, format).kind() };
            self.findings.add_type(owner, name, kind);
            self.add(FindingKind::WrongType, owner.clone(), name, &detail, (place, &at));
        }
    }

    /// Notes which types values have, and which of them their enumerations do not list.
    fn values(&mut self, place: &MessagePlace, object: &dyn Object, owner: &Owner, path: &str) {
        let Some(schema) = &self.schema else { return };
        let mut unlisted = Vec::new();
        for (index, property) in object.description().properties.iter().enumerate() {
            let Some(field) = object.property(index).filter(|field| field.count() > 0) else { continue };
            let values = || (0..field.count()).filter_map(|index| field.value(index));
            for value in values() {
                self.findings.add_type(owner, property.name, Some(type_of(value)));
            }
            let known = SchemaField::find(schema, owner, property.name);
            let enumeration = known.and_then(|known| schema.enumerations.get(known.kind.enumeration()?));
            let Some(enumeration) = enumeration else { continue };
            for value in values() {
                let Value::Text(text) = value else { continue };
                // Empty text is how a document says that there is no value.
                if !text.is_empty() && !enumeration.members.iter().any(|member| member.name.eq_ignore_ascii_case(text))
                {
                    unlisted.push((enumeration.name.clone(), text.to_owned(), property.name));
                }
            }
        }
        for (enumeration, value, property) in unlisted {
            let detail = format!("{owner}.{property}");
            let at = format!("{path}{property}");
            self.add(FindingKind::UnlistedValue, Owner::resource(&enumeration), &value, &detail, (place, &at));
        }
    }
}

/// The value that does not fit: where it is an item of a list, that item.
fn value_at(kept: &Unreadable) -> Json {
    let text = kept.text();
    let Ok(value) = serde_json::from_str::<Json>(text) else { return text.into() };
    let index = kept.path().strip_suffix(']').and_then(|path| path.rsplit_once('[')?.1.parse::<usize>().ok());
    let item = index.filter(|_| kept.property().is_some()).and_then(|index| value.get(index));
    item.cloned().unwrap_or(value)
}

/// What Rust cannot hold of a value in JSON, in words, with a value that it can hold in its place; `None` where it can hold all.
fn unheld(text: &str) -> Option<(&'static str, Json)> {
    let problem = serde_json::from_str::<Json>(text).err()?.to_string();
    if !problem.starts_with("number out of range") {
        let whole = serde_json::from_slice(&without_halves(text.as_bytes())?).ok()?;
        return Some(("half of a character", whole));
    }
    let value = match text.as_bytes().first() {
        Some(b'[') => Json::Array(Vec::new()),
        Some(b'{') => Json::Object(serde_json::Map::new()),
        _ => f64::MAX.into(),
    };
    Some(("a number that is too large", value))
}

/// The property, or the relation of the link or resource, that does not fit.
fn name_at(kept: &Unreadable) -> &str {
    kept.property().unwrap_or_else(|| {
        let path = kept.path();
        let rel = ["_links.", "_embedded."].iter().find_map(|part| path.strip_prefix(part)).unwrap_or(path);
        rel.strip_suffix(']').and_then(|rel| rel.rsplit_once('[')).map_or(rel, |(rel, _)| rel)
    })
}

/// What a report calls a resource: its name in the reference, or what the message called it.
fn name(object: &dyn Object) -> &str {
    if object.downcast_ref::<GenericResource>().is_some() { object.rel() } else { object.description().name }
}
