//! `ucwa-codegen update PAGES...`

use std::path::PathBuf;

use ucwa_codegen::compare::text;
use ucwa_codegen::extract::CorrectError;
use ucwa_codegen::update::{NextVersion, UpdateError, UpdatePlan, UpdateRequest, VersionChange, Versions, plan};
use ucwa_console::Drawing;
use ucwa_schema::{ErratumProblem, TextErratumProblem};

use super::{
    CommandFailure, Folders, SCHEMA, console, draw_warnings, drawn, incomplete, print, settle, unloadable, unreasonable,
};

/// What stands below the help.
const EXAMPLES: &str = "\
Examples:
  ucwa-codegen update reference/ --dry-run    what would happen
  ucwa-codegen update reference/
  ucwa-codegen update reference/ --set-version";

const NOTHING: &str = "nothing was written";

/// Updates the schema, the crate and the changelog from pages that changed.
///
/// Reports what changed, what that means for users of the crate, and the next version. Nothing is written unless all pages can
/// be understood, all errata apply and the crate can be generated. PAGES must be the whole reference: whatever no page describes
/// is removed. The list of public items is written as a pending snapshot for `cargo insta review`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    folders: Folders,
    /// The folder of the crate's sources. It must be new, empty, or contain only generated files.
    #[arg(long, value_name = "DIR", default_value = "generated/src")]
    output: PathBuf,
    /// The changelog; created if it is missing.
    #[arg(long, value_name = "FILE", default_value = "CHANGELOG.md")]
    changelog: PathBuf,
    /// The manifest that holds the version.
    #[arg(long, value_name = "FILE", default_value = "Cargo.toml")]
    manifest: PathBuf,
    /// The snapshot of public items. If it is missing, none is written for review.
    #[arg(long, value_name = "FILE", default_value = "tests/snapshots/surface.snap")]
    snapshot: PathBuf,
    /// Write the next version into the manifest.
    #[arg(long)]
    set_version: bool,
    /// Write nothing, and print the changes as a diff.
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), CommandFailure> {
    let Arguments { folders: Folders { pages, schema }, output, changelog, manifest, snapshot, .. } = arguments.clone();
    let version = if arguments.set_version { VersionChange::Set } else { VersionChange::Suggest };
    let request = UpdateRequest { pages, schema, output, changelog, manifest, snapshot, version };
    let folders = request.folders();
    let lock = if arguments.dry_run {
        folders.iter().try_for_each(|folder| settle(folder, NOTHING))?;
        None
    } else {
        // What the plan starts from must not change before the plan is carried out.
        let lock = super::lock(folders.iter().map(PathBuf::as_path));
        Some(lock.map_err(|error| CommandFailure::of_write(&error, NOTHING))?)
    };
    let plan = console::step("reading, comparing and emitting", || plan(&request)).map_err(failed)?;
    let mut lines = Vec::new();
    if !plan.left_out.is_empty() {
        console::note(&plan.left_out);
    }
    draw_warnings(&plan.untidy);
    if !plan.warnings.is_empty() {
        console::warn(format_args!(
            "{} references lead to pages that were not given; they are emitted untyped or as strings",
            plan.warnings.len()
        ));
    }
    if plan.report.is_empty() {
        lines.push("no changes: the schema agrees with the pages".to_owned());
    } else {
        lines.extend(text(&plan.report, Drawing::of_output()).lines().map(str::to_owned));
    }
    lines.extend(next_version(&plan, arguments));
    if !plan.findings.is_empty() {
        let (number, options) = (plan.findings.len(), lint_arguments(&arguments.folders));
        lines.push(format!("new findings: {number}; `ucwa-codegen lint {options}` shows them"));
    }
    let Some(lock) = lock else {
        let diff = plan.diff().map_err(|error| CommandFailure::new([error], "the files could not be compared"))?;
        lines.extend(diff.lines().map(str::to_owned));
        lines.push("nothing was written".into());
        return print(lines);
    };
    let written = console::step("writing", || plan.write(&lock));
    let written = written.map_err(|error| CommandFailure::of_write(&error, NOTHING))?;
    print(lines)?;
    let files = (written > 0).then(|| match written {
        1 => "1 file written; review it with `git diff`".to_owned(),
        _ => format!("{written} files written; review them with `git diff`"),
    });
    let waiting = plan.snapshot.as_ref().map(|path| format!("{} waits for `cargo insta review`", path.display()));
    console::summarize([files, waiting].into_iter().flatten())
}

/// What becomes of the version. Without changes, there is something to say only if it is written now.
fn next_version(plan: &UpdatePlan, arguments: &Arguments) -> Option<String> {
    let Versions { current, next } = plan.version.as_ref()?;
    let manifest = arguments.manifest.display();
    let NextVersion { version, released, class } = next;
    let why = format!("as changes since {released} are {class}");
    let suggested = match current {
        Some(current) if current == version => format!("next version: {version}, which {manifest} has, {why}"),
        Some(current) if arguments.set_version => {
            return Some(format!("version {current} -> {version} in {manifest}, {why}"));
        }
        Some(_) => format!("next version: {version}, {why}; --set-version writes it into {manifest}"),
        None => format!("next version: {version}, {why}; {manifest} has no version that can be raised"),
    };
    (!plan.report.is_empty()).then_some(suggested)
}

/// The arguments with which `lint` reads the same pages and the same schema folder.
fn lint_arguments(folders: &Folders) -> String {
    let mut arguments: Vec<_> = folders.pages.iter().map(|path| path.display().to_string()).collect();
    if folders.schema.as_os_str() != SCHEMA {
        arguments.push(format!("--schema {}", folders.schema.display()));
    }
    arguments.join(" ")
}

/// Whether errata are for pages that were not given.
fn lacks_pages(error: &CorrectError) -> bool {
    match error {
        CorrectError::Errata(errors) => errors.iter().any(|error| error.problem == ErratumProblem::Page),
        CorrectError::Text(errors) => errors.iter().any(|error| error.problem == TextErratumProblem::Page),
        CorrectError::Diagnostics(..) | CorrectError::Unsound(_) => false,
    }
}

fn failed(error: UpdateError) -> CommandFailure {
    let outcome = NOTHING;
    match error {
        UpdateError::Correct(CorrectError::Diagnostics(diagnostics, unreadable)) => {
            incomplete(&diagnostics, &unreadable).map_or_else(
                || CommandFailure::drawn(drawn(&diagnostics), outcome),
                |failure| CommandFailure { outcome: format!("{}; {outcome}", failure.outcome), ..failure },
            )
        }
        UpdateError::Correct(error) if lacks_pages(&error) => {
            CommandFailure::new([error], format!("PAGES must be the whole reference: name all its pages; {outcome}"))
        }
        UpdateError::Load(error) => unloadable(outcome)(error),
        UpdateError::Reasons(error) => unreasonable(&error, outcome),
        other => CommandFailure::new([other], outcome),
    }
}
