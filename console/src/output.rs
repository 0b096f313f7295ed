//! Printing, and what to print in colour.

use std::fmt;
use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};

use crate::Drawing;

impl Drawing {
    /// How to draw what goes to the standard output: in colour on a terminal, unless `NO_COLOR` is set.
    pub fn of_output() -> Self {
        Self::of(AutoStream::choice(&io::stdout()))
    }

    /// How to draw what goes to the standard error.
    pub fn of_errors() -> Self {
        Self::of(AutoStream::choice(&io::stderr()))
    }

    fn of(choice: ColorChoice) -> Self {
        match choice {
            ColorChoice::Never => Self::Plain,
            _ => Self::Coloured,
        }
    }
}

/// Prints a line on the standard error. A reader that wants no more of it, such as `head`, is no reason to stop.
pub fn say(line: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Prints lines on the standard output.
pub fn print<T: fmt::Display>(lines: impl IntoIterator<Item = T>) -> io::Result<()> {
    write(|output| lines.into_iter().try_for_each(|line| writeln!(output, "{line}")))
}

/// Prints text as it is on the standard output.
pub fn print_text(text: &[u8]) -> io::Result<()> {
    write(|output| output.write_all(text))
}

/// Writes to the standard output. A reader that wants no more of it, such as `head`, is no failure.
fn write(work: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    match work(&mut output).and_then(|()| output.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}
