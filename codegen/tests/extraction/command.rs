//! What the command does with good and bad input.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::common::{errors, run};

const RUG: &str = "rug\n\nFor more on web links, see Web links.\n\nName Description\nrel What it is.\n\nProperties\n\n\
                   Name Description\ncolour Its colour.\n\nThis resource can have the following relationships.\n\n\
                   Link Description\nself Itself.\n\nOperations\n\nGET\n\nResponse body\n\nNone\n";

/// A folder with pages and a schema made from them.
struct Workshop {
    folder: TempDir,
}

impl Workshop {
    fn new() -> Self {
        let workshop = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir(workshop.path("pages")).expect("a folder");
        workshop.write("pages/rug.txt", RUG);
        workshop
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().expect("a parent")).expect("a folder");
        fs::write(self.path(name), text).expect("a file");
    }

    /// Extracts pages into the schema folder and returns whether that succeeded, with what was said.
    fn extract(&self, pages: &str) -> (bool, String) {
        let (pages, schema) = (self.path(pages), self.path("schema"));
        let output = run(&["extract", &pages.to_string_lossy(), "--schema", &schema.to_string_lossy()]);
        (output.status.success(), format!("{}{}", String::from_utf8_lossy(&output.stdout), errors(&output)))
    }

    fn facts(&self, path: &str) -> String {
        let output = run(&["facts", &self.path(path).to_string_lossy()]);
        assert!(output.status.success(), "{}", errors(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

/// All files below a folder with their bytes.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(snapshot(&path));
        } else {
            files.insert(path.clone(), fs::read(&path).expect("a file"));
        }
    }
    files
}

#[test]
fn extract_writes_a_schema_once_and_check_finds_it_sound() {
    let workshop = Workshop::new();
    let (done, said) = workshop.extract("pages");
    assert!(done && said.contains("1 resources") && said.contains("created"), "{said}");
    let (done, said) = workshop.extract("pages");
    assert!(done && said.contains("0 files created, 0 replaced, 0 removed"), "{said}");
    let output = run(&["check", &workshop.path("schema").to_string_lossy()]);
    assert!(output.status.success(), "{}", errors(&output));
    assert_eq!(workshop.facts("schema"), workshop.facts("pages"));
    assert!(workshop.facts("pages/rug.txt").contains("property\trug\tcolour\tString\n"));
}

#[test]
fn bad_input_leaves_the_schema_as_it_was() {
    let workshop = Workshop::new();
    assert!(workshop.extract("pages").0);
    let before = snapshot(&workshop.path("schema"));
    workshop.write("empty.md", "");
    workshop.write("binary.md", b"rug\0\xff");
    workshop.write("other.md", "# Cooking\n\nWater first.\n");
    workshop.write("fault.md", RUG.replace("colour Its", "co-lour Its"));
    workshop.write("dup/rug.txt", RUG);
    workshop.write("dup/rug2.txt", RUG);
    fs::create_dir(workshop.path("none")).expect("a folder");
    fs::File::create(workshop.path("large.md")).and_then(|file| file.set_len(100 << 20)).expect("a sparse file");
    let cases = [
        ("missing", "missing"),
        ("empty.md", "the file is empty"),
        ("binary.md", "not text in UTF-8 at byte 3"),
        ("other.md", "not a page of the UCWA reference"),
        ("fault.md", "`co-lour` is not a valid name for a property"),
        ("dup", "described by another page too"),
        ("none", "no pages in this folder"),
        ("large.md", "104857600 bytes exceed the limit"),
    ];
    for (input, expected) in cases {
        let (done, said) = workshop.extract(input);
        assert!(!done && said.contains(expected) && said.contains(input), "{input}: {said}");
        assert_eq!(snapshot(&workshop.path("schema")), before, "{input}");
    }
}

#[test]
fn a_schema_that_needs_errata_and_has_none_is_told_where_they_are() {
    let workshop = Workshop::new();
    workshop.write("pages/rug.txt", RUG.replace("self Itself.\n", "self Itself.\nself Itself.\n"));
    let (succeeded, said) = workshop.extract("pages");
    assert!(!succeeded && said.contains("`self` is listed twice"), "{said}");
    assert!(said.contains("errata: no errata; copy those of another schema folder there"), "{said}");
    assert!(!workshop.path("schema").exists());
}

#[test]
fn a_file_in_place_of_the_schema_folder_is_named() {
    let workshop = Workshop::new();
    workshop.write("schema", "notes");
    let (succeeded, said) = workshop.extract("pages");
    assert!(!succeeded && said.contains("schema: not a folder that can be written to"), "{said}");
    assert_eq!(fs::read(workshop.path("schema")).expect("it is there"), b"notes");
}

