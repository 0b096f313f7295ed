//! A resource from what the schema and the state say.

use ucwa_schema::{Cardinality, Method, Property, Relation, Type};

use super::describe::describe;
use super::{Rest, Shape, Target};
use crate::address::{Item, Place};
use crate::catalogue::{Catalogue, sample, sample_content};
use crate::document::{Link, Name, OneOrMany, Resource, Value};
use crate::protocol::Failure;
use crate::state::{Application, World};

/// How deep instances of the catalogue stand in each other.
const EMBEDDED_INSTANCES: usize = 1;

/// A resource as a response has it.
pub(crate) fn render(world: &World, application: &Application, item: &Item) -> Result<Resource, Failure> {
    render_at(world, application, item, 0)
}

/// Whether a PUT of the resource needs the marker that a GET brings.
fn put_needs_marker(item: &Item) -> bool {
    Catalogue::get().operation(item.resource, Method::Put).is_some()
}

/// A resource of which the caller says what the state would say.
pub(crate) fn render_shape(
    world: &World,
    application: &Application,
    item: &Item,
    shape: &Shape,
) -> Result<Resource, Failure> {
    complete(world, application, item, shape, 0)
}

fn render_at(world: &World, application: &Application, item: &Item, depth: usize) -> Result<Resource, Failure> {
    let shape = describe(world, application, item)?;
    complete(world, application, item, &shape, depth)
}

fn complete(
    world: &World,
    application: &Application,
    item: &Item,
    shape: &Shape,
    depth: usize,
) -> Result<Resource, Failure> {
    let base = application.href();
    let mut builder = Builder { world, application, base, item, shape, depth, resource: Resource::default() };
    builder.resource.rel = shape.rel.map_or_else(|| Name::Borrowed(item.resource.rel.as_str()), Name::Borrowed);
    builder.resource.href = match &shape.query {
        Some(query) => format!("{}?{query}", builder.href(&item.path)),
        None => builder.href(&item.path),
    };
    builder.resource.shows_etag = depth > 0;
    builder.resource.needs_marker = depth == 0 && put_needs_marker(item);
    for property in &item.resource.properties {
        builder.property(property);
    }
    for relation in item.resource.links.iter().filter(|relation| relation.rel != "self") {
        builder.relation(relation)?;
    }
    Ok(builder.resource)
}

struct Builder<'a> {
    world: &'a World,
    application: &'a Application,
    /// The address of the application.
    base: String,
    item: &'a Item,
    shape: &'a Shape,
    depth: usize,
    resource: Resource,
}

impl Builder<'_> {
    fn href(&self, path: &str) -> String {
        if path.is_empty() { self.base.clone() } else { [&self.base, "/", path].concat() }
    }

    fn property(&mut self, property: &'static Property) {
        let said = self.shape.property(&property.name).cloned();
        let written = || self.world.written.get(&(self.application.id, self.item.path.clone()));
        let value = match (said, self.shape.rest) {
            (Some(value), _) => value,
            (None, Rest::Nothing) => return,
            (None, Rest::Samples) => match written().and_then(|written| written.get(&property.name)) {
                Some(value) => value.clone(),
                None => sample(&property.name, &property.kind, &property.limits),
            },
        };
        let name = Name::Borrowed(property.name.as_str());
        if *property.kind.required() == Type::ExternalResource {
            let href = match value {
                Value::Text(text) => text.into_owned(),
                _ => sample_content(&property.name).to_owned(),
            };
            self.resource.links.push((name, OneOrMany::One(Link::new(href))));
        } else {
            self.resource.properties.push((name, value));
        }
    }

    fn relation(&mut self, relation: &'static Relation) -> Result<(), Failure> {
        let target = self.shape.relation(&relation.rel).cloned().unwrap_or_else(|| self.unsaid(relation));
        let rel = Name::Borrowed(relation.rel.as_str());
        let many = relation.cardinality == Cardinality::Many;
        match target {
            Target::Nowhere => {}
            Target::Path(path) => {
                let link =
                    Link { revision: Catalogue::get().latest_revision(&relation.rel), ..Link::new(self.href(&path)) };
                self.resource.links.push((rel, if many { OneOrMany::Many(vec![link]) } else { OneOrMany::One(link) }));
            }
            Target::Paths(paths) => {
                let links = paths.iter().map(|path| Link::new(self.href(path))).collect();
                self.resource.links.push((rel, OneOrMany::Many(links)));
            }
            Target::Embedded(item) => {
                let resource = self.embedded(&item)?;
                let one = if many { OneOrMany::Many(vec![resource]) } else { OneOrMany::One(resource) };
                self.resource.embedded.push((rel, one));
            }
            Target::AllEmbedded(items) => {
                let rendered = items.iter().map(|item| self.embedded(item));
                self.resource.embedded.push((rel, OneOrMany::Many(rendered.collect::<Result<_, _>>()?)));
            }
        }
        Ok(())
    }

    /// A resource that stands in this one, in the latest revision that is no later than this one's.
    fn embedded(&self, item: &Item) -> Result<Resource, Failure> {
        let mut revisions = Catalogue::get().revisions(&item.resource.rel).rev();
        let resource =
            revisions.find(|other| other.revision <= self.item.resource.revision.max(item.resource.revision));
        let item = Item { resource: resource.unwrap_or(item.resource), ..item.clone() };
        render_at(self.world, self.application, &item, self.depth + 1)
    }

    /// Where a relation leads that the state says nothing about: below the resource, or to the catalogue's instance, which
    /// stands in a resource of the catalogue where the reference has it so.
    fn unsaid(&self, relation: &'static Relation) -> Target {
        let is_instance = self.item.place == Place::Catalogue;
        let has_room = self.depth < EMBEDDED_INSTANCES;
        match Item::new(&relation.target, Place::Catalogue, relation.target.as_str()) {
            Some(item) if is_instance && relation.embedded && has_room => Target::Embedded(Box::new(item)),
            Some(item) if is_instance => Target::Path(item.path),
            _ if relation.cardinality == Cardinality::Many => Target::Nowhere,
            _ if self.item.path.is_empty() => Target::Path(relation.rel.clone()),
            _ => Target::Path(format!("{}/{}", self.item.path, relation.rel)),
        }
    }
}
