//! Where the schema has what a message carries: properties of resources, parameters of operations.

use ucwa_schema::{Evidence, Method, Operation, Resource, Schema, Type};

use crate::finding::Owner;

/// A property or parameter in the schema.
#[derive(Debug, Clone)]
pub(crate) struct SchemaField<'a> {
    /// The resource whose it is, or whose operation takes it.
    pub(crate) resource: &'a Resource,
    /// Its place in the resource, as errata write it: `properties/name`.
    pub(crate) place: String,
    /// Its type.
    pub(crate) kind: &'a Type,
    /// How the type is known.
    pub(crate) evidence: Evidence,
}

impl<'a> SchemaField<'a> {
    /// The property of a resource, or the parameter of an operation's body or address.
    pub(crate) fn find(schema: &'a Schema, owner: &Owner, name: &str) -> Option<Self> {
        let resource = schema.resources.get(&owner.name)?;
        let Some(method) = owner.method else {
            let property = resource.properties.iter().find(|property| property.name == name)?;
            let (kind, evidence) = (&property.kind, property.evidence);
            return Some(Self { resource, place: format!("properties/{name}"), kind, evidence });
        };
        let operation = operation(resource, method)?;
        [("input", &operation.input), ("query", &operation.query)].into_iter().find_map(|(part, parameters)| {
            let parameter = parameters.iter().find(|parameter| parameter.name == name)?;
            let (kind, evidence) = (&parameter.kind, parameter.evidence);
            Some(Self { resource, place: format!("operations/{method}/{part}/{name}"), kind, evidence })
        })
    }
}

/// The operation of a resource with this verb.
pub(crate) fn operation(resource: &Resource, method: Method) -> Option<&Operation> {
    resource.operations.iter().find(|operation| operation.method == method)
}
