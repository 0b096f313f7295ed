//! What the tests share.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Output};

use ucwa_codegen::pages::{self, Page};
pub(crate) use ucwa_tests::understood;

/// The folder of the reference pages. Tests that need it are ignored where there is none.
pub(crate) fn reference() -> PathBuf {
    ucwa_tests::reference_folder()
}

/// The folder of the five pages that came in four dialects, likewise.
pub(crate) fn seeds() -> PathBuf {
    ucwa_tests::seeds_folder()
}

/// Reads pages from disk.
pub(crate) fn read(paths: &[PathBuf]) -> Vec<Page> {
    pages::read_all(paths).expect("the pages can be read")
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
