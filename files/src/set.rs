//! The files that a folder should hold, and what has to happen to make it so.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::error::{FilesError, read_at};
use crate::read::read_file;
use crate::staging::{STAGING, here, leads_out};

/// The files that a folder should hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileSet {
    files: BTreeMap<PathBuf, String>,
    owned: BTreeMap<PathBuf, &'static str>,
    removed: Vec<PathBuf>,
}

/// What has to happen to one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileChange {
    /// It is missing.
    Create,
    /// It holds something else.
    Replace,
    /// It should not be there.
    Remove,
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

    /// Claims a file, or everything below a folder: files there that are not in the set are removed.
    ///
    /// `mark` is how each file of the set begins there. Files that begin otherwise, and symbolic links, belong to somebody
    /// else: while there is one, [`changes`](Self::changes) and writing fail, and nothing is touched.
    pub fn own(&mut self, path: impl Into<PathBuf>, mark: &'static str) {
        self.owned.insert(path.into(), mark);
    }

    /// Removes a file if it is there, whatever it holds.
    pub fn remove(&mut self, path: impl Into<PathBuf>) {
        self.removed.push(path.into());
    }

    /// The files and their texts, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.files.iter().map(|(path, text)| (path.as_path(), text.as_str()))
    }

    /// The text of a file.
    pub fn get(&self, path: &Path) -> Option<&str> {
        self.files.get(path).map(String::as_str)
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
    pub fn changes(&self, folder: &Path) -> Result<BTreeMap<PathBuf, FileChange>, FilesError> {
        let folder = here(folder);
        let (mut changes, mut own) = (BTreeMap::new(), BTreeSet::new());
        for (owned, mark) in &self.owned {
            own.extend(own_files(folder, owned, mark)?);
        }
        for path in own.iter().filter(|path| !self.files.contains_key(*path)) {
            changes.insert(path.clone(), FileChange::Remove);
        }
        for path in &self.removed {
            if folder.join(path).is_file() {
                changes.insert(path.clone(), FileChange::Remove);
            }
        }
        for (path, text) in &self.files {
            let full = folder.join(path);
            // Where case does not count, what is read is a file of another name, which is removed.
            let is_alias = self.owned.keys().any(|owned| path.starts_with(owned)) && !own.contains(path);
            match read_file(&full) {
                Ok(_) if is_alias => drop(changes.insert(path.clone(), FileChange::Create)),
                Ok(bytes) if bytes == text.as_bytes() => {}
                Ok(_) => drop(changes.insert(path.clone(), FileChange::Replace)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    changes.insert(path.clone(), FileChange::Create);
                }
                Err(source) => return Err(FilesError::Read { path: full, source }),
            }
        }
        self.stays_inside(folder)?;
        Ok(changes)
    }

    /// Whether all files are written and removed below `folder`, and not through symbolic links to places elsewhere.
    fn stays_inside(&self, folder: &Path) -> Result<(), FilesError> {
        let outside = self.files.keys().chain(&self.removed).find(|path| leads_out(folder, path));
        match outside {
            Some(path) => Err(FilesError::Outside { folder: folder.to_path_buf(), path: folder.join(path) }),
            None => Ok(()),
        }
    }
}

/// The files at or below `owned` in `folder`, all of which begin with `mark`.
fn own_files(folder: &Path, owned: &Path, mark: &'static str) -> Result<Vec<PathBuf>, FilesError> {
    let mut listing = Listing { mark, own: Vec::new(), foreign: Vec::new() };
    let start = folder.join(owned);
    // The folder itself may be reached through a symbolic link, and what is in it may not.
    let metadata = if owned.as_os_str().is_empty() { fs::metadata(&start) } else { fs::symlink_metadata(&start) };
    match metadata {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        metadata => listing.add(&start, read_at(&start, metadata)?.file_type())?,
    }
    let below = |path: PathBuf| path.strip_prefix(folder).map(Path::to_path_buf).unwrap_or(path);
    if listing.foreign.is_empty() {
        return Ok(listing.own.into_iter().map(below).collect());
    }
    let mut paths: Vec<_> = listing.foreign.into_iter().map(below).collect();
    paths.sort();
    let mark = mark.split_whitespace().collect::<Vec<_>>().join(" ");
    Err(FilesError::Foreign { folder: folder.to_path_buf(), paths, mark })
}

/// Tells files that carry a mark from others.
struct Listing {
    mark: &'static str,
    own: Vec<PathBuf>,
    foreign: Vec<PathBuf>,
}

impl Listing {
    /// Adds a file, or those below a folder at any depth.
    fn add(&mut self, path: &Path, kind: fs::FileType) -> Result<(), FilesError> {
        if kind.is_dir() {
            for entry in read_at(path, fs::read_dir(path))? {
                let entry = read_at(path, entry)?;
                if entry.file_name() != STAGING {
                    let path = entry.path();
                    self.add(&path, read_at(&path, entry.file_type())?)?;
                }
            }
        } else if kind.is_file() && read_at(path, begins_with(path, self.mark.as_bytes()))? {
            self.own.push(path.to_path_buf());
        } else {
            self.foreign.push(path.to_path_buf());
        }
        Ok(())
    }
}

