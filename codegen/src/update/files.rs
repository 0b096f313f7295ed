//! The files beside the schema that an update reads, and their line ends.

use std::fs;
use std::io;
use std::path::Path;

use ucwa_files::FilesError;

/// The text of a file; `None` where there is none.
pub(super) fn read(path: &Path) -> Result<Option<String>, FilesError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(FilesError::Read { path: path.to_path_buf(), source }),
    }
}

/// A text with the line ends that another has: in some checkouts those of Windows.
pub(super) fn with_line_ends_of(other: &str, text: &str) -> String {
    if other.contains("\r\n") { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text.to_owned() }
}
