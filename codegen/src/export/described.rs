//! What has a description, and the names of descriptions, which JSON Schema and OpenAPI have in one list.

use std::collections::{BTreeMap, BTreeSet};

use ucwa_schema::{Method, Operation, Parameter, Schema};

use crate::lower::parameters;

/// Whether an operation takes a document of its own. What a PUT takes is the resource, and in a GET and where the body is content,
/// parameters go into the address.
pub(super) fn takes_document(operation: &Operation) -> bool {
    let has_address_alone = matches!(operation.method, Method::Get | Method::Put) || !operation.content.is_empty();
    !has_address_alone && !operation.input.is_empty()
}

/// The parameters that stand in the address.
pub(super) fn in_address(operation: &Operation) -> Vec<&Parameter> {
    if operation.method == Method::Put || takes_document(operation) {
        operation.query.iter().collect()
    } else {
        parameters(operation).collect()
    }
}

/// The names of what is not the reference's own but stands under its messages.
const COMMON: [&str; 8] =
    ["ContentLink", "DateTime", "Error", "Link", "TimeSpan", "XmlInput", "XmlReason", "XmlResource"];

/// What of a schema has a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Described<'a> {
    /// A resource.
    Resource(&'a str),
    /// What an operation of a resource takes.
    Input(&'a str, Method),
    /// An enumeration.
    Enumeration(&'a str),
}

impl Described<'_> {
    /// The name that it has unless another has it.
    fn name(self) -> String {
        match self {
            Self::Resource(name) | Self::Enumeration(name) => name.to_owned(),
            Self::Input(resource, method) => format!("{resource}.{}", method.name().to_lowercase()),
        }
    }

    /// What stands behind a name that another has, as in the bindings.
    fn suffix(self) -> &'static str {
        match self {
            Self::Resource(_) => "Resource",
            Self::Input(..) => "Input",
            Self::Enumeration(_) => "Value",
        }
    }
}

/// The names of all descriptions of a schema. Generators change the case of names, so that no two differ by case alone.
pub(super) struct DescriptionNames<'a>(BTreeMap<Described<'a>, String>);

impl<'a> DescriptionNames<'a> {
    pub(super) fn of(schema: &'a Schema) -> Self {
        let resources = schema.resources.keys().map(|name| Described::Resource(name));
        let inputs = schema.resources.values().flat_map(|resource| {
            let operations = resource.operations.iter().filter(|operation| takes_document(operation));
            operations.map(|operation| Described::Input(&resource.name, operation.method))
        });
        let enumerations = schema.enumerations.keys().map(|name| Described::Enumeration(name));

        let mut taken: BTreeSet<_> = COMMON.iter().map(|name| name.to_lowercase()).collect();
        let (kept, clashing): (Vec<_>, Vec<_>) = resources
            .chain(inputs)
            .chain(enumerations)
            .partition(|described| taken.insert(described.name().to_lowercase()));
        let mut names: BTreeMap<_, _> = kept.into_iter().map(|described| (described, described.name())).collect();
        for described in clashing {
            let name = described.name();
            let numbered = (2_usize..).map(|number| format!("{name}{number}"));
            let mut candidates = std::iter::once(format!("{name}{}", described.suffix())).chain(numbered);
            // There is always a number that is not taken.
            let free = candidates.find(|candidate| taken.insert(candidate.to_lowercase()));
            names.insert(described, free.unwrap_or(name));
        }
        Self(names)
    }

    /// The name of a description; `None` where the schema has no such thing.
    pub(super) fn get<'d>(&'d self, described: Described<'d>) -> Option<&'d str> {
        self.0.get(&described).map(String::as_str)
    }
}
