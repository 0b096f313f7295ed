//! What the documents name exists.

use std::fs;
use std::path::{Path, PathBuf};

use ucwa_tests::workspace;

/// The documents that people read first, and all of `docs`.
fn documents() -> Vec<PathBuf> {
    let root = workspace();
    let first = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md"].map(|name| root.join(name));
    let folder = fs::read_dir(root.join("docs")).expect("there is a folder of documents");
    let pages = folder.map(|entry| entry.expect("an entry").path()).filter(|path| path.extension().is_some());
    first.into_iter().chain(pages).collect()
}

/// The targets of links to files, without fragments.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    targets.filter(|target| !target.is_empty() && !target.contains("://"))
}

/// The names of sources between backticks, such as `codegen/src/generate.rs`.
fn sources(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split('`').skip(1).step_by(2);
    let is_source = |word: &&str| Path::new(word).extension().is_some_and(|extension| extension == "rs");
    words.filter(is_source).filter(|word| word.contains('/') && !word.contains([' ', '*', '{', '\n']))
}

#[test]
fn links_lead_to_files() {
    for document in documents() {
        let text = fs::read_to_string(&document).expect("a document is text");
        let folder = document.parent().unwrap_or(Path::new(""));
        let missing: Vec<_> = links(&text).filter(|target| !folder.join(target).exists()).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", document.display());
    }
}

#[test]
fn sources_that_are_named_exist() {
    let mut count = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).expect("a document is text");
        let named: Vec<_> = sources(&text).collect();
        let missing: Vec<_> = named.iter().filter(|path| !workspace().join(path).exists()).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", document.display());
        count += named.len();
    }
    assert!(count > 10, "the architecture names the files of each step: {count}");
}
