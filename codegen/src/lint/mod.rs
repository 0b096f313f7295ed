//! What is wrong with the reference itself: where its tables and samples disagree, lead nowhere or say things twice.
//!
//! [`lint`] looks at pages and returns [`Finding`]s, sorted, each once however often it shows. [`triage`](mod@triage) tells
//! those that an erratum corrects or a reason in `lint.json` explains from those that are new, and [`render`](mod@render)
//! prints them.

mod dead_links;
mod duplicates;
mod errors;
mod finding;
mod message;
mod names;
mod overview;
mod reference;
pub mod render;
mod resources;
mod samples;
mod shape;
pub mod triage;
mod undocumented;
mod unsampled;
mod values;

use ucwa_schema::Erratum;

use crate::pages::Page;

use finding::Findings;
use reference::Reference;

pub use finding::{Finding, Kind, Spot};

/// Finds what is wrong with pages. Errata tell types that the pages do not, and are themselves looked at.
pub fn lint(pages: &[Page], errata: &[Erratum]) -> Vec<Finding> {
    let reference = Reference::of(pages, errata);
    let mut findings = Findings::default();
    let checks = [
        unplaced,
        undocumented::find,
        unsampled::find,
        samples::find,
        values::find,
        shape::find,
        dead_links::find,
        errors::find,
        duplicates::find,
        names::find,
        resources::find,
        overview::find,
        stale,
    ];
    for check in checks {
        check(&reference, &mut findings);
    }
    findings.sorted()
}

/// What extraction cannot place, or only with good will.
fn unplaced(reference: &Reference, findings: &mut Findings) {
    for diagnostic in &reference.diagnostics {
        let kind = if diagnostic.is_error() { Kind::Unplaced } else { Kind::Untidy };
        let page = diagnostic.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let spot = Spot::of(diagnostic);
        let (message, expected) = (diagnostic.message.as_str(), diagnostic.expected.as_str());
        findings.add(kind, &page, "", message, expected, spot);
    }
}

/// Errata that do not apply.
fn stale(reference: &Reference, findings: &mut Findings) {
    for error in &reference.stale {
        let help = "correct the erratum, or remove it if the page was corrected";
        let message = format!("erratum `{}`: {}", error.id, error.problem);
        findings.add(
            Kind::StaleErratum,
            &error.page,
            error.place.as_str(),
            message,
            help,
            reference.title(&error.page),
        );
    }
}
