//! `ucwa-codegen compare`: where schemas come from, how reports are written, what the exit status tells.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{Pages, edit, files, house, run, said, write};

/// A folder with pages as they were and as they are, and the schema of those that were.
fn workshop(change: impl FnOnce(&mut Pages)) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pages = house();
    write(&pages, &folder.path().join("before"));
    change(&mut pages);
    write(&pages, &folder.path().join("after"));
    let output = run(folder.path(), &["extract", "before"]);
    assert!(output.status.success(), "{}", said(&output).1);
    folder
}

fn without_label(pages: &mut Pages) {
    edit(pages, "lamp_ref.md", "|label|What is on it.The maximum length is 20 characters.|\n", "");
}

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").args(identity).args(arguments).current_dir(folder).output().expect("git runs");
    assert!(output.status.success(), "{}", said(&output).1);
}

#[test]
fn schema_folders_pages_and_revisions_can_be_compared_with_each_other() {
    let folder = workshop(without_label);
    let folder = folder.path();
    git(folder, &["init", "-q"]);
    git(folder, &["add", "schema"]);
    git(folder, &["commit", "-q", "-m", "before"]);
    for old in ["schema", "before", "HEAD", "HEAD:schema"] {
        let (report, errors) = said(&run(folder, &["compare", old, "after"]));
        assert!(report.contains("breaking      property `label` removed"), "{old}: {report}{errors}");
        assert!(report.ends_with("breaking: 1 breaking, 0 additive, 0 documentation\n"), "{old}: {report}");
    }
    let (report, _) = said(&run(folder, &["compare", "schema", "HEAD"]));
    assert_eq!(report, "No differences.\n");
    // A path that exists is a path, whatever revisions there are.
    git(folder, &["tag", "after"]);
    let (report, _) = said(&run(folder, &["compare", "HEAD", "after"]));
    assert!(report.contains("1 breaking"), "{report}");
}

#[test]
fn a_revision_is_read_in_full_but_for_what_is_no_part_of_a_schema() {
    let folder = workshop(|_| {});
    let schema = folder.path().join("schema");
    std::fs::create_dir(schema.join("introductions")).expect("a folder");
    std::fs::write(schema.join("introductions/Home.md"), "What a house has.\n").expect("a file");
    for (name, text) in [("notes.txt", &b"Notes."[..]), ("photo.bin", &[0, 10, 255]), ("drafts.json", b"{")] {
        std::fs::write(schema.join(name), text).expect("a file");
    }
    #[cfg(unix)]
    std::fs::write(schema.join("two\nlines.json"), "{").expect("a file");
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "schema"]);
    git(folder.path(), &["commit", "-q", "-m", "all"]);
    let same = ("No differences.\n".to_owned(), String::new());
    assert_eq!(said(&run(folder.path(), &["compare", "HEAD", "schema"])), same);
    assert_eq!(said(&run(folder.path(), &["compare", "HEAD:schema/", "schema"])), same);
    std::fs::write(schema.join("introductions/Home.md"), "What every house has.\n").expect("a file");
    let (report, _) = said(&run(folder.path(), &["compare", "HEAD", "schema"]));
    assert!(report.contains("introduction Home\n  documentation text of introduction changed"), "{report}");
}

#[test]
fn a_schema_folder_may_have_resources_alone_or_enumerations_alone() {
    for (gone, message) in [("enums", "enumeration removed"), ("resources", "resource removed")] {
        let folder = workshop(|_| {});
        std::fs::rename(folder.path().join("schema"), folder.path().join("part")).expect("there is a schema");
        std::fs::remove_dir_all(folder.path().join("part").join(gone)).expect("it is there");
        let (report, errors) = said(&run(folder.path(), &["compare", "before", "part"]));
        assert!(report.contains(message) && errors.is_empty(), "{gone}: {report}{errors}");
    }
}

