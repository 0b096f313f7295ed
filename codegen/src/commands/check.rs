//! `ucwa-codegen check [DIR]`

use std::path::PathBuf;

use ucwa_schema::Schema;
use ucwa_schema::validate::{Severity, validate};

use super::{Failure, console, unloadable};

/// What stands below the help.
const EXAMPLES: &str = "\
Examples:
  ucwa-codegen check
  ucwa-codegen check path/to/schema";

/// Says what is wrong with a schema folder. Errors make it fail, warnings do not.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The schema folder.
    #[arg(value_name = "DIR", default_value = "schema")]
    schema: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let folder = arguments.schema.display();
    let schema = Schema::load(&arguments.schema).map_err(unloadable("nothing was checked"))?;
    Schema::load_errata(&arguments.schema).map_err(unloadable("nothing was checked"))?;
    let findings = validate(&schema);
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let warnings = findings.len() - errors;
    let outcome = format!("{folder}: {errors} errors, {warnings} warnings");
    if errors > 0 {
        return Err(Failure::new(findings, outcome));
    }
    console::summarize(findings.iter().map(ToString::to_string).chain([outcome]))
}
