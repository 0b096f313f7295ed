//! `ucwa-codegen lint PAGES... [--schema DIR]`

use std::collections::BTreeSet;
use std::path::PathBuf;

use ucwa_codegen::lint::triage::{Explanation, Triaged, triage};
use ucwa_codegen::lint::{lint, render};
use ucwa_codegen::pages::Page;
use ucwa_console::Drawing;
use ucwa_schema::Schema;

use super::{Failure, console, print, read_pages, unloadable, unreasonable};

/// What stands below the help.
const EXAMPLES: &str = "\
Examples:
  ucwa-codegen lint reference/
  ucwa-codegen lint reference/contact_ref.md --all
  ucwa-codegen lint reference/ --all --format json";

/// Lists what is wrong with the reference itself: where tables and samples disagree, lead nowhere or say things twice.
///
/// Findings that an erratum answers or that lint.json explains are left out, and others make it fail.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Pages, or folders of pages.
    #[arg(required = true)]
    pages: Vec<PathBuf>,
    /// The schema folder, whose errata answer findings and whose lint.json explains them.
    #[arg(long, value_name = "DIR", default_value = "schema")]
    schema: PathBuf,
    /// How to print findings.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Show findings that are answered or explained, too.
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Drawings with the lines in question, and a table of counts.
    Text,
    /// A list under a heading for each kind.
    Markdown,
    /// A list of objects.
    Json,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let outcome = "nothing was looked at";
    let text_errata = Schema::load_text_errata(&arguments.schema).map_err(unloadable(outcome))?;
    let pages = read_pages(&arguments.pages, &text_errata)?;
    let errata = Schema::load_errata(&arguments.schema).map_err(unloadable(outcome))?;
    let reasons =
        Explanation::load(&arguments.schema).map_err(|error| Failure::new([unreasonable(&error)], outcome))?;
    let names: BTreeSet<&str> = pages.iter().map(Page::name).collect();
    let found = console::step("looking for what is wrong", || lint(&pages, &errata));
    let triaged = triage(found, &errata, &reasons, &names);
    let shown: Vec<&Triaged> = triaged.iter().filter(|triaged| arguments.all || triaged.is_new()).collect();
    match arguments.format {
        Format::Text => print(render::text(&shown, Drawing::of_output()).into_iter().chain(render::summary(&triaged)))?,
        Format::Markdown => print([render::markdown(&shown).trim_end()])?,
        Format::Json => print([format!("{:#}", render::json(&shown))])?,
    }
    match triaged.iter().filter(|triaged| triaged.is_new()).count() {
        0 => Ok(()),
        new => {
            let advice = format!(
                "{new} new findings: answer each by an erratum in {0}/errata, or give a reason in {0}/lint.json",
                arguments.schema.display()
            );
            Err(Failure::new([] as [&str; 0], advice))
        }
    }
}