#[test]
fn a_write_that_was_interrupted_is_completed_before_its_folder_is_compared() {
    let folder = workshop(|_| {});
    let schema = std::fs::canonicalize(folder.path().join("schema")).expect("there is a schema");
    ucwa_tests::copy_folder(&schema, &folder.path().join("old"));
    let staging = schema.join(".ucwa-staging");
    std::fs::create_dir(&staging).expect("a folder");
    let folders = serde_json::to_string(&[&schema]).expect("the path is text");
    let journal = r#"[{"Remove":{"folder":0,"path":"resources/dim.json"}}]"#;
    for (name, text) in [("a-1.folders", folders.as_str()), ("a-1.journal", journal)] {
        std::fs::write(staging.join(name), text).expect("a file");
    }
    let (report, errors) = said(&run(folder.path(), &["compare", "old", "schema"]));
    assert!(report.contains("resource removed") && errors.contains("has been completed"), "{report}{errors}");
    assert!(!staging.exists());
}

#[test]
fn what_cannot_be_compared_is_told_with_what_can() {
    let folder = workshop(|_| {});
    let (_, errors) = said(&run(folder.path(), &["compare", "schema", "nowhere"]));
    assert!(errors.contains("`nowhere:schema` is neither a path nor a revision"), "{errors}");
    assert!(errors.contains("REVISION:FOLDER") && errors.ends_with("nothing was compared\n"), "{errors}");
    let (_, errors) = said(&run(folder.path(), &["compare", "schema", "--", "-o"]));
    assert!(errors.contains("does not begin with a hyphen"), "{errors}");
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "before"]);
    git(folder.path(), &["commit", "-q", "-m", "pages alone"]);
    let (_, errors) = said(&run(folder.path(), &["compare", "schema", "HEAD"]));
    assert!(errors.contains("neither a path nor a revision of a schema folder"), "{errors}");
    let (_, errors) = said(&run(folder.path(), &["compare", "schema", "HEAD:before"]));
    assert!(errors.contains("HEAD:before: no schema folder"), "{errors}");
}

#[test]
fn without_git_revisions_are_not_to_be_had_and_folders_are() {
    let folder = workshop(without_label);
    let compare = |new: &str| {
        let command = env!("CARGO_BIN_EXE_ucwa-codegen");
        Command::new(command).args(["compare", "schema", new]).current_dir(folder.path()).env("PATH", "").output()
    };
    let (_, errors) = said(&compare("HEAD").expect("the command runs"));
    assert!(errors.contains("could not run git") && errors.contains("name a folder"), "{errors}");
    assert!(compare("after").expect("the command runs").status.success());
}

#[test]
fn the_exit_status_tells_the_class_when_asked() {
    let scent = |pages: &mut Pages| edit(pages, "lamp_ref.md", "|lit|", "|scent|Its smell.|\n|lit|");
    let right = |pages: &mut Pages| {
        edit(pages, "lamp_ref.md", "|House.Read|", "|House.Own|Own it|Lets it keep.|\n|House.Read|");
    };
    let changes: [fn(&mut Pages); 4] = [without_label, scent, right, |_| {}];
    for (change, status) in changes.into_iter().zip([20, 10, 0, 0]) {
        let folder = workshop(change);
        let output = run(folder.path(), &["compare", "before", "after", "--exit-class"]);
        assert_eq!(output.status.code(), Some(status), "{}", said(&output).0);
        assert_eq!(run(folder.path(), &["compare", "before", "after"]).status.code(), Some(0));
    }
    let folder = workshop(|_| {});
    assert_eq!(run(folder.path(), &["compare", "before", "nowhere", "--exit-class"]).status.code(), Some(1));
}

#[test]
fn a_report_is_markdown_for_a_pull_request() {
    let folder = workshop(without_label);
    let (report, _) = said(&run(folder.path(), &["compare", "before", "after", "--format", "markdown"]));
    insta::assert_snapshot!("report.md", report);
    let (report, _) = said(&run(folder.path(), &["compare", "before", "before", "--format", "markdown"]));
    assert_eq!(report, "## What changes in the reference: nothing\n\nNo differences.\n");
}

#[test]
fn a_report_is_json_for_machines() {
    let folder = workshop(without_label);
    let (report, _) = said(&run(folder.path(), &["compare", "before", "after", "--format", "json"]));
    let report: Value = serde_json::from_str(&report).expect("the report is JSON");
    insta::assert_snapshot!("report.json", format!("{report:#}"));
}

