//! What tables list and no sample shows.

use std::collections::BTreeSet;

use crate::pages::Heading;

use super::finding::{Findings, Kind};
use super::reference::Reference;

pub(super) fn find(reference: &Reference, findings: &mut Findings) {
    let mut seen = BTreeSet::<(&str, &str)>::new();
    let mut resources = BTreeSet::<&str>::new();
    for shown in &reference.shown {
        let sample = &reference.samples[shown.sample];
        let by_page = if shown.key.is_none() { reference.schema.resources.get(&sample.resource) } else { None };
        let owners = [shown.key.as_deref(), shown.node.rel.as_deref(), by_page.map(|resource| resource.rel.as_str())];
        let node = &shown.node;
        for owner in owners.into_iter().flatten() {
            resources.insert(owner);
            let embedded = node.embedded.iter().flat_map(|(key, node)| [Some(key), node.rel.as_ref()]).flatten();
            let names = node.values.keys().chain(&node.content).chain(&node.links).chain(embedded);
            seen.extend(names.map(|name| (owner, name.as_str())));
        }
    }
    for resource in reference.schema.resources.values() {
        let rel = resource.rel.as_str();
        let links = resource.links.iter().filter(|link| link.rel != "self");
        if !resources.contains(rel) {
            if !resource.properties.is_empty() || links.count() > 0 {
                let message = "no sample shows the resource";
                let help = "rely on the tables, and explain why there is no sample";
                let spot = reference.title(&resource.page);
                findings.add(Kind::MissingSample, &resource.page, "", message, help, spot);
            }
            continue;
        }
        for property in resource.properties.iter().filter(|property| !seen.contains(&(rel, &property.name))) {
            let help = "the type is not confirmed: check the name, or explain why samples lack it";
            let spot = reference.in_table(&resource.page, Heading::Properties, &property.name);
            let place = format!("properties/{}", property.name);
            findings.add(Kind::UnsampledProperty, &resource.page, place, "no sample has it", help, spot);
        }
        for link in links.filter(|link| !seen.contains(&(rel, &link.rel))) {
            let help = "the target is not confirmed: check the name, or explain why samples lack it";
            let spot = reference.in_table(&resource.page, Heading::Links, &link.rel);
            findings.add(
                Kind::UnsampledLink,
                &resource.page,
                format!("links/{}", link.rel),
                "no sample has it",
                help,
                spot,
            );
        }
    }
}
