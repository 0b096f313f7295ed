//! Which resources are only linked to.
//!
//! Most POSTs have a resource of their own, such as `stopMessaging`, which nobody ever receives: the link to it is all there is. Such
//! a resource has no values, and what stands for it in Rust has none either.

use std::collections::BTreeSet;

use ucwa_schema::{Method, Resource, Schema};

use super::event_kinds;
use super::lowering::target;

/// The resources of a schema that messages hold.
pub(super) struct Received<'a> {
    /// The names of those that responses hold.
    answered: BTreeSet<&'a str>,
    /// The rels of those that are embedded in others, or that events tell of.
    rels: BTreeSet<&'a str>,
}

impl<'a> Received<'a> {
    pub(super) fn new(schema: &'a Schema) -> Self {
        let answered = schema.resources.values().flat_map(|resource| {
            let names = resource.operations.iter().filter_map(|operation| operation.response.resource.as_deref());
            names.filter_map(|name| Some(target(schema, resource, name)?.name.as_str()))
        });
        let relations = schema.resources.values().flat_map(|resource| &resource.links);
        let embedded = relations.filter(|relation| relation.embedded).map(|relation| {
            schema.resources.get(&relation.target).map_or(relation.target.as_str(), |target| target.rel.as_str())
        });
        let told = event_kinds(schema).into_keys().map(|(rel, _)| rel);
        Self { answered: answered.collect(), rels: embedded.chain(told).collect() }
    }

    /// Whether no message holds a resource, as far as the reference says: neither a response nor another resource nor an event.
    /// A resource without operations is there to be embedded, and what a PUT replaces is sent.
    pub(super) fn is_only_linked(&self, resource: &Resource) -> bool {
        let is_empty = resource.properties.is_empty() && resource.links.iter().all(|link| link.rel == "self");
        let is_replaced = resource.operations.iter().any(|operation| operation.method == Method::Put);
        let is_received = self.answered.contains(resource.name.as_str()) || self.rels.contains(resource.rel.as_str());
        is_empty && !resource.operations.is_empty() && !is_replaced && !is_received
    }
}