#[test]
fn pages_are_corrected_by_the_errata_of_the_schema_that_they_are_compared_with() {
    let folder = workshop(|_| {});
    let erratum = r#"[{ "id": "a", "page": "lamp_ref.md", "place": "properties/label/type", "expected": "String", "value": "Uri", "reason": "r" }]"#;
    let errata = folder.path().join("schema/errata");
    std::fs::create_dir(&errata).expect("a folder");
    std::fs::write(errata.join("a.json"), erratum).expect("a file");
    assert!(run(folder.path(), &["extract", "before"]).status.success());
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "schema"]);
    git(folder.path(), &["commit", "-q", "-m", "corrected"]);
    for old in ["schema", "HEAD"] {
        let (report, _) = said(&run(folder.path(), &["compare", old, "after"]));
        assert_eq!(report, "No differences.\n", "{old}");
        let (report, _) = said(&run(folder.path(), &["compare", "after", old]));
        assert_eq!(report, "No differences.\n", "{old}");
        let (report, _) = said(&run(folder.path(), &["compare", old, "after", "--no-errata"]));
        assert!(report.contains("type of property `label`: Uri -> String"), "{old}: {report}");
    }
    let (report, _) = said(&run(folder.path(), &["compare", "before", "after", "--errata", "schema"]));
    assert_eq!(report, "No differences.\n");
}

#[test]
fn what_pages_say_nothing_about_is_not_taken_for_removed() {
    let folder = workshop(|_| {});
    let folder = folder.path();
    std::fs::remove_file(folder.join("after/errors.md")).expect("a page");
    let (report, errors) = said(&run(folder, &["compare", "schema", "after"]));
    assert_eq!(report, "No differences in what was compared.\n");
    assert!(errors.contains("not compared: generic errors (no page `Generic synchronous errors`)"), "{errors}");

    std::fs::remove_file(folder.join("after/resources.md")).expect("a page");
    let (report, errors) = said(&run(folder, &["compare", "schema", "after/lamp_ref.md"]));
    assert_eq!(report, "No differences in what was compared.\n");
    assert!(errors.contains("categories (no page `UCWA resources`)"), "{errors}");
    assert!(errors.contains("everything on other pages (only part of the reference was given)"), "{errors}");
}

