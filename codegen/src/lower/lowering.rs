//! What lowering looks up: the schema, its names in Rust, where relations lead, and what fields hold.

use std::collections::BTreeSet;

use ucwa_schema::{Method, Parameter, Property, Resource, Schema, Type};

use super::docs::{parameter_docs, property_docs};
use super::errors;
use super::linked::Received;
use super::model::{Count, Field, FieldType, TypePath};
use super::names::{NameRole, NameScope};
use super::rust_type::RustType;
use super::type_names::TypeNames;

/// A schema that gets its Rust names.
pub(super) struct Lowering<'a> {
    pub(super) schema: &'a Schema,
    pub(super) names: TypeNames,
    /// The subcodes that need a code in front to be told apart.
    pub(super) error_tables: errors::Tables<'a>,
    /// The subcodes of reasons that need a code in front to be told apart.
    pub(super) ambiguous_reasons: BTreeSet<&'a str>,
    /// The resources that messages hold.
    pub(super) received: Received<'a>,
}

/// What a relation or response of `resource` leads to: resources of a later revision lead to resources of that revision.
pub(super) fn target<'s>(schema: &'s Schema, resource: &Resource, name: &str) -> Option<&'s Resource> {
    let named = schema.resources.get(name)?;
    let revisions = schema.revisions(&named.rel).filter(|target| target.revision <= resource.revision.max(1));
    revisions.last().or(Some(named))
}

impl Lowering<'_> {
    /// The type of what a relation or response of `resource` leads to; `None` where no page describes it.
    pub(super) fn target(&self, resource: &Resource, name: &str) -> Option<TypePath> {
        self.path(&target(self.schema, resource, name)?.name)
    }

    /// The type of what a response of `resource` holds, be it described or not.
    pub(super) fn held(&self, resource: &Resource, name: &str) -> RustType {
        self.target(resource, name).map_or(RustType::Runtime("GenericResource"), RustType::Schema)
    }

    pub(super) fn path(&self, resource: &str) -> Option<TypePath> {
        self.names.resources.get(resource).map(|(path, _)| path.clone())
    }

    pub(super) fn property(&self, resource: &Resource, property: &Property, scope: &mut NameScope) -> Field {
        let name = scope.add(NameRole::Field, &property.name);
        let (value, list) = self.value(&property.kind);
        // What limits a property that is replaced often stands with the parameters of PUT.
        let put = resource.operations.iter().find(|operation| operation.method == Method::Put);
        let parameter = put.and_then(|put| put.input.iter().find(|parameter| parameter.name == property.name));
        let limits = parameter.map_or(&property.limits, |parameter| &parameter.limits);
        let limits = if limits.is_empty() { &property.limits } else { limits };
        Field {
            docs: property_docs(resource, property, limits, &name),
            name: name.rust,
            wire: property.name.clone(),
            value,
            count: if list { Count::List } else { Count::Optional },
            required: false,
            maximum_length: limits.maximum_length,
            minimum: limits.minimum,
            maximum: limits.maximum,
        }
    }

    pub(super) fn parameter(&self, parameter: &Parameter, scope: &mut NameScope) -> Field {
        let name = scope.add(NameRole::Field, &parameter.name);
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
            required: parameter.required,
            maximum_length: parameter.limits.maximum_length,
            minimum: parameter.limits.minimum,
            maximum: parameter.limits.maximum,
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
}
