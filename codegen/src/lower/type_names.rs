//! The names of types and modules, which are given to all of a schema at once.

use std::collections::{BTreeMap, BTreeSet};

use ucwa_schema::{Method, Resource, Schema};

use super::model::{ENUMERATIONS, EVENTS, TypePath};
use super::names::{NameRole, NameScope};
use super::parameters::{has_input, has_swappable};

/// The names that the root module takes for itself: those of its files, and those of the modules and crates that it re-exports.
const ROOT_NAMES: [&str; 13] = [
    ENUMERATIONS,
    EVENTS,
    "generic_error",
    "http",
    "lib",
    "prelude",
    "registry",
    "runtime",
    "serde_json",
    "shared_errors",
    "time",
    "ucwa_runtime",
    "url",
];

/// The names that emitted modules import, and those of the preludes of Rust and of the runtime, all of which a glob import of a
/// module would shadow; types of the schema make way for them.
pub(super) const TAKEN_TYPES: [&str; 109] = [
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
    "Document",
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
    "OperationRequest",
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
    "Representation",
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

/// The types and modules of everything that has a page.
pub(super) struct TypeNames {
    pub(super) resources: BTreeMap<String, (TypePath, String)>,
    pub(super) enumerations: BTreeMap<String, (String, String)>,
    pub(super) categories: BTreeMap<String, String>,
    pub(super) inputs: BTreeMap<(String, Method), String>,
    pub(super) required: BTreeMap<(String, Method), String>,
    pub(super) errors: BTreeMap<(String, Method), String>,
    pub(super) reasons: BTreeMap<String, String>,
}

impl TypeNames {
    pub(super) fn new(schema: &Schema) -> Self {
        let mut roots = NameScope::with_reserved(&ROOT_NAMES);
        let categories: BTreeMap<_, _> = schema
            .resources
            .values()
            .map(|resource| category(resource).to_owned())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(|title| (title.clone(), roots.add(NameRole::Module, &title).rust))
            .collect();
        let mut types = NameScope::with_reserved(&TAKEN_TYPES);
        let mut modules = BTreeMap::<String, NameScope>::new();
        let mut resources = BTreeMap::new();
        for (name, resource) in &schema.resources {
            let category = categories.get(category(resource)).cloned().unwrap_or_default();
            let type_name = types.add_with(NameRole::Type, name, "Resource").rust;
            // A module called like the one around it would confuse readers.
            let scope = modules.entry(category.clone()).or_insert_with(|| NameScope::with_reserved(&[&category]));
            let module = scope.add(NameRole::Module, name).rust;
            resources.insert(name.clone(), (TypePath { module: category, type_name }, module));
        }
        let mut modules = NameScope::default();
        let mut enumerations = BTreeMap::new();
        for name in schema.enumerations.keys() {
            let type_name = types.add(NameRole::Type, name).rust;
            enumerations.insert(name.clone(), (type_name, modules.add(NameRole::Module, name).rust));
        }
        let (mut inputs, mut required) = (BTreeMap::new(), BTreeMap::new());
        for (name, resource) in &schema.resources {
            for operation in resource.operations.iter().filter(|operation| has_input(operation)) {
                let suffix = if operation.method == Method::Get { "Query" } else { "Input" };
                let type_name = types.add(NameRole::Type, &format!("{name}{suffix}")).rust;
                if has_swappable(operation) {
                    let type_name = types.add(NameRole::Type, &format!("{type_name}Required")).rust;
                    required.insert((name.clone(), operation.method), type_name);
                }
                inputs.insert((name.clone(), operation.method), type_name);
            }
        }
        let mut errors = BTreeMap::new();
        for (name, resource) in &schema.resources {
            for operation in &resource.operations {
                let verb = operation.method.name().to_lowercase();
                let type_name = types.add(NameRole::Type, &format!("{name}_{verb}_error")).rust;
                errors.insert((name.clone(), operation.method), type_name);
            }
        }
        let listed = schema.resources.iter().filter(|(_, resource)| !resource.reasons.is_empty());
        let reasons =
            listed.map(|(name, _)| (name.clone(), types.add(NameRole::Type, &format!("{name}_reason")).rust)).collect();
        Self { resources, enumerations, categories, inputs, required, errors, reasons }
    }
}

/// The title of the category of a resource.
pub(crate) fn category(resource: &Resource) -> &str {
    resource.category.as_deref().unwrap_or("Uncategorized")
}
