//! `ucwa-codegen compare OLD NEW`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use ucwa_codegen::compare::{Class, Report, Source, SourceError, compare, json, markdown, text};
use ucwa_codegen::extract::{CorrectError, keep_summaries};
use ucwa_console::Drawing;
use ucwa_schema::Schema;

use super::{Failure, console, drawn, print, unloadable};

/// What stands below the help.
const EXAMPLES: &str = "\
Examples:
  ucwa-codegen compare HEAD schema                    what is not committed yet
  ucwa-codegen compare v0.1.0 HEAD --format markdown  what a release brings
  ucwa-codegen compare schema reference/ --errata schema
  ucwa-codegen compare main schema --exit-class       10 if additive, 20 if breaking";

/// Prints what NEW differs from OLD in, per resource, and what that means for users of the crate.
///
/// OLD and NEW are each a schema folder, a page or folder of pages, or a git revision of the schema folder: `REVISION` is the
/// folder `schema` of that revision, `REVISION:FOLDER` another one. A path that exists is taken as a path. Breaking is what
/// stops programs from compiling or changes what they mean, additive is what gives them more, documentation is the rest.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// What was: a schema folder, pages, or a git revision.
    #[arg(value_name = "OLD")]
    old: String,
    /// What is: a schema folder, pages, or a git revision.
    #[arg(value_name = "NEW")]
    new: String,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = Layout::Text)]
    format: Layout,
    /// Correct pages by the errata of this schema folder; without it, pages are compared as they are.
    #[arg(long, value_name = "DIR")]
    errata: Option<PathBuf>,
    /// Tell the class by the exit status: 0 for none and documentation, 10 for additive, 20 for breaking. (1 is a failure.)
    #[arg(long)]
    exit_class: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Layout {
    /// For people; in colour on a terminal, unless `NO_COLOR` is set.
    Text,
    /// For a pull request.
    Markdown,
    /// For machines.
    Json,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let (old_source, new_source) = (Source::of(&arguments.old), Source::of(&arguments.new));
    let (mut old, mut new) = (load(&old_source, arguments)?, load(&new_source, arguments)?);
    // Pages hold no summaries of ours; that they lack those of a schema is no change.
    match (old_source.is_pages(), new_source.is_pages()) {
        (true, false) => keep_summaries(&new, &mut old),
        (false, true) => keep_summaries(&old, &mut new),
        _ => {}
    }
    let report = console::step("comparing", || compare(&old, &new));
    let printed = match arguments.format {
        Layout::Text => text(&report, Drawing::of_output()),
        Layout::Markdown => markdown(&report),
        Layout::Json => format!("{:#}\n", json(&report)),
    };
    print(printed.lines())?;
    Ok(if arguments.exit_class { exit_class(&report) } else { ExitCode::SUCCESS })
}

fn load(source: &Source, arguments: &Arguments) -> Result<Schema, Failure> {
    console::step("reading what to compare", || source.load(arguments.errata.as_deref())).map_err(|error| {
        let outcome = "nothing was compared";
        match error {
            SourceError::Correct(CorrectError::Diagnostics(diagnostics)) => Failure::new(drawn(&diagnostics), outcome),
            SourceError::Load(error) => unloadable(outcome)(error),
            other => Failure::new([other], outcome),
        }
    })
}

fn exit_class(report: &Report) -> ExitCode {
    match report.class() {
        None | Some(Class::Documentation) => ExitCode::SUCCESS,
        Some(Class::Additive) => ExitCode::from(10),
        Some(Class::Breaking) => ExitCode::from(20),
    }
}