#[test]
fn bad_input_makes_no_schema_folder() {
    let workshop = Workshop::new();
    assert!(!workshop.extract("missing").0);
    assert!(!workshop.path("schema").exists());
}

#[test]
fn what_extract_did_not_write_it_does_not_remove() {
    let workshop = Workshop::new();
    workshop.write("schema/src/lib.rs", "//! By hand.");
    workshop.write("schema/lint.json", "[]");
    workshop.write("schema/json-schema/notes.txt", "mine");
    assert!(workshop.extract("pages").0);
    workshop.write("pages/mat.txt", RUG.replace("rug", "mat"));
    assert!(workshop.extract("pages").0);
    fs::remove_file(workshop.path("pages/mat.txt")).expect("the page is there");
    let (done, said) = workshop.extract("pages");
    assert!(done && said.contains("1 removed"), "{said}");
    for kept in ["src/lib.rs", "lint.json", "json-schema/notes.txt"] {
        assert!(workshop.path("schema").join(kept).exists(), "{kept}");
    }
    for foreign in ["resources/logo.png", "enums/Mine.json", "errors.json"] {
        let path = workshop.path("schema").join(foreign);
        let own = fs::read(&path).ok();
        workshop.write(&format!("schema/{foreign}"), "{}");
        let before = snapshot(&workshop.path("schema"));
        let (done, said) = workshop.extract("pages");
        assert!(!done && said.contains(foreign) && said.contains("was left as it was"), "{said}");
        assert_eq!(snapshot(&workshop.path("schema")), before);
        fs::remove_file(&path).expect("it is there");
        if let Some(own) = own {
            fs::write(path, own).expect("a file");
        }
    }
}

#[test]
fn errata_correct_and_one_that_does_not_apply_stops_everything() {
    let workshop = Workshop::new();
    let erratum = |expected: &str| {
        format!(
            r#"[{{ "id": "a", "page": "rug.txt", "place": "properties/colour/type", "expected": "{expected}", "value": "Int32", "reason": "r" }}]"#
        )
    };
    workshop.write("schema/errata/a.json", erratum("String"));
    assert!(workshop.extract("pages").0);
    assert!(workshop.facts("schema").contains("property\trug\tcolour\tInt32"));
    assert!(workshop.facts("pages").contains("property\trug\tcolour\tString"), "pages are printed as they are");

    workshop.write("schema/errata/a.json", erratum("Boolean"));
    let before = snapshot(&workshop.path("schema"));
    let (done, said) = workshop.extract("pages");
    assert!(!done && said.contains("erratum `a`") && said.contains("left as it was"), "{said}");
    assert_eq!(snapshot(&workshop.path("schema")), before);

    workshop.write("schema/errata/a.json", "[{]");
    let (done, said) = workshop.extract("pages");
    assert!(!done && said.contains("a.json:1:"), "{said}");
}

#[test]
fn guides_between_the_pages_are_left_out_and_told_in_one_line() {
    let workshop = Workshop::new();
    workshop.write("pages/Tasks.md", "# Tasks\n\n## Links\n\nA task has steps.\n");
    let left_out = "skipped 1 page that is not of the reference: Tasks.md\n";
    let (done, said) = workshop.extract("pages");
    assert!(done && said.contains(left_out), "{said}");
    let (pages, schema) = (workshop.path("pages"), workshop.path("schema"));
    let (pages, schema) = (&pages.to_string_lossy(), &schema.to_string_lossy());
    for arguments in [&["facts", pages][..], &["lint", pages, "--schema", schema], &["compare", schema, pages]] {
        let said = errors(&run(arguments));
        assert!(said.contains(left_out), "{arguments:?}: {said}");
    }
    workshop.write("pages/mat_ref.md", "# mat\n");
    let (done, said) = workshop.extract("pages");
    assert!(!done && said.contains("mat_ref.md:1:1"), "what is named like a reference page has to be one: {said}");
}

#[test]
fn a_page_that_cannot_be_understood_is_named_and_the_facts_of_the_others_are_printed() {
    let workshop = Workshop::new();
    workshop.write("pages/mat_ref.txt", RUG.replacen("rug", "mat", 1).replace("colour Its", "co-lour Its"));
    let output = run(&["facts", &workshop.path("pages").to_string_lossy()]);
    let facts = String::from_utf8_lossy(&output.stdout);
    assert!(facts.contains("property\trug\tcolour\tString\n") && !facts.contains("mat"), "{facts}");
    assert!(errors(&output).contains("missing: mat_ref.txt") && output.status.code() == Some(1), "{}", errors(&output));
    let (done, said) = workshop.extract("pages");
    assert!(!done && said.contains("missing: mat_ref.txt") && said.contains("left as it was"), "{said}");
    assert!(!workshop.path("schema").exists());
}

