//! What the documents name exists.

use std::fs;
use std::path::{Path, PathBuf};

use ucwa_tests::workspace;

/// The documents that people read first, those of the crates, and all of `docs`.
fn documents() -> Vec<PathBuf> {
    let root = workspace();
    let first = ["README.md", "CONTRIBUTING.md", "SECURITY.md"].map(|name| root.join(name));
    let crates = fs::read_dir(&root).expect("there is a folder").map(|entry| entry.expect("an entry").path());
    let of_crates = crates.filter(|folder| folder.join("Cargo.toml").is_file()).map(|folder| folder.join("README.md"));
    let folder = fs::read_dir(root.join("docs")).expect("there is a folder of documents");
    let pages = folder.map(|entry| entry.expect("an entry").path()).filter(|path| path.extension().is_some());
    first.into_iter().chain(of_crates.filter(|path| path.is_file())).chain(pages).collect()
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
    let mut count = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).expect("a document is text");
        let folder = document.parent().unwrap_or(Path::new(""));
        let missing: Vec<_> = links(&text).filter(|target| !folder.join(target).exists()).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", document.display());
        count += links(&text).count();
    }
    assert!(count > 50, "the documents lead to each other: {count}");
}

/// An example that the crate cannot compile, because it uses a crate that depends on it, is part of a program that is compiled and
/// run.
#[test]
fn examples_that_are_not_compiled_are_parts_of_programs() {
    let programs = fs::read_dir(workspace().join("examples/examples")).expect("there is a folder of programs");
    let read = |path: PathBuf| fs::read_to_string(path).expect("it is text");
    let programs: Vec<_> = programs.map(|entry| read(entry.expect("an entry").path())).collect();
    let introduction = read(workspace().join("schema/introductions/crate.md"));
    let examples = introduction.split("```ignore\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    let examples: Vec<_> = examples.collect();
    assert!(!examples.is_empty(), "the client has an example");
    for example in examples {
        assert!(programs.iter().any(|program| program.contains(example)), "no program has this:\n{example}");
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

#[test]
fn examples_that_are_named_exist() {
    let mut count = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).expect("a document is text");
        for name in text.split("--example ").skip(1).filter_map(|rest| rest.split_whitespace().next()) {
            let source = workspace().join("examples/examples").join(name).with_extension("rs");
            assert!(source.exists(), "{}: {name}", document.display());
            count += 1;
        }
    }
    assert!(count > 3, "the README and the list of examples name some: {count}");
}

/// The rows of the tables of `tests/protocol.md`: a file, and the tests that are in it.
fn tests_by_file(text: &str) -> Vec<(String, Vec<String>)> {
    let quoted = |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<_> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').collect();
        let [_, file, tests] = cells[..] else { panic!("three cells are expected: {line}") };
        Some((quoted(file).pop()?, quoted(tests)))
    });
    rows.collect()
}

#[test]
fn the_tests_that_hold_the_protocol_exist() {
    let text = fs::read_to_string(workspace().join("tests/protocol.md")).expect("a document is text");
    let rows = tests_by_file(&text);
    assert!(rows.len() > 60, "{}", rows.len());
    for (file, tests) in rows {
        let source = fs::read_to_string(workspace().join(&file)).expect("the file of a test is there");
        assert!(!tests.is_empty(), "{file}");
        for test in tests {
            let line = source.lines().position(|line| line.contains(&format!("fn {test}(")));
            let line = line.unwrap_or_else(|| panic!("{file} has no test `{test}`"));
            let before: Vec<_> = source.lines().take(line).collect();
            let is_test = before.iter().rev().take(6).any(|line| line.contains("test]") || line.contains("test("));
            assert!(is_test, "`{test}` of {file} is no test");
        }
    }
}

#[test]
fn every_section_of_the_protocol_has_tests() {
    let text = fs::read_to_string(workspace().join("tests/protocol.md")).expect("a document is text");
    for section in text.split("\n## ").skip(1) {
        let rows = tests_by_file(section);
        assert!(!rows.is_empty(), "{}", section.lines().next().unwrap_or_default());
    }
}

/// The tables of modules in `docs/architecture.md`: the folder of each crate, and its modules from the top down.
fn modules_by_folder(text: &str) -> Vec<(&str, Vec<&str>)> {
    let sections = text.split("\n### `").skip(1).filter_map(|section| section.split_once('`'));
    let tables = sections.map(|(folder, rest)| {
        let table = rest.split("\n#").next().unwrap_or_default();
        let cells = table.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
        (folder, cells.flat_map(|cell| cell.split('`').step_by(2)).collect())
    });
    tables.collect()
}

/// The modules of its crate that a source names, other than in comments and tests.
fn used_modules(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let is_name = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    let paths =
        code.split("crate::").skip(1).map(|rest| rest.split(|letter| !is_name(letter)).next().unwrap_or_default());
    paths.filter(|module| !module.is_empty()).map(str::to_owned).collect()
}

#[test]
fn modules_use_only_what_stands_below_them_in_the_architecture() {
    let text = fs::read_to_string(workspace().join("docs/architecture.md")).expect("a document is text");
    let tables = modules_by_folder(&text);
    assert_eq!(tables.len(), 5);
    for (folder, modules) in tables {
        let place = |module: &str| modules.iter().position(|listed| *listed == module);
        let mut uses = 0;
        for entry in walkdir::WalkDir::new(workspace().join(folder)) {
            let entry = entry.expect("an entry");
            let path = entry.path().strip_prefix(workspace().join(folder)).expect("it is below the folder");
            let Some(top) = path.iter().next().and_then(|name| Path::new(name).file_stem()?.to_str()) else { continue };
            if path.extension().is_none_or(|extension| extension != "rs") || ["lib", "main"].contains(&top) {
                continue;
            }
            let own = place(top).unwrap_or_else(|| panic!("docs/architecture.md does not list {folder}/{top}"));
            let source = fs::read_to_string(entry.path()).expect("a source is text");
            for used in used_modules(&source).iter().filter(|used| *used != top) {
                if let Some(other) = place(used) {
                    assert!(other > own, "{folder}: `{top}` uses `{used}`, which stands above it ({})", path.display());
                    uses += 1;
                }
            }
        }
        assert!(uses > 10, "{folder}: {uses}");
        for module in &modules {
            let source = workspace().join(folder).join(module);
            assert!(source.is_dir() || source.with_extension("rs").is_file(), "there is no {folder}/{module}");
        }
    }
}
