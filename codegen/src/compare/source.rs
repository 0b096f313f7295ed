//! Where a schema comes from: a schema folder, a revision of one in git, or pages.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ucwa_schema::{Errata, LoadError, Schema};

use crate::diagnostics::{Diagnostic, lines};
use crate::extract::{CorrectError, Extraction, UnreadablePage, apply_errata_of, extract};
use crate::pages::{Collection, LeftOut, PageError, collect, correct_text};

use super::gaps::Gaps;

/// Where a schema comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A schema folder.
    Folder(PathBuf),
    /// A page, or a folder of pages.
    Pages(PathBuf),
    /// A revision of a schema folder of the git repository around the current folder.
    Revision {
        /// The revision, such as `HEAD~1`, `main` or a tag.
        revision: String,
        /// The schema folder, from the root of the repository.
        folder: String,
    },
}

/// Why a schema could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The schema folder could not be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Pages could not be read.
    #[error("{}", lines(.0))]
    Pages(Vec<PageError>),
    /// What the pages say cannot be compared.
    #[error(transparent)]
    Correct(#[from] CorrectError),
    /// Git could not be started.
    #[error("could not run git to read `{source_text}`: {source}; install git, or name a folder")]
    NoGit {
        /// What was asked for.
        source_text: String,
        /// What happened.
        source: io::Error,
    },
    /// There is neither such a path nor such a revision.
    #[error(
        "`{source_text}` is neither a path nor a revision of a schema folder in git ({message}); name a schema folder, pages, \
         REVISION or REVISION:FOLDER"
    )]
    Revision {
        /// What was asked for.
        source_text: String,
        /// What git says.
        message: String,
    },
}

impl Source {
    /// Tells what a text names. A path that exists is a path, whatever revisions there are.
    pub fn of(text: impl AsRef<OsStr>) -> Self {
        let path = Path::new(&text);
        if Schema::is_folder(path) {
            return Self::Folder(path.to_path_buf());
        }
        if path.exists() {
            return Self::Pages(path.to_path_buf());
        }
        let text = text.as_ref().to_string_lossy();
        let (revision, folder) = text.split_once(':').unwrap_or((&text, "schema"));
        Self::Revision { revision: revision.to_owned(), folder: folder.trim_end_matches('/').to_owned() }
    }

    /// Whether it is pages, which hold no summaries of ours.
    pub fn is_pages(&self) -> bool {
        matches!(self, Self::Pages(_))
    }

    /// The errata of a schema folder or of a revision of one; pages have none.
    pub fn errata(&self) -> Result<Errata, SourceError> {
        match self {
            Self::Folder(path) => Ok(Errata::load(path)?),
            Self::Pages(_) => Ok(Errata::default()),
            Self::Revision { revision, folder } => {
                let source_text = format!("{revision}:{folder}");
                Ok(Errata::from_files(Path::new(&source_text), files_of_revision(revision, folder)?)?)
            }
        }
    }

    /// Reads the schema. Pages are corrected by `errata`.
    pub fn load(&self, errata: &Errata) -> Result<Loaded, SourceError> {
        match self {
            Self::Folder(path) => Ok(Loaded::of(Schema::load(path)?)),
            Self::Pages(path) => of_pages(path, errata),
            Self::Revision { revision, folder } => {
                let files = files_of_revision(revision, folder)?;
                Ok(Loaded::of(Schema::from_files(Path::new(&format!("{revision}:{folder}")), files)?))
            }
        }
    }
}

/// A schema, and what it lacks because pages are missing.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// The schema.
    pub schema: Schema,
    /// What it says nothing about.
    pub gaps: Gaps,
    /// The pages of the folder that are none of the reference.
    pub left_out: LeftOut,
    /// What is wrong with pages.
    pub diagnostics: Vec<Diagnostic>,
    /// What is wrong with pages that could be understood all the same.
    pub warnings: Vec<Diagnostic>,
    /// The pages that could not be understood.
    pub unreadable: Vec<UnreadablePage>,
}

impl Loaded {
    fn of(schema: Schema) -> Self {
        Self { schema, ..Self::default() }
    }
}

fn of_pages(path: &Path, errata: &Errata) -> Result<Loaded, SourceError> {
    let Collection { pages, left_out } = collect(&[path.to_path_buf()]).map_err(SourceError::Pages)?;
    let pages = correct_text(pages, &errata.text).map_err(CorrectError::Text)?;
    let extraction = extract(&pages);
    let gaps = Gaps::of(&extraction);
    let Extraction { mut schema, pages, diagnostics, warnings, unreadable, .. } = extraction;
    let failed = apply_errata_of(&mut schema, &errata.rows, &pages);
    // What a page says may depend on one that cannot be understood; the erratum is not to blame then.
    if !failed.is_empty() && unreadable.is_empty() {
        return Err(CorrectError::Errata(failed).into());
    }
    Ok(Loaded { schema, gaps, left_out, diagnostics, warnings, unreadable })
}

/// The files of a schema folder as they lie in a revision, by their paths in it.
fn files_of_revision(revision: &str, folder: &str) -> Result<Vec<(PathBuf, Vec<u8>)>, SourceError> {
    let source_text = format!("{revision}:{folder}");
    let unknown =
        |message: &str| SourceError::Revision { source_text: source_text.clone(), message: message.to_owned() };
    // Git would take it for an option.
    if revision.starts_with('-') {
        return Err(unknown("a revision does not begin with a hyphen"));
    }
    let list = git(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", &source_text], "", &source_text)?;
    let list = String::from_utf8_lossy(&list);
    let is_file = |name: &&str| {
        Path::new(name).extension().is_some_and(|found| found == "json" || found == "md") && !name.contains('\n')
    };
    let names: Vec<_> = list.split('\0').filter(is_file).collect();
    let wanted: Vec<_> = names.iter().map(|name| format!("{source_text}/{name}\n")).collect();
    let blobs = git(&["cat-file", "--batch"], &wanted.concat(), &source_text)?;
    let mut rest = blobs.as_slice();
    let mut files = Vec::new();
    for name in names {
        let bytes = blob(&mut rest).ok_or_else(|| unknown(&format!("{name} could not be read")))?;
        files.push((PathBuf::from(name), bytes.to_vec()));
    }
    Ok(files)
}

/// Takes one object off the output of `git cat-file --batch`: a line that ends in its size, its bytes, and a line break.
fn blob<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let header = std::str::from_utf8(rest.get(..end)?).ok()?;
    let size: usize = header.rsplit(' ').next()?.parse().ok()?;
    let bytes = rest.get(end + 1..)?.get(..size)?;
    *rest = rest.get(end + 2 + size..)?;
    Some(bytes)
}

fn git(arguments: &[&str], input: &str, source_text: &str) -> Result<Vec<u8>, SourceError> {
    let failed = |source| SourceError::NoGit { source_text: source_text.to_owned(), source };
    let mut command = Command::new("git");
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    let pipe = child.stdin.take();
    // Git answers while it is being asked: with both on one thread, each could wait for the other.
    let output = std::thread::scope(|scope| {
        scope.spawn(move || pipe.map(|mut pipe| pipe.write_all(input.as_bytes())));
        child.wait_with_output()
    });
    let output = output.map_err(failed)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = String::from_utf8_lossy(&output.stderr);
    let message = message.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned();
    Err(SourceError::Revision { source_text: source_text.to_owned(), message })
}
