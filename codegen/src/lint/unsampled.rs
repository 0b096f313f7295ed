//! What tables list and no sample of the resource shows.

use std::collections::BTreeSet;

use ucwa_schema::Resource;

use super::finding::{LintFindings, LintKind};
use super::reference::Reference;

pub(super) fn find(reference: &Reference, findings: &mut LintFindings) {
    let mut seen = BTreeSet::<(&str, &str)>::new();
    let mut resources = BTreeSet::<&str>::new();
    for shown in &reference.shown {
        let sample = &reference.samples[shown.sample];
        let by_page = if shown.relation.is_none() { reference.schema.resources.get(&sample.resource) } else { None };
        let owners = [shown.relation.as_deref(), shown.rel.as_deref(), by_page.map(|resource| resource.rel.as_str())];
        for owner in owners.into_iter().flatten() {
            resources.insert(owner);
            let embedded = shown.embedded.iter().flat_map(|(relation, rel)| [Some(relation), rel.as_ref()]).flatten();
            let names = shown.values.keys().chain(&shown.content).chain(&shown.links).chain(embedded);
            seen.extend(names.map(|name| (owner, name.as_str())));
        }
    }
    let is_shown = |resource: &&Resource| resources.contains(resource.rel.as_str());
    for resource in reference.schema.resources.values().filter(is_shown) {
        let rel = resource.rel.as_str();
        for property in resource.properties.iter().filter(|property| !seen.contains(&(rel, &property.name))) {
            let help = "the type is not confirmed: check the name, or explain why samples lack it";
            let place = format!("properties/{}", property.name);
            let spot = reference.in_table(&resource.page, &place);
            findings.add(LintKind::UnsampledProperty, &resource.page, place, "no sample has it", help, spot);
        }
        let links = resource.links.iter().filter(|link| link.rel != "self");
        for link in links.filter(|link| !seen.contains(&(rel, &link.rel))) {
            let help = "the target is not confirmed: check the name, or explain why samples lack it";
            let place = format!("links/{}", link.rel);
            let spot = reference.in_table(&resource.page, &place);
            findings.add(LintKind::UnsampledLink, &resource.page, place, "no sample has it", help, spot);
        }
    }
}
