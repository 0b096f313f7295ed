//! Resources and inputs.

use ucwa::{Format, GenericResource, Object};
use ucwa_runtime::{Relation, RelationDescription, Value};
use ucwa_schema::{Property, Schema, Type};

use super::owner::{name, owner};
use super::{Examination, repair, without_value};
use crate::finding::{Kind, Owner};
use crate::message::Place;
use crate::value::{Seen, describe};

impl Examination {
    /// Reads a resource or input and notes what is not known of it. Says how many values were refused.
    pub(super) fn object(
        &mut self,
        place: &Place,
        format: Format,
        body: &[u8],
        mut object: Box<dyn Object>,
        input: Option<&Owner>,
    ) -> usize {
        let (refused, error) = repair::read(format, &mut object, body);
        for value in &refused {
            let (owner, name) = owner(&*object, &value.steps, input);
            let is_several = value.problem.contains("list of several");
            let kind = if is_several { Kind::WrongCardinality } else { Kind::WrongType };
            // XML has nothing but text.
            let found = value.value.as_ref().map_or("text", describe);
            let detail = format!("{}, found {found}", without_value(&value.problem));
            self.add(kind, owner, &name, &detail, (place, &value.path));
        }
        if let Some(error) = error {
            let owner = input.cloned().unwrap_or_else(|| Owner::resource(name(&*object)));
            self.unreadable(owner, place, error.path(), &error.problem().to_string());
        }
        self.known_object(place, format, &*object, input, "");
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
            for (name, value) in object.envelope().unknown_properties() {
                let at = format!("{path}{name}");
                let seen = Seen::of(value, format);
                let found = self.add(Kind::UnknownProperty, owner.clone(), name, "", (place, &at));
                found.values = Some(found.values.take().map_or(seen.clone(), |before| before.merge(seen)));
            }
            self.values(place, object, &owner, path);
        } else {
            self.add(Kind::UnknownResource, Owner::resource(""), object.rel(), "", (place, path.trim_end_matches('.')));
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

    /// Notes values that their enumerations do not list.
    fn values(&mut self, place: &Place, object: &dyn Object, owner: &Owner, path: &str) {
        let Some(schema) = &self.schema else { return };
        let mut unlisted = Vec::new();
        for (index, property) in object.description().properties.iter().enumerate() {
            let Some(kind) = property_type(schema, owner, property.name) else { continue };
            let Some(enumeration) = kind.enumeration().and_then(|name| schema.enumerations.get(name)) else { continue };
            let Some(field) = object.property(index) else { continue };
            for value in (0..field.count()).filter_map(|index| field.value(index)) {
                let Value::Text(text) = value else { continue };
                if !enumeration.members.iter().any(|member| member.name.eq_ignore_ascii_case(text)) {
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

/// The type that the schema has for a property, or for a parameter of an input.
fn property_type<'a>(schema: &'a Schema, owner: &Owner, property: &str) -> Option<&'a Type> {
    let resource = schema.resources.get(&owner.name)?;
    let Some(method) = owner.method else {
        return resource.properties.iter().find(|known: &&Property| known.name == property).map(|known| &known.kind);
    };
    let operation = resource.operations.iter().find(|operation| operation.method == method)?;
    operation.input.iter().find(|known| known.name == property).map(|known| &known.kind)
}
