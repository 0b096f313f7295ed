//! `ucwa-codegen update`: the whole round, all of it or nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::common::{Pages, edit, files, house, run, said, write};

const MANIFEST: &str = "[workspace.package]\nversion = \"0.1.0\"\n\n[workspace.dependencies]\nucwa = { path = \"generated\", version = \"0.1.0\" }\n";
const LABEL: &str = "|label|What is on it.The maximum length is 20 characters.|\n";

/// A repository in which the pages were taken in, with a snapshot of the module of the lamp.
struct Repository {
    folder: TempDir,
    pages: Pages,
}

impl Repository {
    fn new() -> Self {
        let repository = Self { folder: tempfile::tempdir().expect("a folder"), pages: house() };
        write(&repository.pages, &repository.path("pages"));
        fs::write(repository.path("Cargo.toml"), MANIFEST).expect("a file");
        let (_, errors) = repository.update(&[]);
        assert!(!errors.contains("nothing was written"), "{errors}");
        fs::remove_file(repository.path("CHANGELOG.md")).expect("there is a changelog");
        let module = fs::read_to_string(repository.path("generated/src/home/lamp.rs")).expect("the module is there");
        let snapshots = repository.path("tests/snapshots/modules");
        fs::create_dir_all(&snapshots).expect("a folder");
        fs::write(snapshots.join("lamp.snap"), format!("---\nsource: a.rs\n---\n{module}")).expect("a file");
        repository
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn edit(&mut self, from: &str, to: &str) {
        edit(&mut self.pages, "lamp_ref.md", from, to);
        write(&self.pages, &self.path("pages"));
    }

    fn update(&self, arguments: &[&str]) -> (String, String) {
        let output = run(self.folder.path(), &[&["update", "pages"], arguments].concat());
        let (printed, errors) = said(&output);
        assert_eq!(output.status.success(), !errors.contains("nothing was written"), "{errors}");
        (printed, errors)
    }

    fn files(&self) -> BTreeMap<PathBuf, String> {
        files(self.folder.path())
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

/// The lines that two texts differ in, with a sign in front.
fn difference(old: &str, new: &str) -> Vec<String> {
    let diff = similar::TextDiff::from_lines(old, new);
    let changed = diff.iter_all_changes().filter(|change| change.tag() != similar::ChangeTag::Equal);
    changed.map(|change| format!("{}{}", change.tag(), change.value().trim())).collect()
}

#[test]
fn one_row_gives_one_line_one_item_one_snapshot_one_entry_and_the_version() {
    let mut repository = Repository::new();
    let before = repository.files();
    repository.edit("|lit|", "|scent|What it smells of.|\n|lit|");
    let (printed, _) = repository.update(&[]);

    assert!(printed.contains("additive      property `scent` added (String)"), "{printed}");
    assert!(printed.contains("next version: 0.1.1 (is 0.1.0), as the changes are additive"), "{printed}");
    assert!(
        printed.contains("snapshots that wait for `cargo insta review`:\n  tests/snapshots/modules/lamp.snap.new"),
        "{printed}"
    );
    let resource = "schema/resources/lamp.json";
    assert_eq!(
        difference(&before[&repository.path(resource)], &repository.read(resource)),
        [r#"+{ "name": "scent", "type": "String", "evidence": "convention" },"#]
    );
    let module = "generated/src/home/lamp.rs";
    let lines = difference(&before[&repository.path(module)], &repository.read(module));
    let items: Vec<_> = lines.iter().filter(|line| line.starts_with("+pub ") || line.starts_with("-pub ")).collect();
    assert_eq!(items, ["+pub scent: Option<String>,"], "{lines:#?}");
    assert!(lines.iter().all(|line| !line.starts_with('-') || !line.contains("pub ")), "{lines:#?}");
    let changelog = repository.read("CHANGELOG.md");
    assert!(
        changelog.ends_with("## [Unreleased]\n\n### Added\n\n- `lamp`: property `scent` added (String)\n"),
        "{changelog}"
    );
    assert_eq!(repository.read("Cargo.toml"), MANIFEST, "the version is not raised unless asked for");
    let waiting = repository.read("tests/snapshots/modules/lamp.snap.new");
    assert_eq!(waiting, format!("---\nsource: a.rs\n---\n{}", repository.read(module)));

    let after = repository.files();
    let changed: Vec<_> = after
        .iter()
        .filter(|(path, text)| before.get(*path) != Some(text))
        .map(|(path, _)| {
            path.strip_prefix(repository.folder.path()).expect("it is below").to_string_lossy().into_owned()
        })
        .collect();
    let expected = [
        "CHANGELOG.md",
        module,
        "pages/lamp_ref.md",
        resource,
        "tests/snapshots/modules/lamp.snap.new",
    ];
    assert_eq!(changed, expected);
}

#[test]
fn a_second_update_with_the_same_pages_writes_nothing() {
    let mut repository = Repository::new();
    repository.edit("|lit|", "|scent|What it smells of.|\n|lit|");
    repository.update(&[]);
    let before = repository.files();
    let (printed, _) = repository.update(&[]);
    assert_eq!(printed, "no changes: the pages say what the schema says\n");
    assert_eq!(repository.files(), before);
}

#[test]
fn a_page_that_says_the_same_in_other_words_changes_nothing() {
    let mut repository = Repository::new();
    repository.edit("|label|What is on it.", "|label|What is written on it.");
    let before = repository.files();
    let (printed, _) = repository.update(&["--set-version"]);
    assert_eq!(printed, "no changes: the pages say what the schema says\n");
    assert_eq!(repository.files(), before);
}

#[test]
fn entries_are_added_to_those_that_are_not_released_yet() {
    let mut repository = Repository::new();
    let kept = "# Changelog\n\nOur own words.\n\n## [Unreleased]\n\n### Added\n\n- A door.\n\n### Fixed\n\n- A leak.\n\n## [0.1.0]\n\n### Added\n\n- A house.\n";
    fs::write(repository.path("CHANGELOG.md"), kept).expect("a file");
    repository.edit(LABEL, "|title|What is on it.|\n");
    let (printed, _) = repository.update(&["--set-version"]);
    assert!(printed.contains("version 0.1.0 -> 0.2.0 in Cargo.toml, as the changes are breaking"), "{printed}");
    let expected = "# Changelog\n\nOur own words.\n\n## [Unreleased]\n\n### Added\n\n- A door.\n- `lamp`: property `title` added (String)\n\n\
                    ### Fixed\n\n- A leak.\n\n### Removed\n\n- **Breaking:** `lamp`: property `label` removed (String)\n\n\
                    ## [0.1.0]\n\n### Added\n\n- A house.\n";
    assert_eq!(repository.read("CHANGELOG.md"), expected);
    assert_eq!(repository.read("Cargo.toml"), MANIFEST.replace("0.1.0", "0.2.0"));
}

#[test]
fn a_dry_run_shows_what_would_be_written_and_writes_nothing() {
    let mut repository = Repository::new();
    repository.edit(LABEL, "");
    let before = repository.files();
    let (printed, _) = repository.update(&["--dry-run"]);
    for line in [
        "-    pub label: Option<String>,",
        "+- **Breaking:** `lamp`: property `label` removed (String)",
        "nothing was written",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line}: {printed}");
    }
    assert!(!printed.contains("snap.new"), "snapshots repeat what is emitted: {printed}");
    assert_eq!(repository.files(), before);
}

#[test]
fn an_erratum_that_no_longer_applies_is_named_and_nothing_is_written() {
    let mut repository = Repository::new();
    let erratum = r#"[{ "id": "label-type", "page": "lamp_ref.md", "place": "properties/label/type", "expected": "String", "value": "Uri", "reason": "r" }]"#;
    fs::create_dir(repository.path("schema/errata")).expect("a folder");
    fs::write(repository.path("schema/errata/a.json"), erratum).expect("a file");
    repository.edit(LABEL, "");
    let before = repository.files();
    let (_, errors) = repository.update(&[]);
    assert!(errors.contains("erratum `label-type` (lamp_ref.md, `properties/label/type`)"), "{errors}");
    assert_eq!(repository.files(), before);
}

#[test]
fn nothing_is_written_when_anything_cannot_be() {
    let mut repository = Repository::new();
    repository.edit(LABEL, "");
    let refused = |repository: &Repository, arguments: &[&str], expected: &str| {
        let before = repository.files();
        let output = run(repository.folder.path(), &[&["update", "pages"], arguments].concat());
        let (_, errors) = said(&output);
        assert!(!output.status.success() && errors.contains(expected), "{errors}");
        assert_eq!(repository.files(), before, "{expected}");
    };
    // The changelog is a folder: it is the last that is written, and nothing before it was.
    refused(&repository, &["--changelog", "tests"], "tests");
    refused(&repository, &["--set-version", "--manifest", "pages/resources.md"], "leave out --set-version");
    repository.edit("|Gone|410|", "|Gone|often|");
    refused(&repository, &[], "lamp_ref.md");
    fs::write(repository.path("schema/resources/lamp.json"), "{").expect("a file");
    refused(&repository, &[], "schema/resources/lamp.json:1:1");
}
