//! `ucwa-codegen generate`: from the schema folder to the crate.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use ucwa_codegen::emit::{EmittedItem, Root};
use ucwa_codegen::generate::{Generated, generate};
use ucwa_files::{FileChange, FilesError, FolderLock};
use ucwa_schema::Schema;

use super::{CommandFailure, SCHEMA, console, load_schema};

/// What stands below the help.
const EXAMPLES: &str = "\
Examples:
  ucwa-codegen generate
  ucwa-codegen generate --check";

/// Where the sources go, unless a command line says otherwise.
const OUTPUT: &str = "generated/src";

/// Generates the sources of the crate. Missing files are created, files that differ are replaced, and stale files are removed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The schema folder.
    #[arg(long, value_name = "DIR", default_value = SCHEMA)]
    schema: PathBuf,
    /// The output folder. It must be new, empty, or contain only generated files.
    #[arg(long, value_name = "DIR", default_value = OUTPUT)]
    output: PathBuf,
    /// Generate a module instead of a crate. PATH is its path from the root of the crate that has it, such as `crate::ucwa`.
    #[arg(long, value_name = "PATH")]
    module: Option<String>,
    /// Write nothing, and fail if the output is out of date.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), CommandFailure> {
    let start = Instant::now();
    loop {
        let schema = load_schema(&arguments.schema, "nothing was generated")?;
        let generated = generated(arguments, &schema)?;
        if arguments.check {
            return check(arguments, &generated);
        }
        let lock = super::lock([arguments.output.as_path()]).map_err(|error| not_written(&error))?;
        // Another run may have written both the schema and the sources since the schema was read.
        if Schema::load(&arguments.schema).is_ok_and(|now| now == schema) {
            return write(arguments, &generated, &lock, start);
        }
    }
}

fn generated(arguments: &Arguments, schema: &Schema) -> Result<Generated, CommandFailure> {
    let root = arguments.module.clone().map_or(Root::Crate, Root::Module);
    let generated = console::step("generating", || generate(schema, &root))
        .map_err(|error| CommandFailure::new([error], "nothing was generated"))?;
    if !generated.warnings.is_empty() {
        console::warn(format_args!(
            "{} references have no page in the schema; they are emitted untyped or as strings \
             (`ucwa-codegen check` lists them)",
            generated.warnings.len()
        ));
    }
    Ok(generated)
}

fn not_written(error: &FilesError) -> CommandFailure {
    CommandFailure::of_write(error, "the sources were not changed")
}

fn write(
    arguments: &Arguments,
    generated: &Generated,
    lock: &FolderLock,
    start: Instant,
) -> Result<(), CommandFailure> {
    let changes = lock.write(&[(&generated.files, &arguments.output)]).map_err(|error| not_written(&error))?;
    let changes: BTreeMap<_, _> = changes.into_iter().flatten().collect();
    let count = |wanted| changes.values().filter(|change| **change == wanted).count();
    let lines: usize = generated.files.iter().map(|(_, text)| text.lines().count()).sum();
    let (files, of) = (generated.files.len(), |item| generated.counts.of(item));
    let written = format!(
        "{lines} lines in {files} files of {}: {} created, {} replaced, {} removed, {} unchanged, in {:.2} s",
        arguments.output.display(),
        count(FileChange::Create),
        count(FileChange::Replace),
        count(FileChange::Remove),
        files - count(FileChange::Create) - count(FileChange::Replace),
        start.elapsed().as_secs_f64(),
    );
    let described = format!(
        "{} resources with {} properties and {} relations, {} operations with {} errors, {} inputs with {} parameters, \
         {} enumerations with {} values",
        of(EmittedItem::Resource),
        of(EmittedItem::Property),
        of(EmittedItem::Relation),
        of(EmittedItem::Operation),
        of(EmittedItem::Error),
        of(EmittedItem::Input),
        of(EmittedItem::Parameter),
        of(EmittedItem::Enumeration),
        of(EmittedItem::Value),
    );
    console::summarize([written, described])
}

fn check(arguments: &Arguments, generated: &Generated) -> Result<(), CommandFailure> {
    let changes = generated.files.changes(&arguments.output);
    let changes = changes.map_err(|error| CommandFailure::new([error], "the sources could not be compared"))?;
    if changes.is_empty() {
        return console::summarize([format!(
            "{} is up to date, {} files",
            arguments.output.display(),
            generated.files.len()
        )]);
    }
    let lines = changes.iter().map(|(path, change)| {
        let what = match change {
            FileChange::Create => "is missing",
            FileChange::Replace => "differs",
            FileChange::Remove => "is stale",
        };
        format!("{} {what}", arguments.output.join(path).display())
    });
    let command = format!("cargo run -p ucwa-codegen -- generate{}", options(arguments));
    Err(CommandFailure::new(lines, format!("the sources are not what the schema says: run `{command}`")))
}

/// The options of a command line that are not as they are without any.
fn options(arguments: &Arguments) -> String {
    let Arguments { schema, output, module, check: _ } = arguments;
    let mut options = String::new();
    for (option, value, default) in [("schema", schema, SCHEMA), ("output", output, OUTPUT)] {
        if value.as_os_str() != default {
            options = format!("{options} --{option} {}", value.display());
        }
    }
    module.iter().fold(options, |options, module| format!("{options} --module {module}"))
}
