//! The write itself: stage everything, then move it into place.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::FilesError;
use crate::interrupt::{Writing, is_stopped};
use crate::journal::{self, Attempt, FOLDERS, JOURNAL, JournalStep};
use crate::lock::FolderLock;
use crate::set::{FileChange, FileSet};
use crate::staging::STAGING;

impl FileSet {
    /// Makes `folder` hold this set and returns what had to happen. Waits for other runs that write there.
    pub fn write(&self, folder: &Path) -> Result<BTreeMap<PathBuf, FileChange>, FilesError> {
        let lock = FolderLock::acquire([folder])?;
        let mut changes = lock.write(&[(self, folder)])?;
        Ok(changes.pop().unwrap_or_default())
    }
}

impl FolderLock {
    /// Makes each folder hold its set and returns what had to happen in each. Nothing is replaced in any of them unless all
    /// files could be written beside their destinations.
    ///
    /// All folders must be among those that are locked.
    pub fn write(&self, sets: &[(&FileSet, &Path)]) -> Result<Vec<BTreeMap<PathBuf, FileChange>>, FilesError> {
        let changes: Vec<_> = sets.iter().map(|(set, folder)| set.changes(folder)).collect::<Result<_, _>>()?;
        if changes.iter().all(BTreeMap::is_empty) {
            return Ok(changes);
        }
        let mut write = Write::new(self, sets)?;
        let writing = Writing::begin();
        let staged = sets.iter().zip(&changes).enumerate();
        let staged = staged.map(|(number, ((set, _), changes))| write.stage(number, set, changes));
        if let Err(error) = staged.collect::<Result<(), _>>().and_then(|()| write.commit()) {
            // The error that stopped the write matters more than one of cleaning up, and the next run cleans up again.
            let _ = journal::clean(&write.folders, &write.id);
            return Err(error);
        }
        write.perform()?;
        writing.end();
        Ok(changes)
    }
}

/// A write that is under way.
struct Write {
    id: String,
    folders: Vec<PathBuf>,
    steps: Vec<JournalStep>,
}

impl Write {
    fn new(lock: &FolderLock, sets: &[(&FileSet, &Path)]) -> Result<Self, FilesError> {
        let locked = |folder: &Path| {
            let missing = || FilesError::Lock { path: folder.to_path_buf(), source: io::ErrorKind::NotFound.into() };
            lock.locked(folder).map(Path::to_path_buf).ok_or_else(missing)
        };
        let folders: Vec<_> = sets.iter().map(|(_, folder)| locked(folder)).collect::<Result<_, _>>()?;
        let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
        Ok(Self { id: format!("{:x}-{time:x}", std::process::id()), folders, steps: Vec::new() })
    }

    fn staging(&self, folder: usize) -> PathBuf {
        self.folders.get(folder).map(|folder| folder.join(STAGING)).unwrap_or_default()
    }

    /// Writes each changed file of a set into the staging folder.
    fn stage(
        &mut self,
        folder: usize,
        set: &FileSet,
        changes: &BTreeMap<PathBuf, FileChange>,
    ) -> Result<(), FilesError> {
        let staging = self.staging(folder);
        let failed = |path: &Path| {
            let path = path.to_path_buf();
            |source| FilesError::Stage { path, source }
        };
        journal::keep(&staging, &self.id, FOLDERS, &self.folders).map_err(failed(&staging))?;
        for (path, change) in changes {
            if is_stopped() {
                return Err(FilesError::Stopped);
            }
            let path = path.clone();
            let Some(text) = set.get(&path).filter(|_| *change != FileChange::Remove) else {
                self.steps.push(JournalStep::Remove { folder, path });
                continue;
            };
            let full = self.folders.get(folder).map(|folder| folder.join(&path)).unwrap_or_default();
            can_be_moved_to(&full).map_err(failed(&full))?;
            let staged = format!("{}.{}", self.id, self.steps.len());
            stage_file(&staging.join(&staged), text, &full).map_err(failed(&full))?;
            self.steps.push(JournalStep::Move { folder, staged, path });
        }
        Ok(())
    }

