//! `ucwa-codegen compare OLD NEW`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use ucwa_codegen::compare::{Class, Loaded, Report, Source, SourceError, compare, json, markdown, text};
use ucwa_codegen::extract::carry_over;
use ucwa_console::Drawing;
use ucwa_schema::Errata;

use super::{Failure, console, draw_warnings, incomplete, print, unloadable};

/// What stands below the help.
const EXAMPLES: &str = "\
Examples:
  ucwa-codegen compare HEAD schema                    what is not committed yet
  ucwa-codegen compare v0.1.0 HEAD --format markdown  what a release brings
  ucwa-codegen compare schema reference/              what the pages say now, corrected by the schema's errata
  ucwa-codegen compare main schema --exit-class       10 if additive, 20 if breaking";

/// Prints what NEW differs from OLD in, per resource, and what that means for users of the crate.
///
/// OLD and NEW are each a schema folder, a page or folder of pages, or a git revision of the schema folder: `REVISION` is the
/// folder `schema` of that revision, `REVISION:FOLDER` another one. A path that exists is taken as a path. Breaking is what
/// stops programs from compiling or changes what they mean, additive is what gives them more, documentation is the rest. Pages
/// are corrected by the errata of the schema that they are compared with. Pages that cannot be understood are named and not
/// compared; the exit status is 1 then.
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
    /// Correct pages by the errata of this schema folder, and not by those of the schema that they are compared with.
    #[arg(long, value_name = "DIR")]
    errata: Option<PathBuf>,
    /// Compare pages as they are.
    #[arg(long, conflicts_with = "errata")]
    no_errata: bool,
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
    let errata = errata(&old_source, &new_source, arguments)?;
    let (mut old, mut new) = (load(&old_source, &errata)?, load(&new_source, &errata)?);
    old.gaps.fill(&mut old.schema, &new.schema);
    new.gaps.fill(&mut new.schema, &old.schema);
    // Pages hold no summaries of ours; that they lack those of a schema is no change.
    match (old_source.is_pages(), new_source.is_pages()) {
        (true, false) => carry_over(&new.schema, &mut old.schema),
        (false, true) => carry_over(&old.schema, &mut new.schema),
        _ => {}
    }
    let report = console::step("comparing", || compare(&old.schema, &new.schema));
    let printed = match arguments.format {
        Layout::Text => text(&report, Drawing::of_output()),
        Layout::Markdown => markdown(&report),
        Layout::Json => format!("{:#}\n", json(&report)),
    };
    print(printed.lines())?;
    for side in [&old, &new] {
        if !side.gaps.is_empty() {
            console::warn(&side.gaps);
        }
    }
    if let Some(failure) = [&old, &new].into_iter().find_map(|side| incomplete(&side.diagnostics, &side.unreadable)) {
        return Err(failure);
    }
    Ok(if arguments.exit_class { exit_class(&report) } else { ExitCode::SUCCESS })
}

/// The errata that correct pages: those of the schema that they are compared with, unless others or none are wanted.
fn errata(old: &Source, new: &Source, arguments: &Arguments) -> Result<Errata, Failure> {
    if arguments.no_errata {
        return Ok(Errata::default());
    }
    if let Some(folder) = &arguments.errata {
        return Errata::load(folder).map_err(unloadable(OUTCOME));
    }
    match (old.is_pages(), new.is_pages()) {
        (true, false) => new.errata().map_err(failed),
        (false, true) => old.errata().map_err(failed),
        _ => Ok(Errata::default()),
    }
}

/// What a failure means.
const OUTCOME: &str = "nothing was compared";

fn load(source: &Source, errata: &Errata) -> Result<Loaded, Failure> {
    let loaded = console::step("reading what to compare", || source.load(errata)).map_err(failed)?;
    if !loaded.left_out.is_empty() {
        console::note(&loaded.left_out);
    }
    draw_warnings(&loaded.warnings);
    Ok(loaded)
}

fn failed(error: SourceError) -> Failure {
    match error {
        SourceError::Load(error) => unloadable(OUTCOME)(error),
        other => Failure::new([other], OUTCOME),
    }
}

fn exit_class(report: &Report) -> ExitCode {
    match report.class() {
        None | Some(Class::Documentation) => ExitCode::SUCCESS,
        Some(Class::Additive) => ExitCode::from(10),
        Some(Class::Breaking) => ExitCode::from(20),
    }
}
