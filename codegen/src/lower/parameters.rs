//! The parameters of operations: which become fields, and which could be swapped.

use std::collections::BTreeSet;

use ucwa_schema::{Method, Operation, Parameter, Type};

/// Whether an operation has parameters or content of its own. PUT sends the resource back.
pub(crate) fn has_input(operation: &Operation) -> bool {
    operation.method != Method::Put && (!operation.content.is_empty() || parameters(operation).next().is_some())
}

/// The parameters of an operation that become fields: those of the body, then those of the address that are not among them.
/// The bytes of content are no parameter but the body itself.
pub(crate) fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    let is_body =
        |parameter: &&Parameter| !operation.content.is_empty() && parameter.kind == Type::Array(Box::new(Type::Byte));
    let input = operation.input.iter().filter(move |parameter| !is_body(parameter));
    // Few operations have parameters in the address.
    let names = if operation.query.is_empty() { &[] } else { operation.input.as_slice() };
    let known: BTreeSet<_> = names.iter().map(|parameter| &parameter.name).collect();
    input.chain(operation.query.iter().filter(move |parameter| !known.contains(&parameter.name)))
}

/// Whether an operation requires several parameters for which a caller can write the same, and swap them without the compiler
/// noticing.
pub(crate) fn has_swappable(operation: &Operation) -> bool {
    let required = parameters(operation).filter(|parameter| parameter.required);
    let written: Vec<_> = required.map(|parameter| written(&parameter.kind)).collect();
    written.iter().enumerate().any(|(index, kind)| written[..index].contains(kind))
}

/// The type of what a caller can write for a value of a type: text for an address or a value of an enumeration too.
fn written(kind: &Type) -> Type {
    match kind.required() {
        Type::Uri | Type::Enumeration(_) => Type::String,
        Type::Byte | Type::Int64 => Type::Int32,
        Type::Array(inner) => Type::Array(Box::new(written(inner))),
        other => other.clone(),
    }
}
