//! `ucwa-codegen completions SHELL`

use clap_complete::Shell;

use super::{Failure, print_text};

/// Prints a completion script for a shell.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The shell.
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments, mut command: clap::Command) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "ucwa-codegen", &mut script);
    print_text(&script)
}
