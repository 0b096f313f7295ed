//! `ucwa-codegen extract PAGES... [--schema DIR]`

use std::collections::BTreeMap;
use std::iter;
use std::path::{Path, PathBuf};

use ucwa_codegen::extract::{PageCounts, Unresolved};
use ucwa_files::FileChange;
use ucwa_schema::{Errata, Schema};

use super::{CommandFailure, Folders, console, extract_all, unloadable};

/// What stands below the help.
const EXAMPLES: &str = "\
Examples:
  ucwa-codegen extract reference/                     all pages, into schema/
  ucwa-codegen extract reference/ --schema /tmp/copy  into a copy of schema/";

/// Reads reference pages and writes their facts into a schema folder.
///
/// The facts are corrected by the `errata` of the folder, and its summaries are kept. Nothing is written unless all pages can be
/// understood and all errata apply. What no page describes is removed: name the folder that holds all pages. Pages that are named one
/// by one are refused where that would remove anything. A new folder has no errata, without which the whole reference is not a valid schema: copy those
/// of another schema folder first. Pages in a folder that do not belong to the reference are skipped.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    folders: Folders,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), CommandFailure> {
    let Folders { pages: pages_given, schema: folder } = &arguments.folders;
    let unchanged = format!("{} was left as it was", folder.display());
    let lock = super::lock([folder.as_path()]).map_err(|error| CommandFailure::of_write(&error, &unchanged))?;
    let Errata { rows: errata, text: text_errata } = Errata::load(folder).map_err(unloadable(&unchanged))?;
    let extraction = extract_all(pages_given, &text_errata)
        .map_err(|failure| CommandFailure { outcome: format!("{}; {unchanged}", failure.outcome), ..failure })?;
    let old = Schema::load_or_empty(folder).map_err(unloadable(&unchanged))?;
    let (counts, pages) = (extraction.counts, extraction.pages.clone());
    let schema = extraction.correct(&errata, &old).map_err(|error| {
        let advice = errata.is_empty().then(|| without_errata(folder));
        CommandFailure::new(iter::once(error.to_string()).chain(advice), unchanged.clone())
    })?;
    let others = described_elsewhere(&old, &schema);
    if pages_given.iter().all(|path| path.is_file()) && others > 0 {
        let problem = format!(
            "{others} resources and enumerations of {} are on other pages, and would be removed",
            folder.display()
        );
        return Err(CommandFailure::new([problem], format!("name the folder that holds all pages; {unchanged}")));
    }
    let changes =
        lock.write(&[(&schema.files(), folder)]).map_err(|error| CommandFailure::of_write(&error, &unchanged))?;
    let changes: BTreeMap<_, _> = changes.into_iter().flatten().collect();
    let unresolved = Unresolved::of(&schema);
    if !unresolved.is_empty() {
        console::warn(unresolved);
    }
    let errata_pages = errata.iter().map(|erratum| &erratum.page);
    let errata_pages = errata_pages.chain(text_errata.iter().map(|erratum| &erratum.page));
    let waiting = errata_pages.filter(|page| !pages.contains(*page)).count();
    if waiting > 0 {
        console::warn(format_args!("{waiting} errata are for pages that were not given"));
    }
    console::summarize([described(counts), changed(folder, &changes)])
}

/// How many resources and enumerations are in one schema and not in another.
fn described_elsewhere(old: &Schema, new: &Schema) -> usize {
    let resources = old.resources.keys().filter(|name| !new.resources.contains_key(*name));
    resources.count() + old.enumerations.keys().filter(|name| !new.enumerations.contains_key(*name)).count()
}

/// What to do where the pages need corrections and there are none.
fn without_errata(folder: &Path) -> String {
    let errata = folder.join("errata");
    format!("{}: no errata; copy those of another schema folder there, such as `schema/errata`", errata.display())
}

fn described(counts: PageCounts) -> String {
    let PageCounts {
        resources,
        enumerations,
        members,
        properties,
        links,
        events,
        operations,
        query,
        input,
        errors,
        ..
    } = counts;
    let PageCounts { samples, event_samples, .. } = counts;
    format!(
        "{resources} resources, {enumerations} enumerations with {members} members, {properties} properties, {links} links, \
         {events} events, {operations} operations with {query} query and {input} request parameters and {errors} errors, \
         {samples} samples, {event_samples} samples of events"
    )
}

fn changed(folder: &Path, changes: &BTreeMap<PathBuf, FileChange>) -> String {
    let count = |wanted: FileChange| changes.values().filter(|change| **change == wanted).count();
    let (created, replaced, removed) =
        (count(FileChange::Create), count(FileChange::Replace), count(FileChange::Remove));
    format!("{}: {created} files created, {replaced} replaced, {removed} removed", folder.display())
}
