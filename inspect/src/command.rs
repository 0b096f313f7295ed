//! The command line of `ucwa-inspect`.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use ucwa_console::help::Shell;

use crate::report::Layout;

const EXAMPLES: &str = "\
Examples:
  ucwa-inspect --schema schema recorded.har
  ucwa-inspect --format markdown --mask-people traffic/ > findings.md
  ucwa-inspect --schema schema --suggest recorded.har > schema/errata/wire.json
  ucwa-inspect --quiet --schema schema recorded.har && echo all is known
  curl -i https://pool.contoso.com/ucwa/v1/applications/192/me | ucwa-inspect -
  ucwa-inspect completions bash > ~/.local/share/bash-completion/completions/ucwa-inspect
  ucwa-inspect man > ucwa-inspect.1

Files may hold a body in JSON or XML, HTTP messages with their start lines one behind the other, or a HAR file of \
version 1.2. Bodies may be chunked, and compressed by gzip or deflate. Parts of batches are read as messages of their own. \
Tokens, passwords and cookies are never printed.

Exit codes:
  0  the bindings know all that the traffic has
  1  the command line is wrong, or a file or message could not be used; the others were
  2  there are findings, and no errors";

/// Reads recorded UCWA traffic and says what the crate `ucwa` does not know of it.
// Each is a flag of its own on the command line.
#[expect(clippy::struct_excessive_bools)]
#[derive(Debug, Parser)]
#[command(name = "ucwa-inspect", version, about, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    /// Files of recorded traffic, or folders of them; `-` is the standard input.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The schema folder; with it values of enumerations, events and errors are looked up too.
    #[arg(long, value_name = "DIR")]
    pub schema: Option<PathBuf>,
    /// Print errata for what the traffic proves, and no report.
    #[arg(long, requires = "schema")]
    pub suggest: bool,
    /// How the report is written.
    #[arg(long, value_enum, default_value_t)]
    pub format: Layout,
    /// Mask addresses and phone numbers of people too.
    #[arg(long)]
    pub mask_people: bool,
    /// Print nothing but errors; the exit code tells the rest.
    #[arg(short, long, conflicts_with_all = ["verbose", "suggest"])]
    pub quiet: bool,
    /// Say of each file how many messages it holds, and how long reading took.
    #[arg(short, long)]
    pub verbose: bool,
    /// What to do instead.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the command does beside inspecting.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Prints a completion script for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Prints the manual page.
    Man,
}
