//! The command line of `ucwa-inspect`.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use ucwa_console::help::Shell;

use crate::report::ReportFormat;

const EXAMPLES: &str = "\
Examples:
  ucwa-inspect --schema schema recorded.har
  ucwa-inspect --format markdown --mask-people traffic/ > findings.md
  ucwa-inspect --schema schema --suggest recorded.har > schema/errata/wire.json
  ucwa-inspect --quiet --schema schema recorded.har && echo all is known
  curl -i https://pool.contoso.com/ucwa/v1/applications/192/me | ucwa-inspect -
  ucwa-inspect completions bash > ~/.local/share/bash-completion/completions/ucwa-inspect
  ucwa-inspect man > ucwa-inspect.1

A file holds a body in JSON or XML, a sequence of HTTP messages with their start lines, or a HAR 1.2 archive. Bodies may be chunked, and compressed with gzip or deflate. Each part of a batch is read as a message. \
Tokens, passwords and cookies are never printed.

Exit codes:
  0  no findings: the bindings know everything in the traffic
  1  invalid command line, a file or message could not be read, or no message of UCWA was found; what could be read was checked
  2  findings, and no errors";

/// Reads recorded UCWA traffic and reports what the crate `ucwa` does not know.
// Each is a flag of its own on the command line.
#[expect(clippy::struct_excessive_bools)]
#[derive(Debug, Parser)]
#[command(name = "ucwa-inspect", version, about, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    /// Files of recorded traffic, or folders of them; `-` is the standard input.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The schema folder. With it, enumeration values, events and errors are checked as well.
    #[arg(long, value_name = "DIR")]
    pub schema: Option<PathBuf>,
    /// Print errata for the findings instead of a report, as far as the traffic proves them.
    #[arg(long, requires = "schema", conflicts_with = "format")]
    pub suggest: bool,
    /// The format of the report.
    #[arg(long, value_enum, default_value_t)]
    pub format: ReportFormat,
    /// Also mask addresses and phone numbers of people.
    #[arg(long)]
    pub mask_people: bool,
    /// Print only errors; the exit code reports whether there are findings.
    #[arg(short, long, conflicts_with_all = ["verbose", "suggest"])]
    pub quiet: bool,
    /// Print for each file how many messages it holds and how long reading took.
    #[arg(short, long)]
    pub verbose: bool,
    /// A subcommand to run instead of inspecting traffic.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The subcommands, which do not inspect traffic.
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
