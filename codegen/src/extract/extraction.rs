//! Extraction as a whole: from pages that were read to the schema.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ucwa_schema::Schema;

use crate::diagnostics::Diagnostic;
use crate::pages::{Overview, Page, ParsedPage, in_parallel, read};

use super::inference::known::Known;
use super::placing;
use super::placing::draft::{Draft, PageCounts, PageOrigin, PageTopic};
use super::resolve;
use super::samples::Sample;

/// What pages give.
#[derive(Debug, Clone)]
pub struct Extraction {
    /// What the pages say about UCWA, before errata. Pages with errors are left out.
    pub schema: Schema,
    /// The messages that the pages show, in the order of the pages.
    pub samples: Vec<Sample>,
    /// How much the pages hold.
    pub counts: PageCounts,
    /// The file names of the pages.
    pub pages: BTreeSet<String>,
    /// The overviews among them.
    pub overviews: BTreeSet<Overview>,
    /// What could not be placed: ten errors of a page at most.
    pub diagnostics: Vec<Diagnostic>,
    /// What is wrong with pages that could be understood all the same.
    pub warnings: Vec<Diagnostic>,
    /// The pages with errors, which are missing in the schema.
    pub unreadable: Vec<UnreadablePage>,
}

/// A page that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadablePage {
    /// The page.
    pub path: PathBuf,
    /// Its file name.
    pub name: String,
    /// How many more errors it has than are listed.
    pub unlisted: usize,
}

/// Takes out of pages what they say.
pub fn extract(pages: &[Page]) -> Extraction {
    extract_parsed(pages, &in_parallel(pages, read))
}

/// Takes out of pages that were parsed already what they say.
pub(crate) fn extract_parsed(pages: &[Page], parsed: &[ParsedPage]) -> Extraction {
    let pairs: Vec<_> = pages.iter().zip(parsed).collect();
    let mut drafts = in_parallel(&pairs, |(page, parsed)| placing::draft(page, parsed));
    same_names(&mut drafts);
    let pages = drafts.iter().map(|draft| draft.page.name.clone()).collect();
    let (mut diagnostics, mut warnings, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
    for draft in &mut drafts {
        if !draft.errors.is_empty() {
            let PageOrigin { path, name, .. } = draft.page.clone();
            unreadable.push(UnreadablePage { path, name, unlisted: draft.unlisted });
            draft.topic = PageTopic::Unknown;
        }
        diagnostics.append(&mut draft.errors);
        warnings.append(&mut draft.warnings);
    }
    let overviews = drafts.iter().filter_map(|draft| draft.topic.overview()).collect();
    drafts.retain(|draft| !matches!(draft.topic, PageTopic::Unknown));
    let schema = resolve::schema(&drafts, &Known::of(&drafts));
    let counts = drafts.iter().fold(PageCounts::default(), |sum, draft| sum.and(draft.counts));
    let samples = drafts.into_iter().flat_map(samples).collect();
    Extraction { schema, samples, counts, pages, overviews, diagnostics, warnings, unreadable }
}

/// The samples of a page: events first, as on the page.
fn samples(draft: Draft) -> Vec<Sample> {
    let PageTopic::Resource(resource) = draft.topic else { return Vec::new() };
    let events = resource.event_samples.into_iter().map(|(_, sample)| sample);
    events.chain(resource.operations.into_iter().flat_map(|operation| operation.samples)).collect()
}

/// Notes pages that describe one thing twice.
fn same_names(drafts: &mut [Draft]) {
    let mut seen = BTreeMap::<String, PathBuf>::new();
    for draft in drafts {
        let name = match &draft.topic {
            PageTopic::Resource(resource) => format!("resource `{}`", resource.name),
            PageTopic::Enumeration { name, .. } => format!("enumeration `{name}`"),
            PageTopic::GenericErrors(_) => "generic errors".into(),
            _ => continue,
        };
        // Names that differ by case alone become one file on some systems.
        if let Some(first) = seen.insert(name.to_lowercase(), draft.page.path.clone()) {
            let message = format!("the {name} is described by another page too");
            let expected = format!("remove this page or {}", first.display());
            let mut diagnostic = Diagnostic::of_file(draft.page.path.clone(), message, expected);
            diagnostic.line = draft.page.line;
            diagnostic.column = 1;
            draft.errors.push(diagnostic);
        }
    }
}
