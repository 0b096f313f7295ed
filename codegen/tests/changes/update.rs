//! `ucwa-codegen update`: the whole round, all of it or nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;
use ucwa_codegen::compare::surface;
use ucwa_schema::Schema;

use crate::common::{Pages, difference, edit, files, house, run, said, write};

const MANIFEST: &str = "[workspace.package]\nversion = \"0.1.0\"\n\n[workspace.dependencies]\nucwa = { path = \"generated\", version = \"0.1.0\" }\n";
const SNAPSHOT: &str = "tests/snapshots/surface.snap";
const WAITING: &str = "tests/snapshots/surface.snap.new";
const HEADER: &str = "---\nsource: tests/surface.rs\n---\n";
pub(crate) const LABEL: &str = "|label|What is on it.The maximum length is 20 characters.|\n";

/// A repository in which the pages were taken in, with a snapshot of what the crate has.
pub(crate) struct Repository {
    pub(crate) folder: TempDir,
    pages: Pages,
}

impl Repository {
    pub(crate) fn new() -> Self {
        let repository = Self { folder: tempfile::tempdir().expect("a folder"), pages: house() };
        write(&repository.pages, &repository.path("pages"));
        fs::write(repository.path("Cargo.toml"), MANIFEST).expect("a file");
        let (_, errors) = repository.update(&[]);
        assert!(!errors.contains("nothing was written"), "{errors}");
        fs::remove_file(repository.path("CHANGELOG.md")).expect("there is a changelog");
        fs::create_dir_all(repository.path("tests/snapshots")).expect("a folder");
        fs::write(repository.path(SNAPSHOT), format!("{HEADER}{}", repository.surface())).expect("a file");
        repository
    }

    /// What the crate has.
    fn surface(&self) -> String {
        surface(&Schema::load(&self.path("schema")).expect("there is a schema"))
    }

