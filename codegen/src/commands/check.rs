//! `ucwa-codegen check [DIR]`

use std::path::PathBuf;

use ucwa_schema::validate::{Severity, validate};
use ucwa_schema::{Errata, Schema, check_summaries};

use super::{CommandFailure, console, load_schema, unloadable};

/// What stands below the help.
const EXAMPLES: &str = "\
Examples:
  ucwa-codegen check
  ucwa-codegen check --summaries
  ucwa-codegen check path/to/schema";

/// Validates a schema folder.
///
/// The command fails on errors, but not on warnings.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The schema folder.
    #[arg(value_name = "DIR", default_value = "schema")]
    schema: PathBuf,
    /// Also check the summaries and introductions: every item must have a summary that says more than its name, different items must
    /// not share one unless that is declared, every category must have an introduction, and names in backticks must exist.
    #[arg(long)]
    summaries: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), CommandFailure> {
    let folder = arguments.schema.display();
    let schema = load_schema(&arguments.schema, "nothing was checked")?;
    Errata::load(&arguments.schema).map_err(unloadable("nothing was checked"))?;
    let mut findings = validate(&schema);
    if arguments.summaries {
        let shared = Schema::load_shared_summaries(&arguments.schema).map_err(unloadable("nothing was checked"))?;
        findings.extend(check_summaries(&schema, &shared));
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let warnings = findings.len() - errors;
    let outcome = format!("{folder}: {errors} errors, {warnings} warnings");
    if errors > 0 {
        return Err(CommandFailure::new(findings, outcome));
    }
    console::summarize(findings.iter().map(ToString::to_string).chain([outcome]))
}
