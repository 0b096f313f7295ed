//! What a write is about to do, kept until it is done: `ID.folders` in each folder that it writes to, and `ID.journal` in the
//! first of them once everything is staged. Staged files are called `ID.NUMBER`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::FilesError;
use crate::interrupt::{Writing, is_stopped};
use crate::staging::{STAGING, leads_out};

/// The names behind the id of a write.
pub(crate) const FOLDERS: &str = "folders";
pub(crate) const JOURNAL: &str = "journal";
const TEMPORARY: &str = "new";

/// What became of a write that was interrupted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovery {
    /// All its files were there, and have been put in place, in these folders.
    Completed(Vec<PathBuf>),
    /// It had not got that far: nothing was replaced, and what it had written was removed from these folders.
    Discarded(Vec<PathBuf>),
}

/// One file of a write.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum JournalStep {
    /// A staged file is moved to its place below the folder with the number.
    Move { folder: usize, staged: String, path: PathBuf },
    /// A file below the folder with the number is removed.
    Remove { folder: usize, path: PathBuf },
}

/// Whether steps are performed for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// By the write itself.
    First,
    /// After an interruption: what is not there any more was dealt with before.
    Again,
}

/// Performs the steps of a write: first what is to be removed, as where case does not count a file can have the place of one
/// that is moved. A first attempt that fails at its first step has changed nothing, and fails with [`FilesError::Stage`].
pub(crate) fn perform(folders: &[PathBuf], steps: &[JournalStep], attempt: Attempt) -> Result<(), FilesError> {
    let (moves, removals): (Vec<_>, Vec<_>) = steps.iter().partition(|step| matches!(step, JournalStep::Move { .. }));
    // Once a file has been moved, all has been removed.
    let removals = if moves.iter().all(|step| is_waiting(folders, step)) { removals } else { Vec::new() };
    for (number, step) in removals.into_iter().chain(moves).enumerate() {
        let (JournalStep::Move { folder, path, .. } | JournalStep::Remove { folder, path }) = step;
        let Some(folder) = folders.get(*folder) else { continue };
        let full = folder.join(path);
        let result = match step {
            JournalStep::Move { staged, .. } => move_file(&folder.join(STAGING).join(staged), &full),
            JournalStep::Remove { .. } => {
                let removed = fs::remove_file(&full);
                remove_empty_parents(&full, folder);
                removed
            }
        };
        match result {
            Err(error) if attempt == Attempt::Again && error.kind() == io::ErrorKind::NotFound => {}
            Err(source) if attempt == Attempt::First && number == 0 => {
                return Err(FilesError::Stage { path: full, source });
            }
            other => other.map_err(|source| FilesError::Incomplete { path: full, source })?,
        }
    }
    Ok(())
}

/// Whether a file is still to be moved.
fn is_waiting(folders: &[PathBuf], step: &JournalStep) -> bool {
    let JournalStep::Move { folder, staged, .. } = step else { return false };
    folders.get(*folder).is_some_and(|folder| folder.join(STAGING).join(staged).exists())
}

fn move_file(staged: &Path, full: &Path) -> io::Result<()> {
    if let Some(parent) = full.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::rename(staged, full)
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

/// Removes what a write has put into the staging folders, the journal last.
pub(crate) fn clean(folders: &[PathBuf], id: &str) -> io::Result<()> {
    for folder in folders.iter().rev() {
        let staging = folder.join(STAGING);
        let mut names = names(&staging)?;
        // What says what is to be done goes last: until then, the write can be completed again.
        names.sort_by_key(|(_, kind)| (kind == JOURNAL, kind == FOLDERS));
        for (_, kind) in names.iter().filter(|(known, _)| known == id) {
            fs::remove_file(staging.join(format!("{id}.{kind}")))?;
        }
    }
    Ok(())
}

/// Takes back what a write was about to do, none of which it has done. It fails where the write will be completed after all.
pub(crate) fn revoke(folders: &[PathBuf], id: &str) -> io::Result<()> {
    let staging = folders.first().map(|folder| folder.join(STAGING)).unwrap_or_default();
    // The journal goes first: without it, what is left is discarded.
    fs::remove_file(staging.join(format!("{id}.{JOURNAL}")))?;
    let _ = clean(folders, id);
    Ok(())
}

/// The names of writes in a staging folder, in two parts: the id of the write, and what it is.
fn names(staging: &Path) -> io::Result<Vec<(String, String)>> {
    let entries = match fs::read_dir(staging) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        // What is named otherwise was put there by somebody else, and stays.
        if let Some((id, kind)) = name.to_str().and_then(|name| name.split_once('.')).filter(|name| is_own(*name)) {
            names.push((id.to_owned(), kind.to_owned()));
        }
    }
    Ok(names)
}

