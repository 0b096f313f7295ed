//! `ucwa-codegen generate`: from the schema folder to the crate.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use ucwa_codegen::emit::{Item, Root};
use ucwa_codegen::generate::{Generated, generate};
use ucwa_files::Change;
use ucwa_schema::Schema;

use super::{Failure, console, unloadable};

/// What stands below the help.
const EXAMPLES: &str = "\
Examples:
  ucwa-codegen generate
  ucwa-codegen generate --check";

/// Emits the crate's sources: what is missing is created, what differs is replaced, what is stale is removed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The schema folder.
    #[arg(long, value_name = "DIR", default_value = "schema")]
    schema: PathBuf,
    /// The folder of the crate's sources: new, empty, or with nothing in it but emitted files.
    #[arg(long, value_name = "DIR", default_value = "generated/src")]
    output: PathBuf,
    /// Emit a module with this path, such as `crate::ucwa`, and no crate.
    #[arg(long, value_name = "PATH")]
    module: Option<String>,
    /// Write nothing, and fail if anything would be written.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let start = Instant::now();
    let schema = Schema::load(&arguments.schema).map_err(unloadable("nothing was generated"))?;
    let root = arguments.module.clone().map_or(Root::Crate, Root::Module);
    let generated = console::step("generating", || generate(&schema, &root))
        .map_err(|error| Failure::new([error], "nothing was generated"))?;
    if !generated.warnings.is_empty() {
        console::warn(format_args!(
            "{} references lead to pages that the schema does not have; they are emitted untyped or as strings \
             (`ucwa-codegen check` lists them)",
            generated.warnings.len()
        ));
    }
    if arguments.check { check(arguments, &generated) } else { write(arguments, &generated, start) }
}

fn write(arguments: &Arguments, generated: &Generated, start: Instant) -> Result<(), Failure> {
    let output = arguments.output.as_path();
    let result = super::lock([output]).and_then(|lock| lock.write(&[(&generated.files, output)]));
    let changes = result.map_err(|error| Failure::of_write(&error, "the sources are as they were"))?;
    let changes: BTreeMap<_, _> = changes.into_iter().flatten().collect();
    let count = |wanted| changes.values().filter(|change| **change == wanted).count();
    let lines: usize = generated.files.iter().map(|(_, text)| text.lines().count()).sum();
    let (files, of) = (generated.files.len(), |item| generated.counts.of(item));
    let written = format!(
        "{lines} lines in {files} files of {}: {} created, {} replaced, {} removed, {} unchanged, in {:.2} s",
        arguments.output.display(),
        count(Change::Create),
        count(Change::Replace),
        count(Change::Remove),
        files - count(Change::Create) - count(Change::Replace),
        start.elapsed().as_secs_f64(),
    );
    let described = format!(
        "{} resources with {} properties and {} relations, {} operations with {} errors, {} inputs with {} parameters, \
         {} enumerations with {} values",
        of(Item::Resource),
        of(Item::Property),
        of(Item::Relation),
        of(Item::Operation),
        of(Item::Error),
        of(Item::Input),
        of(Item::Parameter),
        of(Item::Enumeration),
        of(Item::Value),
    );
    console::summarize([written, described])
}

fn check(arguments: &Arguments, generated: &Generated) -> Result<(), Failure> {
    let changes = generated.files.changes(&arguments.output);
    let changes = changes.map_err(|error| Failure::new([error], "the sources could not be compared"))?;
    if changes.is_empty() {
        return console::summarize([format!(
            "{} is what the schema says, {} files",
            arguments.output.display(),
            generated.files.len()
        )]);
    }
    let lines = changes.iter().map(|(path, change)| {
        let what = match change {
            Change::Create => "is missing",
            Change::Replace => "differs",
            Change::Remove => "is stale",
        };
        format!("{} {what}", arguments.output.join(path).display())
    });
    Err(Failure::new(lines, "the sources are not what the schema says: run `cargo run -p ucwa-codegen -- generate`"))
}
