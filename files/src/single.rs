//! A file that is replaced by itself.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::FilesError;
use crate::set::FileSet;

/// The folder of a file, where a symbolic link is followed to it.
pub fn folder_of(path: &Path) -> PathBuf {
    followed(path).parent().unwrap_or(Path::new("")).to_path_buf()
}

/// A set of one file alone, with the folder that it is in.
pub fn one_file(path: &Path, text: String) -> (PathBuf, FileSet) {
    let mut set = FileSet::new();
    set.insert(followed(path).file_name().unwrap_or_default(), text);
    (folder_of(path), set)
}

/// Replaces one file as a whole, or makes it. What is there and is no file, such as a device or a pipe, is written to.
pub fn write_file(path: &Path, text: String) -> Result<(), FilesError> {
    if fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        return fs::write(path, text).map_err(|source| FilesError::Stage { path: path.to_path_buf(), source });
    }
    let (folder, set) = one_file(path, text);
    set.write(&folder).map(drop)
}

/// How many symbolic links are followed, as many as systems do. Links in circles lead nowhere.
const LINKS: usize = 40;

/// The file that a symbolic link leads to, so that the file is replaced or made and not the link.
fn followed(path: &Path) -> PathBuf {
    let mut found = path.to_path_buf();
    for _ in 0..LINKS {
        let Ok(target) = fs::read_link(&found) else { return found };
        found = found.parent().unwrap_or(Path::new("")).join(target);
    }
    path.to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_and_replaced_and_what_stands_in_its_way_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        for text in ["old", "new"] {
            write_file(&path, text.into()).expect("it can be written");
            assert_eq!(fs::read_to_string(&path).expect("it is there"), text);
        }
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "no staging folder stays behind");
        let error = write_file(folder.path(), String::new()).expect_err("a folder is no file");
        assert!(matches!(error, FilesError::Read { .. }), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one_and_a_device_is_written_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let (link, file) = (folder.path().join("link"), folder.path().join("deep/file"));
        fs::create_dir(folder.path().join("deep")).expect("a folder");
        fs::write(&file, "old").expect("a file");
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        write_file(&link, "new".into()).expect("it can be written");
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&file).expect("it is there"), "new");
        fs::remove_file(&file).expect("it is there");
        write_file(&link, "newer".into()).expect("it can be written");
        assert!(link.is_symlink(), "also where nothing is at its end yet");
        assert_eq!(fs::read_to_string(&file).expect("it is there"), "newer");
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        std::os::unix::fs::symlink("other", &one).expect("a link");
        std::os::unix::fs::symlink("one", &other).expect("a link");
        assert!(write_file(&one, "new".into()).is_err() && one.is_symlink(), "a circle leads to no file");
        write_file(Path::new("/dev/null"), "text".into()).expect("a device takes everything");
        assert!(!Path::new("/dev/null").is_file(), "it is a device still");
    }
}
