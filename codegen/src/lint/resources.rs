//! Names that should be those of resources.

use crate::pages::Heading;

use super::finding::{LintFindings, LintKind, Spot};
use super::reference::Reference;

pub(super) fn find(reference: &Reference, findings: &mut LintFindings) {
    let resources = &reference.schema.resources;
    let wrong = |name: &str| -> Option<String> {
        if resources.contains_key(name) || reference.is_unreadable(name) {
            return None;
        }
        let other = resources.keys().find(|known| known.eq_ignore_ascii_case(name));
        Some(match other {
            Some(known) => format!("`{name}` is written `{known}` on its page"),
            None if name.is_empty() => "the table names no resource".into(),
            None => format!("`{name}` is not a resource"),
        })
    };
    for view in &reference.pages {
        for row in &view.rows {
            let mut add = |kind: LintKind, place: String, message: String, spot: Spot| {
                let help = "correct the name by an erratum, or explain what it stands for";
                findings.add(kind, view.name(), place, message, help, spot);
            };
            match row.section {
                Heading::Event(_) => {
                    for (column, part) in [(0, "resource"), (2, "sender")] {
                        if let Some(message) = wrong(row.cell(column)) {
                            let place = format!("{}/{part}", row.place());
                            add(LintKind::EventResource, place, message, view.spot(row.line, row.cell(column)));
                        }
                    }
                }
                Heading::ResponseBody => {
                    let name = row.cell(0).trim_start_matches('[').split(']').next().unwrap_or_default();
                    if let Some(message) = wrong(name) {
                        add(LintKind::ResponseItem, row.place(), message, view.spot(row.line, name));
                    }
                }
                _ => {}
            }
        }
    }
    targets(reference, findings);
}

/// Links that lead to resources without a page.
fn targets(reference: &Reference, findings: &mut LintFindings) {
    for resource in reference.schema.resources.values() {
        let is_known = |name: &str| reference.schema.resources.contains_key(name) || reference.is_unreadable(name);
        for link in resource.links.iter().filter(|link| !is_known(&link.target)) {
            let help = "give its target by an erratum, or add the page";
            let message = format!("leads to `{}`, which has no page", link.target);
            let place = format!("links/{}", link.rel);
            let spot = reference.in_table(&resource.page, &place);
            let place = format!("{place}/target");
            findings.add(LintKind::UndocumentedResource, &resource.page, place, message, help, spot);
        }
    }
}
