//! Failures of subcommands, and output that fails.

use std::fmt;
use std::io;
use std::process::ExitCode;

use ucwa_console::{output, printable_lines};
use ucwa_files::{FilesError, STOPPED};

/// Why a subcommand failed: all there is to say, a problem a line or drawing.
#[derive(Debug)]
pub(crate) struct CommandFailure {
    pub(super) problems: Vec<String>,
    /// What that means for the user.
    pub(super) outcome: String,
    /// The exit code of the command.
    pub(crate) code: ExitCode,
}

impl CommandFailure {
    pub(super) fn new<T: fmt::Display>(problems: impl IntoIterator<Item = T>, outcome: impl AsRef<str>) -> Self {
        let problems = problems.into_iter().map(|problem| printable_lines(&problem.to_string())).collect();
        Self::drawn(problems, outcome)
    }

    /// A failure whose problems were drawn for a terminal, with all that is not to reach it left out.
    pub(super) fn drawn(problems: Vec<String>, outcome: impl AsRef<str>) -> Self {
        Self { problems, outcome: printable_lines(outcome.as_ref()), code: ExitCode::FAILURE }
    }

    /// The failure of a write. `unchanged` says that all is as it was, which is so unless files were being moved.
    pub(super) fn of_write(error: &FilesError, unchanged: &str) -> Self {
        match error {
            FilesError::Incomplete { .. } => Self::new([error], "the files are incomplete: run the command again"),
            FilesError::Leftover { .. } => Self::new([error], "all files were written"),
            FilesError::StoppedAfterRecovery => {
                Self { code: STOPPED.into(), ..Self::new([error], "nothing else was done") }
            }
            FilesError::Stopped => Self { code: STOPPED.into(), ..Self::new([error], unchanged) },
            _ => Self::new([error], unchanged),
        }
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
