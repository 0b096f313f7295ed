//! The schema with Rust names: what the emitters read, and nothing else.
//!
//! Everything is sorted and named here, so that emission is a walk over the model. Documentation is put into words here too,
//! because only here are the name on the wire and the name in Rust side by side.

mod docs;
mod errors;
mod events;
mod links;
mod model;
mod names;
mod operations;
mod prose;
mod rust_type;

use std::collections::{BTreeMap, BTreeSet};

use ucwa_schema::{Cardinality, Enumeration, Method, Parameter, Property, Resource, Schema, Type};

#[cfg(feature = "extract")]
pub(crate) use docs::event_text;
use docs::{
    category_docs, crate_docs, enumeration_docs, member_docs, parameter_docs, property_docs, relation_docs,
    resource_docs,
};
pub use events::EventModel;
pub(crate) use events::kinds as event_kinds;
pub(crate) use links::link_names;
pub use model::{
    Category, Count, ENUMERATIONS, EVENTS, EnumerationModel, ErrorModel, ErrorVariant, Field, FieldType, InputModel,
    Model, OperationModel, RegistryEntry, RelationModel, ResourceModel, ResponseModel, TypePath, Variant,
};
pub use names::{Name, Role, Scope};
pub(crate) use operations::{has_input, has_swappable, parameters};
pub(crate) use prose::prose;
pub use rust_type::{BODY, OperationTypes, RustType};

/// The names that the root module takes for itself.
const ROOT_NAMES: [&str; 7] = [ENUMERATIONS, EVENTS, "generic_error", "lib", "registry", "runtime", "ucwa_runtime"];

/// The names that emitted modules import, and those of the preludes of Rust, all of which a glob import of a module would
/// shadow; types of the schema make way for them.
const TAKEN_TYPES: [&str; 106] = [
    "AnyResource",
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Body",
    "Box",
    "Bytes",
    "Changed",
    "Clone",
    "Completes",
    "Condition",
    "Conditions",
    "Content",
    "Copy",
    "Debug",
    "DecodeError",
    "Default",
    "Delete",
    "Described",
    "Description",
    "Documented",
    "DoubleEndedIterator",
    "Drop",
    "Duration",
    "EncodeError",
    "Enumeration",
    "Envelope",
    "Eq",
    "Err",
    "ErrorBody",
    "Event",
    "EventDocument",
    "EventKind",
    "EventTable",
    "EventTarget",
    "ExactSizeIterator",
    "Extend",
    "FailureReason",
    "Fetched",
    "Fn",
    "FnMut",
    "FnOnce",
    "Format",
    "From",
    "FromIterator",
    "Future",
    "GenericError",
    "GenericResource",
    "Get",
    "Hash",
    "Input",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "InvalidParameter",
    "Iterator",
    "Limits",
    "Link",
    "Metadata",
    "NextLink",
    "NoInput",
    "NoQuery",
    "None",
    "Object",
    "Ok",
    "OperationStatus",
    "Option",
    "Optional",
    "Options",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Post",
    "Property",
    "Put",
    "Registry",
    "Related",
    "RelatedList",
    "Resource",
    "Result",
    "Revised",
    "Self",
    "Send",
    "Sender",
    "Sized",
    "Some",
    "Started",
    "StartsOperation",
    "Strictness",
    "String",
    "Sync",
    "Timestamp",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "TypedEvent",
    "Unlisted",
    "Unpin",
    "Unreadable",
    "UnreadablePart",
    "Untyped",
    "Uri",
    "Vec",
];

/// The methods that every resource has, by our traits and by those of Rust and serde, or once it was fetched; relations make
/// way for them.
const RESOURCE_METHODS: [&str; 36] = [
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
];

/// Gives a schema its Rust names.
pub fn lower(schema: &Schema) -> Model {
    let names = TypeNames::new(schema);
    let lowering = Lowering {
        schema,
        names,
        error_tables: errors::Tables::new(schema),
        ambiguous_reasons: errors::ambiguous_reasons(schema),
    };
    let (categories, registry) = (lowering.categories(), lowering.registry());
    Model {
        docs: crate_docs(schema),
        events: events::events(schema, &registry),
        categories,
        enumerations: schema.enumerations.values().map(|found| lowering.enumeration(found)).collect(),
        registry,
        inputs: lowering.inputs(),
        generic_errors: errors::generic(&schema.errors),
    }
}

/// The types and modules of everything that has a page.
struct TypeNames {
    resources: BTreeMap<String, (TypePath, String)>,
    enumerations: BTreeMap<String, (String, String)>,
    categories: BTreeMap<String, String>,
    inputs: BTreeMap<(String, Method), String>,
    required: BTreeMap<(String, Method), String>,
    errors: BTreeMap<(String, Method), String>,
    reasons: BTreeMap<String, String>,
}

