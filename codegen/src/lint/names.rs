//! Names that are written in two ways.

use std::collections::BTreeMap;

use ucwa_schema::Method;

use crate::extract::{Sample, SampleKind};
use crate::pages::Heading;

use super::finding::{LintFindings, LintKind, Spot};
use super::reference::Reference;

/// What stands in one namespace on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Space {
    /// Properties and parameters.
    Property,
    /// Relations and resources.
    Relation,
}

/// A spelling and where it is met: page, place and spot of each.
type Spellings = BTreeMap<String, Vec<(String, String, Spot)>>;

pub(super) fn find(reference: &Reference, findings: &mut LintFindings) {
    let mut names = BTreeMap::<(Space, String), Spellings>::new();
    let mut add = |space, name: &str, page: &str, place: String, spot: Spot| {
        let spellings = names.entry((space, name.to_lowercase())).or_default();
        spellings.entry(name.to_string()).or_default().push((page.to_string(), place, spot));
    };
    for view in &reference.pages {
        for row in &view.rows {
            let space = match row.section {
                Heading::Properties | Heading::Query | Heading::RequestBody => Space::Property,
                Heading::Links => Space::Relation,
                _ => continue,
            };
            add(space, row.cell(0), view.name(), row.place(), view.spot(row.line, row.cell(0)));
        }
    }
    for resource in reference.schema.resources.values() {
        add(Space::Relation, &resource.rel, &resource.page, "rel".into(), reference.title(&resource.page));
    }
    for shown in &reference.shown {
        let sample = &reference.samples[shown.sample];
        for name in shown.values.keys() {
            add(Space::Property, name, &sample.page, place(sample), reference.in_sample(shown, name));
        }
        for name in &shown.links {
            add(Space::Relation, name, &sample.page, place(sample), reference.in_sample(shown, name));
        }
    }
    for spellings in names.values().filter(|spellings| spellings.len() > 1) {
        rarer(spellings, findings);
    }
}

/// The place of a sample, whatever its format.
fn place(sample: &Sample) -> String {
    let method = sample.method.map_or("", Method::name);
    match sample.kind {
        SampleKind::Request => format!("operations/{method}/request"),
        SampleKind::Response => format!("operations/{method}/response"),
        SampleKind::Event => "events".into(),
    }
}

/// Tells of all spellings but the most frequent.
fn rarer(spellings: &Spellings, findings: &mut LintFindings) {
    let Some((usual, _)) = spellings.iter().max_by_key(|(name, places)| (places.len(), std::cmp::Reverse(*name)))
    else {
        return;
    };
    for (name, places) in spellings.iter().filter(|(name, _)| *name != usual) {
        for (page, place, spot) in places {
            let help = "keep it if samples have it too, because names on the wire are case-sensitive; otherwise correct it by an erratum";
            let message = format!("written `{name}` here and `{usual}` elsewhere");
            findings.add(LintKind::MisspeltName, page, place.as_str(), message, help, spot.clone());
        }
    }
}
