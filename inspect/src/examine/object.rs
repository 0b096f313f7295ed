//! Resources and inputs.

use ucwa::{Format, GenericResource, Object};
use ucwa_runtime::{Relation, RelationDescription, Value};

use super::ordinary::is_ordinary;
use super::owner::{name, owner};
use super::{Examination, repair, without_value};
use crate::fields::Field;
use crate::finding::{Kind, Owner};
use crate::message::Place;
use crate::value::{Seen, describe, type_of};

impl Examination {
    /// Reads a resource or input and notes what is not known of it. Says how many values were refused.
    pub(super) fn object(
        &mut self,
        place: &Place,
        format: Format,
        body: &[u8],
        mut object: Box<dyn Object>,
        input: Option<&Owner>,
        path: &str,
    ) -> usize {
        let (refused, error) = repair::read(format, &mut object, body);
        for value in &refused {
            let (owner, name) = owner(&*object, &value.steps, input);
            let is_several = value.problem.contains("list of several");
            let kind = if is_several { Kind::WrongCardinality } else { Kind::WrongType };
            let detail = format!("{}, found {}", without_value(&value.problem), describe(&value.value));
            if kind == Kind::WrongType {
                self.findings.add_type(&owner, &name, Seen::of(&value.value, format).kind());
            }
            self.add(kind, owner, &name, &detail, (place, &format!("{path}{}", value.path)));
        }
        if let Some(error) = error {
            let owner = input.cloned().unwrap_or_else(|| Owner::resource(name(&*object)));
            self.unreadable(owner, place, &format!("{path}{}", error.path()), &error.problem().to_string());
        }
        self.known_object(place, format, &*object, input, path);
        refused.len()
    }

    /// Notes what is not known of an object that was read.
    pub(super) fn known_object(
        &mut self,
        place: &Place,
        format: Format,
        object: &dyn Object,
        input: Option<&Owner>,
        path: &str,
    ) {
        self.addresses.learn_object(object);
        self.walk(place, format, object, input, path);
    }

    fn walk(&mut self, place: &Place, format: Format, object: &dyn Object, input: Option<&Owner>, path: &str) {
        let owner = input.cloned().unwrap_or_else(|| Owner::resource(name(object)));
        let is_known = object.downcast_ref::<GenericResource>().is_none();
        if is_known {
            let unknown = object.envelope().unknown_properties();
            for (name, value) in unknown.filter(|(name, value)| !is_ordinary(object.description(), name, value)) {
                let at = format!("{path}{name}");
                let found = self.add(Kind::UnknownProperty, owner.clone(), name, "", (place, &at));
                found.add_value(Seen::of(value, format));
            }
            self.values(place, object, &owner, path);
        } else {
            self.add(Kind::UnknownResource, Owner::nobody(), object.rel(), "", (place, path.trim_end_matches('.')));
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
        place: &Place,
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
                let found = self.add(Kind::UnknownLink, owner.clone(), relation.rel(), "", (place, &at));
                found.many |= many;
                found.embedded |= !embedded.is_empty();
                found.targets.extend(embedded.iter().map(|target| name(&**target).to_owned()));
            }
            Some(described) if many && !described.many => {
                let detail = "expected one, found several";
                self.add(Kind::WrongCardinality, owner.clone(), relation.rel(), detail, (place, &at));
            }
            Some(_) => {}
        }
    }

    /// Notes which types values have, and which of them their enumerations do not list.
    fn values(&mut self, place: &Place, object: &dyn Object, owner: &Owner, path: &str) {
        let Some(schema) = &self.schema else { return };
        let mut unlisted = Vec::new();
        for (index, property) in object.description().properties.iter().enumerate() {
            let Some(field) = object.property(index).filter(|field| field.count() > 0) else { continue };
            let values = || (0..field.count()).filter_map(|index| field.value(index));
            for value in values() {
                self.findings.add_type(owner, property.name, Some(type_of(value)));
            }
            let known = Field::find(schema, owner, property.name);
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
            self.add(Kind::UnlistedValue, Owner::resource(&enumeration), &value, &detail, (place, &at));
        }
    }
}
