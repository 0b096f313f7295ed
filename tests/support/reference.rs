//! The reference and the seeds, which are not part of the repository.

use std::path::{Path, PathBuf};

use ucwa_codegen::pages::{Page, read_all};

use crate::inputs::{REFERENCE, SEEDS, Source};

/// The root of the workspace.
pub fn workspace() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_path_buf()
}

/// The folder of the reference pages, which `UCWA_REFERENCE` names. Tests that need it are ignored where there is none.
///
/// # Panics
///
/// If it is gone.
pub fn reference_folder() -> PathBuf {
    folder(&REFERENCE)
}

/// The folder of the pages in other dialects, which `UCWA_SEEDS` names. Tests that need it are ignored where there is none.
///
/// # Panics
///
/// If it is gone.
pub fn seeds_folder() -> PathBuf {
    folder(&SEEDS)
}

fn folder(source: &Source) -> PathBuf {
    let folder = source.folder(&workspace());
    assert!(folder.is_dir(), "{} is no folder: name one in {}", folder.display(), source.variable);
    folder
}

/// The pages of the reference.
///
/// # Panics
///
/// If they cannot be read.
pub fn pages() -> Vec<Page> {
    read_all(&[reference_folder()]).unwrap_or_else(|errors| panic!("the reference cannot be read: {errors:?}"))
}
