//! What the tests share.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ucwa_codegen::pages::Page;
use ucwa_schema::Schema;
use ucwa_tests::understood;

/// Pages by file name.
pub(crate) type Pages = BTreeMap<String, String>;

/// The pages that all histories begin with.
pub(crate) fn house() -> Pages {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/changes/pages");
    let entries = fs::read_dir(folder).expect("the pages are there").map(|entry| entry.expect("a page").path());
    entries.map(|path| (name(&path), fs::read_to_string(&path).expect("a page is text"))).collect()
}

fn name(path: &Path) -> String {
    path.file_name().expect("a file has a name").to_string_lossy().into_owned()
}

/// What pages say.
pub(crate) fn schema(pages: &Pages) -> Schema {
    let page = |(name, text): (&String, &String)| Page::new(name.into(), text.clone().into_bytes()).expect("a page");
    understood(&pages.iter().map(page).collect::<Vec<_>>()).schema
}

/// Replaces the only occurrence of a text in a page.
pub(crate) fn edit(pages: &mut Pages, page: &str, from: &str, to: &str) {
    let text = pages.get_mut(page).unwrap_or_else(|| panic!("there is no {page}"));
    assert_eq!(text.matches(from).count(), 1, "{page}: `{from}` is not there once");
    *text = text.replace(from, to);
}

/// Writes pages into a folder.
pub(crate) fn write(pages: &Pages, folder: &Path) {
    fs::create_dir_all(folder).expect("a folder");
    for (name, text) in pages {
        fs::write(folder.join(name), text).expect("a file");
    }
}

/// All files below a folder.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), String::from_utf8_lossy(&fs::read(&path).expect("a file")).into_owned());
        }
    }
    found
}

/// Runs the command in a folder.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    let command = env!("CARGO_BIN_EXE_ucwa-codegen");
    Command::new(command).args(arguments).current_dir(folder).output().expect("the command runs")
}

/// What the command writes.
pub(crate) fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// The lines that two texts differ in, with a sign in front.
pub(crate) fn difference(old: &str, new: &str) -> Vec<String> {
    let diff = similar::TextDiff::from_lines(old, new);
    let changed = diff.iter_all_changes().filter(|change| change.tag() != similar::ChangeTag::Equal);
    changed.map(|change| format!("{}{}", change.tag(), change.value().trim_end())).collect()
}
