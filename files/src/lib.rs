//! Replaces sets of files as a whole.
//!
//! A [`FileSet`] holds the files that a folder should have, and says which of those that it has may be removed: only files
//! that carry the [mark](FileSet::own) of the set. A [`FolderLock`] keeps other runs out of the folders while they are read
//! and written, and [`FolderLock::write`] replaces the files of one or several folders:
//!
//! 1. All new files are written into a folder `.ucwa-staging` of the folder that they are for.
//! 2. A journal of what is to be moved and removed is put beside them. From here on the write counts as done.
//! 3. Files are moved into place, stale ones are removed, and the staging folders too.
//!
//! A process that ends before the second step has changed nothing, and one that ends after it leaves a journal. The next
//! lock on any of the folders discards the first and completes the second, and [reports](FolderLock::recovered) which.
//! This holds for the end of a process at any time, and not for the loss of power.
//!
//! Files that hold what they should are not touched, so that build tools see no change where there is none.

mod error;
mod interrupt;
mod journal;
mod lock;
mod read;
mod set;
mod single;
mod staging;
mod write;

pub use error::FilesError;
pub use interrupt::STOPPED;
#[cfg(feature = "signals")]
pub use interrupt::stop_on_signals;
pub use journal::Recovery;
pub use lock::FolderLock;
pub use read::read_file;
pub use set::{FileChange, FileSet};
pub use single::{folder_of, one_file, write_file};
pub use staging::STAGING;
