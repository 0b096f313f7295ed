//! Why files could not be read or replaced.

use std::io;
use std::path::{Path, PathBuf};

/// How many of the files that are in the way an error names.
const NAMED: usize = 3;

/// Why files could not be read or replaced.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// A file or folder could not be read. Nothing was replaced.
    #[error("{path}: {source}", path = .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// A folder whose stale files would be removed holds files that were not written by the same command.
    #[error(
        "{folder}: {paths} {verb} not carry the mark of the files that this command writes (`{mark}`); name a new or empty \
         folder, or move what is not generated elsewhere",
        folder = .folder.display(), paths = named(.paths), verb = if .paths.len() == 1 { "does" } else { "do" }
    )]
    Foreign {
        /// The folder.
        folder: PathBuf,
        /// The files, below the folder. Symbolic links count as files without a mark.
        paths: Vec<PathBuf>,
        /// How a file of the command begins.
        mark: String,
    },
    /// A file would be written or removed outside of its folder, through a symbolic link or by going up.
    #[error(
        "{path}: its path leads out of {folder}; where that is because of a symbolic link, replace it by a folder",
        path = .path.display(), folder = .folder.display()
    )]
    Outside {
        /// The folder that the file is for.
        folder: PathBuf,
        /// The file.
        path: PathBuf,
    },
    /// Where the folder would be in which files wait, there is a file or a symbolic link. Nothing was replaced.
    #[error("{path}: a file or symbolic link stands where files are staged; delete it", path = .path.display())]
    InTheWay {
        /// The file or symbolic link.
        path: PathBuf,
    },
    /// A folder could not be made or locked. Nothing was replaced.
    #[error(
        "{path}: not a folder that can be written to ({source}); name another one, or correct its permissions",
        path = .path.display()
    )]
    Lock {
        /// The folder.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// A file could not be written beside its destination. Nothing was replaced.
    #[error("{path}: {source}; nothing was replaced", path = .path.display())]
    Stage {
        /// The destination.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// The user stopped the command. Nothing was replaced.
    #[error("stopped; nothing was replaced")]
    Stopped,
    /// The user stopped the command while what an earlier run had left was dealt with, which was done to the end. Nothing else was
    /// replaced.
    #[error("stopped; what an earlier run had left, as it was interrupted, has been completed or discarded")]
    StoppedAfterRecovery,
    /// A file could not be moved into place after others were.
    #[error(
        "{path}: {source}; some files were replaced, and the others wait in {STAGING}: remove the cause and run the command \
         again, which completes the replacement",
        path = .path.display(), STAGING = crate::staging::STAGING
    )]
    Incomplete {
        /// The file.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// All files are in place, and what had been staged for that could not be removed.
    #[error(
        "{path}: {source}; all files were replaced, and what is left of the write there could not be removed: remove the cause \
         and run the command again, which removes it",
        path = .path.display()
    )]
    Leftover {
        /// The staging folder.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// What an earlier run left could not be completed or removed.
    #[error(
        "{path}: {source}; an earlier run was interrupted, and what it left cannot be read: {remedy}",
        path = .path.display(), remedy = remedy(source, folder)
    )]
    Recovery {
        /// The file.
        path: PathBuf,
        /// The staging folder.
        folder: PathBuf,
        /// What happened.
        source: io::Error,
    },
}

/// What to do about the rest of a write that cannot be read. While it may be readable once something else is put right, it must
/// not be deleted: it may hold half of what the write was to replace.
fn remedy(source: &io::Error, folder: &Path) -> String {
    match source.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => format!("delete {}", folder.display()),
        _ => "remove the cause and run the command again, which completes or discards it".to_owned(),
    }
}

fn named(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths.iter().take(NAMED).map(|path| path.display().to_string()).collect();
    match paths.len().saturating_sub(NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// A result with the path that it is about.
pub(crate) fn read_at<T>(path: &Path, result: io::Result<T>) -> Result<T, FilesError> {
    result.map_err(|source| FilesError::Read { path: path.to_path_buf(), source })
}
