//! Locks that keep other runs out of folders.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use same_file::Handle;

use crate::error::FilesError;
use crate::interrupt::{remove_lock, state};
use crate::journal::{self, Recovery};
use crate::staging::{STAGING, here};

/// A lock on folders. Other runs that want one of them wait until it is dropped.
#[derive(Debug)]
pub struct FolderLock {
    locks: Vec<Lock>,
    recovered: Vec<Recovery>,
}

impl FolderLock {
    /// Locks folders, which are made if they are missing, and waits for other runs that have locked any of them.
    ///
    /// What runs left that were interrupted is completed or discarded; see [`recovered`](Self::recovered).
    pub fn acquire<'a>(folders: impl IntoIterator<Item = &'a Path>) -> Result<Self, FilesError> {
        Self::acquire_or_wait(folders, |_| {})
    }

    /// The same, and calls `waiting` with each folder that another run has locked.
    pub fn acquire_or_wait<'a>(
        folders: impl IntoIterator<Item = &'a Path>,
        mut waiting: impl FnMut(&Path),
    ) -> Result<Self, FilesError> {
        let made: Vec<Made> = folders.into_iter().map(Made::new).collect::<Result<_, _>>()?;
        let mut wanted: BTreeSet<PathBuf> = made.iter().map(|made| made.folder.clone()).collect();
        // Locks are taken in the order of their paths, so that no two runs wait for each other.
        let mut locks: Vec<Lock> = loop {
            let locks =
                wanted.iter().map(|folder| Lock::acquire(folder, &mut waiting)).collect::<Result<Vec<_>, _>>()?;
            // What an interrupted run left in one folder can belong to others, which are then needed too.
            let involved = journal::involved(&wanted)?;
            if involved.is_subset(&wanted) {
                break locks;
            }
            wanted.extend(involved);
        };
        let recovered = journal::recover(&wanted)?;
        for made in made {
            if let Some(lock) = locks.iter_mut().find(|lock| lock.folder == made.folder) {
                lock.made.push(made);
            }
        }
        Ok(Self { locks, recovered })
    }

    /// What runs had left that were interrupted, and what became of it.
    pub fn recovered(&self) -> &[Recovery] {
        &self.recovered
    }

    /// The path of a locked folder without symbolic links; `None` where it is not locked.
    pub(crate) fn locked(&self, folder: &Path) -> Option<&Path> {
        let folder = real(folder).ok()?;
        self.locks.iter().map(|lock| lock.folder.as_path()).find(|locked| *locked == folder)
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // The innermost folders first, as those around them may have been made for them.
        while self.locks.pop().is_some() {}
    }
}

/// A folder that is there, at least until the lock is dropped.
#[derive(Debug)]
struct Made {
    folder: PathBuf,
    /// The folders that had to be made, the innermost first.
    missing: Vec<PathBuf>,
}

impl Made {
    fn new(folder: &Path) -> Result<Self, FilesError> {
        let is_missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
        let missing = folder.ancestors().take_while(is_missing).map(Path::to_path_buf).collect();
        let folder = here(folder);
        let failed = |source| FilesError::Lock { path: folder.to_path_buf(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        Ok(Self { folder: real(folder).map_err(failed)?, missing })
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        // Folders that hold something by now stay.
        self.missing.iter().all(|path| fs::remove_dir(path).is_ok());
    }
}

/// A path without symbolic links.
fn real(folder: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(here(folder))
}

/// A lock on one folder: that of a file in its staging folder, which is removed with it.
#[derive(Debug)]
struct Lock {
    folder: PathBuf,
    path: PathBuf,
    file: Option<File>,
    /// Dropped after the lock, as the folder holds the lock.
    made: Vec<Made>,
}

impl Lock {
    fn acquire(folder: &Path, waiting: &mut impl FnMut(&Path)) -> Result<Self, FilesError> {
        let staging = folder.join(STAGING);
        let path = staging.join("lock");
        let failed = |source| FilesError::Lock { path: folder.to_path_buf(), source };
        // What lies in a folder elsewhere was not put there by a write, and must not be taken for what one left.
        if fs::symlink_metadata(&staging).is_ok_and(|found| !found.is_dir()) {
            return Err(FilesError::InTheWay { path: staging });
        }
        loop {
            // A signal that comes now waits until the lock is either known or not there.
            let mut state = state();
            let opened = open(&path).inspect_err(|_| {
                // The folder that was made for the lock is no use without it. One in which something lies stays.
                let _ = fs::remove_dir(&staging);
            });
            let Some(file) = opened.map_err(failed)? else { continue };
            match file.try_lock() {
                Ok(()) if is_at(&file, &path) => {
                    state.held.push(path.clone());
                    return Ok(Self { folder: folder.to_path_buf(), path, file: Some(file), made: Vec::new() });
                }
                // Whoever had it before has removed it.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    drop(state);
                    waiting(folder);
                    file.lock().map_err(failed)?;
                }
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let mut state = state();
        remove_lock(&self.path);
        self.file.take();
        state.held.retain(|held| *held != self.path);
    }
}

/// Opens a lock file; `None` where its folder was removed in between.
fn open(path: &Path) -> io::Result<Option<File>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match File::options().create(true).truncate(false).write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    }
}

/// Whether a file is still the one at `path`.
fn is_at(file: &File, path: &Path) -> bool {
    let found = file.try_clone().and_then(Handle::from_file);
    matches!((found, Handle::from_path(path)), (Ok(found), Ok(there)) if found == there)
}