    /// Keeps what is to be done, from where on the write is completed whatever happens.
    fn commit(&self) -> Result<(), FilesError> {
        let staging = self.staging(0);
        let kept = journal::keep(&staging, &self.id, JOURNAL, &self.steps);
        kept.map_err(|source| FilesError::Stage { path: staging, source })
    }

    /// Does what is to be done, and removes what was kept for that.
    fn perform(&self) -> Result<(), FilesError> {
        match journal::perform(&self.folders, &self.steps, Attempt::First) {
            // Where not even the first step could be performed, all is as it was, and stays so.
            Err(FilesError::Stage { path, source }) => {
                return Err(match journal::revoke(&self.folders, &self.id) {
                    Ok(()) => FilesError::Stage { path, source },
                    Err(_) => FilesError::Incomplete { path, source },
                });
            }
            performed => performed?,
        }
        let failed = |source| FilesError::Leftover { path: self.staging(0), source };
        journal::clean(&self.folders, &self.id).map_err(failed)
    }
}

/// Writes a staged file, with the permissions of the file that it replaces.
fn stage_file(staged: &Path, text: &str, full: &Path) -> io::Result<()> {
    fs::write(staged, text)?;
    match fs::metadata(full) {
        Ok(replaced) => fs::set_permissions(staged, replaced.permissions()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether a file can be moved to a place: no folder is there, and no file stands where its folders should be.
fn can_be_moved_to(full: &Path) -> io::Result<()> {
    let above = full.ancestors().skip(1).find(|path| path.exists());
    match above {
        _ if full.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Some(above) if !above.is_dir() => Err(io::ErrorKind::NotADirectory.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A write of two files that is staged and has its journal.
    fn committed(folder: &Path) -> (FolderLock, Write) {
        let mut set = FileSet::new();
        for name in ["one", "two"] {
            fs::write(folder.join(name), "old").expect("a file");
            set.insert(name, "new".into());
        }
        let lock = FolderLock::acquire([folder]).expect("the folder can be locked");
        let mut write = Write::new(&lock, &[(&set, folder)]).expect("it is locked");
        write.stage(0, &set, &set.changes(folder).expect("it can be read")).expect("there is room");
        write.commit().expect("there is room");
        (lock, write)
    }

    fn texts(folder: &Path) -> [String; 2] {
        ["one", "two"].map(|name| fs::read_to_string(folder.join(name)).expect("it is there"))
    }

    #[test]
    fn nothing_is_replaced_now_or_later_where_the_first_file_cannot_be_moved() {
        let folder = tempfile::tempdir().expect("a folder");
        let (lock, write) = committed(folder.path());
        fs::remove_file(write.staging(0).join(format!("{}.0", write.id))).expect("it was staged");
        let error = write.perform().expect_err("the first file is not there");
        assert!(error.to_string().contains("nothing was replaced"), "{error}");
        drop(lock);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2, "no staging folder stays behind");
        assert_eq!(FolderLock::acquire([folder.path()]).expect("it can be locked").recovered(), []);
        assert_eq!(texts(folder.path()), ["old", "old"]);
    }

    #[test]
    fn what_cannot_be_replaced_behind_the_first_file_waits_for_the_next_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let (lock, write) = committed(folder.path());
        fs::remove_file(folder.path().join("two")).expect("it was there");
        fs::create_dir(folder.path().join("two")).expect("a folder");
        let error = write.perform().expect_err("a folder is in the way");
        assert!(error.to_string().contains("some files were replaced"), "{error}");
        drop(lock);
        fs::remove_dir(folder.path().join("two")).expect("it is empty");
        drop(FolderLock::acquire([folder.path()]).expect("the cause is removed"));
        assert_eq!(texts(folder.path()), ["new", "new"]);
    }

    #[test]
    fn where_only_the_rest_of_a_write_cannot_be_removed_all_files_are_said_to_be_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let (_lock, write) = committed(folder.path());
        let rest = write.staging(0).join(format!("{}.{FOLDERS}", write.id));
        fs::remove_file(&rest).expect("it was kept");
        fs::create_dir(&rest).expect("a folder, which is not removed as a file is");
        let error = write.perform().expect_err("it cannot be removed");
        assert!(error.to_string().contains("all files were replaced"), "{error}");
        assert_eq!(texts(folder.path()), ["new", "new"]);
    }
}
