//! What the tests share.

use std::collections::BTreeSet;
use std::env;
use std::path::PathBuf;
use std::process::{Command, Output};

use ucwa_codegen::extract::{Extraction, extract};
use ucwa_codegen::pages::{self, Page};

/// The folder of the reference pages. Without it the test passes, except where `CI` is set.
pub(crate) fn reference() -> Option<PathBuf> {
    folder("UCWA_REFERENCE", "../shared/reference")
}

/// The folder of the five pages that came in four dialects.
pub(crate) fn seeds() -> Option<PathBuf> {
    folder("UCWA_SEEDS", "../shared/seeds")
}

fn folder(variable: &str, default: &str) -> Option<PathBuf> {
    let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let path = env::var_os(variable).map_or_else(|| workspace.join(default), PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    let hint = format!(
        "{} is missing: set {variable} to a folder with the UCWA reference pages, which the repository \
         github.com/OfficeDev/skype-docs holds",
        path.display()
    );
    assert!(env::var_os("CI").is_none(), "{hint}");
    eprintln!("skipped: {hint}");
    None
}

/// Reads pages from disk.
pub(crate) fn read(paths: &[PathBuf]) -> Vec<Page> {
    pages::read_all(paths).expect("the pages can be read")
}

/// What pages give that hold nothing but what can be placed.
pub(crate) fn understood(pages: &[Page]) -> Extraction {
    let extraction = extract(pages);
    let diagnostics: Vec<_> = extraction.diagnostics.iter().take(20).map(ToString::to_string).collect();
    assert!(diagnostics.is_empty(), "{}", diagnostics.join("\n"));
    extraction
}

/// The facts of pages.
pub(crate) fn facts(pages: &[Page]) -> BTreeSet<String> {
    ucwa_schema::facts::facts(&understood(pages).schema)
}

/// Fails with the facts that stand on one side alone.
pub(crate) fn assert_same(left: &BTreeSet<String>, right: &BTreeSet<String>, what: &str) {
    let difference = |a: &BTreeSet<String>, b: &BTreeSet<String>, sign: &str| -> Vec<String> {
        a.difference(b).take(30).map(|fact| format!("{sign} {fact}")).collect()
    };
    let lines = [difference(left, right, "-"), difference(right, left, "+")].concat();
    assert!(lines.is_empty(), "{what}:\n{}", lines.join("\n"));
}

/// A page made from text.
pub(crate) fn page(name: &str, text: &str) -> Page {
    Page::new(name.into(), text.as_bytes().to_vec()).expect("a page")
}

/// Runs the command.
pub(crate) fn run(arguments: &[&str]) -> Output {
    let command = env!("CARGO_BIN_EXE_ucwa-codegen");
    Command::new(command).args(arguments).env("NO_COLOR", "1").output().expect("the command runs")
}

/// What the command writes to the error stream.
pub(crate) fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
