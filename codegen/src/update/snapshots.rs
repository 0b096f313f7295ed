//! Snapshots of emitted modules, left as insta leaves them for review: `NAME.snap.new` beside `NAME.snap`.

use std::path::{Path, PathBuf};

use ucwa_schema::{FileSet, FilesError};

use super::read;

/// The snapshots that wait for review once `emitted` lies in `output`, as files below `folder` and with their paths.
///
/// A snapshot belongs to the module that it shows as it is now.
pub(super) fn waiting(folder: &Path, output: &Path, emitted: &FileSet) -> Result<(FileSet, Vec<PathBuf>), FilesError> {
    let (mut waiting, mut paths) = (FileSet::new(), Vec::new());
    for (module, text) in emitted.iter() {
        let Some(stem) = module.file_stem().and_then(|stem| stem.to_str()) else { continue };
        let Some(snapshot) = read(&folder.join(format!("{stem}.snap")))? else { continue };
        let (Some((header, shown)), Some(now)) = (parts(&snapshot), read(&output.join(module))?) else { continue };
        if shown.trim_end() == now.trim_end() && now != text {
            let name = format!("{stem}.snap.new");
            paths.push(folder.join(&name));
            waiting.insert(name, format!("{header}{text}"));
        }
    }
    Ok((waiting, paths))
}

/// The header of a snapshot, up to and with its second line of hyphens, and what it shows.
fn parts(snapshot: &str) -> Option<(&str, &str)> {
    let rest = snapshot.strip_prefix("---\n")?;
    let end = rest.find("\n---\n")? + "---\n".len() + "\n---\n".len();
    Some((snapshot.get(..end)?, snapshot.get(end..)?))
}
