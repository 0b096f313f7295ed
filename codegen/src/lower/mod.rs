//! The schema with Rust names: what the emitters read, and nothing else.
//!
//! Everything is sorted and named here, so that emission is a walk over the model. Documentation is put into words here too,
//! because only here are the name on the wire and the name in Rust side by side.

mod docs;
mod errors;
mod events;
mod linked;
mod links;
mod lowering;
mod model;
mod names;
mod operations;
mod parameters;
mod prose;
mod rust_type;
mod shared_errors;
mod type_names;

use ucwa_schema::{Cardinality, Enumeration, Method, Resource, Schema};

#[cfg(feature = "extract")]
pub(crate) use docs::event_text;
use docs::{category_docs, crate_docs, enumeration_docs, member_docs, relation_docs, resource_docs};
pub(crate) use events::kinds as event_kinds;
pub(crate) use links::link_names;
use lowering::Lowering;
pub use model::{
    Category, Count, ENUMERATIONS, EVENTS, EnumerationModel, ErrorModel, ErrorVariant, EventModel, Field, FieldType,
    InputModel, Model, OperationModel, RegistryEntryModel, RelationModel, ResourceModel, ResponseModel, SharedErrors,
    TypePath, Variant,
};
pub use names::{NameRole, NameScope, RustName};
pub(crate) use parameters::{has_input, has_swappable, parameters};
pub(crate) use prose::prose;
pub use rust_type::{BODY, OperationTypes, RustType};
use type_names::TypeNames;
pub(crate) use type_names::category;

/// The methods that every resource has, by our traits and by those of Rust and serde, or once it was fetched; relations make
/// way for them.
const RESOURCE_METHODS: [&str; 39] = [
    "apply",
    "base",
    "borrow",
    "borrow_mut",
    "clone",
    "clone_boxed",
    "clone_from",
    "created_at",
    "decode",
    "default",
    "description",
    "empty",
    "envelope",
    "envelope_mut",
    "eq",
    "etag",
    "fmt",
    "from_json",
    "from_xml",
    "headers",
    "href",
    "into",
    "into_inner",
    "link",
    "ne",
    "new",
    "property",
    "property_mut",
    "put",
    "registry",
    "revision",
    "self_link",
    "serialize",
    "to_json",
    "to_owned",
    "to_xml",
    "try_into",
    "type_id",
    "unread",
];

/// Gives a schema its Rust names.
pub fn lower(schema: &Schema) -> Model {
    let names = TypeNames::new(schema);
    let lowering = Lowering {
        schema,
        names,
        error_tables: errors::Tables::new(schema),
        ambiguous_reasons: errors::ambiguous_reasons(schema),
        received: linked::Received::new(schema),
    };
    let (mut categories, registry) = (lowering.categories(), lowering.registry());
    let shared_errors = shared_errors::share(&mut categories);
    Model {
        docs: crate_docs(schema),
        events: events::events(schema, &registry),
        categories,
        enumerations: schema.enumerations.values().map(|found| lowering.enumeration(found)).collect(),
        registry,
        inputs: lowering.inputs(),
        generic_errors: errors::generic(&schema.errors),
        shared_errors,
    }
}

impl Lowering<'_> {
    fn categories(&self) -> Vec<Category> {
        let mut categories: Vec<_> = self
            .names
            .categories
            .iter()
            .map(|(title, module)| {
                let resources = self.schema.resources.values().filter(|resource| category(resource) == title);
                let resources = resources.map(|resource| self.resource(resource)).collect();
                let docs = category_docs(self.schema, title);
                Category { title: title.clone(), module: module.clone(), docs, resources }
            })
            .collect();
        categories.sort_by(|left, right| left.module.cmp(&right.module));
        categories
    }

    fn registry(&self) -> Vec<RegistryEntryModel> {
        let mut resources: Vec<_> = self.schema.resources.values().collect();
        resources.sort_by_key(|resource| (&resource.rel, resource.revision));
        let entry = |resource: &Resource| self.entry(&resource.name, None, self.path(&resource.name)?);
        resources.into_iter().filter_map(entry).collect()
    }

    fn inputs(&self) -> Vec<RegistryEntryModel> {
        let entry = |((name, method), type_name): (&(String, Method), &String)| {
            let module = self.path(name)?.module;
            self.entry(name, Some(*method), TypePath { module, type_name: type_name.clone() })
        };
        self.names.inputs.iter().filter_map(entry).collect()
    }

    fn entry(&self, name: &str, method: Option<Method>, target: TypePath) -> Option<RegistryEntryModel> {
        let rel = self.schema.resources.get(name)?.rel.clone();
        Some(RegistryEntryModel { name: name.to_owned(), rel, method, target })
    }

    fn resource(&self, resource: &Resource) -> ResourceModel {
        let (path, module) = self.names.resources.get(&resource.name).cloned().unwrap_or_else(|| {
            let nowhere = TypePath { module: String::new(), type_name: String::new() };
            (nowhere, String::new())
        });
        let mut scope = NameScope::with_reserved(&["envelope"]);
        let fields: Vec<_> =
            resource.properties.iter().map(|property| self.property(resource, property, &mut scope)).collect();
        // A method may be called like a field, but nobody could tell `it.to` from `it.to()` in a diff.
        let mut methods = NameScope::with_reserved(&RESOURCE_METHODS);
        for field in &fields {
            methods.reserve(&field.name);
        }
        let relations = resource.links.iter().filter(|link| link.rel != "self");
        let relations = relations
            .map(|link| {
                let name = methods.add_with(NameRole::Method, &link.rel, "_relation");
                let target = self.target(resource, &link.target);
                RelationModel {
                    docs: relation_docs(link, &name, target.is_some()),
                    method: name.rust,
                    rel: link.rel.clone(),
                    target,
                    many: link.cardinality == Cardinality::Many,
                }
            })
            .collect();
        let inputs = resource.operations.iter().filter(|operation| has_input(operation));
        let get = resource.operations.iter().find(|operation| operation.method == Method::Get);
        let response = get.and_then(|operation| operation.response.resource.as_ref());
        let itself = RustType::Schema(path.clone());
        let linked = self.received.is_only_linked(resource);
        ResourceModel {
            representation: response.map(|name| self.held(resource, name)).filter(|held| *held != itself),
            docs: resource_docs(resource, linked),
            linked,
            type_name: path.type_name,
            module,
            name: resource.name.clone(),
            rel: resource.rel.clone(),
            revision: resource.revision,
            fields,
            relations,
            inputs: inputs.map(|operation| self.input(resource, operation)).collect(),
            operations: resource.operations.iter().map(|operation| self.operation(resource, operation)).collect(),
            later: self.later(resource),
            reasons: self
                .names
                .reasons
                .get(&resource.name)
                .map(|type_name| errors::reasons(self.schema, &self.ambiguous_reasons, resource, type_name.clone())),
        }
    }

    fn enumeration(&self, enumeration: &Enumeration) -> EnumerationModel {
        let (type_name, module) = self.names.enumerations.get(&enumeration.name).cloned().unwrap_or_default();
        let mut scope = NameScope::default();
        let variants = enumeration
            .members
            .iter()
            .map(|member| {
                let name = scope.add(NameRole::Variant, &member.name);
                Variant { docs: member_docs(member, &name), name: name.rust, wire: member.name.clone() }
            })
            .collect();
        EnumerationModel {
            unlisted: scope.add(NameRole::Variant, "Unlisted").rust,
            docs: enumeration_docs(enumeration),
            type_name,
            module,
            name: enumeration.name.clone(),
            variants,
        }
    }
}
