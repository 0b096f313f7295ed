//! Documentation in words: the summary where somebody wrote one, else what the schema knows, and always the facts.

use std::collections::BTreeSet;

use ucwa_schema::{
    CRATE_INTRODUCTION, Enumeration, ErrorRow, Event, EventType, GenericError, Member, Method, Operation, Parameter,
    Property, ReasonCode, Relation, Resource, Schema, ValueLimits,
};

use super::model::{ErrorModel, ErrorVariant};
use super::names::RustName;
use super::parameters::parameters;
use super::prose::{Docs, prose, undirected};

/// The documentation of the crate: its introduction as it stands, examples and all.
pub(super) fn crate_docs(schema: &Schema) -> Vec<String> {
    introduction(schema, CRATE_INTRODUCTION, "Typed bindings for UCWA 2.0, generated from a schema.")
}

/// The documentation of the module of a category.
pub(super) fn category_docs(schema: &Schema, title: &str) -> Vec<String> {
    introduction(schema, title, &format!("The resources that the reference lists under `{title}`."))
}

/// An introduction that people wrote, or else a sentence.
fn introduction(schema: &Schema, name: &str, otherwise: &str) -> Vec<String> {
    match schema.introductions.get(name) {
        // A line may end as on any system, and what is emitted must not hold a lone carriage return.
        Some(text) => {
            undirected(text.trim_end()).replace("\r\n", "\n").split(['\n', '\r']).map(str::to_owned).collect()
        }
        None => vec![prose(otherwise)],
    }
}

/// The documentation of a resource, which may be only linked to.
pub(super) fn resource_docs(resource: &Resource, linked: bool) -> Vec<String> {
    let mut docs = Docs::default();
    docs.lead(resource.summary.as_deref(), format!("The resource `{}`.", resource.name));
    if resource.revision > 1 {
        docs.paragraph();
        docs.line(format!("This is revision {} of `{}`.", resource.revision, resource.rel));
    } else if resource.name != resource.rel {
        docs.paragraph();
        docs.line(format!("Named `{}` on the wire.", resource.rel));
    }
    if !resource.operations.is_empty() {
        docs.heading("Operations");
    }
    for operation in &resource.operations {
        docs.labelled(operation.method.name(), operation.summary.as_deref());
    }
    if !resource.events.is_empty() {
        docs.heading("Events");
    }
    for event in &resource.events {
        let summary = event.summary.as_ref().map_or(String::new(), |summary| format!(" {summary}"));
        docs.item(format!("{}.{summary}", event_text(event)));
    }
    docs.heading("Reference");
    if linked {
        docs.item(
            "Comes only as a link: no response, event or other resource holds it, so that the type has no values.",
        );
    }
    if resource.operations.is_empty() {
        docs.item("Has no operations: it only comes embedded in other resources or in events.");
    }
    if !resource.scopes.is_empty() {
        let scopes: Vec<_> = resource.scopes.iter().map(|scope| format!("`{scope}`")).collect();
        docs.item(match &scopes[..] {
            [scope] => format!("Online applications need the permission {scope}."),
            scopes => format!("Online applications need one of the permissions {}.", scopes.join(", ")),
        });
    }
    docs.page(&resource.page);
    docs.lines
}

/// An event in words: what happens, who reports it, how soon.
pub(crate) fn event_text(event: &Event) -> String {
    let (resource, kind) = (&event.resource, event.kind.name());
    let what = match (&event.collection, event.kind) {
        (None, _) => format!("`{resource}` {kind}"),
        (Some(collection), EventType::Added) => format!("`{resource}` {kind} to `{collection}`"),
        (Some(collection), EventType::Deleted) => format!("`{resource}` {kind} from `{collection}`"),
        (Some(collection), _) => format!("`{resource}` of `{collection}` {kind}"),
    };
    let sender = &event.sender;
    match event.priority.as_str() {
        "" => format!("{what}, sent by `{sender}`"),
        priority => format!("{what}, sent by `{sender}` with {priority} priority"),
    }
}

