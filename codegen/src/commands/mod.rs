//! What the command does, a file for each subcommand.

pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod console;
pub(crate) mod export;
pub(crate) mod extract;
pub(crate) mod facts;
mod failure;
pub(crate) mod generate;
pub(crate) mod lint;
pub(crate) mod man;
pub(crate) mod update;

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use ucwa_codegen::diagnostics::Diagnostic;
use ucwa_codegen::extract::{Extraction, UnreadablePage, extract};
use ucwa_codegen::lint::triage::ExplanationsError;
use ucwa_codegen::pages::{Page, collect, correct_text};
use ucwa_console::{Drawing, printable};
use ucwa_files::{FilesError, FolderLock, Recovery, STAGING};
use ucwa_schema::{LoadError, Schema, TextErratum};

pub(crate) use failure::CommandFailure;
use failure::{output_failed, print, print_text};

// Shared by the subcommands that go from pages to a schema; a comment for documentation would stand in their help.
#[derive(Debug, Clone, clap::Args)]
struct Folders {
    /// Pages, or folders of pages.
    #[arg(required = true)]
    pages: Vec<PathBuf>,
    /// The schema folder, with its errata.
    #[arg(long, value_name = "DIR", default_value = SCHEMA)]
    schema: PathBuf,
}

/// The schema folder, unless a command line says otherwise.
const SCHEMA: &str = "schema";

/// The reference pages that paths stand for, as text errata correct them. What was left out is said in one line.
fn read_pages(paths: &[PathBuf], errata: &[TextErratum]) -> Result<Vec<Page>, CommandFailure> {
    let outcome = "no page was read";
    let collection =
        console::step("reading pages", || collect(paths)).map_err(|errors| CommandFailure::new(errors, outcome))?;
    if !collection.left_out.is_empty() {
        console::note(&collection.left_out);
    }
    correct_text(collection.pages, errata).map_err(|errors| CommandFailure::new(errors, outcome))
}

/// Takes out of pages what they say, and draws what is wrong with those that can be used all the same.
fn extract_read(pages: &[Page]) -> Extraction {
    let extraction = console::step("extracting facts", || extract(pages));
    draw_warnings(&extraction.warnings);
    extraction
}

fn draw_warnings(warnings: &[Diagnostic]) {
    for warning in drawn(warnings) {
        console::show(warning);
    }
}

/// Reads pages and takes out what they say. Everything that cannot be placed is a failure.
fn extract_all(paths: &[PathBuf], errata: &[TextErratum]) -> Result<Extraction, CommandFailure> {
    let extraction = extract_read(&read_pages(paths, errata)?);
    incomplete(&extraction.diagnostics, &extraction.unreadable).map_or(Ok(extraction), Err)
}

/// What is wrong with the pages that could not be understood, and which these are; `None` where there are none.
fn incomplete(diagnostics: &[Diagnostic], unreadable: &[UnreadablePage]) -> Option<CommandFailure> {
    if unreadable.is_empty() {
        return None;
    }
    let mut problems = drawn(diagnostics);
    let unlisted = unreadable.iter().filter(|page| page.unlisted > 0);
    let unlisted = unlisted
        .map(|page| format!("{}: {} more errors\n", printable(&page.path.display().to_string()), page.unlisted));
    problems.extend(unlisted);
    let names: Vec<_> = unreadable.iter().map(|page| printable(&page.name)).collect();
    let count = diagnostics.len() + unreadable.iter().map(|page| page.unlisted).sum::<usize>();
    let places = if count == 1 { "place" } else { "places" };
    let outcome = format!("{count} {places} in the pages could not be understood; missing: {}", names.join(", "));
    Some(CommandFailure::drawn(problems, outcome))
}

/// Reads a schema folder. What a run is writing there is waited for, and what an interrupted one left is dealt with before.
fn load_schema(folder: &Path, outcome: &str) -> Result<Schema, CommandFailure> {
    settle(folder, outcome)?;
    Schema::load(folder).map_err(unloadable(outcome))
}

/// Waits for a run that writes to a folder, and deals with what an interrupted one left there.
fn settle(folder: &Path, outcome: &str) -> Result<(), CommandFailure> {
    if folder.join(STAGING).is_dir() {
        drop(lock([folder]).map_err(|error| CommandFailure::of_write(&error, outcome))?);
    }
    Ok(())
}

/// Locks the folders that a command writes to, and tells what became of runs that were interrupted.
fn lock<'a>(folders: impl IntoIterator<Item = &'a Path>) -> Result<FolderLock, FilesError> {
    let mut told = BTreeSet::new();
    let lock = FolderLock::acquire_or_wait(folders, |folder| {
        if told.insert(folder.to_path_buf()) {
            console::warn(format_args!("waiting for another run that writes to {}", folder.display()));
        }
    })?;
    for recovery in lock.recovered() {
        let (Recovery::Completed(folders) | Recovery::Discarded(folders)) = recovery;
        let what = match recovery {
            Recovery::Completed(_) => "after all its files were written; the write has been completed",
            Recovery::Discarded(_) => "before it replaced anything; its files have been discarded",
        };
        let folders: BTreeSet<_> = folders.iter().map(|folder| folder.display().to_string()).collect();
        let folders = folders.into_iter().collect::<Vec<_>>().join(", ");
        console::warn(format_args!("an earlier run was interrupted {what} ({folders})"));
    }
    Ok(lock)
}

/// The drawings of diagnostics, for the error stream.
fn drawn(diagnostics: &[Diagnostic]) -> Vec<String> {
    let drawing = Drawing::of_errors();
    diagnostics.iter().map(|diagnostic| format!("{}\n", diagnostic.draw(drawing))).collect()
}

/// The failure of a command whose schema folder cannot be read, with the line that is wrong where there is one.
fn unloadable(outcome: impl AsRef<str>) -> impl FnOnce(LoadError) -> CommandFailure {
    move |error| match &error {
        LoadError::Parse { path, source } => {
            invalid_json(path, source, "correct the file, or restore it from git", &error, outcome)
        }
        _ => CommandFailure::new([error], outcome),
    }
}

/// The failure of a command that cannot read the reasons of `lint`, with the line that is wrong where there is one.
fn unreasonable(error: &ExplanationsError, outcome: &str) -> CommandFailure {
    match error {
        ExplanationsError::Parse { path, source } => {
            let expected = "write a list of { \"kind\", \"page\", \"finding\", \"reason\" }";
            invalid_json(path, source, expected, error, outcome)
        }
        ExplanationsError::Read { .. } => CommandFailure::new([error], outcome),
    }
}

/// The failure of a command for a mistake in JSON, which is drawn where its place is known.
fn invalid_json(
    path: &Path,
    source: &serde_json::Error,
    expected: &str,
    error: &dyn fmt::Display,
    outcome: impl AsRef<str>,
) -> CommandFailure {
    match Diagnostic::of_json(path, source, expected) {
        Some(diagnostic) => CommandFailure::drawn(drawn(&[diagnostic]), outcome),
        None => CommandFailure::new([error], outcome),
    }
}
