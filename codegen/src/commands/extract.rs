//! `ucwa-codegen extract PAGES... [--schema DIR]`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ucwa_codegen::extract::{Counts, Unresolved};
use ucwa_files::Change;
use ucwa_schema::Schema;

use super::{Failure, console, extract_all, unloadable};

/// What stands below the help.
const EXAMPLES: &str = "\
Examples:
  ucwa-codegen extract reference/                     all pages
  ucwa-codegen extract reference/ --schema /tmp/new    into a folder of its own";

/// Takes out of reference pages what they say and writes it into a schema folder.
///
/// The folder says afterwards what the pages say, corrected by its `errata`, with the summaries that it had. Nothing is
/// written unless all pages were understood and all errata apply. In a folder of pages, other pages than those of the reference
/// are left out.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Pages, or folders of pages.
    #[arg(required = true)]
    pages: Vec<PathBuf>,
    /// The schema folder.
    #[arg(long, value_name = "DIR", default_value = "schema")]
    schema: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let folder = &arguments.schema;
    let unchanged = format!("{} was left as it was", folder.display());
    let failed = |problem: String| Failure::new([problem], unchanged.clone());
    let lock = super::lock([folder.as_path()]).map_err(|error| failed(error.to_string()))?;
    let errata = Schema::load_errata(folder).map_err(unloadable(&unchanged))?;
    let text_errata = Schema::load_text_errata(folder).map_err(unloadable(&unchanged))?;
    let extraction = extract_all(&arguments.pages, &text_errata)
        .map_err(|failure| Failure { outcome: format!("{}; {unchanged}", failure.outcome), ..failure })?;
    let old = Schema::load_or_empty(folder).map_err(unloadable(&unchanged))?;
    let (counts, pages) = (extraction.counts, extraction.pages.clone());
    let schema = extraction.correct(&errata, &old).map_err(|error| failed(error.to_string()))?;
    let changes = lock.write(&[(&schema.files(), folder)]).map_err(|error| Failure::of_write(&error, &unchanged))?;
    let changes: BTreeMap<_, _> = changes.into_iter().flatten().collect();
    let unresolved = Unresolved::of(&schema);
    if !unresolved.is_empty() {
        console::warn(unresolved);
    }
    let waiting = errata.iter().filter(|erratum| !pages.contains(&erratum.page)).count();
    if waiting > 0 {
        console::warn(format_args!("{waiting} errata are about pages that are not in the set"));
    }
    console::summarize([described(counts), changed(folder, &changes)])
}

fn described(counts: Counts) -> String {
    let Counts {
        resources, enumerations, members, properties, links, events, operations, query, input, errors, ..
    } = counts;
    let Counts { samples, event_samples, .. } = counts;
    format!(
        "{resources} resources, {enumerations} enumerations with {members} members, {properties} properties, {links} links, \
         {events} events, {operations} operations with {query} query and {input} request parameters and {errors} errors, \
         {samples} samples, {event_samples} samples of events"
    )
}

fn changed(folder: &Path, changes: &BTreeMap<PathBuf, Change>) -> String {
    let count = |wanted: Change| changes.values().filter(|change| **change == wanted).count();
    let (created, replaced, removed) = (count(Change::Create), count(Change::Replace), count(Change::Remove));
    format!("{}: {created} files created, {replaced} replaced, {removed} removed", folder.display())
}
