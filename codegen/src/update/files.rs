//! The files beside the schema that an update reads and replaces.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ucwa_files::{FileSet, FilesError};

/// A set of this file alone, with the folder that it is in.
pub(super) fn one_file(path: &Path, text: String) -> (PathBuf, FileSet) {
    let mut set = FileSet::new();
    set.insert(followed(path).file_name().unwrap_or_default(), text);
    (folder_of(path), set)
}

/// The folder of a file.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    followed(path).parent().unwrap_or(Path::new("")).to_path_buf()
}

/// The file that a symbolic link leads to, so that the file is replaced and not the link.
fn followed(path: &Path) -> PathBuf {
    let target = path.is_symlink().then(|| fs::canonicalize(path).ok()).flatten();
    target.unwrap_or_else(|| path.to_path_buf())
}

/// The text of a file; `None` where there is none.
pub(super) fn read(path: &Path) -> Result<Option<String>, FilesError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(FilesError::Read { path: path.to_path_buf(), source }),
    }
}
