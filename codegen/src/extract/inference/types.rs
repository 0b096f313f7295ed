//! The types of properties and parameters, by the best evidence there is.

use std::collections::BTreeSet;

use ucwa_schema::{Evidence, Method, Type, ValueLimits};

use super::enumeration_match as matching;
use super::known::Known;
use super::observed::{ObservedValues, ValueShape};
use super::statement;

/// A type and how it is known.
pub(in crate::extract) type Typed = (Type, Evidence);

/// Relations that hold content; reference pages list them among the properties.
const CONTENT: [&str; 7] = [
    "customContent",
    "htmlMessage",
    "mediaAnswer",
    "mediaOffer",
    "mediaProvisionalAnswer",
    "plainMessage",
    "offerContent",
];

/// The type of a property. Few pages state it, as they do that of parameters.
pub(in crate::extract) fn property(known: &Known, resource: &str, rel: &str, name: &str, description: &str) -> Typed {
    if let Some(kind) = statement::stated_type(description) {
        return (kind, Evidence::Stated);
    }
    let values = known.observations.property(rel, name);
    if values.is_some_and(|values| values.has(ValueShape::Content)) {
        return (Type::ExternalResource, Evidence::Sample);
    }
    let list = values.is_some_and(|values| values.has(ValueShape::List));
    let empty = ObservedValues::default();
    named(known, name, description)
        .map(|kind| (listed(kind, list || is_described_as_list(description)), Evidence::Named))
        .or_else(|| {
            let stated = known.stated(resource, name)?.required().clone();
            (stated != Type::String).then_some((stated, Evidence::Elsewhere))
        })
        .or_else(|| enumeration(known, rel, name, description, values))
        .or_else(|| values.and_then(|values| shown(name, values)))
        .unwrap_or_else(|| conventional(name, description, values.unwrap_or(&empty)))
}

/// A parameter that a type is wanted for.
pub(in crate::extract) struct Wanted<'a> {
    pub(in crate::extract) resource: &'a str,
    pub(in crate::extract) rel: &'a str,
    pub(in crate::extract) method: Method,
    pub(in crate::extract) name: &'a str,
    pub(in crate::extract) description: &'a str,
    pub(in crate::extract) limits: &'a ValueLimits,
}

/// The type of a parameter in a body.
pub(in crate::extract) fn input(known: &Known, wanted: &Wanted) -> Typed {
    if let Some(kind) = statement::stated_type(wanted.description) {
        return (kind, Evidence::Stated);
    }
    parameter(known, wanted)
}

/// The type of a parameter in an address, given the parameters of the same operation's body.
pub(in crate::extract) fn query(known: &Known, wanted: &Wanted, inputs: &[(&str, &Type)]) -> Typed {
    if let Some((_, kind)) = inputs.iter().find(|(name, _)| *name == wanted.name) {
        return ((*kind).clone(), Evidence::Elsewhere);
    }
    parameter(known, wanted)
}

fn parameter(known: &Known, wanted: &Wanted) -> Typed {
    let Wanted { resource, rel, method, name, description, limits } = *wanted;
    let values = known.observations.input(resource, method, name);
    let empty = ObservedValues::default();
    let list = values.is_some_and(|values| values.has(ValueShape::List));
    named(known, name, description)
        .map(|kind| (listed(kind, list), Evidence::Named))
        .or_else(|| known.stated(resource, name).map(|kind| (kind.clone(), Evidence::Elsewhere)))
        .or_else(|| enumeration(known, rel, name, description, values))
        .or_else(|| values.and_then(|values| shown(name, values)))
        .or_else(|| is_number(name, limits).then_some((Type::Int32, Evidence::Convention)))
        .unwrap_or_else(|| conventional(name, description, values.unwrap_or(&empty)))
}

