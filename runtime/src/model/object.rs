//! What a resource, or the input of an operation, looks like from outside.

use std::any::{Any, TypeId};
use std::{fmt, mem};

use crate::model::{Description, Envelope, Link, Mismatch, Property, PropertyForm, Registry, Unreadable, Value};
use crate::secret::{MASK, redact_url};

/// The tables behind a resource or input, as a constant of its type.
pub trait Described {
    /// The tables.
    const DESCRIPTION: &'static Description;
}

/// What every object gets from being described and cloned. It stands apart from [`Object`] so that it is compiled once and
/// not once for each emitted type.
pub trait AnyObject {
    /// The tables behind it.
    fn description(&self) -> &'static Description;

    /// A copy in a box of its own.
    fn clone_boxed(&self) -> Box<dyn Object>;

    /// An empty object of the same type.
    fn empty(&self) -> Box<dyn Object>;
}

impl<T: Described + Object + Clone + Default> AnyObject for T {
    fn description(&self) -> &'static Description {
        T::DESCRIPTION
    }

    fn clone_boxed(&self) -> Box<dyn Object> {
        Box::new(self.clone())
    }

    fn empty(&self) -> Box<dyn Object> {
        create::<Self>()
    }
}

/// A resource or input, whatever its type: the side that readers, writers and tools see.
pub trait Object: AnyObject + Any + Send + Sync + fmt::Debug {
    /// What every resource has: its own link, its relations, what no table lists.
    fn envelope(&self) -> &Envelope;

    /// The same, to be changed.
    fn envelope_mut(&mut self) -> &mut Envelope;

    /// The field of the property at `index` of the description; `None` behind the last, and where there are no properties.
    fn property(&self, index: usize) -> Option<&dyn Property> {
        let _ = index;
        None
    }

    /// The same, to be changed.
    fn property_mut(&mut self, index: usize) -> Option<&mut dyn Property> {
        let _ = index;
        None
    }

    /// Where resources are looked up that the tables do not lead to.
    fn registry(&self) -> &'static Registry {
        self.description().registry
    }
}

impl dyn Object {
    /// The name on the wire, as the message had it or as the description has it.
    pub fn rel(&self) -> &str {
        self.envelope().rel().unwrap_or(self.description().rel)
    }

    /// Forgets everything that a document can hold.
    pub(crate) fn clear(&mut self) {
        for index in 0..self.description().properties.len() {
            if let Some(field) = self.property_mut(index) {
                field.clear();
            }
        }
        *self.envelope_mut() = Envelope::default();
    }

    /// The resource as the type it is.
    pub fn downcast_ref<T: Object>(&self) -> Option<&T> {
        (self as &dyn Any).downcast_ref()
    }
}

impl Clone for Box<dyn Object> {
    fn clone(&self) -> Self {
        (**self).clone_boxed()
    }
}

impl PartialEq for dyn Object {
    fn eq(&self, other: &Self) -> bool {
        same(self, other)
    }
}

/// A resource that a reference page describes.
///
/// What can be read is a [`Representation`], too. Others have no values: they are only what a link leads to.
pub trait Resource: Described + Send + Sync + 'static {
    /// What a GET of it answers with, and what is embedded in its place: mostly itself, but an `organizer` is a contact, and where
    /// nothing answers with it, a [`GenericResource`](crate::GenericResource).
    type Representation: Representation;

    /// Whether the reference lets it be replaced, so that what came has to be kept for a PUT.
    const REPLACEABLE: bool = false;

    /// Makes an empty one, where the resource is its own representation; `None` where nothing is known of it.
    #[doc(hidden)]
    const CREATE: Option<fn() -> Box<dyn Object>> = Some(create::<Self::Representation>);

    /// The address of the resource, relative to where it came from or absolute.
    fn href(&self) -> Option<&str>
    where
        Self: Representation,
    {
        self.envelope().href()
    }

    /// The version of the resource's state, where an embedded resource carries it.
    fn etag(&self) -> Option<&str>
    where
        Self: Representation,
    {
        self.envelope().etag()
    }

    /// Returns the link to the resource itself, such as that of an embedded resource, to send requests to it.
    fn self_link(&self) -> Option<Link<Self>>
    where
        Self: Representation,
    {
        let envelope = self.envelope();
        Some(Link::from_parts(envelope.link()?.clone(), envelope.base_address().cloned()))
    }
}

/// Makes an empty object.
pub(super) fn create<T: Object + Default>() -> Box<dyn Object> {
    Box::new(T::default())
}

/// A resource that can be read, or that comes embedded in others.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is only linked to and has no values",
    label = "no response holds this resource",
    note = "the documentation of the type lists its methods; most of such resources have `post`"
)]
pub trait Representation: Resource + Object + Default + Clone + PartialEq {}

#[diagnostic::do_not_recommend]
impl<T: Resource + Object + Default + Clone + PartialEq> Representation for T {}

/// Whether two objects are of one type and hold the same.
///
/// The types are compared, not the addresses of the tables: a constant may have several addresses.
pub fn same(left: &dyn Object, right: &dyn Object) -> bool {
    type_of(left) == type_of(right)
        && (0..left.description().properties.len())
            .all(|index| same_property(left.property(index), right.property(index)))
        && left.envelope() == right.envelope()
}

