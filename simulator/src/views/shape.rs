//! What the state says of a resource, to be completed by the schema.

use crate::address::Item;
use crate::document::Value;

/// What becomes of what the state says nothing about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Properties get a sample of their type.
    Samples,
    /// Properties are left out.
    Nothing,
}

/// Where a relation leads.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// Nowhere: the relation is left out.
    Nowhere,
    /// To an address below the application.
    Path(String),
    /// To several addresses below the application.
    Paths(Vec<String>),
    /// To a resource that stands in this one.
    Embedded(Box<Item>),
    /// To resources that stand in this one.
    AllEmbedded(Vec<Item>),
}

/// What the state says of a resource.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(super) properties: Vec<(&'static str, Value)>,
    pub(super) relations: Vec<(&'static str, Target)>,
    pub(super) rest: Rest,
    /// What the resource calls itself, where it is not the rel of the schema.
    pub(super) rel: Option<&'static str>,
    /// A query behind the resource's own address.
    pub(super) query: Option<String>,
}

impl Shape {
    /// Says nothing yet, and leaves out what it does not say.
    pub(crate) fn new() -> Self {
        Self { properties: Vec::new(), relations: Vec::new(), rest: Rest::Nothing, rel: None, query: None }
    }

    /// Says nothing yet, and has samples for what it does not say.
    pub(crate) fn samples() -> Self {
        Self { rest: Rest::Samples, ..Self::new() }
    }

    /// Says what a property is.
    #[must_use]
    pub(crate) fn set(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.properties.push((name, value.into()));
        self
    }

    /// Says what a property is, unless it is empty.
    #[must_use]
    pub(crate) fn set_some(self, name: &'static str, text: &str) -> Self {
        if text.is_empty() { self } else { self.set(name, text.to_owned()) }
    }

    /// Says where a relation leads.
    #[must_use]
    pub(crate) fn to(mut self, rel: &'static str, target: Target) -> Self {
        self.relations.push((rel, target));
        self
    }

    /// Says that a relation leads to an item: by a link.
    #[must_use]
    pub(crate) fn link(self, rel: &'static str, item: Option<Item>) -> Self {
        self.to(rel, item.map_or(Target::Nowhere, |item| Target::Path(item.path)))
    }

    /// Says that a relation leads to an item that stands in the resource.
    #[must_use]
    pub(crate) fn embed(self, rel: &'static str, item: Option<Item>) -> Self {
        self.to(rel, item.map_or(Target::Nowhere, |item| Target::Embedded(Box::new(item))))
    }

    /// Says that a relation leads to items that stand in the resource.
    #[must_use]
    pub(crate) fn embed_all(self, rel: &'static str, items: impl IntoIterator<Item = Option<Item>>) -> Self {
        self.to(rel, Target::AllEmbedded(items.into_iter().flatten().collect()))
    }

    /// Says that a relation leads to items: by links.
    #[must_use]
    pub(crate) fn links(self, rel: &'static str, items: impl IntoIterator<Item = Option<Item>>) -> Self {
        self.to(rel, Target::Paths(items.into_iter().flatten().map(|item| item.path).collect()))
    }

    /// Leaves out relations.
    #[must_use]
    pub(crate) fn without(mut self, rels: &[&'static str]) -> Self {
        self.relations.extend(rels.iter().map(|rel| (*rel, Target::Nowhere)));
        self
    }

    /// Leaves out relations unless a condition holds.
    #[must_use]
    pub(crate) fn only_if(self, condition: bool, rels: &[&'static str]) -> Self {
        if condition { self } else { self.without(rels) }
    }

    /// Sets what the resource calls itself.
    #[must_use]
    pub(crate) fn called(mut self, rel: &'static str) -> Self {
        self.rel = Some(rel);
        self
    }

    /// What was said of a property last.
    pub(super) fn property(&self, name: &str) -> Option<&Value> {
        self.properties.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// What was said of a relation last.
    pub(super) fn relation(&self, rel: &str) -> Option<&Target> {
        self.relations.iter().rev().find(|(known, _)| *known == rel).map(|(_, target)| target)
    }
}
