//! Output: results on the standard output, all else on the standard error.

use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Instant;

use ucwa_console::output::say;
use ucwa_console::printable_lines;
use ucwa_console::progress::{Progress, bar};

use super::failure::{CommandFailure, print};

/// What stands below the help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  ucwa-codegen extract reference/         write schema/ from the pages
  ucwa-codegen check                      validate schema/
  ucwa-codegen generate                   write generated/src/ from schema/
  ucwa-codegen generate --check           fail if generated/src/ is out of date
  ucwa-codegen compare HEAD schema        report what has changed, and whether it is breaking
  ucwa-codegen update reference/          extract, compare and generate, with a changelog entry
  ucwa-codegen lint reference/            report errors in the pages
  ucwa-codegen export graph > graph.html  write a page to browse resources and links
  ucwa-codegen facts schema | grep contactPresence
  ucwa-codegen completions bash > ~/.local/share/bash-completion/completions/ucwa-codegen
  ucwa-codegen man > ucwa-codegen.1

Exit codes:
  0       success
  1       failure; standard error has the reason and the place
  2       invalid command line
  10, 20  with `compare --exit-class`: the changes are additive, or breaking
  130     stopped by Ctrl-C or SIGTERM; standard error says whether files were written";

/// How much is said beside results and problems.
#[derive(Debug, clap::Args)]
pub(crate) struct Verbosity {
    /// Print only results and errors: no summaries, no warnings, no progress.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Print how long each step takes.
    #[arg(short, long, global = true)]
    verbose: bool,
}

const QUIET: u8 = 0;
const NORMAL: u8 = 1;
const VERBOSE: u8 = 2;

/// One for the whole command, as there is one terminal.
static LEVEL: AtomicU8 = AtomicU8::new(NORMAL);

impl Verbosity {
    /// Makes it what holds from here on.
    pub(crate) fn apply(&self) {
        let level = match (self.quiet, self.verbose) {
            (true, _) => QUIET,
            (false, true) => VERBOSE,
            (false, false) => NORMAL,
        };
        LEVEL.store(level, Ordering::Relaxed);
    }
}

fn level() -> u8 {
    LEVEL.load(Ordering::Relaxed)
}

/// Prints what was done, unless nobody wants to know.
pub(crate) fn summarize<T: fmt::Display>(lines: impl IntoIterator<Item = T>) -> Result<(), CommandFailure> {
    if level() == QUIET { Ok(()) } else { print(lines) }
}

/// Says what is not as it should be and stops nothing.
pub(crate) fn warn(warning: impl fmt::Display) {
    if level() != QUIET {
        say(printable_lines(&format!("warning: {warning}")));
    }
}

/// Says what is worth knowing.
pub(crate) fn note(text: impl fmt::Display) {
    show(printable_lines(&text.to_string()));
}

/// Says what was drawn for a terminal, as it is.
pub(crate) fn show(drawing: impl fmt::Display) {
    if level() != QUIET {
        say(drawing);
    }
}

/// Does a step that may take long: with a sign of life where someone is there to see it.
pub(crate) fn step<T>(name: &'static str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let progress = if level() == QUIET { Progress::Hidden } else { Progress::Shown };
    let spinner = bar(progress, "{spinner} {msg} {elapsed}");
    spinner.set_message(name);
    let result = work();
    spinner.finish_and_clear();
    if level() == VERBOSE {
        say(format_args!("{name}: {:.2} s", start.elapsed().as_secs_f64()));
    }
    result
}
