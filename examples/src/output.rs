//! What programs print.

use std::fmt;
use std::io::{self, ErrorKind, Write as _};
use std::process;

/// Prints a line, as the macro of the standard library does, and ends the program where nobody reads any more, as behind `head`:
/// that macro would panic.
#[macro_export]
macro_rules! println {
    ($($arguments:tt)*) => {
        $crate::print_line(::std::format_args!($($arguments)*))
    };
}

/// Prints a line; see [`println`](crate::println).
pub fn print_line(line: fmt::Arguments<'_>) {
    let Err(error) = writeln!(io::stdout(), "{line}") else { return };
    if error.kind() == ErrorKind::BrokenPipe {
        process::exit(0);
    }
    eprintln!("Error: the output is incomplete: {error}");
    process::exit(1);
}
