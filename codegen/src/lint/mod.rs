//! What is wrong with the reference itself: where its tables and samples disagree, name what has no page, or say things twice.
//!
//! [`lint`] looks at pages and returns [`LintFinding`]s, sorted, each once however often it shows. [`triage`](mod@triage) tells
//! those that an erratum corrects or a reason in `lint.json` explains from those that are new, and [`render`](mod@render)
//! prints them.

mod duplicates;
mod errors;
mod finding;
mod names;
mod overview;
mod reference;
pub mod render;
mod resources;
mod shown;
pub mod triage;
mod undocumented;
mod unsampled;
mod values;

use ucwa_schema::Erratum;

use crate::pages::{Page, ParsedPage, in_parallel, read};

use finding::LintFindings;
use reference::Reference;

pub use finding::{LintFinding, LintKind, Spot};

/// Finds what is wrong with pages. Errata tell types that the pages do not, and are themselves looked at.
pub fn lint(pages: &[Page], errata: &[Erratum]) -> Vec<LintFinding> {
    lint_parsed(pages, in_parallel(pages, read), errata)
}

/// Finds what is wrong with pages that were parsed already.
pub(crate) fn lint_parsed(pages: &[Page], parsed: Vec<ParsedPage>, errata: &[Erratum]) -> Vec<LintFinding> {
    let reference = Reference::of(pages, parsed, errata);
    let mut findings = LintFindings::default();
    let checks = [
        unplaced,
        undocumented::find,
        unsampled::find,
        values::find,
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
fn unplaced(reference: &Reference, findings: &mut LintFindings) {
    for diagnostic in &reference.diagnostics {
        let kind = if diagnostic.is_error() { LintKind::Unplaced } else { LintKind::Untidy };
        let page = diagnostic.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let spot = Spot::of(diagnostic);
        let (message, expected) = (diagnostic.message.as_str(), diagnostic.expected.as_str());
        findings.add(kind, &page, "", message, expected, spot);
    }
}

/// Errata that do not apply.
fn stale(reference: &Reference, findings: &mut LintFindings) {
    for error in &reference.stale {
        let help = "correct the erratum, or remove it if the page was corrected";
        let message = format!("erratum `{}`: {}", error.id, error.problem);
        findings.add(
            LintKind::StaleErratum,
            &error.page,
            error.place.as_str(),
            message,
            help,
            reference.title(&error.page),
        );
    }
}
