//! `ucwa-codegen compare OLD NEW`

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ucwa_codegen::compare::{Class, Comparison, Extent, Loaded, Source, SourceError, compare, json, markdown, text};
use ucwa_codegen::extract::carry_over;
use ucwa_console::Drawing;
use ucwa_console::report::ReportFormat;
use ucwa_schema::Errata;

use super::{CommandFailure, console, draw_warnings, incomplete, print, settle, unloadable};

/// What stands below the help.
const EXAMPLES: &str = "\
Examples:
  ucwa-codegen compare HEAD schema                    changes that are not committed yet
  ucwa-codegen compare v0.1.0 HEAD --format markdown  changes since a release
  ucwa-codegen compare schema reference/              changes in the pages
  ucwa-codegen compare main schema --exit-class       exit status 10 if additive, 20 if breaking";

/// Reports how NEW differs from OLD, for each resource, and what that means for users of the crate.
///
/// OLD and NEW are each a schema folder, a page or folder of pages, or a git revision of the schema folder: `REVISION` is the
/// folder `schema` of that revision, `REVISION:FOLDER` another one. If a path of that name exists, it takes precedence. A change
/// is breaking if it stops programs from compiling or changes what they mean, additive if it adds something, and documentation
/// otherwise. Pages are corrected by the errata of the schema that they are compared with. Pages that cannot be understood are
/// listed and not compared; the exit status is then 1.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The old state: a schema folder, pages, or a git revision.
    #[arg(value_name = "OLD")]
    old: OsString,
    /// The new state: a schema folder, pages, or a git revision.
    #[arg(value_name = "NEW")]
    new: OsString,
    /// The format of the report.
    #[arg(long, value_enum, default_value_t)]
    format: ReportFormat,
    /// Correct pages by the errata of this schema folder instead of the schema that they are compared with.
    #[arg(long, value_name = "DIR")]
    errata: Option<PathBuf>,
    /// Compare pages without correcting them.
    #[arg(long, conflicts_with = "errata")]
    no_errata: bool,
    /// Set the exit status by the class of the changes: 0 for none or documentation, 10 for additive, 20 for breaking; 1 on
    /// failure.
    #[arg(long)]
    exit_class: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, CommandFailure> {
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
    let mut report = console::step("comparing", || compare(&old.schema, &new.schema));
    if [&old, &new].into_iter().any(|side| !side.gaps.is_empty()) {
        report.extent = Extent::Part;
    }
    let printed = match arguments.format {
        ReportFormat::Text => text(&report, Drawing::of_output()),
        ReportFormat::Markdown => markdown(&report),
        ReportFormat::Json => format!("{:#}\n", json(&report)),
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
fn errata(old: &Source, new: &Source, arguments: &Arguments) -> Result<Errata, CommandFailure> {
    if arguments.no_errata {
        return Ok(Errata::default());
    }
    if let Some(folder) = &arguments.errata {
        return errata_of(folder);
    }
    match (old.is_pages(), new.is_pages()) {
        (true, false) => new.errata().map_err(failed),
        (false, true) => old.errata().map_err(failed),
        _ => Ok(Errata::default()),
    }
}

/// The errata of a schema folder that was named for them.
fn errata_of(folder: &Path) -> Result<Errata, CommandFailure> {
    if !folder.join("errata").is_dir() {
        let problem =
            format!("{}: no errata; name a schema folder that has some, or use --no-errata", folder.display());
        return Err(CommandFailure::new([problem], OUTCOME));
    }
    Errata::load(folder).map_err(unloadable(OUTCOME))
}

/// What a failure means.
const OUTCOME: &str = "nothing was compared";

fn load(source: &Source, errata: &Errata) -> Result<Loaded, CommandFailure> {
    if let Source::Folder(folder) = source {
        settle(folder, OUTCOME)?;
    }
    let loaded = console::step("reading what to compare", || source.load(errata)).map_err(failed)?;
    if !loaded.left_out.is_empty() {
        console::note(&loaded.left_out);
    }
    draw_warnings(&loaded.warnings);
    Ok(loaded)
}

fn failed(error: SourceError) -> CommandFailure {
    match error {
        SourceError::Load(error) => unloadable(OUTCOME)(error),
        other => CommandFailure::new([other], OUTCOME),
    }
}

fn exit_class(report: &Comparison) -> ExitCode {
    match report.class() {
        None | Some(Class::Documentation) => ExitCode::SUCCESS,
        Some(Class::Additive) => ExitCode::from(10),
        Some(Class::Breaking) => ExitCode::from(20),
    }
}
