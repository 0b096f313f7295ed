//! The snapshot of the surface, left as insta leaves it for review: `NAME.snap.new` beside `NAME.snap`.

use std::path::{Path, PathBuf};

use ucwa_files::{FileSet, FilesError};

use super::files::read;

/// What the folder of a snapshot should hold besides it once the crate has `surface`: the file that waits for review, or none
/// where the snapshot shows that surface already. The path is that of the file, if there is one.
pub(super) fn waiting(snapshot: &Path, surface: &str) -> Result<(FileSet, Option<PathBuf>), FilesError> {
    let mut waiting = FileSet::new();
    let Some(text) = read(snapshot)? else { return Ok((waiting, None)) };
    let Some((header, shown)) = parts(&text) else { return Ok((waiting, None)) };
    let mut name = snapshot.file_name().unwrap_or_default().to_os_string();
    name.push(".new");
    if shown.trim_end() == surface.trim_end() {
        // What waited for review before is no more: the pages are as they were.
        waiting.remove(name);
        return Ok((waiting, None));
    }
    let path = snapshot.with_file_name(&name);
    waiting.insert(name, format!("{header}{surface}"));
    Ok((waiting, Some(path)))
}

/// The header of a snapshot, up to and with its second line of hyphens, and what it shows.
fn parts(snapshot: &str) -> Option<(&str, &str)> {
    let rest = snapshot.strip_prefix("---\n")?;
    let end = rest.find("\n---\n")? + "---\n".len() + "\n---\n".len();
    Some((snapshot.get(..end)?, snapshot.get(end..)?))
}