#[test]
fn a_page_that_cannot_be_understood_is_named_and_the_others_are_compared() {
    let folder = workshop(|pages| {
        without_label(pages);
        edit(pages, "room_ref.md", "### Properties", "### Furniture");
    });
    let output = run(folder.path(), &["compare", "schema", "after"]);
    let (report, errors) = said(&output);
    assert!(report.ends_with("breaking: 1 breaking, 0 additive, 0 documentation\n"), "{report}");
    assert!(errors.contains("after/room_ref.md:9:") && errors.contains("missing: room_ref.md"), "{errors}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn what_follows_from_a_page_that_cannot_be_understood_is_not_taken_for_changed() {
    // Only that there is a page `Mood` tells the type of `mood`, and only that there is one `dim` where `dimLater` leads.
    let told = "|mood|How it feels, which is a Mood.|\n|lit|";
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut pages = house();
    edit(&mut pages, "lamp_ref.md", "|lit|", told);
    edit(&mut pages, "lamp_ref.md", "|dim|", "|softDimming|The dimming of it.|\n|dim|");
    write(&pages, &folder.join("before"));
    let output = run(folder, &["extract", "before"]);
    assert!(output.status.success(), "{}", said(&output).1);
    let schema = std::fs::read_to_string(folder.join("schema/resources/lamp.json")).expect("a resource");
    assert!(schema.contains(r#""type": "Mood""#) && schema.contains(r#""target": "dimming""#), "{schema}");
    edit(&mut pages, "Mood_ref.md", "## Members", "## Feelings");
    edit(&mut pages, "dimming_ref.md", "### Properties", "### Furniture");
    write(&pages, &folder.join("after"));
    let (report, errors) = said(&run(folder, &["compare", "schema", "after"]));
    assert_eq!(report, "No differences in what was compared.\n");
    assert!(errors.contains("missing: Mood_ref.md, dimming_ref.md"), "{errors}");

    edit(&mut pages, "lamp_ref.md", "|How it feels, which is a Mood.|", "|How it feels.Int32|");
    write(&pages, &folder.join("after"));
    let (report, _) = said(&run(folder, &["compare", "schema", "after"]));
    assert!(report.contains("type of property `mood`: Mood -> Int32"), "{report}");
}

#[test]
fn a_comparison_without_pages_that_cannot_be_understood_is_not_called_one_of_all() {
    let folder = workshop(|pages| edit(pages, "room_ref.md", "### Properties", "### Furniture"));
    for (format, wanted) in [
        ("text", "No differences in what was compared.\n"),
        ("markdown", "No differences in what was compared.\n"),
        ("json", "\"extent\": \"part\""),
    ] {
        let output = run(folder.path(), &["compare", "schema", "after", "--format", format]);
        let (report, errors) = said(&output);
        assert!(report.contains(wanted) && !report.contains("No differences.\n"), "{report}");
        assert!(errors.contains("missing: room_ref.md"), "{errors}");
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn errata_that_are_not_there_are_not_taken_for_none() {
    let folder = workshop(|_| {});
    let output = run(folder.path(), &["compare", "schema", "after", "--errata", "nowhere"]);
    let (_, errors) = said(&output);
    assert!(errors.contains("nowhere: no errata; name a schema folder"), "{errors}");
    assert_eq!(output.status.code(), Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn a_path_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt;
    let folder = workshop(|_| {});
    let path = std::ffi::OsStr::from_bytes(b"after\xff");
    std::fs::rename(folder.path().join("after"), folder.path().join(path)).expect("the system takes any name");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ucwa-codegen"));
    let output = command.arg("compare").arg("schema").arg(path).current_dir(folder.path()).output();
    let (report, errors) = said(&output.expect("the command runs"));
    assert_eq!((report.as_str(), errors.as_str()), ("No differences.\n", ""));
}

#[test]
fn help_tells_where_schemas_come_from_and_what_the_exit_status_means() {
    let folder = tempfile::tempdir().expect("a folder");
    let (help, _) = said(&run(folder.path(), &["compare", "--help"]));
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in
        ["If a path of that name exists, it takes precedence", "REVISION:FOLDER", "10 for additive, 20 for breaking"]
    {
        assert!(help.contains(part), "{part}: {help}");
    }
}

#[test]
fn a_folder_that_has_one_called_resources_is_no_schema_folder_by_that() {
    let folder = workshop(without_label);
    let path = folder.path();
    for (name, file) in [("docs/resources", "one.md"), ("docs/enums", "two.txt"), ("after/resources", "notes.txt")] {
        std::fs::create_dir_all(path.join(name)).expect("a folder");
        std::fs::write(path.join(name).join(file), "Notes.").expect("a file");
    }
    assert!(run(path, &["generate"]).status.success());
    let sources = files(&path.join("generated"));
    for arguments in
        [&["generate", "--schema", "docs"][..], &["check", "docs"], &["export", "json-schema", "--schema", "docs"]]
    {
        let output = run(path, arguments);
        let (_, errors) = said(&output);
        assert!(!output.status.success() && errors.contains("docs: no schema folder"), "{arguments:?}: {errors}");
    }
    assert_eq!(files(&path.join("generated")), sources);
    let (facts, errors) = said(&run(path, &["facts", "after"]));
    assert!(facts.contains("property\tlamp\tlit\tBoolean"), "{facts}{errors}");
    let (report, errors) = said(&run(path, &["compare", "schema", "after"]));
    assert!(report.ends_with("breaking: 1 breaking, 0 additive, 0 documentation\n"), "{report}{errors}");
}

#[test]
fn a_page_may_have_another_file_name_on_each_side() {
    let folder = workshop(|_| {});
    let mut pages = house();
    std::fs::write(folder.path().join("old.md"), &pages["lamp_ref.md"]).expect("a file");
    without_label(&mut pages);
    std::fs::write(folder.path().join("new.md"), &pages["lamp_ref.md"]).expect("a file");
    for arguments in [["compare", "--exit-class", "old.md", "new.md"], ["compare", "--exit-class", "schema", "new.md"]]
    {
        let output = run(folder.path(), &arguments);
        let (report, errors) = said(&output);
        assert_eq!(output.status.code(), Some(20), "{arguments:?}: {report}{errors}");
        assert!(report.contains("property `label` removed") && report.contains("1 breaking, 0 additive"), "{report}");
    }
}
