//! Failures of subcommands, and output that fails.

use std::fmt;
use std::io;

use ucwa_console::output;
use ucwa_files::FilesError;

/// Why a subcommand failed: all there is to say, a problem a line or drawing.
#[derive(Debug)]
pub(crate) struct CommandFailure {
    pub(super) problems: Vec<String>,
    /// What that means for the user.
    pub(super) outcome: String,
}

impl CommandFailure {
    pub(super) fn new<T: fmt::Display>(problems: impl IntoIterator<Item = T>, outcome: impl Into<String>) -> Self {
        let problems = problems.into_iter().map(|problem| problem.to_string()).collect();
        Self { problems, outcome: outcome.into() }
    }

    /// The failure of a write. `unchanged` says that all is as it was, which is so unless files were being moved.
    pub(super) fn of_write(error: &FilesError, unchanged: &str) -> Self {
        let outcome = match error {
            FilesError::Incomplete { .. } => "the files are incomplete: run the command again",
            _ => unchanged,
        };
        Self::new([error], outcome)
    }
}

impl fmt::Display for CommandFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            writeln!(f, "{problem}")?;
        }
        f.write_str(&self.outcome)
    }
}

/// Prints lines.
pub(super) fn print<T: fmt::Display>(lines: impl IntoIterator<Item = T>) -> Result<(), CommandFailure> {
    output::print(lines).map_err(output_failed)
}

/// Prints text as it is.
pub(super) fn print_text(text: &[u8]) -> Result<(), CommandFailure> {
    output::print_text(text).map_err(output_failed)
}

pub(super) fn output_failed(error: io::Error) -> CommandFailure {
    CommandFailure::new([error], "the output is incomplete")
}
