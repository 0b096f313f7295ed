//! The body of a PUT: a resource with all that came with it, known or not.

use serde_json::Value as Json;

use crate::answer::Original;
use crate::any::GenericResource;
use crate::describe::PropertyForm;
use crate::error::EncodeError;
use crate::json::property_json;
use crate::object::{Described, Format, Object, Resource, same_property, write_input};
use crate::property::Property;
use crate::xml::property_text;

/// Writes what a PUT sends back: what came, in its order, with what was changed.
pub(crate) fn body<T: Resource>(
    format: Format,
    resource: &T,
    original: Option<&Original<T>>,
) -> Result<String, EncodeError> {
    let Some(original) = original else { return write_input(format, resource) };
    let mut document = GenericResource::default();
    if !resource.envelope().is_unnamed() {
        document.envelope_mut().set_rel(GenericResource::DESCRIPTION, (resource as &dyn Object).rel());
    }
    for (name, came) in original.properties.envelope().unknown_properties() {
        match T::DESCRIPTION.find_property(name, 0) {
            Some(index) => {
                let (now, before) = (resource.property(index), original.resource.property(index));
                let untouched = same_property(now, before) && original.format == format;
                let value =
                    if untouched { Some(came.clone()) } else { now.and_then(|field| value::<T>(format, index, field)) };
                if let Some(value) = value {
                    push(&mut document, name, value);
                }
            }
            // The caller may have changed or removed what no table lists.
            None => {
                if let Some(value) = resource.envelope().unknown_property(name) {
                    push(&mut document, name, value.clone());
                }
            }
        }
    }
    add_new(format, resource, original, &mut document);
    write_input(format, &document)
}

/// Adds what the caller set and the server had not sent.
fn add_new<T: Resource>(format: Format, resource: &T, original: &Original<T>, document: &mut GenericResource) {
    let came = original.properties.envelope();
    for (index, property) in T::DESCRIPTION.properties.iter().enumerate() {
        let field = resource.property(index).filter(|field| field.count() > 0);
        if let (None, Some(field)) = (came.unknown_property(property.name), field)
            && let Some(value) = value::<T>(format, index, field)
        {
            push(document, property.name, value);
        }
    }
    for (name, value) in resource.envelope().unknown_properties() {
        if came.unknown_property(name).is_none() {
            push(document, name, value.clone());
        }
    }
}

fn push(document: &mut GenericResource, name: &str, value: Json) {
    document.envelope_mut().push_unknown(name.into(), value);
}

/// A field as a property of a document; content stands in links, which a PUT does not change.
fn value<T: Resource>(format: Format, index: usize, field: &dyn Property) -> Option<Json> {
    let form = T::DESCRIPTION.properties[index].form;
    match (form, format) {
        (PropertyForm::Content, _) => None,
        (_, Format::Json) => property_json(form, field),
        (_, Format::Xml) => property_text(form, field),
    }
}
