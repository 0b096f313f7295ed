//! `ucwa-codegen completions SHELL`

use ucwa_console::help::{self, Shell};

use super::{CommandFailure, print_text};

/// Prints a completion script for a shell.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The shell.
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments, command: clap::Command) -> Result<(), CommandFailure> {
    print_text(&help::completions(arguments.shell, command))
}
