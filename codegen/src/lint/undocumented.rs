//! What samples show and no table lists.

use std::collections::BTreeSet;

use ucwa_schema::{Operation, Resource};

use crate::extract::{Sample, SampleKind};

use super::finding::{LintFindings, LintKind};
use super::reference::Reference;
use super::shown::ShownObject;

pub(super) fn find(reference: &Reference, findings: &mut LintFindings) {
    for shown in &reference.shown {
        let sample = &reference.samples[shown.sample];
        if shown.relation.is_none() && sample.kind == SampleKind::Request {
            input(reference, shown, sample, findings);
        } else if let Some(owner) = reference.owner(shown) {
            resource(reference, shown, sample, owner, findings);
        }
        resources(reference, shown, sample, findings);
    }
}

/// The properties and links of a resource that no page of the resource lists.
fn resource(
    reference: &Reference,
    shown: &ShownObject,
    sample: &Sample,
    owner: &Resource,
    findings: &mut LintFindings,
) {
    let page = reference.page_of(owner, sample);
    let lists = |name: &str| reference.lists(&owner.rel, name);
    for name in shown.values.keys().chain(&shown.content).filter(|name| !lists(name)) {
        let help = "add the property by an erratum, with the type that the samples show";
        let message = format!("samples of `{}` have it, but no table does", owner.rel);
        let spot = reference.in_sample(shown, name);
        findings.add(LintKind::UndocumentedProperty, page, format!("properties/{name}"), message, help, spot);
    }
    let embedded = shown.embedded.iter().map(|(key, _)| key);
    for rel in shown.links.iter().chain(embedded).filter(|rel| !lists(rel)) {
        let help = "add the link by an erratum, with what it leads to";
        let message = format!("samples of `{}` have it, but no table does", owner.rel);
        let spot = reference.in_sample(shown, rel);
        findings.add(LintKind::UndocumentedLink, page, format!("links/{rel}"), message, help, spot);
    }
}

/// The parameters of a request that its table does not list.
fn input(reference: &Reference, shown: &ShownObject, sample: &Sample, findings: &mut LintFindings) {
    let Some((resource, operation)) = operation(reference, sample) else { return };
    let parameters = operation.input.iter().chain(&operation.query).map(|parameter| &parameter.name);
    let properties = resource.properties.iter().map(|property| &property.name);
    let links = resource.links.iter().map(|link| &link.rel);
    let taken: BTreeSet<_> = parameters.chain(properties).chain(links).collect();
    for name in shown.values.keys().chain(&shown.content).filter(|name| !taken.contains(name)) {
        let place = format!("operations/{}/input/{name}", operation.method);
        let help = "add the parameter by an erratum, with the type that the samples show";
        let message = "samples of the request have it, but no table does";
        let spot = reference.in_sample(shown, name);
        findings.add(LintKind::UndocumentedProperty, &sample.page, place, message, help, spot);
    }
}

fn operation<'r>(reference: &'r Reference, sample: &Sample) -> Option<(&'r Resource, &'r Operation)> {
    let resource = reference.schema.resources.get(&sample.resource)?;
    let operation = resource.operations.iter().find(|operation| Some(operation.method) == sample.method)?;
    Some((resource, operation))
}

/// The resources that a sample names and that have no page.
fn resources(reference: &Reference, shown: &ShownObject, sample: &Sample, findings: &mut LintFindings) {
    let Some(rel) = shown.rel.as_deref() else { return };
    if !reference.describes(rel) {
        let help = "add its page, or explain why it has none";
        let message = "samples have it, but no page describes it";
        let spot = reference.in_sample(shown, rel);
        findings.add(LintKind::UndocumentedResource, &sample.page, format!("resources/{rel}"), message, help, spot);
    }
}
