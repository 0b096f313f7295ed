//! Where files wait for a write, and where they may go from there.

use std::fs;
use std::path::{Component, Path};

/// The folder in which files wait until all of them are written. There is none between writes.
pub const STAGING: &str = ".ucwa-staging";

/// A folder as it can be named: the path of the current one is empty where a file is named by its name alone.
pub(crate) fn here(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// Whether a path below `folder` leads out of it: by going up, or through a symbolic link.
pub(crate) fn leads_out(folder: &Path, path: &Path) -> bool {
    if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return true;
    }
    let Ok(root) = fs::canonicalize(folder) else { return false };
    let full = folder.join(path);
    // A folder that is not there yet is made inside of the one around it.
    let around = full.ancestors().skip(1).find_map(|above| match fs::canonicalize(above) {
        Ok(real) => Some(real.starts_with(&root)),
        Err(_) => above.is_symlink().then_some(false),
    });
    around == Some(false)
}
