//! Replacing a set of files as a whole.
//!
//! Everything is written beside its destination first; only when all of that succeeded are files moved into place.
//! Files that hold what they should are not touched, so that build tools see no change where there is none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The files that a folder should hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileSet {
    files: BTreeMap<PathBuf, String>,
    owned: BTreeSet<PathBuf>,
}

/// What has to happen to one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is missing.
    Create,
    /// It holds something else.
    Replace,
    /// It should not be there.
    Remove,
}

/// Why files could not be read or replaced.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}; nothing was replaced", path = .path.display())]
pub struct FilesError {
    /// The file or folder that it happened to.
    pub path: PathBuf,
    /// What happened.
    pub source: io::Error,
}

impl FileSet {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, by its path below the folder. A second file of one path replaces the first, which is returned.
    pub fn insert(&mut self, path: impl Into<PathBuf>, text: String) -> Option<String> {
        self.files.insert(path.into(), text)
    }

    /// Says that a file, or everything below a folder, is this set's: what is there and not in the set is removed.
    pub fn own(&mut self, path: impl Into<PathBuf>) {
        self.owned.insert(path.into());
    }

    /// The files and their texts, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.files.iter().map(|(path, text)| (path.as_path(), text.as_str()))
    }

    /// The number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// What has to happen to make `folder` hold this set, in order of paths.
    pub fn changes(&self, folder: &Path) -> Result<BTreeMap<PathBuf, Change>, FilesError> {
        let mut changes = BTreeMap::new();
        for (path, text) in &self.files {
            let full = folder.join(path);
            match fs::read(&full) {
                Ok(bytes) if bytes == text.as_bytes() => {}
                Ok(_) => drop(changes.insert(path.clone(), Change::Replace)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    changes.insert(path.clone(), Change::Create);
                }
                Err(source) => return Err(FilesError { path: full, source }),
            }
        }
        for owned in &self.owned {
            let mut found = Vec::new();
            list(&folder.join(owned), &mut found)?;
            for full in found {
                if let Ok(path) = full.strip_prefix(folder)
                    && !self.files.contains_key(path)
                {
                    changes.insert(path.to_path_buf(), Change::Remove);
                }
            }
        }
        Ok(changes)
    }

    /// Makes `folder` hold this set and returns what had to happen.
    pub fn write(&self, folder: &Path) -> Result<BTreeMap<PathBuf, Change>, FilesError> {
        let mut changes = Self::write_all(&[(self, folder)])?;
        Ok(changes.pop().unwrap_or_default())
    }

    /// Makes each folder hold its set and returns what had to happen in each. Nothing is replaced in any of them unless all
    /// files could be written beside their destinations.
    pub fn write_all(sets: &[(&Self, &Path)]) -> Result<Vec<BTreeMap<PathBuf, Change>>, FilesError> {
        let changes: Vec<_> = sets.iter().map(|(set, folder)| set.changes(folder)).collect::<Result<_, _>>()?;
        let mut staged = Vec::new();
        for ((set, folder), changes) in sets.iter().zip(&changes) {
            let (mut files, error) = match set.stage(folder, changes) {
                Ok(files) => (files, None),
                Err((files, error)) => (files, Some(error)),
            };
            staged.append(&mut files);
            if let Some(error) = error {
                for (temporary, _) in staged {
                    // The error that stopped the writing matters more than one of cleaning up.
                    let _ = fs::remove_file(temporary);
                }
                return Err(error);
            }
        }
        for (temporary, full) in &staged {
            at(full, fs::rename(temporary, full))?;
        }
        for ((_, folder), changes) in sets.iter().zip(&changes) {
            for (path, _) in changes.iter().filter(|(_, change)| **change == Change::Remove) {
                let full = folder.join(path);
                at(&full, fs::remove_file(&full))?;
                remove_empty_parents(&full, folder);
            }
        }
        Ok(changes)
    }

    /// Writes each changed file beside its destination.
    #[expect(clippy::type_complexity)]
    fn stage(
        &self,
        folder: &Path,
        changes: &BTreeMap<PathBuf, Change>,
    ) -> Result<Vec<(PathBuf, PathBuf)>, (Vec<(PathBuf, PathBuf)>, FilesError)> {
        let mut staged = Vec::new();
        for (path, text) in self.files.iter().filter(|(path, _)| changes.contains_key(*path)) {
            let full = folder.join(path);
            let mut name = full.file_name().unwrap_or_default().to_os_string();
            name.push(".new");
            let temporary = full.with_file_name(name);
            let parent = full.parent().unwrap_or(folder);
            let written = at(parent, fs::create_dir_all(parent))
                .and_then(|()| at(&full, if full.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { Ok(()) }))
                .and_then(|()| at(&temporary, fs::write(&temporary, text)));
            staged.push((temporary, full));
            if let Err(error) = written {
                return Err((staged, error));
            }
        }
        Ok(staged)
    }
}

fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, FilesError> {
    result.map_err(|source| FilesError { path: path.to_path_buf(), source })
}

/// Appends the files below `folder`, at any depth, or `folder` itself if it is a file. A folder that does not exist holds none.
fn list(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), FilesError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            found.push(folder.to_path_buf());
            return Ok(());
        }
        other => at(folder, other)?,
    };
    for entry in entries {
        let entry = at(folder, entry)?;
        let path = entry.path();
        if at(&path, entry.file_type())?.is_dir() {
            list(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

/// Removes the folders that the removal of `path` left empty, up to `folder`.
fn remove_empty_parents(path: &Path, folder: &Path) {
    for parent in path.ancestors().skip(1).take_while(|parent| *parent != folder) {
        // A folder that still holds something stays, and that is no error.
        if fs::remove_dir(parent).is_err() {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(files: &[(&str, &str)]) -> FileSet {
        let mut set = FileSet::new();
        for (path, text) in files {
            set.insert(*path, (*text).to_string());
        }
        set.own("owned");
        set
    }

    #[test]
    fn a_folder_ends_up_with_the_set_and_keeps_what_is_not_owned() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("owned/deep")).expect("a folder");
        fs::write(folder.path().join("owned/deep/stale"), "old").expect("a file");
        fs::write(folder.path().join("kept"), "mine").expect("a file");
        fs::write(folder.path().join("owned/same"), "same").expect("a file");

        let set = set(&[("owned/same", "same"), ("owned/new", "new")]);
        let changes = set.write(folder.path()).expect("the folder can be written");

        let expected = [("owned/deep/stale".into(), Change::Remove), ("owned/new".into(), Change::Create)];
        assert_eq!(changes, BTreeMap::from(expected));
        assert!(!folder.path().join("owned/deep").exists(), "a folder left empty is removed");
        assert_eq!(fs::read_to_string(folder.path().join("kept")).expect("it is there"), "mine");
        assert!(set.changes(folder.path()).expect("the folder can be read").is_empty());
    }

    #[test]
    fn a_file_that_is_owned_and_not_in_the_set_is_removed_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("stale"), "old").expect("a file");
        fs::write(folder.path().join("kept"), "mine").expect("a file");
        let mut set = FileSet::new();
        set.own("stale");
        set.own("never-there");
        let changes = set.write(folder.path()).expect("the folder can be written");
        assert_eq!(changes, BTreeMap::from([("stale".into(), Change::Remove)]));
        assert!(folder.path().join("kept").is_file() && !folder.path().join("stale").exists());
    }

    #[test]
    fn nothing_is_replaced_when_one_file_cannot_be_written() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("z")).expect("a folder");
        fs::write(folder.path().join("a"), "old").expect("a file");

        let error = set(&[("a", "new"), ("z", "a folder is in the way")]).write(folder.path());

        assert!(error.is_err());
        assert_eq!(fs::read_to_string(folder.path().join("a")).expect("it is there"), "old");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2, "no temporary file stays behind");
    }
}