fn begins_with(path: &Path, mark: &[u8]) -> io::Result<bool> {
    let mut start = Vec::with_capacity(mark.len());
    File::open(path)?.take(mark.len() as u64).read_to_end(&mut start)?;
    Ok(start == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARK: &str = "// made";

    fn set(files: &[(&str, &str)]) -> FileSet {
        let mut set = FileSet::new();
        for (path, text) in files {
            set.insert(*path, format!("{MARK}\n{text}"));
        }
        set.own("owned", MARK);
        set
    }

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        folder
    }

    #[test]
    fn a_folder_ends_up_with_the_set_and_keeps_what_is_not_owned() {
        let folder =
            folder(&[("owned/deep/stale", "// made long ago"), ("kept", "mine"), ("owned/same", "// made\nsame")]);
        let set = set(&[("owned/same", "same"), ("owned/new", "new")]);
        let changes = set.write(folder.path()).expect("the folder can be written");

        let expected = [("owned/deep/stale".into(), FileChange::Remove), ("owned/new".into(), FileChange::Create)];
        assert_eq!(changes, BTreeMap::from(expected));
        assert!(!folder.path().join("owned/deep").exists(), "a folder left empty is removed");
        assert_eq!(fs::read_to_string(folder.path().join("kept")).expect("it is there"), "mine");
        assert!(set.changes(folder.path()).expect("the folder can be read").is_empty());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2, "no staging folder stays behind");
    }

    #[test]
    fn a_file_without_the_mark_stops_everything() {
        let folder = folder(&[("owned/stale", "// made"), ("owned/sub/mine", "by hand"), ("owned/same", "no mark")]);
        let error = set(&[("owned/same", "same")]).write(folder.path()).expect_err("it is not all ours");
        let FilesError::Foreign { paths, .. } = &error else { panic!("{error}") };
        assert_eq!(paths, &[PathBuf::from("owned/same"), PathBuf::from("owned/sub/mine")]);
        assert!(error.to_string().contains("owned/sub/mine") && error.to_string().contains("empty"), "{error}");
        assert!(folder.path().join("owned/stale").exists(), "nothing was removed");
        assert_eq!(fs::read_to_string(folder.path().join("owned/same")).expect("it is there"), "no mark");
    }

    #[test]
    fn the_current_folder_is_looked_at_however_it_is_named() {
        for here in ["", "."] {
            let mut set = FileSet::new();
            set.own("", "// made");
            // Tests run in the folder of their crate.
            let error = set.changes(Path::new(here)).expect_err("it is not all ours");
            assert!(error.to_string().contains("Cargo.toml"), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn symbolic_links_are_neither_followed_nor_removed() {
        let elsewhere = folder(&[("marked", "// made"), ("sub/marked", "// made")]);
        for (target, link) in
            [("marked", "owned/link"), ("sub", "owned/link"), ("sub", "owned"), ("none", "owned/link")]
        {
            let folder = folder(&[]);
            let link = folder.path().join(link);
            fs::create_dir_all(link.parent().expect("a parent")).expect("a folder");
            std::os::unix::fs::symlink(elsewhere.path().join(target), &link).expect("a link");
            let error = set(&[("owned/new", "new")]).write(folder.path()).expect_err("a link is not ours");
            assert!(matches!(error, FilesError::Foreign { .. }), "{error}");
            assert!(link.is_symlink() && elsewhere.path().join("sub/marked").exists());
        }
    }

    #[cfg(unix)]
    #[test]
    fn no_file_is_written_or_removed_through_a_link_to_a_place_elsewhere() {
        let (elsewhere, folder) = (folder(&[("stale", "theirs")]), folder(&[]));
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("other")).expect("a link");
        std::os::unix::fs::symlink("nowhere", folder.path().join("gone")).expect("a link");
        let mut removing = FileSet::new();
        removing.remove("other/stale");
        for set in
            [set(&[("other/new", "new")]), set(&[("other/deep/new", "new")]), set(&[("gone/new", "new")]), removing]
        {
            let error = set.write(folder.path()).expect_err("it leads elsewhere");
            assert!(matches!(error, FilesError::Outside { .. }), "{error}");
            assert_eq!(fs::read_dir(elsewhere.path()).expect("a folder").count(), 1);
        }
    }

    #[test]
    fn no_path_leads_up_and_out_of_the_folder() {
        let around = folder(&[]);
        for path in ["../new", "missing/../../new"] {
            let error = set(&[(path, "new")]).write(&around.path().join("folder")).expect_err("it leads up");
            assert!(matches!(error, FilesError::Outside { .. }), "{error}");
        }
        assert!(!around.path().join("new").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_replaced_keeps_its_permissions() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder(&[("secret", "old")]);
        let path = folder.path().join("secret");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is ours");
        set(&[("secret", "new")]).write(folder.path()).expect("the folder can be written");
        let mode = fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!((fs::read_to_string(&path).expect("text"), mode & 0o777), (format!("{MARK}\nnew"), 0o600));
    }

    #[cfg(unix)]
    #[test]
    fn a_named_pipe_in_the_place_of_a_file_is_told_and_not_waited_for() {
        let folder = folder(&[]);
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("the command is there").success());
        let error = set(&[("pipe", "new")]).write(folder.path()).expect_err("a pipe is no file");
        assert!(matches!(&error, FilesError::Read { path, .. } if *path == pipe), "{error}");
    }

    #[test]
    fn a_file_that_is_to_be_removed_is_removed_alone() {
        let folder = folder(&[("stale", "old"), ("kept", "mine")]);
        let mut set = FileSet::new();
        set.remove("stale");
        set.remove("never-there");
        let changes = set.write(folder.path()).expect("the folder can be written");
        assert_eq!(changes, BTreeMap::from([("stale".into(), FileChange::Remove)]));
        assert!(folder.path().join("kept").is_file() && !folder.path().join("stale").exists());
    }

    #[test]
    fn nothing_is_replaced_when_one_file_cannot_be_written() {
        let folder = folder(&[("a", "old"), ("z", "a file where a folder should be")]);
        let error = set(&[("a", "new"), ("z/deep", "new")]).write(folder.path());
        assert!(error.is_err());
        assert_eq!(fs::read_to_string(folder.path().join("a")).expect("it is there"), "old");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2, "no staging folder stays behind");
    }
}