/// Returns all that does not fit its type in an object and in what is embedded in it, with the path from there.
pub fn unreadable(object: &dyn Object) -> Vec<(String, &Unreadable)> {
    let mut found = Vec::new();
    collect(object, "", &mut found);
    found
}

fn collect<'a>(object: &'a dyn Object, path: &str, found: &mut Vec<(String, &'a Unreadable)>) {
    let envelope = object.envelope();
    found.extend(envelope.unreadable().iter().map(|kept| (format!("{path}{}", kept.path()), kept)));
    for relation in envelope.relations() {
        let is_list =
            relation.embedded().len() > 1 || relation.is_listed() || object.description().is_many(relation.rel());
        let kept: Vec<_> = envelope.kept_targets(relation.rel()).filter_map(|(position, _)| position).collect();
        // What was kept stands between what was read.
        let mut positions = (0..).filter(|position| !kept.contains(position));
        for target in relation.embedded() {
            let index = positions.next().filter(|_| is_list).map_or_else(String::new, |index| format!("[{index}]"));
            collect(&**target, &format!("{path}_embedded.{}{index}.", relation.rel()), found);
        }
    }
}

/// The rel that says of which type an object is, whatever else the message calls it.
pub(crate) fn type_rel(object: &dyn Object) -> &str {
    match object.description().rel {
        "" => object.rel(),
        described => described,
    }
}

fn type_of(object: &dyn Object) -> TypeId {
    (object as &dyn Any).type_id()
}

/// Whether a message told a property: the field has a value, or what came does not fit it.
pub(crate) fn is_told(object: &dyn Object, index: usize) -> bool {
    object.property(index).is_some_and(|field| field.count() > 0)
        || object.envelope().unreadable_property(object.description().properties[index].name).is_some()
}

pub(crate) fn same_property(left: Option<&dyn Property>, right: Option<&dyn Property>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return left.is_none() == right.is_none() };
    left.count() == right.count() && (0..left.count()).all(|index| left.value(index) == right.value(index))
}

/// Shows an object the way a derived `Debug` would, with what is there and nothing that is secret.
pub fn fmt_debug(object: &dyn Object, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let description = object.description();
    let mut debug = f.debug_struct(description.name);
    for (index, property) in description.properties.iter().enumerate() {
        let Some(field) = object.property(index).filter(|field| field.count() > 0) else { continue };
        if property.is_secret() {
            debug.field(property.name, &format_args!("{MASK}"));
        } else {
            debug.field(property.name, &Values { field, form: property.form });
        }
    }
    object.envelope().debug_fields(&mut debug);
    debug.finish()
}

/// The values of a field: a list as a list, and a value as a value.
struct Values<'a> {
    field: &'a dyn Property,
    form: PropertyForm,
}

impl fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut values = (0..self.field.count()).filter_map(|index| self.field.value(index)).map(ShownValue);
        match self.form {
            PropertyForm::List => f.debug_list().entries(values).finish(),
            PropertyForm::Scalar | PropertyForm::Content => values.try_for_each(|value| value.fmt(f)),
        }
    }
}

/// A value, which may hold an address or a text with a secret in it.
struct ShownValue<'a>(Value<'a>);

impl fmt::Debug for ShownValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Value::Text(text) => redact_url(text).fmt(f),
            other => fmt::Display::fmt(other, f),
        }
    }
}

/// The field at a position, which [`object!`](crate::object) uses. A list of fields takes the compiler much less time than a
/// branch for each of them does.
#[doc(hidden)]
#[inline]
pub fn field<const N: usize>(fields: [&dyn Property; N], index: usize) -> Option<&dyn Property> {
    fields.get(index).copied()
}

/// The same, to be changed.
#[doc(hidden)]
#[inline]
pub fn field_mut<const N: usize>(mut fields: [&mut dyn Property; N], index: usize) -> Option<&mut dyn Property> {
    take_field(&mut fields, index)
}

#[inline]
fn take_field<'a>(fields: &mut [&'a mut dyn Property], index: usize) -> Option<&'a mut dyn Property> {
    let field = fields.get_mut(index)?;
    // Something has to stand in the list for what is taken from it. A box of nothing takes no memory that could leak.
    Some(mem::replace(field, Box::leak(Box::new(Nothing))))
}

/// Stands for a field that was taken out of a list.
struct Nothing;

impl Property for Nothing {
    fn count(&self) -> usize {
        0
    }

    fn value(&self, _: usize) -> Option<Value<'_>> {
        None
    }

    fn read(&mut self, _: Value<'_>) -> Result<(), Mismatch> {
        Ok(())
    }

    fn clear(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_not_the_same_as_none() {
        let (one, other) = ("a".to_owned(), "b".to_owned());
        assert!(same_property(None, None) && same_property(Some(&one), Some(&one.clone())));
        assert!(!same_property(Some(&one), None) && !same_property(None, Some(&one)));
        assert!(!same_property(Some(&one), Some(&other)));
    }
}
