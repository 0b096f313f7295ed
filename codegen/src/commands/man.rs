//! `ucwa-codegen man`

use ucwa_console::help;

use super::{CommandFailure, output_failed, print_text};

/// Prints the manual page, the subcommands' behind the command's own.
pub(crate) fn run(command: clap::Command) -> Result<(), CommandFailure> {
    print_text(&help::manual(command).map_err(output_failed)?)
}