/// The documentation of a kind of event: what happened, and the rows of event tables that list it.
pub(super) fn event_docs(rel: &str, kind: EventType, rows: &[&Event]) -> Vec<String> {
    let mut docs = Docs::default();
    docs.line(format!("`{rel}` {}.", kind.name()));
    docs.paragraph();
    let texts: BTreeSet<_> = rows.iter().map(|row| (event_text(row), row.summary.as_deref())).collect();
    for (text, summary) in texts {
        docs.item(summary.map_or_else(|| format!("{text}."), |summary| format!("{text}. {summary}")));
    }
    if rows.is_empty() {
        docs.line("No event table lists it. Such events report that an operation started, changed or completed.");
    }
    docs.lines
}

/// The documentation of a property, which has these limits.
pub(super) fn property_docs(
    resource: &Resource,
    property: &Property,
    limits: &ValueLimits,
    name: &RustName,
) -> Vec<String> {
    let mut docs = Docs::default();
    docs.summary(property.summary.as_deref(), format!("The property `{}` of `{}`.", property.name, resource.rel));
    docs.facts(&property.name, &property.kind, property.evidence, limits, name);
    docs.lines
}

/// The documentation of a parameter.
pub(super) fn parameter_docs(parameter: &Parameter, name: &RustName) -> Vec<String> {
    let mut docs = Docs::default();
    docs.summary(parameter.summary.as_deref(), format!("The parameter `{}`.", parameter.name));
    docs.facts(&parameter.name, &parameter.kind, parameter.evidence, &parameter.limits, name);
    docs.lines
}

/// The documentation of an input.
pub(super) fn input_docs(resource: &Resource, operation: &Operation, starts: bool) -> Vec<String> {
    let mut docs = Docs::default();
    docs.line(match operation.method {
        Method::Get => format!("Query parameters of `GET {}`.", resource.name),
        method => format!("Parameters of `{method} {}`.", resource.name),
    });
    docs.paragraph();
    if !operation.content.is_empty() {
        let media_types: Vec<_> = operation.content.iter().map(|media_type| format!("`{media_type}`")).collect();
        let rest = if parameters(operation).next().is_some() { " Parameters go into the URL." } else { "" };
        docs.line(format!("The body is content of the type {}.{rest}", media_types.join(" or ")));
        docs.paragraph();
    }
    if starts {
        docs.line("Starts an operation that goes on after the response: all events about it repeat the `operationId`.");
        docs.paragraph();
    }
    docs.page(&resource.page);
    docs.lines
}

/// The documentation of the errors of an operation.
pub(super) fn errors_docs(resource: &Resource, operation: &Operation, errors: &[ErrorVariant]) -> Vec<String> {
    let mut docs = Docs::default();
    docs.line(format!("Errors returned by `{} {}`.", operation.method, resource.name));
    listed_everywhere(&mut docs, errors);
    docs.lines
}

/// The documentation of errors that several operations have; `errors` are those of one of them.
pub(super) fn shared_errors_docs(method: Method, errors: &ErrorModel) -> Vec<String> {
    let mut docs = Docs::default();
    let own: Vec<_> = errors.own().map(|variant| format!("`{}`", variant.name)).collect();
    docs.line(match &own[..] {
        [] => format!("Errors returned by a {method} that has none of its own in the reference."),
        own => format!("Errors returned by a {method} that has only {} of its own in the reference.", own.join(", ")),
    });
    docs.paragraph();
    docs.line(format!(
        "Each operation has its own name for this type, such as `{}`. Use that: an operation that gets another error in a \
         later version of the reference has a type of its own from then on, under the same name.",
        errors.type_name
    ));
    listed_everywhere(&mut docs, &errors.variants);
    docs.lines
}

fn listed_everywhere(docs: &mut Docs, errors: &[ErrorVariant]) {
    let names: Vec<_> =
        errors.iter().filter(|error| error.everywhere).map(|error| format!("`{}`", error.name)).collect();
    if !names.is_empty() {
        docs.heading("Listed for every operation");
        docs.line(format!(
            "The reference lists {} for nearly every operation, whether or not it can return them.",
            names.join(", ")
        ));
    }
}

