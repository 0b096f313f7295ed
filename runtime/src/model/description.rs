//! The tables that the emitted crate describes each resource with.

use crate::model::object::create;
use crate::model::{Described, Object, Resource, Untyped};
use crate::secret::is_secret_name;

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
    /// What is known of a resource that is only linked to.
    pub const fn linked(name: &'static str, rel: &'static str, revision: u32, registry: &'static Registry) -> Self {
        Self { name, rel, input: false, revision, properties: &[], relations: &[], registry }
    }

    /// The position of a property. The search starts at `expected` and goes round, as messages follow the tables' order.
    pub(crate) fn find_property(&self, name: &str, expected: usize) -> Option<usize> {
        find(self.properties, expected, |property| property.name == name)
    }

    /// The position of a property whose name has the same letters, large or small.
    pub(crate) fn find_property_in_any_case(&self, name: &str) -> Option<usize> {
        self.properties.iter().position(|property| property.name.eq_ignore_ascii_case(name))
    }

    /// Whether a relation leads to any number of resources.
    pub(crate) fn is_many(&self, rel: &str) -> bool {
        self.find_relation(rel, 0).is_some_and(|index| self.relations[index].many)
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
    /// The largest number of characters.
    pub maximum_length: Option<u32>,
    /// The smallest and the largest number.
    pub range: Option<(i64, i64)>,
}

impl PropertyDescription {
    const fn new(name: &'static str, form: PropertyForm) -> Self {
        Self { name, form, maximum_length: None, range: None }
    }

    /// Whether the value must not be shown in `Debug` output and logs, by [the rule for names](is_secret_name).
    pub fn is_secret(&self) -> bool {
        is_secret_name(self.name)
    }

    /// Whether the reference limits the values.
    pub(crate) fn is_limited(&self) -> bool {
        self.maximum_length.is_some() || self.range.is_some()
    }

    /// The same property with at most `characters`.
    #[must_use]
    pub const fn length(self, characters: u32) -> Self {
        Self { maximum_length: Some(characters), ..self }
    }

    /// The same property with numbers between two, both of which are allowed.
    #[must_use]
    pub const fn range(self, smallest: i64, largest: i64) -> Self {
        Self { range: Some((smallest, largest)), ..self }
    }

    /// The same property with numbers from one on.
    #[must_use]
    pub const fn minimum(self, smallest: i64) -> Self {
        self.range(smallest, i64::MAX)
    }

    /// The same property with numbers up to one.
    #[must_use]
    pub const fn maximum(self, largest: i64) -> Self {
        self.range(i64::MIN, largest)
    }
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

/// All that a crate describes, for tools and for resources whose type only the message tells.
#[derive(Debug)]
pub struct Registry {
    /// The resources, sorted by rel and revision.
    pub resources: &'static [RegistryEntry],
    /// The inputs, by the name of their resource and their verb.
    pub inputs: &'static [RegistryEntry],
}

/// A resource or input that a crate describes.
#[derive(Debug, Clone, Copy)]
pub struct RegistryEntry {
    /// The name of the resource in the reference.
    pub name: &'static str,
    /// The name of the resource on the wire; empty for inputs.
    pub rel: &'static str,
    /// The verb that an input is for; empty for resources.
    pub method: &'static str,
    /// Makes an empty one of what is embedded in its place; `None` for a resource that is only linked to.
    pub create: Option<fn() -> Box<dyn Object>>,
    /// The tables.
    pub description: fn() -> &'static Description,
    /// The tables of what a GET answers with, which may be another resource; those of an input are its own.
    pub representation: fn() -> &'static Description,
}

impl RegistryEntry {
    /// Makes an empty one of what is embedded in its place; `None` for a resource that is only linked to.
    pub fn create(&self) -> Option<Box<dyn Object>> {
        self.create.map(|create| create())
    }
}

impl Registry {
    /// Makes an empty resource of a rel, in its latest revision; `None` for a rel that no page describes, and for what is only
    /// linked to.
    pub fn create(&self, rel: &str) -> Option<Box<dyn Object>> {
        self.latest(rel)?.create()
    }

    /// Whether a page describes a resource of this rel. Not every one can be made: some are only linked to.
    pub fn describes(&self, rel: &str) -> bool {
        self.latest(rel).is_some()
    }

    /// The latest revision of a rel.
    pub(crate) fn latest(&self, rel: &str) -> Option<&'static RegistryEntry> {
        let behind = self.resources.partition_point(|entry| entry.rel <= rel);
        self.resources.get(behind.checked_sub(1)?).filter(|entry| entry.rel == rel)
    }

    /// Makes an empty resource by its name in the reference, which tells revisions apart.
    pub fn create_named(&self, name: &str) -> Option<Box<dyn Object>> {
        self.resources.iter().find(|entry| entry.name == name)?.create()
    }

    /// Makes an empty input of an operation, by the name of its resource in the reference and its verb, such as `POST`.
    pub fn create_input(&self, name: &str, method: &str) -> Option<Box<dyn Object>> {
        let found = self.inputs.iter().find(|entry| entry.name == name && entry.method == method);
        found?.create()
    }
}

/// A resource for the registry. Its names are given once more, as descriptions lead to the registry and it cannot be made
/// out of them.
pub const fn resource<T: Resource>(name: &'static str, rel: &'static str) -> RegistryEntry {
    RegistryEntry {
        name,
        rel,
        method: "",
        create: <T::Representation as Resource>::CREATE,
        description: description::<T>,
        representation: description::<T::Representation>,
    }
}

/// An input for the registry, with the name of its resource and its verb.
pub const fn input<T: Object + Described + Default>(name: &'static str, method: &'static str) -> RegistryEntry {
    RegistryEntry {
        name,
        rel: "",
        method,
        create: Some(create::<T>),
        description: description::<T>,
        representation: description::<T>,
    }
}

fn description<T: Described>() -> &'static Description {
    T::DESCRIPTION
}

/// A property with one value.
pub const fn scalar(name: &'static str) -> PropertyDescription {
    PropertyDescription::new(name, PropertyForm::Scalar)
}

/// A property with a list of values.
pub const fn list(name: &'static str) -> PropertyDescription {
    PropertyDescription::new(name, PropertyForm::List)
}

/// A property that is content in a link.
pub const fn content(name: &'static str) -> PropertyDescription {
    PropertyDescription::new(name, PropertyForm::Content)
}

/// What a relation can lead to: a resource, or [`Untyped`] where no page describes one.
#[doc(hidden)]
pub trait RelationTarget {
    /// Makes an empty target; `None` where nothing is known about it.
    const CREATE: Option<fn() -> Box<dyn Object>>;
}

impl<T: Resource> RelationTarget for T {
    const CREATE: Option<fn() -> Box<dyn Object>> = <T::Representation as Resource>::CREATE;
}

impl RelationTarget for Untyped {
    const CREATE: Option<fn() -> Box<dyn Object>> = None;
}

/// A relation to one resource at most.
pub const fn one<T: RelationTarget>(rel: &'static str) -> RelationDescription {
    RelationDescription { rel, many: false, create: T::CREATE }
}

/// A relation to any number of resources.
pub const fn many<T: RelationTarget>(rel: &'static str) -> RelationDescription {
    RelationDescription { rel, many: true, create: T::CREATE }
}
