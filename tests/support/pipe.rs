//! Pipes that nobody reads.

use std::io::PipeWriter;

/// The end of a pipe to write to, whose reader wants no more.
pub fn closed_pipe() -> PipeWriter {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer
}
