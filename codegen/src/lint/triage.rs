//! Telling findings that are corrected or explained from those that are new.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ucwa_files::read_file;
use ucwa_schema::Erratum;

use super::finding::{LintFinding, LintKind, Spot};

/// The file of a schema folder that holds the reasons.
pub const FILE: &str = "lint.json";

/// Why a finding needs no erratum.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// The kind of the finding.
    pub kind: LintKind,
    /// The file name of the page; `*` for all.
    pub page: String,
    /// The place and what is wrong there, as `lint` tells it. It may end in `*`, which stands for whatever follows.
    pub finding: String,
    /// Why it is left as it is.
    pub reason: String,
}

/// Why the reasons could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ExplanationsError {
    /// The file could not be read.
    #[error("{path}: {source}; name the schema folder with --schema", path = .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// The file is not a list of reasons.
    #[error(
        "{path}:{line}:{column}: {source}; write a list of {{ \"kind\", \"page\", \"finding\", \"reason\" }}",
        path = .path.display(), line = .source.line(), column = .source.column()
    )]
    Parse {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl Explanation {
    /// Reads the reasons of a schema folder; none where it has no such file.
    pub fn load(folder: &Path) -> Result<Vec<Self>, ExplanationsError> {
        let path = folder.join(FILE);
        match read_file(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|source| ExplanationsError::Parse { path, source }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(source) => Err(ExplanationsError::Read { path, source }),
        }
    }

    /// Whether it explains a finding, which has this [text](LintFinding::text).
    fn explains(&self, finding: &LintFinding, text: &str) -> bool {
        self.kind == finding.kind
            && (self.page == "*" || self.page == finding.page)
            && self.finding.strip_suffix('*').map_or(self.finding == text, |start| text.starts_with(start))
    }
}

impl<'de> Deserialize<'de> for LintKind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::find(&name).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|kind| kind.name()).collect();
            serde::de::Error::custom(format!("`{name}` is no kind of finding: write one of {}", names.join(", ")))
        })
    }
}

/// What became of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Resolution {
    /// The erratum of this name corrects it.
    #[serde(rename = "erratum")]
    Corrected(String),
    /// It is left as it is, for this reason.
    #[serde(rename = "reason")]
    Explained(String),
    /// Nobody has dealt with it.
    New,
}

/// A finding and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Triaged {
    /// The finding.
    pub finding: LintFinding,
    /// What became of it.
    pub outcome: Resolution,
}

impl Triaged {
    /// Whether nobody has dealt with it.
    pub fn is_new(&self) -> bool {
        self.outcome == Resolution::New
    }
}

/// Tells what became of each finding. A reason that explains none that no erratum corrects, though its page is among `pages`,
/// is a finding too;
/// one for all pages counts as such where `pages` hold the overview of resources, and so are the whole reference.
pub fn triage(
    findings: Vec<LintFinding>,
    errata: &[Erratum],
    reasons: &[Explanation],
    pages: &BTreeSet<&str>,
) -> Vec<Triaged> {
    let met: Vec<Cell<bool>> = reasons.iter().map(|_| Cell::new(false)).collect();
    let outcome = |finding: &LintFinding| {
        let mut of_page = errata.iter().filter(|erratum| erratum.page == finding.page);
        if let Some(erratum) = of_page.find(|erratum| corrects(erratum, finding)) {
            return Some(Resolution::Corrected(erratum.id.clone()));
        }
        let (mut explained, text) = (None, finding.text());
        for (reason, met) in reasons.iter().zip(&met).filter(|(reason, _)| reason.explains(finding, &text)) {
            met.set(true);
            explained.get_or_insert(reason);
        }
        explained.map(|reason| Resolution::Explained(reason.reason.clone()))
    };
    let triaged = |finding: LintFinding| Triaged { outcome: outcome(&finding).unwrap_or(Resolution::New), finding };
    let mut triaged: Vec<_> = findings.into_iter().map(triaged).collect();
    let is_overview =
        |page: &&str| Path::new(page).file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("UCWAResources"));
    let is_whole = pages.iter().any(is_overview);
    let unmet = reasons.iter().zip(&met).filter(|(_, met)| !met.get()).map(|(reason, _)| reason);
    triaged.extend(
        unmet
            .filter(|reason| if reason.page == "*" { is_whole } else { pages.contains(reason.page.as_str()) })
            .map(stale),
    );
    triaged
}

