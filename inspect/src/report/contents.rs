//! What a report holds.

use serde::Serialize;
use ucwa_schema::Erratum;

use crate::check::Checker;
use crate::finding::{FindingKind, FindingSubject, Sightings};
use crate::input::InputError;
use crate::mask::Masker;
use crate::printable::printable;
use crate::suggest::suggest;

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// How many files were read.
    pub files: usize,
    /// The messages that the bindings read, by sort.
    pub read: Vec<Counted>,
    /// The messages that were skipped, by reason.
    pub passed_over: Vec<Counted>,
    /// What was not checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_looked_for: Option<&'static str>,
    /// What could not be used.
    pub errors: Vec<String>,
    /// What is not known.
    pub findings: Vec<ReportedFinding>,
    /// The errata that the traffic suggests, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestions: Option<Vec<Erratum>>,
}

/// A sort of message with how many there were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The sort.
    pub what: &'static str,
    /// How many.
    pub count: usize,
}

/// One thing that is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportedFinding {
    /// In what sense.
    pub kind: FindingKind,
    /// What it is: `contact.mood`.
    pub what: String,
    /// Details.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// How often it was seen.
    pub count: usize,
    /// The first place: file, message, path.
    pub first: String,
}

impl Report {
    /// Makes a report that holds no secret which the masker knows or recognises.
    pub fn new(files: usize, checker: &Checker, errors: &[InputError], masker: &Masker) -> Self {
        let findings = checker.findings.iter().map(|(subject, seen)| finding(subject, seen, masker)).collect();
        let without_schema =
            "values of enumerations, events and errors that the reference does not list: give the schema with --schema";
        Self {
            files,
            read: counted(&checker.read),
            passed_over: counted(&checker.passed_over),
            not_looked_for: checker.schema.is_none().then_some(without_schema),
            errors: errors.iter().map(|error| printable(&masker.mask(&error.to_string()))).collect(),
            findings,
            suggestions: None,
        }
    }

    /// Adds the errata that the traffic suggests.
    #[must_use]
    pub fn with_suggestions(mut self, checker: &Checker, masker: &Masker) -> Self {
        let schema = checker.schema.as_ref();
        self.suggestions = schema.map(|schema| suggest(&checker.findings, schema, masker));
        self
    }

    /// The findings in the order of their kinds, a group for each kind that there is.
    pub(super) fn groups(&self) -> impl Iterator<Item = (FindingKind, Vec<&ReportedFinding>)> {
        FindingKind::ALL.into_iter().filter_map(|kind| {
            let group: Vec<_> = self.findings.iter().filter(|finding| finding.kind == kind).collect();
            (!group.is_empty()).then_some((kind, group))
        })
    }

    /// What was read, in one line.
    pub(super) fn summary(&self) -> String {
        let total: usize = self.read.iter().map(|sort| sort.count).sum();
        let files = plural(self.files, "file");
        let mut summary = format!("{} in {files}", plural(total, "message"));
        let sorts: Vec<_> = self.read.iter().map(|sort| format!("{}: {}", sort.what, sort.count)).collect();
        if !sorts.is_empty() {
            summary = format!("{summary} ({})", sorts.join(", "));
        }
        summary
    }

    /// How much is not known, in one line.
    pub(super) fn outcome(&self) -> String {
        match self.findings.len() {
            0 if self.read.is_empty() => "no message was checked".to_owned(),
            0 => "nothing unknown".to_owned(),
            count => plural(count, "finding"),
        }
    }
}

fn counted(counts: &std::collections::BTreeMap<&'static str, usize>) -> Vec<Counted> {
    counts.iter().map(|(what, count)| Counted { what, count: *count }).collect()
}

fn plural(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

fn finding(subject: &FindingSubject, seen: &Sightings, masker: &Masker) -> ReportedFinding {
    let FindingSubject { kind, owner, name, .. } = subject;
    let what = match kind {
        FindingKind::UnknownResource
        | FindingKind::UnknownCode
        | FindingKind::UnknownSubcode
        | FindingKind::UnlistedError => name.clone(),
        FindingKind::UnlistedValue => format!("{owner}: {name}"),
        FindingKind::UnknownEvent => format!("{name}, from {owner}"),
        FindingKind::Unreadable => owner.to_string(),
        FindingKind::UnknownProperty
        | FindingKind::UnknownLink
        | FindingKind::WrongType
        | FindingKind::WrongCardinality => {
            format!("{owner}.{name}")
        }
    };
    let path = if seen.path.is_empty() { String::new() } else { format!(", {}", masker.mask_sent(&seen.path)) };
    ReportedFinding {
        kind: *kind,
        what: printable(&masker.mask_sent(&what)),
        detail: printable(&masker.mask_sent(&detail(subject, seen))),
        count: seen.count,
        first: printable(&format!("{}{path}", masker.mask(&seen.first.to_string()))),
    }
}

fn detail(subject: &FindingSubject, seen: &Sightings) -> String {
    let mut details = Vec::new();
    if !subject.detail.is_empty() {
        details.push(subject.detail.clone());
    }
    if !seen.errors.is_empty() && subject.owner.method.is_some() {
        details.push(format!("in response to {}", subject.owner));
    }
    details.extend(seen.values.as_ref().map(ToString::to_string));
    if subject.kind == FindingKind::UnknownLink {
        details.push(if seen.many { "several" } else { "one" }.to_owned());
        if seen.embedded {
            let targets: Vec<_> = seen.targets.iter().map(String::as_str).collect();
            details.push(format!("embedded: {}", targets.join(", ")));
        }
    }
    details.join("; ")
}
