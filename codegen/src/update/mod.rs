//! The whole round for pages that changed: extract, compare, changelog, version, generate.
//!
//! [`plan`] finds out everything and writes nothing; [`UpdatePlan::write`] writes everything or nothing.

mod changelog;
mod files;
mod snapshot;
mod version;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use semver::Version;
use similar::TextDiff;
use toml_edit::TomlError;
use ucwa_files::{FileSet, FilesError, FolderLock, folder_of, one_file};
use ucwa_schema::{Errata, Erratum, LoadError, Schema, TextErratum, TextErratumProblem, errata_without_page};

use crate::compare::{Comparison, compare, surface};
use crate::diagnostics::{Diagnostic, lines};
use crate::emit::Root;
use crate::extract::{CorrectError, extract_parsed};
use crate::generate::{GenerateError, generate};
use crate::lint::triage::{Explanation, ExplanationsError, Triaged, triage};
use crate::lint::{LintFinding, lint_parsed};
use crate::pages::{self, Collection, LeftOut, Page, PageError, ParsedPage, collect, correct_text, in_parallel};

use changelog::next_version;
pub use changelog::with_entry;
use files::read;
pub use version::NextVersion;

/// What is to be updated.
#[derive(Debug, Clone)]
pub struct UpdateRequest {
    /// The pages, or folders of pages: all of the reference, as what no page describes is removed.
    pub pages: Vec<PathBuf>,
    /// The schema folder.
    pub schema: PathBuf,
    /// The folder of the crate's sources.
    pub output: PathBuf,
    /// The changelog, made if it is missing.
    pub changelog: PathBuf,
    /// The manifest that holds the version.
    pub manifest: PathBuf,
    /// The snapshot of the surface of the crate, if there is one.
    pub snapshot: PathBuf,
    /// What happens to the version in the manifest.
    pub version: VersionChange,
}

impl UpdateRequest {
    /// The folders that an update writes to, to be locked while it is planned and written.
    pub fn folders(&self) -> Vec<PathBuf> {
        let files = [&self.changelog, &self.manifest, &self.snapshot];
        [&self.schema, &self.output].into_iter().cloned().chain(files.map(|file| folder_of(file))).collect()
    }
}

/// What happens to the version in the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionChange {
    /// The next one is suggested.
    Suggest,
    /// The next one is written into the manifest.
    Set,
}

/// Why nothing can be updated. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// Pages could not be read.
    #[error("{}", lines(.0))]
    Pages(Vec<PageError>),
    /// What the pages say cannot be kept.
    #[error(transparent)]
    Correct(#[from] CorrectError),
    /// The schema folder could not be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The reasons for which findings of lint are left as they are could not be read.
    #[error(transparent)]
    Reasons(#[from] ExplanationsError),
    /// The crate could not be emitted.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// A file could not be read or written.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The manifest is not TOML.
    #[error("{path}: {source}", path = .path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong, and where in the file.
        source: TomlError,
    },
    /// There is no manifest into which the version could be written.
    #[error("{path}: no such file; name the manifest that holds the version, or run without --set-version", path = .path.display())]
    NoManifest {
        /// The manifest.
        path: PathBuf,
    },
    /// The manifest holds no version that can be raised.
    #[error("{path}: no line `version = \"MAJOR.MINOR.PATCH\"` below [workspace.package] or [package]; add one, or run without --set-version", path = .path.display())]
    Version {
        /// The manifest.
        path: PathBuf,
    },
}

/// The versions that there are and will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    /// The version in the manifest; `None` where it has none, or one with a label such as `-rc.1`.
    pub current: Option<Version>,
    /// The one that comes next.
    pub next: NextVersion,
}

/// What an update would do.
#[derive(Debug, Clone)]
pub struct UpdatePlan {
    /// What changes, and what it means.
    pub report: Comparison,
    /// The version in the manifest, and the one that comes next; `None` where neither the manifest nor the changelog says what was
    /// released last, or where nothing has changed since.
    pub version: Option<Versions>,
    /// The snapshot that waits to be accepted.
    pub snapshot: Option<PathBuf>,
    /// What lint finds in the pages that no erratum corrects and no reason explains.
    pub findings: Vec<LintFinding>,
    /// What the schema lacks; the crate has less to it for each.
    pub warnings: Vec<String>,
    /// The pages of the folders that are none of the reference.
    pub left_out: LeftOut,
    /// What is wrong with pages that could be understood all the same.
    pub untidy: Vec<Diagnostic>,
    sets: Vec<(PathBuf, FileSet)>,
}

