//! Files that cannot be used.

use std::io;
use std::path::PathBuf;

use crate::message::MessagePlace;

/// Why a file, or a part of one, could not be used. The others are.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// A file or folder could not be read.
    #[error("{path}: {source}", path = .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// A folder holds no files.
    #[error("{path}: no files in this folder; name files of recorded traffic, or a folder of them", path = .path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// A file that should be JSON or XML is not.
    #[error("{file}:{line}:{column}: {problem}; the file is not used: record it again, or remove what is broken")]
    Syntax {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The column in the line of the file, in characters from 1.
        column: usize,
        /// What is wrong.
        problem: String,
        /// The line as it may be shown: without secrets.
        excerpt: String,
        /// Where in the excerpt it is wrong.
        at: usize,
    },
    /// A file is of no kind that can be read.
    #[error(
        "{file}: no traffic found; expected a body in JSON or XML, HTTP messages with their start lines, or a HAR file"
    )]
    Kind {
        /// The file.
        file: String,
    },
    /// A file is text, and not in UTF-8.
    #[error("{file}: the file is UTF-16 text; save it as UTF-8")]
    Utf16 {
        /// The file.
        file: String,
    },
    /// A HAR file is not shaped as one.
    #[error("{file}: not a HAR file of version 1.2: `log` has no list of `entries`; export it again")]
    Har {
        /// The file.
        file: String,
    },
    /// A HAR file has no entries.
    #[error("{file}: no entries in this HAR file; record the traffic again, and export it while it is listed")]
    NoEntries {
        /// The file.
        file: String,
    },
    /// All files could be read, and nothing in them is for the bindings.
    #[error("no message of UCWA in the traffic; record what a client of UCWA sends and receives")]
    NoMessages,
    /// An entry of a HAR file is not shaped as one.
    #[error(
        "{place}: not an entry of HAR 1.2: expected a `request` with `method` and `url`, and a `response`; the entry is not used"
    )]
    Entry {
        /// The entry.
        place: MessagePlace,
    },
    /// A body cannot be brought into the form that it was sent in.
    #[error("{place}: {problem}; the body is not used")]
    Body {
        /// The message.
        place: MessagePlace,
        /// What is wrong.
        problem: String,
    },
}
