//! Where the input of the project is that is not part of the repository: the reference pages and the seeds.
//!
//! Build scripts look for it, so that tests that need it are ignored where it is absent, and say so.

use std::path::{Path, PathBuf};

/// An input, with what stands for its presence when tests are built.
pub(crate) struct Source {
    /// The variable that names its folder.
    pub(crate) variable: &'static str,
    /// The name of its folder beside the workspace, in `shared`.
    pub(crate) name: &'static str,
    /// The condition under which tests that need it are run.
    pub(crate) condition: &'static str,
}

/// The pages of the public reference.
pub(crate) const REFERENCE: Source =
    Source { variable: "UCWA_REFERENCE", name: "reference", condition: "reference_is_there" };

/// The pages that came in other dialects.
pub(crate) const SEEDS: Source = Source { variable: "UCWA_SEEDS", name: "seeds", condition: "seeds_are_there" };

impl Source {
    /// The folder where it is or would be.
    pub(crate) fn folder(&self, workspace: &Path) -> PathBuf {
        let default = workspace.join("../shared").join(self.name);
        std::env::var_os(self.variable).map_or(default, PathBuf::from)
    }
}

/// Tells the compiler which input is there. For build scripts.
#[allow(dead_code, reason = "build scripts alone call it")]
pub(crate) fn tell(workspace: &Path) {
    for source in [REFERENCE, SEEDS] {
        println!("cargo::rerun-if-env-changed={}", source.variable);
        println!("cargo::rustc-check-cfg=cfg({})", source.condition);
        let folder = source.folder(workspace);
        if folder.is_dir() {
            println!("cargo::rustc-cfg={}", source.condition);
            println!("cargo::rerun-if-changed={}", folder.display());
        }
    }
}