/// Finds out what an update would do. Nothing is written.
pub fn plan(request: &UpdateRequest) -> Result<UpdatePlan, UpdateError> {
    let old = Schema::load_or_empty(&request.schema)?;
    let Errata { rows: errata, text: text_errata } = Errata::load(&request.schema)?;
    let Collection { pages, left_out } = collect(&request.pages).map_err(UpdateError::Pages)?;
    // Unlike `extract`, an update is given all pages: an erratum whose page is not there has outlived it.
    let is_astray = |erratum: &&TextErratum| !pages.iter().any(|page| page.name() == erratum.page);
    let astray: Vec<_> =
        text_errata.iter().filter(is_astray).map(|erratum| erratum.failed(TextErratumProblem::Page)).collect();
    if !astray.is_empty() {
        return Err(CorrectError::Text(astray).into());
    }
    let pages = correct_text(pages, &text_errata).map_err(CorrectError::Text)?;
    let parsed = in_parallel(&pages, pages::read);
    let extraction = extract_parsed(&pages, &parsed);
    let untidy = extraction.warnings.clone();
    let new = extraction.correct(&errata, &old)?;
    let astray = errata_without_page(&new, &errata);
    if !astray.is_empty() {
        return Err(CorrectError::Errata(astray).into());
    }
    let report = compare(&old, &new);
    let generated = generate(&new, &Root::Crate)?;
    let mut sets = vec![(request.schema.clone(), new.files()), (request.output.clone(), generated.files)];
    let changelog = read(&request.changelog)?.unwrap_or_default();
    let manifest = read(&request.manifest)?;
    if manifest.is_none() && request.version == VersionChange::Set {
        return Err(UpdateError::NoManifest { path: request.manifest.clone() });
    }
    let manifest = manifest.unwrap_or_default();
    let malformed = |source| UpdateError::Manifest { path: request.manifest.clone(), source };
    let version = versions(&report, &manifest, &changelog).map_err(malformed)?;
    let (mut snapshot, mut findings) = (None, Vec::new());
    if !report.is_empty() {
        let next = version.as_ref().map(|version| &version.next);
        sets.push(one_file(&request.changelog, with_entry(&changelog, &report, next)));
        let (waiting, path) = snapshot::waiting(&request.snapshot, &surface(&new))?;
        sets.push((folder_of(&request.snapshot), waiting));
        snapshot = path;
        findings = new_findings(&pages, parsed, &errata, &request.schema)?;
    }
    if request.version == VersionChange::Set {
        match &version {
            Some(Versions { current: Some(current), next }) => {
                let text = version::set(&manifest, current, &next.version).map_err(malformed)?;
                sets.push(one_file(&request.manifest, text));
            }
            // Without changes, there is nothing that the manifest would have to say.
            None if report.is_empty() => {}
            _ => return Err(UpdateError::Version { path: request.manifest.clone() }),
        }
    }
    Ok(UpdatePlan { report, version, snapshot, findings, warnings: generated.warnings, left_out, untidy, sets })
}

/// The versions that there are and will be; `None` where neither the manifest nor the changelog says what was released last, or
/// where nothing has changed since.
fn versions(report: &Comparison, manifest: &str, changelog: &str) -> Result<Option<Versions>, TomlError> {
    let (current, noted) = (version::find(manifest)?, next_version(changelog));
    let Some(known) = current.as_ref().or(noted.as_ref().map(|noted| &noted.released)) else { return Ok(None) };
    let class = report.class().or(noted.as_ref().map(|noted| noted.class));
    Ok(class.map(|class| Versions { next: NextVersion::after(class, known, noted.as_ref()), current: current.clone() }))
}

/// What lint finds that nobody has dealt with.
fn new_findings(
    pages: &[Page],
    parsed: Vec<ParsedPage>,
    errata: &[Erratum],
    schema: &Path,
) -> Result<Vec<LintFinding>, ExplanationsError> {
    let names = pages.iter().map(Page::name).collect();
    let triaged = triage(lint_parsed(pages, parsed, errata), errata, &Explanation::load(schema)?, &names);
    Ok(triaged.into_iter().filter(Triaged::is_new).map(|triaged| triaged.finding).collect())
}

impl UpdatePlan {
    /// What would be written, as a diff. The snapshot is left out, as it repeats what the report says.
    pub fn diff(&self) -> Result<String, FilesError> {
        let mut diff = String::new();
        for (folder, set) in &self.sets {
            for path in set.changes(folder)?.keys() {
                let full = folder.join(path);
                if self.snapshot.as_ref() == Some(&full) {
                    continue;
                }
                let old = read(&full)?.unwrap_or_default();
                let new = set.get(path).unwrap_or_default();
                let name = full.display().to_string();
                // Writing to a string cannot fail.
                let _ = write!(
                    diff,
                    "{}",
                    TextDiff::from_lines(old.as_str(), new).unified_diff().context_radius(2).header(&name, &name)
                );
            }
        }
        Ok(diff)
    }

    /// Writes everything, or nothing, and returns how many files were created, replaced or removed. `lock` holds the
    /// [folders of the request](UpdateRequest::folders), since before the plan was made.
    pub fn write(&self, lock: &FolderLock) -> Result<usize, FilesError> {
        let sets: Vec<_> = self.sets.iter().map(|(folder, set)| (set, folder.as_path())).collect();
        Ok(lock.write(&sets)?.iter().map(BTreeMap::len).sum())
    }
}
