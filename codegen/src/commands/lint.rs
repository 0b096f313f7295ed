//! `ucwa-codegen lint PAGES... [--schema DIR]`

use std::collections::BTreeSet;

use ucwa_codegen::lint::triage::{Explanation, Triaged, triage};
use ucwa_codegen::lint::{lint, render};
use ucwa_codegen::pages::Page;
use ucwa_console::Drawing;
use ucwa_console::report::ReportFormat;
use ucwa_schema::Errata;

use super::{CommandFailure, Folders, console, print, read_pages, unloadable, unreasonable};

/// What stands below the help.
const EXAMPLES: &str = "\
Examples:
  ucwa-codegen lint reference/
  ucwa-codegen lint reference/contact_ref.md --all
  ucwa-codegen lint reference/ --all --format json";

/// Reports errors in the reference itself.
///
/// Errors are tables and samples that disagree, names without a page, and duplicates. Findings that an erratum corrects or that `lint.json` explains are not shown. The command fails if there are others.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    folders: Folders,
    /// The format of the report.
    #[arg(long, value_enum, default_value_t)]
    format: ReportFormat,
    /// Also show findings that are corrected or explained.
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), CommandFailure> {
    let Folders { pages, schema } = &arguments.folders;
    let outcome = "no page was checked";
    if !schema.is_dir() {
        console::warn(format_args!(
            "{}: no such folder, so that no finding is corrected or explained",
            schema.display()
        ));
    }
    let Errata { rows: errata, text } = Errata::load(schema).map_err(unloadable(outcome))?;
    let pages = read_pages(pages, &text)?;
    let reasons = Explanation::load(schema).map_err(|error| unreasonable(&error, outcome))?;
    let names: BTreeSet<&str> = pages.iter().map(Page::name).collect();
    let found = console::step("checking pages", || lint(&pages, &errata));
    let triaged = triage(found, &errata, &reasons, &names);
    let shown: Vec<&Triaged> = triaged.iter().filter(|triaged| arguments.all || triaged.is_new()).collect();
    match arguments.format {
        ReportFormat::Text => {
            print(render::text(&shown, Drawing::of_output()).into_iter().chain(render::summary(&triaged)))?;
        }
        ReportFormat::Markdown => print([render::markdown(&shown).trim_end()])?,
        ReportFormat::Json => print([format!("{:#}", render::json(&shown))])?,
    }
    match triaged.iter().filter(|triaged| triaged.is_new()).count() {
        0 => Ok(()),
        new => {
            let advice = format!(
                "{new} new findings: correct each by an erratum in {0}/errata, or give a reason in {0}/lint.json",
                schema.display()
            );
            Err(CommandFailure::new([] as [&str; 0], advice))
        }
    }
}