#[test]
fn a_page_that_is_no_text_is_named_with_its_place_and_the_facts_of_the_others_are_printed() {
    let workshop = Workshop::new();
    let expected = workshop.facts("pages");
    workshop.write("pages/latin_ref.md", b"# latin\n\nCaf\xe9 au lait.\n");
    workshop.write("pages/empty_ref.md", "\n");
    workshop.write("pages/guide.md", b"# Guide\n\nCaf\xe9 au lait.\n");
    let output = run(&["facts", &workshop.path("pages").to_string_lossy()]);
    let said = errors(&output);
    assert!(said.contains("latin_ref.md:3:4") && said.contains("not text in UTF-8"), "{said}");
    assert!(said.contains("empty_ref.md") && said.contains("the file is empty"), "{said}");
    assert!(said.contains("missing: empty_ref.md, latin_ref.md") && output.status.code() == Some(1), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    let (done, said) = workshop.extract("pages");
    assert!(!done && said.contains("latin_ref.md:3:4"), "{said}");
    assert!(!workshop.path("schema").exists());
}

#[test]
fn text_errata_mend_pages_before_they_are_read_and_fail_when_they_do_not_apply() {
    let workshop = Workshop::new();
    workshop.write("pages/rug.txt", RUG.replace("colour Its", "co-lour Its"));
    assert!(!workshop.extract("pages").0);
    let erratum = |line: &str| {
        format!(
            r#"[{{ "id": "t", "page": "rug.txt", "line": "{line}", "value": "colour Its colour.", "reason": "Garbled." }}]"#
        )
    };
    workshop.write("schema/errata/text/rug.json", erratum("co-lour Its colour."));
    let (done, said) = workshop.extract("pages");
    assert!(done, "{said}");
    assert!(workshop.facts("schema").contains("property\trug\tcolour\tString"));
    workshop.write("schema/errata/text/rug.json", erratum("hue Its hue."));
    let (done, said) = workshop.extract("pages");
    assert!(!done && said.contains("erratum `t` (rug.txt, the line `hue Its hue.`)"), "{said}");
}

#[test]
fn summaries_stay_and_files_of_pages_that_are_gone_go() {
    let workshop = Workshop::new();
    workshop.write("pages/mat.txt", RUG.replacen("rug", "mat", 1));
    assert!(workshop.extract("pages").0);
    let file = "schema/resources/rug.json";
    let text = fs::read_to_string(workshop.path(file)).expect("a file");
    let said = r#""name": "colour", "type": "String", "evidence": "convention""#;
    assert!(text.contains(said), "{text}");
    let written = text.replace(said, &format!("{said}, \"summary\": \"Ours.\""));
    workshop.write(file, &written);

    fs::remove_file(workshop.path("pages/mat.txt")).expect("a file");
    assert!(workshop.extract("pages").0);
    assert_eq!(fs::read_to_string(workshop.path(file)).expect("a file"), written);
    assert!(!workshop.path("schema/resources/mat.json").exists());
}

#[test]
fn a_page_that_is_named_alone_does_not_remove_what_the_others_describe() {
    let workshop = Workshop::new();
    workshop.write("pages/mat.txt", RUG.replacen("rug", "mat", 1));
    assert!(workshop.extract("pages").0);
    let before = snapshot(&workshop.path("schema"));
    let (done, said) = workshop.extract("pages/rug.txt");
    assert!(!done && said.contains("1 resources and enumerations of"), "{said}");
    assert!(said.contains("name the folder that holds all pages"), "{said}");
    assert_eq!(snapshot(&workshop.path("schema")), before);
    fs::remove_file(workshop.path("pages/mat.txt")).expect("a file");
    assert!(workshop.extract("pages").0);
    assert!(workshop.extract("pages/rug.txt").0, "it is all that there is");
}

#[test]
fn usage_is_told() {
    for arguments in [&["extract"][..], &["facts"], &["nonsense"], &[]] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(errors(&output).contains("Usage"), "{arguments:?}");
    }
    let output = run(&["check", "no/such/folder"]);
    assert!(!output.status.success() && errors(&output).contains("no schema folder"), "{}", errors(&output));
}