/// Whether the limits are those of a number, or the name is.
fn is_number(name: &str, limits: &ValueLimits) -> bool {
    let first = limits.default.as_deref().and_then(|default| default.split_whitespace().next());
    let default = first.is_some_and(|default| default.parse::<i64>().is_ok());
    limits.minimum.is_some() || limits.maximum.is_some() || default || name == "limit"
}

/// The enumeration that a description names: in parentheses, or in its midst where the name alone could not be a word.
fn named(known: &Known, name: &str, description: &str) -> Option<Type> {
    let in_midst = || {
        statement::words(description).find(|word| {
            let several = word.bytes().filter(u8::is_ascii_uppercase).count() > 1;
            known.enumerations.contains_key(*word) && (several || word.eq_ignore_ascii_case(name))
        })
    };
    let found = statement::parenthesised(description).or_else(in_midst)?;
    Some(Type::Enumeration(found.to_string()))
}

/// The enumeration whose name fits the property's and whose members are the values in samples.
fn enumeration(
    known: &Known,
    rel: &str,
    name: &str,
    description: &str,
    values: Option<&ObservedValues>,
) -> Option<Typed> {
    let none = BTreeSet::new();
    let texts = values.map_or(&none, |values| &values.texts);
    let is_text = !is_address(name)
        && values.is_none_or(|values| {
            !values.has(ValueShape::Boolean) && !values.has(ValueShape::Integer) && !values.has(ValueShape::Date)
        });
    let (enumeration, quality) =
        matching::best(&known.enumerations, rel, name, description, texts).filter(|_| is_text)?;
    let evidence = if texts.is_empty() { Evidence::Convention } else { Evidence::Sample };
    if texts.is_empty() && quality < matching::SURE {
        return None;
    }
    let list = values.is_some_and(|values| values.has(ValueShape::List))
        || (values.is_none() && is_described_as_list(description));
    Some((listed(Type::Enumeration(enumeration.to_string()), list), evidence))
}

/// The type that the values in samples have.
fn shown(name: &str, values: &ObservedValues) -> Option<Typed> {
    let scalar = if values.has(ValueShape::Date) {
        Type::DateTime
    } else if values.has(ValueShape::Fraction) {
        Type::Double
    } else if values.has(ValueShape::WideInteger) {
        Type::Int64
    } else if values.has(ValueShape::Integer) {
        Type::Int32
    } else if values.has(ValueShape::Boolean) {
        Type::Boolean
    } else if is_address(name) {
        return None;
    } else if values.has(ValueShape::List) || !values.texts.is_empty() {
        Type::String
    } else {
        return None;
    };
    Some((listed(scalar, values.has(ValueShape::List)), Evidence::Sample))
}

/// The type that a name and a description suggest.
fn conventional(name: &str, description: &str, values: &ObservedValues) -> Typed {
    let scalar = if is_address(name) {
        Type::Uri
    } else if CONTENT.contains(&name) {
        Type::ExternalResource
    } else if !values.texts.is_empty() {
        Type::String
    } else if name.ends_with("Count") {
        Type::Int32
    } else if description.contains("\"false\"")
        || description.contains("\"true\"")
        || description.starts_with("Whether ")
    {
        Type::Boolean
    } else {
        Type::String
    };
    (listed(scalar, values.has(ValueShape::List)), Evidence::Convention)
}

/// Whether a name is one of an address. Phone numbers are none: they come with and without a scheme.
fn is_address(name: &str) -> bool {
    name == "uri" || ["Uri", "Url", "Uris", "Urls"].iter().any(|end| name.ends_with(end))
}

fn is_described_as_list(description: &str) -> bool {
    [
        "A list of",
        "The list of",
        "A collection of",
        "The set of",
        "The allowed values",
        "The modalities",
        "The message formats",
    ]
    .iter()
    .any(|start| description.starts_with(start))
}

fn listed(kind: Type, list: bool) -> Type {
    if list && !matches!(kind, Type::Array(_)) { Type::Array(Box::new(kind)) } else { kind }
}
