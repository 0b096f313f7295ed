//! `ucwa-codegen facts PATH...`

use std::collections::BTreeSet;
use std::path::PathBuf;

use ucwa_schema::Schema;
use ucwa_schema::facts::facts;

use super::{CommandFailure, extract_read, incomplete, load_schema, print, read_pages};

/// What stands below the help.
const EXAMPLES: &str = "\
Examples:
  ucwa-codegen facts schema | grep contactPresence
  ucwa-codegen facts reference/ > facts.txt";

/// Prints the facts of a schema folder or of pages, one per line, sorted.
///
/// Duplicates are left out. Pages are not corrected by errata. Pages that cannot be understood are listed on standard error and left out of the output; the
/// exit status is then 1.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Schema folders, pages, or folders of pages.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), CommandFailure> {
    let (folders, pages): (Vec<_>, Vec<_>) = arguments.paths.iter().cloned().partition(|path| Schema::is_folder(path));
    let mut lines = BTreeSet::new();
    for folder in folders {
        let schema = load_schema(&folder, "no facts were printed")?;
        lines.extend(facts(&schema));
    }
    let mut missing = None;
    if !pages.is_empty() {
        let extraction = extract_read(&read_pages(&pages, &[])?);
        lines.extend(facts(&extraction.schema));
        missing = incomplete(&extraction.diagnostics, &extraction.unreadable);
    }
    print(lines)?;
    missing.map_or(Ok(()), Err)
}