fn stale(reason: &Explanation) -> Triaged {
    let spot = Spot { file: FILE.into(), line: 0, column: 0, span: (0, 0), source: String::new() };
    let finding = LintFinding {
        kind: LintKind::StaleReason,
        page: FILE.into(),
        place: String::new(),
        message: format!("the {} `{}` of {} no longer occurs", reason.kind, reason.finding, reason.page),
        help: "remove the reason, or correct what it is for".into(),
        spots: [spot].into(),
    };
    Triaged { finding, outcome: Resolution::New }
}

/// Whether an erratum of the same page corrects what a finding is about: the same place, and the kind of correction that it calls for.
fn corrects(erratum: &Erratum, finding: &LintFinding) -> bool {
    if let Some((old, new)) = renamed(erratum) {
        let place = match finding.kind {
            LintKind::UnsampledProperty | LintKind::UnsampledLink => old,
            LintKind::UndocumentedProperty | LintKind::UndocumentedLink => new,
            _ => return false,
        };
        return finding.place == place;
    }
    let (added, removed) = (erratum.expected == Value::Null, erratum.value == Value::Null);
    let fits = match finding.kind {
        LintKind::UndocumentedProperty
        | LintKind::UndocumentedLink
        | LintKind::UnlistedValue
        | LintKind::UnknownError
        | LintKind::Overview => added,
        LintKind::DuplicateRow => removed,
        LintKind::PlaceholderValue | LintKind::EventResource | LintKind::UndocumentedResource => !added && !removed,
        LintKind::ResponseItem => true,
        _ => false,
    };
    let place = place(erratum);
    let is_part = place.strip_prefix(&finding.place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    fits && !finding.place.is_empty() && (is_part || has_row(erratum, &finding.place))
}

/// Whether an erratum brings a whole table, with the row at `place` in it.
fn has_row(erratum: &Erratum, place: &str) -> bool {
    let Some((table, row)) = place.rsplit_once('/') else { return false };
    let rows = erratum.value.as_array().map_or(&[] as &[Value], Vec::as_slice);
    table == erratum.place && rows.iter().any(|value| ["rel", "name"].iter().any(|key| value[key] == row))
}

/// The places of the old and the new name where an erratum corrects a name.
fn renamed(erratum: &Erratum) -> Option<(String, String)> {
    let row = ["/name", "/rel"].into_iter().find_map(|end| erratum.place.strip_suffix(end))?;
    let (table, _) = row.rsplit_once('/')?;
    let place = |name: &Value| Some(format!("{table}/{}", name.as_str()?));
    Some((place(&erratum.expected)?, place(&erratum.value)?))
}

/// The place of an erratum without the number that tells rows of the same name apart.
fn place(erratum: &Erratum) -> &str {
    erratum.place.split_once('#').map_or(erratum.place.as_str(), |(place, _)| place)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use serde_json::json;

    fn finding(kind: LintKind, place: &str) -> LintFinding {
        let spot = Spot { file: "note_ref.md".into(), line: 1, column: 1, span: (0, 0), source: String::new() };
        let (page, place, message, help) = ("note_ref.md".into(), place.into(), "wrong".into(), "correct it".into());
        LintFinding { kind, page, place, message, help, spots: [spot].into() }
    }

    fn erratum(place: &str, expected: Value, value: Value) -> Erratum {
        let (id, page, reason) = ("it".into(), "note_ref.md".into(), "so".into());
        Erratum { id, page, place: place.into(), expected, value, reason }
    }

    fn reason(page: &str, finding: &str) -> Explanation {
        Explanation {
            kind: LintKind::UnsampledLink,
            page: page.into(),
            finding: finding.into(),
            reason: "known".into(),
        }
    }

    fn pages() -> BTreeSet<&'static str> {
        ["note_ref.md", "UCWAResources.md"].into()
    }

    #[test]
    fn an_erratum_corrects_its_own_finding_and_nothing_else_at_its_place() {
        let added = erratum("links/admit", Value::Null, json!({ "rel": "admit" }));
        let removed = erratum("links/admit#2", json!({ "rel": "admit" }), Value::Null);
        let renamed = erratum("properties/uri/name", json!("uri"), json!("Uri"));
        let table = erratum("operations/POST/input", Value::Null, json!([{ "name": "culture" }]));
        let cases = [
            (LintKind::UnsampledProperty, "properties/uri", &renamed, true),
            (LintKind::UndocumentedProperty, "properties/Uri", &renamed, true),
            (LintKind::UndocumentedProperty, "properties/uri", &renamed, false),
            (LintKind::UndocumentedLink, "links/admit", &added, true),
            (LintKind::UndocumentedLink, "links/ad", &added, false),
            (LintKind::UndocumentedProperty, "operations/POST/input/culture", &table, true),
            (LintKind::UndocumentedProperty, "operations/POST/input/cult", &table, false),
            (LintKind::DuplicateRow, "links/admit", &added, false),
            (LintKind::DuplicateRow, "links/admit", &removed, true),
            (LintKind::UnsampledLink, "links/admit", &removed, false),
        ];
        for (kind, place, erratum, expected) in cases {
            let triaged = triage(vec![finding(kind, place)], std::slice::from_ref(erratum), &[], &pages());
            assert_eq!(triaged[0].outcome == Resolution::Corrected("it".into()), expected, "{kind} {place}");
        }
    }

    #[test]
    fn a_reason_explains_its_page_or_all_pages_and_the_start_of_what_is_found() {
        for (page, text, expected) in [
            ("note_ref.md", "links/a: wrong", true),
            ("*", "links/*", true),
            ("other_ref.md", "links/*", false),
            ("*", "links/a", false),
        ] {
            let triaged =
                triage(vec![finding(LintKind::UnsampledLink, "links/a")], &[], &[reason(page, text)], &pages());
            assert_eq!(!triaged[0].is_new(), expected, "{page} {text}");
        }
    }

    #[test]
    fn a_reason_that_explains_nothing_is_a_finding_where_its_page_is_at_hand() {
        let stale = |reason: Explanation, pages: &BTreeSet<&str>| triage(Vec::new(), &[], &[reason], pages).len();
        assert_eq!(stale(reason("note_ref.md", "links/*"), &pages()), 1);
        assert_eq!(stale(reason("other_ref.md", "links/*"), &pages()), 0);
        assert_eq!(stale(reason("*", "links/*"), &pages()), 1);
        assert_eq!(stale(reason("*", "links/*"), &["note_ref.md"].into()), 0);
    }

    #[test]
    fn a_reason_for_what_an_erratum_corrects_is_a_finding() {
        let added = erratum("links/admit", Value::Null, json!({ "rel": "admit" }));
        let reason = Explanation { kind: LintKind::UndocumentedLink, ..reason("note_ref.md", "links/admit*") };
        let found = vec![finding(LintKind::UndocumentedLink, "links/admit")];
        let triaged = triage(found, &[added], &[reason], &pages());
        assert_eq!(
            triaged.iter().map(|triaged| triaged.finding.kind).collect::<Vec<_>>(),
            [LintKind::UndocumentedLink, LintKind::StaleReason]
        );
    }

    #[test]
    fn a_reason_for_all_pages_is_stale_where_it_explains_nothing_of_the_whole_reference() {
        let reasons = [reason("*", "links/admit: wrong")];
        for (overview, stale) in [("UCWAResources.md", 1), ("ucwaresources.txt", 1), ("note_ref.md", 0)] {
            assert_eq!(triage(Vec::new(), &[], &reasons, &[overview].into()).len(), stale, "{overview}");
        }
    }

    #[test]
    fn a_kind_that_is_none_is_refused_with_those_that_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = r#"[{ "kind": "typo", "page": "*", "finding": "*", "reason": "so" }]"#;
        fs::write(folder.path().join(FILE), text).expect("a file");
        let error = Explanation::load(folder.path()).expect_err("no such kind").to_string();
        assert!(error.contains("`typo` is no kind") && error.contains("overview"), "{error}");
    }
}