impl TypeNames {
    fn new(schema: &Schema) -> Self {
        let mut roots = Scope::with_reserved(&ROOT_NAMES);
        let categories: BTreeMap<_, _> = schema
            .resources
            .values()
            .map(|resource| category(resource).to_owned())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(|title| (title.clone(), roots.add(Role::Module, &title).rust))
            .collect();
        let mut types = Scope::with_reserved(&TAKEN_TYPES);
        let mut modules = BTreeMap::<String, Scope>::new();
        let mut resources = BTreeMap::new();
        for (name, resource) in &schema.resources {
            let category = categories.get(category(resource)).cloned().unwrap_or_default();
            let type_name = types.add_with(Role::Type, name, "Resource").rust;
            // A module called like the one around it would confuse readers.
            let scope = modules.entry(category.clone()).or_insert_with(|| Scope::with_reserved(&[&category]));
            let module = scope.add(Role::Module, name).rust;
            resources.insert(name.clone(), (TypePath { module: category, type_name }, module));
        }
        let mut modules = Scope::default();
        let mut enumerations = BTreeMap::new();
        for name in schema.enumerations.keys() {
            let type_name = types.add(Role::Type, name).rust;
            enumerations.insert(name.clone(), (type_name, modules.add(Role::Module, name).rust));
        }
        let (mut inputs, mut required) = (BTreeMap::new(), BTreeMap::new());
        for (name, resource) in &schema.resources {
            for operation in resource.operations.iter().filter(|operation| has_input(operation)) {
                let suffix = if operation.method == Method::Get { "Query" } else { "Input" };
                let type_name = types.add(Role::Type, &format!("{name}{suffix}")).rust;
                if has_swappable(operation) {
                    let type_name = types.add(Role::Type, &format!("{type_name}Required")).rust;
                    required.insert((name.clone(), operation.method), type_name);
                }
                inputs.insert((name.clone(), operation.method), type_name);
            }
        }
        let mut errors = BTreeMap::new();
        for (name, resource) in &schema.resources {
            for operation in &resource.operations {
                let verb = operation.method.name().to_lowercase();
                let type_name = types.add(Role::Type, &format!("{name}_{verb}_error")).rust;
                errors.insert((name.clone(), operation.method), type_name);
            }
        }
        let listed = schema.resources.iter().filter(|(_, resource)| !resource.reasons.is_empty());
        let reasons =
            listed.map(|(name, _)| (name.clone(), types.add(Role::Type, &format!("{name}_reason")).rust)).collect();
        Self { resources, enumerations, categories, inputs, required, errors, reasons }
    }
}

fn category(resource: &Resource) -> &str {
    resource.category.as_deref().unwrap_or("Uncategorized")
}

