//! Values of enumerations and placeholders.

use std::collections::BTreeSet;

use ucwa_schema::{Enumeration, Parameter, Schema, Type};

use crate::extract::{Sample, SampleKind, stated_members};
use crate::pages::Heading;

use super::finding::{LintFindings, LintKind, Spot};
use super::reference::Reference;
use super::shown::ShownObject;

/// The value that samples hold in place of one.
const PLACEHOLDER: &str = "samplevalue";

pub(super) fn find(reference: &Reference, findings: &mut LintFindings) {
    for shown in &reference.shown {
        let sample = &reference.samples[shown.sample];
        for (name, texts) in &shown.values {
            let Some((page, place, kind)) = typed(reference, shown, sample, name) else { continue };
            for text in texts {
                value(reference, sample, (page, &place, &kind, name), text, findings);
            }
        }
    }
    stated(reference, findings);
    unused(reference, findings);
}

/// The page and place that say what type a value in a sample has, and the type.
fn typed<'r>(
    reference: &'r Reference,
    shown: &ShownObject,
    sample: &'r Sample,
    name: &str,
) -> Option<(&'r str, String, Type)> {
    let schema = &reference.corrected;
    if shown.relation.is_none() && sample.kind == SampleKind::Request {
        let resource = schema.resources.get(&sample.resource)?;
        let operation = resource.operations.iter().find(|operation| Some(operation.method) == sample.method)?;
        let parameter = operation.input.iter().find(|parameter| parameter.name == name)?;
        let place = format!("operations/{}/input/{name}", operation.method);
        return Some((&resource.page, place, parameter.kind.clone()));
    }
    let owner = reference.owner(shown)?;
    let page = reference.page_of(owner, sample);
    let revision = schema.resources.values().find(|resource| resource.page == page);
    let mut resources = revision.into_iter().chain(schema.revisions(&owner.rel));
    let property = resources.find_map(|resource| resource.properties.iter().find(|property| property.name == name))?;
    Some((page, format!("properties/{name}"), property.kind.clone()))
}

fn value(
    reference: &Reference,
    sample: &Sample,
    (page, place, kind, name): (&str, &str, &Type, &str),
    text: &str,
    findings: &mut LintFindings,
) {
    let scalar = scalar(kind);
    if text == PLACEHOLDER {
        if *scalar != Type::String {
            let message = format!("samples have a placeholder where {kind} is documented");
            let help = "check whether the type is right; the sample is no evidence";
            findings.add(LintKind::PlaceholderValue, page, place, message, help, reference.in_sample(sample, name));
        }
    } else if let Some(enumeration) = scalar.enumeration().and_then(|name| reference.schema.enumerations.get(name)) {
        for part in text.split(',').map(str::trim) {
            unlisted(enumeration, part, reference.in_sample(sample, name), findings);
        }
    }
}

fn unlisted(enumeration: &Enumeration, text: &str, spot: Spot, findings: &mut LintFindings) {
    let help = "add the value by an erratum, or check whether the property has another enumeration";
    if enumeration.members.iter().any(|member| member.name == text) {
        return;
    }
    let other_case = enumeration.members.iter().find(|member| member.name.eq_ignore_ascii_case(text));
    let message = match other_case {
        Some(member) => format!("used, but the page lists it as `{}`", member.name),
        None => "used, but the page does not list it".into(),
    };
    findings.add(LintKind::UnlistedValue, &enumeration.page, format!("members/{text}"), message, help, spot);
}

/// The type of one value.
fn scalar(kind: &Type) -> &Type {
    match kind {
        Type::Array(inner) | Type::Nullable(inner) => scalar(inner),
        other => other,
    }
}

/// Values that the descriptions of parameters list.
fn stated(reference: &Reference, findings: &mut LintFindings) {
    for view in &reference.pages {
        for row in view.rows.iter().filter(|row| row.section == Heading::RequestBody) {
            let Some((name, members)) = stated_members(row.cell(1)) else { continue };
            let Some(enumeration) = reference.schema.enumerations.get(name) else { continue };
            for member in members {
                unlisted(enumeration, &member, view.spot(row.line, &member), findings);
            }
        }
    }
}

/// Enumerations that no property or parameter has, corrections included.
fn unused(reference: &Reference, findings: &mut LintFindings) {
    let used = used(&reference.corrected);
    for enumeration in reference.schema.enumerations.values() {
        let in_errors = ["ErrorCode", "ErrorSubcode"].contains(&enumeration.name.as_str());
        if !in_errors && !used.contains(enumeration.name.as_str()) {
            let help = "find the property that has its values, or explain where they occur";
            let message = "no property or parameter has its values";
            let spot = reference.title(&enumeration.page);
            findings.add(LintKind::UnusedEnumeration, &enumeration.page, "", message, help, spot);
        }
    }
}

fn used(schema: &Schema) -> BTreeSet<&str> {
    let resources = || schema.resources.values();
    let properties = resources().flat_map(|resource| &resource.properties).map(|property| &property.kind);
    let operations = resources().flat_map(|resource| &resource.operations);
    let parameters = operations.flat_map(|operation| operation.query.iter().chain(&operation.input));
    let kinds = properties.chain(parameters.map(|parameter: &Parameter| &parameter.kind));
    kinds.filter_map(Type::enumeration).collect()
}
