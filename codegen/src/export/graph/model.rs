//! What the pictures show.

use std::collections::{BTreeMap, BTreeSet};

use ucwa_schema::{Cardinality, Resource, Schema};

/// The category of resources that have none.
const NO_CATEGORY: &str = "Other";

/// The colours of categories, light enough for dark text; more categories begin again.
const COLOURS: [&str; 8] = ["#a6cee3", "#b2df8a", "#fdbf6f", "#cab2d6", "#fb9a99", "#ffed8a", "#9fe0d8", "#d9d9d9"];

/// A link between two resources.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge<'a> {
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    /// The relations by which one leads to the other.
    pub(super) rels: BTreeSet<&'a str>,
    pub(super) many: bool,
}

/// What the pictures show: every resource, and every link between two of them.
pub(super) struct Graph<'a> {
    pub(super) resources: Vec<&'a Resource>,
    pub(super) edges: Vec<Edge<'a>>,
    /// The categories with the most resources first, each with its colour.
    pub(super) categories: Vec<(&'a str, &'static str)>,
}

impl<'a> Graph<'a> {
    pub(super) fn of(schema: &'a Schema) -> Self {
        let resources: Vec<_> = schema.resources.values().collect();
        let mut edges = BTreeMap::<(&str, &str), Edge>::new();
        for resource in &resources {
            let links = resource.links.iter().filter(|link| link.rel != "self");
            for link in links.filter(|link| schema.resources.contains_key(&link.target)) {
                let (from, to) = (resource.name.as_str(), link.target.as_str());
                let edge = Edge { from, to, rels: BTreeSet::new(), many: false };
                let edge = edges.entry((from, to)).or_insert(edge);
                edge.rels.insert(&link.rel);
                edge.many |= link.cardinality == Cardinality::Many;
            }
        }
        let mut sizes = BTreeMap::<&str, usize>::new();
        for resource in &resources {
            *sizes.entry(category(resource)).or_default() += 1;
        }
        let mut names: Vec<_> = sizes.into_iter().collect();
        names.sort_by_key(|(name, size)| (std::cmp::Reverse(*size), *name));
        let categories = names.iter().zip(COLOURS.iter().cycle()).map(|((name, _), colour)| (*name, *colour)).collect();
        Self { resources, edges: edges.into_values().collect(), categories }
    }

    pub(super) fn colour(&self, resource: &Resource) -> &'static str {
        let found = self.categories.iter().find(|(name, _)| *name == category(resource));
        found.map_or(COLOURS[0], |(_, colour)| *colour)
    }
}

/// The category of a resource.
pub(super) fn category(resource: &Resource) -> &str {
    resource.category.as_deref().unwrap_or(NO_CATEGORY)
}
