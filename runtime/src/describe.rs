//! The tables that the emitted crate describes each resource with.

use crate::object::{Object, Resource};

/// What is known of a resource, or of the input of an operation.
#[derive(Debug)]
pub struct Description {
    /// The name in the reference, with the revision behind it from the second on: `group2`.
    pub name: &'static str,
    /// The name on the wire: `group`. Empty for inputs, which have none.
    pub rel: &'static str,
    /// Whether this is the input of an operation and no resource.
    pub input: bool,
    /// The revision, from 1 on.
    pub revision: u32,
    /// The properties, in the order of the reference and of the struct's fields.
    pub properties: &'static [PropertyDescription],
    /// The relations, in the order of the reference.
    pub relations: &'static [RelationDescription],
    /// Where resources are looked up that the tables do not lead to.
    pub registry: &'static Registry,
}

impl Description {
    /// The position of a property. The search starts at `expected` and goes round, as messages follow the tables' order.
    pub(crate) fn find_property(&self, name: &str, expected: usize) -> Option<usize> {
        find(self.properties, expected, |property| property.name == name)
    }

    /// The position of a relation. The search starts at `expected` and goes round.
    pub(crate) fn find_relation(&self, rel: &str, expected: usize) -> Option<usize> {
        find(self.relations, expected, |relation| relation.rel == rel)
    }
}

fn find<T>(rows: &[T], expected: usize, is_wanted: impl Fn(&T) -> bool) -> Option<usize> {
    let (before, behind) = rows.split_at_checked(expected).unwrap_or((rows, &[]));
    let found = behind.iter().position(&is_wanted).map(|index| expected + index);
    found.or_else(|| before.iter().position(is_wanted))
}

/// What is known of a property.
#[derive(Debug)]
pub struct PropertyDescription {
    /// The name on the wire.
    pub name: &'static str,
    /// In which form it stands in a document.
    pub form: PropertyForm,
    /// Whether it must not be shown in `Debug` output and logs.
    pub secret: bool,
}

/// In which form a property stands in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyForm {
    /// One value.
    Scalar,
    /// A list of values.
    List,
    /// A link that carries content.
    Content,
}

/// What is known of a relation.
#[derive(Debug)]
pub struct RelationDescription {
    /// The name on the wire.
    pub rel: &'static str,
    /// Whether it is written as a list.
    pub many: bool,
    /// Makes an empty target; `None` where nothing is known about the target.
    pub create: Option<fn() -> Box<dyn Object>>,
}

/// The resources of a crate by rel.
#[derive(Debug)]
pub struct Registry {
    /// The latest revision of each resource, sorted by rel.
    pub resources: &'static [RelationDescription],
}

impl Registry {
    /// Makes an empty resource of a rel; `None` for a rel that no page describes.
    pub fn create(&self, rel: &str) -> Option<Box<dyn Object>> {
        let found = self.resources.binary_search_by_key(&rel, |resource| resource.rel).ok()?;
        self.resources[found].create.map(|create| create())
    }
}

/// A property with one value.
pub const fn scalar(name: &'static str) -> PropertyDescription {
    PropertyDescription { name, form: PropertyForm::Scalar, secret: false }
}

/// A property with one value that must not be shown.
pub const fn secret(name: &'static str) -> PropertyDescription {
    PropertyDescription { name, form: PropertyForm::Scalar, secret: true }
}

/// A property with a list of values.
pub const fn list(name: &'static str) -> PropertyDescription {
    PropertyDescription { name, form: PropertyForm::List, secret: false }
}

/// A property that is content in a link.
pub const fn content(name: &'static str) -> PropertyDescription {
    PropertyDescription { name, form: PropertyForm::Content, secret: false }
}

/// A relation to one resource at most.
pub const fn one<T: Resource>(rel: &'static str) -> RelationDescription {
    RelationDescription { rel, many: false, create: Some(create::<T>) }
}

/// A relation to any number of resources.
pub const fn many<T: Resource>(rel: &'static str) -> RelationDescription {
    RelationDescription { rel, many: true, create: Some(create::<T>) }
}

/// A relation to one resource that no page describes.
pub const fn one_untyped(rel: &'static str) -> RelationDescription {
    RelationDescription { rel, many: false, create: None }
}

/// A relation to any number of resources that no page describes.
pub const fn many_untyped(rel: &'static str) -> RelationDescription {
    RelationDescription { rel, many: true, create: None }
}

fn create<T: Resource>() -> Box<dyn Object> {
    Box::new(T::default())
}