/// Whether a file is named as those of a write: two numbers to the base of 16, and what it is.
fn is_own((id, kind): (&str, &str)) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_staged = || !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_digit());
    let is_id = id.split_once('-').is_some_and(|(process, time)| is_number(process) && is_number(time));
    is_id && ([FOLDERS, JOURNAL, TEMPORARY].contains(&kind) || is_staged())
}

/// The folders of the writes that were interrupted in `folders`, by the id of the write.
fn interrupted(folders: &BTreeSet<PathBuf>) -> Result<BTreeMap<String, Vec<PathBuf>>, FilesError> {
    let mut writes = BTreeMap::<String, Vec<PathBuf>>::new();
    for folder in folders {
        let staging = folder.join(STAGING);
        let failed = |source| FilesError::Recovery { path: staging.clone(), folder: staging.clone(), source };
        for (id, kind) in names(&staging).map_err(failed)? {
            let write = writes.entry(id.clone()).or_default();
            if kind == FOLDERS {
                let list: Vec<PathBuf> = read(&staging, &id, FOLDERS)?.unwrap_or_default();
                // A folder that was copied or moved since has nothing to do with the others any more.
                if list.contains(folder) {
                    *write = list;
                }
            }
            if write.is_empty() {
                write.push(folder.clone());
            }
        }
    }
    Ok(writes)
}

/// All folders that are needed to deal with what was interrupted in `folders`.
pub(crate) fn involved(folders: &BTreeSet<PathBuf>) -> Result<BTreeSet<PathBuf>, FilesError> {
    Ok(interrupted(folders)?.into_values().flatten().filter(|folder| folder.is_dir()).collect())
}

/// Completes or discards what was interrupted in `folders`, all of which are locked.
pub(crate) fn recover(folders: &BTreeSet<PathBuf>) -> Result<Vec<Recovery>, FilesError> {
    let mut recovered = Vec::new();
    let interrupted = interrupted(folders)?;
    if interrupted.is_empty() {
        return Ok(recovered);
    }
    // Whoever is stopped now must not leave half of the files in place.
    let writing = Writing::begin();
    for (id, folders) in interrupted {
        let staging = folders.first().map(|folder| folder.join(STAGING)).unwrap_or_default();
        let steps: Option<Vec<JournalStep>> = read(&staging, &id, JOURNAL)?;
        if let Some(steps) = &steps {
            let steps = trusted(&folders, &id, steps)?;
            perform(&folders, &steps, Attempt::Again)?;
        }
        let failed = |source| FilesError::Recovery { path: staging.clone(), folder: staging.clone(), source };
        clean(&folders, &id).map_err(failed)?;
        recovered.push(if steps.is_some() { Recovery::Completed(folders) } else { Recovery::Discarded(folders) });
    }
    writing.end_recovery();
    if is_stopped() { Err(FilesError::StoppedAfterRecovery) } else { Ok(recovered) }
}

/// The steps below folders in which the write was at work, as its list of folders there says. Where the list is gone, all
/// was done; and a journal that came from elsewhere, as with a repository, reaches no other folder.
fn trusted(folders: &[PathBuf], id: &str, steps: &[JournalStep]) -> Result<Vec<JournalStep>, FilesError> {
    let mut known = Vec::new();
    for folder in folders {
        known.push(read::<Vec<PathBuf>>(&folder.join(STAGING), id, FOLDERS)?.is_some_and(|list| list == folders));
    }
    let is_trusted = |step: &&JournalStep| {
        let (JournalStep::Move { folder: number, path, .. } | JournalStep::Remove { folder: number, path }) = step;
        let Some(folder) = folders.get(*number).filter(|_| known.get(*number) == Some(&true)) else { return false };
        let from_elsewhere =
            matches!(step, JournalStep::Move { staged, .. } if leads_out(&folder.join(STAGING), Path::new(staged)));
        !leads_out(folder, path) && !from_elsewhere
    };
    Ok(steps.iter().filter(is_trusted).cloned().collect())
}

/// Writes a file of a write, which is there as a whole or not at all.
pub(crate) fn keep<T: Serialize>(staging: &Path, id: &str, kind: &str, value: &T) -> io::Result<()> {
    let temporary = staging.join(format!("{id}.{TEMPORARY}"));
    fs::write(&temporary, serde_json::to_vec(value)?)?;
    fs::rename(temporary, staging.join(format!("{id}.{kind}")))
}

/// Reads a file of a write; `None` where there is none.
fn read<T: DeserializeOwned>(staging: &Path, id: &str, kind: &str) -> Result<Option<T>, FilesError> {
    let path = staging.join(format!("{id}.{kind}"));
    let value = match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => Err(source),
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::from),
    };
    value.map(Some).map_err(|source| FilesError::Recovery { path, folder: staging.to_path_buf(), source })
}