    /// Takes the snapshot that waits, as `cargo insta accept` does.
    fn accept(&self) {
        fs::rename(self.path(WAITING), self.path(SNAPSHOT)).expect("a snapshot waits");
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn edit(&mut self, from: &str, to: &str) {
        self.edit_page("lamp_ref.md", from, to);
    }

    pub(crate) fn edit_page(&mut self, page: &str, from: &str, to: &str) {
        edit(&mut self.pages, page, from, to);
        write(&self.pages, &self.path("pages"));
    }

    pub(crate) fn update(&self, arguments: &[&str]) -> (String, String) {
        let output = run(self.folder.path(), &[&["update", "pages"], arguments].concat());
        let (printed, errors) = said(&output);
        assert_eq!(output.status.success(), !errors.contains("nothing was written"), "{errors}");
        (printed, errors)
    }

    pub(crate) fn files(&self) -> BTreeMap<PathBuf, String> {
        files(self.folder.path())
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

/// A row that is added to a page, and all that there is to review for it.
struct Addition {
    page: &'static str,
    /// How the row begins that it stands in front of.
    before: &'static str,
    row: &'static str,
    file: &'static str,
    line: &'static str,
    module: &'static str,
    item: &'static str,
    surface: &'static str,
    entry: &'static str,
}

const ADDITIONS: [Addition; 3] = [
    Addition {
        page: "lamp_ref.md",
        before: "|lit|",
        row: "|scent|What it smells of.|",
        file: "schema/resources/lamp.json",
        line: r#"{ "name": "scent", "type": "String", "evidence": "convention" },"#,
        module: "generated/src/home/lamp.rs",
        item: "Lamp.scent",
        surface: "home::Lamp.scent: Option<String>",
        entry: "- `lamp`: property `scent` added (String)",
    },
    Addition {
        page: "Mood_ref.md",
        before: "|Cosy|",
        row: "|Bright|For work.|",
        file: "schema/enums/Mood.json",
        line: r#"{ "name": "Bright" },"#,
        module: "generated/src/enumerations/mood.rs",
        item: "Mood::Bright",
        surface: "enumerations::Mood::Bright",
        entry: "- `Mood`: member `Bright` added",
    },
    Addition {
        page: "lamp_ref.md",
        before: "|room|Where",
        row: "|dimming|How dark it is.|",
        file: "schema/resources/lamp.json",
        line: r#"{ "rel": "dimming", "target": "dimming", "cardinality": "one", "evidence": "convention" },"#,
        module: "generated/src/home/lamp.rs",
        item: "Lamp::dimming()",
        surface: "home::Lamp::dimming() -> Related<Dimming>",
        entry: "- `lamp`: link `dimming` added (one dimming)",
    },
];

/// The fields, variants and public methods of a module.
fn items(module: &str) -> BTreeSet<String> {
    let file = syn::parse_file(module).expect("the module is Rust");
    let mut items = BTreeSet::new();
    // Structs and relations stand in a call of the runtime's macro.
    let all = file.items.into_iter().flat_map(|item| match item {
        syn::Item::Macro(call) => syn::parse2::<syn::File>(call.mac.tokens).map_or(Vec::new(), |file| file.items),
        other => vec![other],
    });
    for item in all {
        match item {
            syn::Item::Struct(item) => {
                let fields = item.fields.iter().filter_map(|field| field.ident.as_ref());
                items.extend(fields.map(|field| format!("{}.{field}", item.ident)));
            }
            syn::Item::Enum(item) => {
                items.extend(item.variants.iter().map(|variant| format!("{}::{}", item.ident, variant.ident)));
            }
            syn::Item::Impl(item) if item.trait_.is_none() => {
                let syn::Type::Path(owner) = *item.self_ty else { continue };
                let owner = owner.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
                items.extend(item.items.into_iter().filter_map(|item| match item {
                    syn::ImplItem::Fn(method) => Some(format!("{owner}::{}()", method.sig.ident)),
                    // A method without a body, which the macro adds.
                    syn::ImplItem::Verbatim(tokens) => {
                        let words: Vec<_> = tokens.into_iter().map(|token| token.to_string()).collect();
                        let name = words.iter().skip_while(|word| *word != "fn").nth(1)?;
                        Some(format!("{owner}::{name}()"))
                    }
                    _ => None,
                }));
            }
            _ => {}
        }
    }
    items
}

#[test]
fn one_row_gives_one_line_one_item_one_snapshot_one_entry_and_the_version() {
    for row in &ADDITIONS {
        let mut repository = Repository::new();
        let before = repository.files();
        repository.edit_page(row.page, row.before, &format!("{}\n{}", row.row, row.before));
        let (printed, _) = repository.update(&[]);

        let after = repository.files();
        let name = |path: &PathBuf| {
            let below = path.strip_prefix(repository.folder.path()).expect("it is below");
            below.to_string_lossy().into_owned()
        };
        let changed = after.iter().filter(|(path, text)| before.get(*path) != Some(text)).map(|(path, _)| name(path));
        let page = format!("pages/{}", row.page);
        let expected = BTreeSet::from(["CHANGELOG.md", row.module, &page, row.file, WAITING].map(str::to_owned));
        assert_eq!(changed.collect::<BTreeSet<_>>(), expected, "{}", row.row);
        assert!(before.keys().all(|path| after.contains_key(path)), "nothing is removed");

        let lines = |path: &str| difference(&before[&repository.path(path)], &repository.read(path));
        assert_eq!(lines(row.file), [format!("+    {}", row.line)], "one line of the schema");
        let (old, new) = (items(&before[&repository.path(row.module)]), items(&repository.read(row.module)));
        assert_eq!(new.difference(&old).collect::<Vec<_>>(), [row.item], "one item");
        assert_eq!(old.difference(&new).count(), 0, "no item is gone");
        let shown = difference(&repository.read(SNAPSHOT), &repository.read(WAITING));
        assert_eq!(shown, [format!("+{}", row.surface)], "one snapshot, which shows the item");
        let entries = repository.read("CHANGELOG.md");
        assert_eq!(entries.lines().filter(|line| line.starts_with("- ")).collect::<Vec<_>>(), [row.entry]);
        assert!(
            printed.contains("next version: 0.1.1, as changes since 0.1.0 are additive; --set-version"),
            "{printed}"
        );
        assert!(printed.contains(&format!("{WAITING} waits for `cargo insta review`")), "{printed}");
        assert_eq!(repository.read("Cargo.toml"), MANIFEST, "the version is not raised unless asked for");

        repository.accept();
        assert_eq!(repository.read(SNAPSHOT), format!("{HEADER}{}", repository.surface()));
    }
}

#[test]
fn findings_that_are_new_are_told() {
    let mut repository = Repository::new();
    let reasons = r#"[
        { "kind": "unsampled-property", "page": "lamp_ref.md", "finding": "properties/colour: *", "reason": "These pages have few samples." },
        { "kind": "unsampled-property", "page": "lamp_ref.md", "finding": "properties/label: *", "reason": "The same." },
        { "kind": "unused-enumeration", "page": "Mood_ref.md", "finding": "*", "reason": "It is there to be changed." }
    ]"#;
    fs::write(repository.path("schema/lint.json"), reasons).expect("a file");
    repository.edit_page("Mood_ref.md", "|Cosy|", "|Bright|For work.|\n|Cosy|");
    let (printed, _) = repository.update(&[]);
    assert!(!printed.contains("lint"), "{printed}");
    // No sample shows the property.
    repository.edit("|lit|", "|scent|What it smells of.|\n|lit|");
    let (printed, _) = repository.update(&[]);
    assert!(printed.contains("new findings: 1; `ucwa-codegen lint pages` shows them"), "{printed}");
}

#[test]
fn what_waits_for_review_is_what_the_pages_say_last() {
    let mut repository = Repository::new();
    repository.edit("|lit|", "|scent|What it smells of.|\n|lit|");
    repository.update(&[]);
    repository.edit("|lit|", "|size|How large it is.|\n|lit|");
    repository.update(&[]);
    assert_eq!(
        difference(&repository.read(SNAPSHOT), &repository.read(WAITING)),
        ["+home::Lamp.scent: Option<String>", "+home::Lamp.size: Option<String>"]
    );
    repository.edit("|scent|What it smells of.|\n|size|How large it is.|\n", "");
    let (printed, _) = repository.update(&[]);
    assert!(!printed.contains("insta"), "{printed}");
    assert!(!repository.path(WAITING).exists(), "the crate has again what the snapshot shows");
}

#[test]
fn a_second_update_with_the_same_pages_writes_nothing() {
    let mut repository = Repository::new();
    repository.edit("|lit|", "|scent|What it smells of.|\n|lit|");
    repository.update(&[]);
    let before = repository.files();
    let (printed, _) = repository.update(&[]);
    assert_eq!(printed, "no changes: the schema agrees with the pages\n");
    assert_eq!(repository.files(), before);
}

#[test]
fn a_page_that_says_the_same_in_other_words_changes_nothing() {
    let mut repository = Repository::new();
    repository.edit("|label|What is on it.", "|label|What is written on it.");
    let before = repository.files();
    let (printed, _) = repository.update(&["--set-version"]);
    assert_eq!(printed, "no changes: the schema agrees with the pages\n");
    assert_eq!(repository.files(), before);
}

#[test]
fn entries_are_added_to_those_that_are_not_released_yet() {
    let mut repository = Repository::new();
    let kept = "# Changelog\n\nOur own words.\n\n## [Unreleased]\n\n### Added\n\n- A door.\n\n### Fixed\n\n- A leak.\n\n## [0.1.0]\n\n### Added\n\n- A house.\n";
    fs::write(repository.path("CHANGELOG.md"), kept).expect("a file");
    repository.edit(LABEL, "|title|What is on it.|\n");
    let (printed, _) = repository.update(&["--set-version"]);
    assert!(printed.contains("version 0.1.0 -> 0.2.0 in Cargo.toml, as changes since 0.1.0 are breaking"), "{printed}");
    let expected = "# Changelog\n\nOur own words.\n\n## [Unreleased]\n\n\
                    Next version: 0.2.0 (after 0.1.0, as changes are breaking)\n\n### Added\n\n- A door.\n- `lamp`: property `title` added (String)\n\n\
                    ### Fixed\n\n- A leak.\n\n### Removed\n\n- **Breaking:** `lamp`: property `label` removed (String)\n\n\
                    ## [0.1.0]\n\n### Added\n\n- A house.\n";
    assert_eq!(repository.read("CHANGELOG.md"), expected);
    assert_eq!(repository.read("Cargo.toml"), MANIFEST.replace("0.1.0", "0.2.0"));
}

/// What an update makes of a changelog, after the page of the lamp was edited.
fn changelog_after(kept: &str, old: &str, new: &str) -> String {
    let mut repository = Repository::new();
    fs::write(repository.path("CHANGELOG.md"), kept).expect("a file");
    repository.edit(old, new);
    repository.update(&[]);
    repository.read("CHANGELOG.md")
}

#[test]
fn entries_go_to_the_end_of_their_section_in_a_changelog_without_empty_lines() {
    let kept = "# Changelog\n## [Unreleased]\n### Added\n- A door.\n### Fixed\n- A leak.\n## [0.1.0]\n- A house.\n";
    let changelog = changelog_after(kept, "|lit|", "|scent|What it smells of.|\n|lit|");
    let expected = "# Changelog\n\n## [Unreleased]\n\nNext version: 0.1.1 (after 0.1.0, as changes are additive)\n\n\
                    ### Added\n- A door.\n- `lamp`: property `scent` added (String)\n### Fixed\n- A leak.\n\n\
                    ## [0.1.0]\n- A house.\n";
    assert_eq!(changelog, expected);
}

#[test]
fn the_first_entry_of_an_empty_section_stands_between_empty_lines() {
    let kept = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n### Fixed\n\n- A leak.\n\n### Removed\n";
    let changelog = changelog_after(kept, LABEL, "|title|What is on it.|\n");
    let expected = "# Changelog\n\n## [Unreleased]\n\nNext version: 0.2.0 (after 0.1.0, as changes are breaking)\n\n\
                    ### Added\n\n- `lamp`: property `title` added (String)\n\n### Fixed\n\n- A leak.\n\n\
                    ### Removed\n\n- **Breaking:** `lamp`: property `label` removed (String)\n";
    assert_eq!(changelog, expected);
}

#[test]
fn a_change_that_comes_again_is_not_listed_again() {
    let mut repository = Repository::new();
    for (old, new) in [("|lit|", "|scent|What it smells of.|\n|lit|"), ("|scent|What it smells of.|\n", "")].repeat(2) {
        repository.edit(old, new);
        repository.update(&[]);
    }
    let changelog = repository.read("CHANGELOG.md");
    for entry in ["property `scent` added", "property `scent` removed"] {
        assert_eq!(changelog.matches(entry).count(), 1, "{changelog}");
    }
}

#[test]
fn what_is_not_released_is_found_under_each_heading_that_changelogs_give_it() {
    let noted = "Next version: 0.2.0 (after 0.1.0, as changes are breaking)";
    for heading in ["## Unreleased", "## [unreleased]", "## [Unreleased](https://contoso.com/compare)"] {
        let kept = format!(
            "# Changelog\n\n## About\n\nOur own words.\n\n{heading}\n\n{noted}\n\n### Added\n\n- A door.\n\n## [0.1.0]\n\n- A house.\n"
        );
        let changelog = changelog_after(&kept, "|lit|", "|scent|What it smells of.|\n|lit|");
        let expected = kept.replace("- A door.\n", "- A door.\n- `lamp`: property `scent` added (String)\n");
        assert_eq!(changelog, expected, "{heading}");
    }
}

#[test]
fn a_changelog_and_a_manifest_keep_the_line_ends_of_windows() {
    let kept = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A door.\n".replace('\n', "\r\n");
    let mut repository = Repository::new();
    fs::write(repository.path("CHANGELOG.md"), kept).expect("a file");
    fs::write(repository.path("Cargo.toml"), MANIFEST.replace('\n', "\r\n")).expect("a file");
    repository.edit("|lit|", "|scent|What it smells of.|\n|lit|");
    repository.update(&["--set-version"]);
    let expected = "# Changelog\n\n## [Unreleased]\n\nNext version: 0.1.1 (after 0.1.0, as changes are additive)\n\n\
                    ### Added\n\n- A door.\n- `lamp`: property `scent` added (String)\n";
    assert_eq!(repository.read("CHANGELOG.md"), expected.replace('\n', "\r\n"));
    assert_eq!(repository.read("Cargo.toml"), MANIFEST.replace("0.1.0", "0.1.1").replace('\n', "\r\n"));
}

#[test]
fn updates_before_one_release_raise_the_version_once_and_after_it_again() {
    let mut repository = Repository::new();
    let next = |repository: &Repository| -> Vec<String> {
        let changelog = repository.read("CHANGELOG.md");
        changelog.lines().filter(|line| line.starts_with("Next version")).map(str::to_owned).collect()
    };
    repository.edit("|lit|", "|scent|What it smells of.|\n|lit|");
    repository.update(&["--set-version"]);
    repository.edit("|lit|", "|size|How large it is.|\n|lit|");
    let (printed, _) = repository.update(&["--set-version"]);
    assert!(printed.contains("next version: 0.1.1, which Cargo.toml has, as changes since 0.1.0 are"), "{printed}");
    assert_eq!(repository.read("Cargo.toml"), MANIFEST.replace("0.1.0", "0.1.1"));
    assert_eq!(next(&repository), ["Next version: 0.1.1 (after 0.1.0, as changes are additive)"]);

    // The worst counts, whether it comes first or last, and whether it is written at once or later.
    repository.edit(LABEL, "");
    repository.update(&[]);
    repository.edit("|lit|", "|shape|What it looks like.|\n|lit|");
    repository.update(&[]);
    assert_eq!(next(&repository), ["Next version: 0.2.0 (after 0.1.0, as changes are breaking)"]);
    assert_eq!(repository.read("Cargo.toml"), MANIFEST.replace("0.1.0", "0.1.1"));
    let (printed, _) = repository.update(&["--set-version"]);
    assert!(printed.contains("version 0.1.1 -> 0.2.0 in Cargo.toml"), "{printed}");
    assert!(printed.contains("1 file written; review it with"), "{printed}");
    assert_eq!(repository.read("Cargo.toml"), MANIFEST.replace("0.1.0", "0.2.0"));
    let before = repository.files();
    repository.update(&["--set-version"]);
    assert_eq!(repository.files(), before, "once more changes nothing");
    let raised = MANIFEST.replace("0.1.0", "0.3.0");
    fs::write(repository.path("Cargo.toml"), &raised).expect("a file");
    repository.update(&["--set-version"]);
    assert_eq!(repository.read("Cargo.toml"), raised, "what people raised is not set back");
    fs::write(repository.path("Cargo.toml"), MANIFEST.replace("0.1.0", "0.2.0")).expect("a file");

    let released = repository.read("CHANGELOG.md").replace("## [Unreleased]", "## [0.2.0]");
    fs::write(repository.path("CHANGELOG.md"), released).expect("a file");
    repository.edit("|lit|", "|weight|How heavy it is.|\n|lit|");
    repository.update(&["--set-version"]);
    assert_eq!(next(&repository)[0], "Next version: 0.2.1 (after 0.2.0, as changes are additive)");
    assert_eq!(repository.read("Cargo.toml"), MANIFEST.replace("0.1.0", "0.2.1"));
}

#[test]
fn a_dry_run_shows_what_would_be_written_and_writes_nothing() {
    let mut repository = Repository::new();
    repository.edit(LABEL, "");
    let before = repository.files();
    let (printed, _) = repository.update(&["--dry-run"]);
    for line in [
        "-        pub label: Option<String>,",
        "+- **Breaking:** `lamp`: property `label` removed (String)",
        "nothing was written",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line}: {printed}");
    }
    assert!(!printed.contains("snap.new"), "the snapshot repeats the report: {printed}");
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
fn an_erratum_whose_page_is_gone_is_named_and_nothing_is_written() {
    let repository = Repository::new();
    let erratum = r#"[{ "id": "rug-colour", "page": "rug_ref.md", "place": "properties/colour/type", "expected": "String", "value": "Colour", "reason": "r" }]"#;
    fs::create_dir(repository.path("schema/errata")).expect("a folder");
    fs::write(repository.path("schema/errata/a.json"), erratum).expect("a file");
    let before = repository.files();
    let (_, errors) = repository.update(&[]);
    assert!(errors.contains("erratum `rug-colour` (rug_ref.md, `properties/colour/type`): no such page"), "{errors}");
    assert!(errors.contains("PAGES must be the whole reference: name all its pages; nothing was written"), "{errors}");
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
    refused(&repository, &["--manifest", "pages/resources.md"], "pages/resources.md: TOML parse error at line 3");
    fs::write(repository.path("notes.md"), b"# Changelog\n\xff").expect("a file");
    refused(&repository, &["--changelog", "notes.md"], "notes.md");
    fs::write(repository.path("other.toml"), "[package]\nname = \"other\"\n").expect("a file");
    refused(&repository, &["--set-version", "--manifest", "other.toml"], "run without --set-version");
    repository.edit("|Gone|410|", "|Gone|often|");
    refused(&repository, &[], "lamp_ref.md");
    fs::write(repository.path("schema/resources/lamp.json"), "{").expect("a file");
    refused(&repository, &[], "schema/resources/lamp.json:1:1");
}

#[test]
fn a_line_that_cannot_be_read_is_corrected_and_an_erratum_whose_page_is_gone_is_named() {
    let mut repository = Repository::new();
    let correct = |repository: &Repository, page: &str| {
        let erratum = format!(
            r#"[{{ "id": "code-of-gone", "page": "{page}", "line": "|Gone|often|None|It was sold.|", "value": "|Gone|410|None|It was sold.|", "reason": "r" }}]"#
        );
        fs::create_dir_all(repository.path("schema/errata/text")).expect("a folder");
        fs::write(repository.path("schema/errata/text/a.json"), erratum).expect("a file");
    };
    repository.edit("|Gone|410|", "|Gone|often|");
    correct(&repository, "lamp_ref.md");
    let before = repository.files();
    let (printed, _) = repository.update(&[]);
    assert_eq!(printed, "no changes: the schema agrees with the pages\n");
    assert_eq!(repository.files(), before);
    repository.edit("|Gone|often|", "|Gone|410|");
    correct(&repository, "rug_ref.md");
    let before = repository.files();
    let (_, errors) = repository.update(&[]);
    assert!(
        errors.contains("erratum `code-of-gone` (rug_ref.md, the line `|Gone|often|None|It was sold.|`)"),
        "{errors}"
    );
    assert!(errors.contains("there is no such page"), "{errors}");
    assert_eq!(repository.files(), before);
}