/// The documentation of an error: its code and subcode, and what it can stand for.
pub(super) fn error_docs(row: &ErrorRow, causes: &BTreeSet<&str>) -> Vec<String> {
    let mut docs = Docs::default();
    docs.line(match &row.subcode {
        Some(subcode) => format!("`{}` with `{subcode}`, status {}.", row.code, row.status),
        None => format!("`{}`, status {}.", row.code, row.status),
    });
    if !causes.is_empty() {
        docs.paragraph();
    }
    if let [cause] = causes.iter().collect::<Vec<_>>()[..] {
        docs.line(cause);
    } else {
        for cause in causes {
            docs.item(cause);
        }
    }
    docs.lines
}

/// The documentation of the reasons for which operations fail after they have begun.
pub(super) fn reasons_docs(resource: &Resource) -> Vec<String> {
    let mut docs = Docs::default();
    docs.line(format!("Reasons for failure in the `completed` event of `{}`.", resource.name));
    if let Some(edition) = &resource.reasons.edition {
        docs.paragraph();
        docs.line(format!("The edition {edition} of the reference lists them; later editions do not."));
    }
    docs.lines
}

/// The documentation of such a reason.
pub(super) fn reason_docs(reason: &ReasonCode, meaning: Option<&str>) -> Vec<String> {
    let mut docs = Docs::default();
    let codes = match &reason.subcode {
        Some(subcode) => format!("`{}` with `{subcode}`.", reason.code),
        None => format!("`{}`.", reason.code),
    };
    docs.summary(meaning, codes.clone());
    if meaning.is_some() {
        docs.paragraph();
        docs.line(codes);
    }
    docs.lines
}

/// The documentation of an error that any operation can meet.
pub(super) fn generic_error_docs(error: &GenericError) -> Vec<String> {
    let mut docs = Docs::default();
    docs.summary(error.summary.as_deref(), format!("`{}`.", error.name));
    docs.lines
}

/// The documentation of a relation.
pub(super) fn relation_docs(relation: &Relation, name: &RustName, has_page: bool) -> Vec<String> {
    let mut docs = Docs::default();
    let what = match relation.cardinality {
        ucwa_schema::Cardinality::One => format!("Leads to `{}`.", relation.target),
        ucwa_schema::Cardinality::Many => format!("Leads to any number of resources `{}`.", relation.target),
    };
    docs.summary(relation.summary.as_deref(), what);
    let mut facts = vec![format!("Relation `{}`", relation.rel)];
    if relation.target != relation.rel {
        facts.push(format!("to `{}`", relation.target));
    }
    facts.push(if relation.embedded { "linked or embedded".into() } else { "linked".into() });
    docs.paragraph();
    docs.line(format!("{}.", facts.join(", ")));
    if !has_page {
        docs.line("No page of the reference describes the target.");
    }
    if name.renamed {
        docs.line(format!("The method is called `{}`, as `{}` is taken.", name.rust, relation.rel));
    }
    docs.lines
}

/// The documentation of an enumeration.
pub(super) fn enumeration_docs(enumeration: &Enumeration) -> Vec<String> {
    let mut docs = Docs::default();
    docs.lead(enumeration.summary.as_deref(), format!("The values of `{}`.", enumeration.name));
    docs.paragraph();
    docs.line("A value that is not listed is kept as it came, and written back unchanged.");
    docs.paragraph();
    docs.page(&enumeration.page);
    docs.lines
}

/// The documentation of a value of an enumeration.
pub(super) fn member_docs(member: &Member, name: &RustName) -> Vec<String> {
    let mut docs = Docs::default();
    docs.summary(member.summary.as_deref(), format!("`{}`.", member.name));
    if name.renamed {
        docs.line(format!("Named `{}` on the wire.", member.name));
    }
    docs.lines
}
