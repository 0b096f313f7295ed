//! Where the input of the project is: the reference and the seeds, which are not part of the repository.

use std::path::{Path, PathBuf};

use ucwa_codegen::pages::{Page, read_all};

/// Why a test has nothing to work on.
#[derive(Debug)]
pub struct Absent;

/// The root of the workspace.
pub fn workspace() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_path_buf()
}

/// The folder that `variable` names, or `../shared/NAME` beside the workspace.
///
/// Where there is none, the test says how to get it and has nothing to do; on CI that is a failure.
///
/// # Panics
///
/// If there is none and `CI` is set.
pub fn folder(variable: &str, name: &str) -> Result<PathBuf, Absent> {
    let default = workspace().join("../shared").join(name);
    let folder = std::env::var_os(variable).map_or(default, PathBuf::from);
    if folder.is_dir() {
        return Ok(folder);
    }
    let message = format!(
        "{} is no folder: get the pages (folder Skype/WebAPI/docs/UCWA2_0 or the like of OfficeDev/skype-docs) and name \
         their folder in {variable}",
        folder.display()
    );
    assert!(std::env::var_os("CI").is_none(), "{message}");
    eprintln!("{message}; nothing was tested");
    Err(Absent)
}

/// The pages of the reference.
///
/// # Panics
///
/// If they are there and cannot be read.
pub fn pages() -> Result<Vec<Page>, Absent> {
    let folder = folder("UCWA_REFERENCE", "reference")?;
    Ok(read_all(&[folder]).unwrap_or_else(|errors| panic!("the reference cannot be read: {errors:?}")))
}