struct Lowering<'a> {
    schema: &'a Schema,
    names: TypeNames,
    /// The subcodes that need a code in front to be told apart.
    error_tables: errors::Tables<'a>,
    /// The subcodes of reasons that need a code in front to be told apart.
    ambiguous_reasons: BTreeSet<&'a str>,
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

    fn registry(&self) -> Vec<RegistryEntry> {
        let mut resources: Vec<_> = self.schema.resources.values().collect();
        resources.sort_by_key(|resource| (&resource.rel, resource.revision));
        let entry = |resource: &Resource| self.entry(&resource.name, None, self.path(&resource.name)?);
        resources.into_iter().filter_map(entry).collect()
    }

    fn inputs(&self) -> Vec<RegistryEntry> {
        let entry = |((name, method), type_name): (&(String, Method), &String)| {
            let module = self.path(name)?.module;
            self.entry(name, Some(*method), TypePath { module, type_name: type_name.clone() })
        };
        self.names.inputs.iter().filter_map(entry).collect()
    }

    fn entry(&self, name: &str, method: Option<Method>, target: TypePath) -> Option<RegistryEntry> {
        let rel = self.schema.resources.get(name)?.rel.clone();
        Some(RegistryEntry { name: name.to_owned(), rel, method, target })
    }

    /// Where a relation of `resource` leads: resources of a later revision lead to resources of that revision.
    fn target(&self, resource: &Resource, name: &str) -> Option<TypePath> {
        let rel = &self.schema.resources.get(name)?.rel;
        let revisions = self.schema.revisions(rel).filter(|target| target.revision <= resource.revision.max(1));
        revisions.last().map_or_else(|| self.path(name), |target| self.path(&target.name))
    }

    fn path(&self, resource: &str) -> Option<TypePath> {
        self.names.resources.get(resource).map(|(path, _)| path.clone())
    }

    fn resource(&self, resource: &Resource) -> ResourceModel {
        let (path, module) = self.names.resources.get(&resource.name).cloned().unwrap_or_else(|| {
            let nowhere = TypePath { module: String::new(), type_name: String::new() };
            (nowhere, String::new())
        });
        let mut scope = Scope::with_reserved(&["envelope"]);
        let fields: Vec<_> =
            resource.properties.iter().map(|property| self.property(resource, property, &mut scope)).collect();
        // A method may be called like a field, but nobody could tell `it.to` from `it.to()` in a diff.
        let mut methods = Scope::with_reserved(&RESOURCE_METHODS);
        for field in &fields {
            methods.reserve(&field.name);
        }
        let relations = resource.links.iter().filter(|link| link.rel != "self");
        let relations = relations
            .map(|link| {
                let name = methods.add_with(Role::Method, &link.rel, "_relation");
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
        ResourceModel {
            representation: response.filter(|name| **name != resource.name).and_then(|name| self.path(name)),
            docs: resource_docs(resource),
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

    fn property(&self, resource: &Resource, property: &Property, scope: &mut Scope) -> Field {
        let name = scope.add(Role::Field, &property.name);
        let (value, list) = self.value(&property.kind);
        // What limits a property that is replaced often stands with the parameters of PUT.
        let put = resource.operations.iter().find(|operation| operation.method == Method::Put);
        let parameter = put.and_then(|put| put.input.iter().find(|parameter| parameter.name == property.name));
        let limits = parameter.map_or(&property.limits, |parameter| &parameter.limits);
        let limits = if limits.is_empty() { &property.limits } else { limits };
        Field {
            docs: property_docs(resource, property, &name),
            name: name.rust,
            wire: property.name.clone(),
            value,
            count: if list { Count::List } else { Count::Optional },
            secret: is_secret(&property.name),
            required: false,
            maximum_length: limits.maximum_length,
            range: limits.minimum.zip(limits.maximum),
        }
    }

    fn parameter(&self, parameter: &Parameter, scope: &mut Scope) -> Field {
        let name = scope.add(Role::Field, &parameter.name);
        let (value, list) = self.value(&parameter.kind);
        Field {
            docs: parameter_docs(parameter, &name),
            name: name.rust,
            wire: parameter.name.clone(),
            value,
            count: match (list, parameter.required) {
                (true, _) => Count::List,
                (false, true) => Count::Required,
                (false, false) => Count::Optional,
            },
            secret: is_secret(&parameter.name),
            required: parameter.required,
            maximum_length: parameter.limits.maximum_length,
            range: parameter.limits.minimum.zip(parameter.limits.maximum),
        }
    }

    /// What a field of a type holds, and whether it holds a list of it.
    fn value(&self, kind: &Type) -> (FieldType, bool) {
        let value = match kind {
            Type::Nullable(inner) => return self.value(inner),
            Type::Array(inner) if **inner == Type::Byte => FieldType::Bytes,
            Type::Array(inner) => return (self.value(inner).0, true),
            Type::String => FieldType::Text,
            Type::Boolean => FieldType::Boolean,
            Type::Int32 => FieldType::Int32,
            Type::Byte | Type::Int64 => FieldType::Int64,
            Type::Double => FieldType::Float,
            Type::DateTime => FieldType::Timestamp,
            Type::TimeSpan => FieldType::Duration,
            Type::Uri => FieldType::Uri,
            Type::ExternalResource => FieldType::Content,
            // An enumeration whose page is missing is text until the page is added.
            Type::Enumeration(name) => {
                let found = self.names.enumerations.get(name);
                found.map_or(FieldType::Text, |(type_name, _)| FieldType::Enumeration(type_name.clone()))
            }
        };
        (value, false)
    }

    fn enumeration(&self, enumeration: &Enumeration) -> EnumerationModel {
        let (type_name, module) = self.names.enumerations.get(&enumeration.name).cloned().unwrap_or_default();
        let mut scope = Scope::default();
        let variants = enumeration
            .members
            .iter()
            .map(|member| {
                let name = scope.add(Role::Variant, &member.name);
                Variant { docs: member_docs(member, &name), name: name.rust, wire: member.name.clone() }
            })
            .collect();
        EnumerationModel {
            unlisted: scope.add(Role::Variant, "Unlisted").rust,
            docs: enumeration_docs(enumeration),
            type_name,
            module,
            name: enumeration.name.clone(),
            variants,
        }
    }
}

/// What must not be shown in debug output and logs.
fn is_secret(name: &str) -> bool {
    name.to_ascii_lowercase().contains("password")
}
