//! Pages that are unusual: `update` takes them in, or says what is wrong with them.

use std::fs;

use crate::common::{run, said};
use crate::update::{LABEL, Repository};

/// What is said where pages are refused, with which nothing is written.
fn refusal(repository: &Repository, arguments: &[&str]) -> String {
    let before = repository.files();
    let (_, errors) = repository.update(arguments);
    assert!(errors.contains("nothing was written"), "{errors}");
    assert_eq!(repository.files(), before);
    errors
}

#[test]
fn a_property_may_be_called_body() {
    let mut repository = Repository::new();
    repository.edit("|lit|", "|body|The text. String|\n|lit|");
    let (printed, errors) = repository.update(&[]);
    assert!(printed.contains("property `body` added"), "{printed}{errors}");
    assert!(repository.read("generated/src/home/lamp.rs").contains("pub body: Option<String>,"));
}

#[test]
fn a_generic_error_that_is_listed_twice_is_pointed_at() {
    let mut repository = Repository::new();
    repository.edit_page("errors.md", "|Unplugged|", "|NotFound|It is gone.|\n|Unplugged|");
    let errors = refusal(&repository, &[]);
    assert!(errors.contains("errors.md:8:") && errors.contains("`NotFound` is listed twice"), "{errors}");
}

#[test]
fn errata_of_rows_and_of_text_may_not_have_the_same_id() {
    let repository = Repository::new();
    fs::create_dir_all(repository.path("schema/errata/text")).expect("a folder");
    let row = r#"[{ "id": "same", "page": "lamp_ref.md", "place": "rel", "expected": "lamp", "value": "light", "reason": "r" }]"#;
    let text = r#"[{ "id": "same", "page": "lamp_ref.md", "line": "Lights.", "value": "Shines.", "reason": "r" }]"#;
    fs::write(repository.path("schema/errata/a.json"), row).expect("a file");
    fs::write(repository.path("schema/errata/text/a.json"), text).expect("a file");
    for command in [
        &["update", "pages"][..],
        &["extract", "pages"],
        &["lint", "pages"],
        &["compare", "schema", "pages"],
        &["check"],
    ] {
        let output = run(repository.folder.path(), command);
        let (_, errors) = said(&output);
        assert!(!output.status.success() && errors.contains("two errata have the id `same`"), "{command:?}: {errors}");
    }
}

#[test]
fn a_page_of_thousands_of_events_and_a_sample_as_long_is_read_at_once() {
    let mut repository = Repository::new();
    let rows: Vec<_> = (0..5000).map(|number| format!("|dimming|Medium|room{number}|It was dimmed.|\n")).collect();
    let event = r#"{ "link" : { "rel" : "lamp", "href" : "/l" }, "type" : "updated" }"#;
    let events = vec![event; 5000].join(", ");
    let sample = format!(
        "{}\nSample of returned event data.\n\nThis sample is given only as an example.\n\n\
         {{ \"sender\" : [ {{ \"rel\" : \"room\", \"href\" : \"/r\", \"events\" : [ {events} ] }} ] }}\n",
        rows.concat(),
    );
    let row = "|lamp|Medium|room|It was touched.|\n";
    repository.edit(row, &format!("{row}{sample}"));
    let (printed, errors) = repository.update(&["--dry-run"]);
    assert!(printed.contains("event `dimming updated from room4999` added"), "{errors}");
}

/// A table of parameters in the address.
const QUERY: &str = "#### Query parameters\n\n|**Name**|**Description**|**Required?**|\n|:-----|:-----|:-----|\n\
                     |until|How long. String|No|\n\n#### Request body\n";

/// A request body with one parameter of that name.
fn input(name: &str) -> String {
    format!(
        "#### Request body\n\n|**Name**|**Description**|**Required?**|\n|:-----|:-----|:-----|\n|{name}|What. String|No|\n"
    )
}

/// An operation of the lamp that replaces the one that throws it away.
fn with_operation(method: &str, request: &str) -> Repository {
    let mut repository = Repository::new();
    repository.edit(
        "### DELETE\n\nThrows it away.\n\n#### Request body\n\nNone\n",
        &format!("### {method}\n\nDoes it.\n\n{request}"),
    );
    repository
}

#[test]
fn parameters_that_an_operation_cannot_send_are_an_error() {
    let (none, label, scent) = ("#### Request body\n\nNone\n", input("label"), input("scent"));
    for (method, request, refused) in [
        ("DELETE", QUERY.to_owned() + "\nNone\n", Some("operations/DELETE/query")),
        ("DELETE", scent.clone(), Some("operations/DELETE/input")),
        ("OPTIONS", QUERY.to_owned() + "\nNone\n", Some("operations/OPTIONS/query")),
        ("PUT", QUERY.to_owned() + "\nNone\n", Some("operations/PUT/query")),
        ("PUT", scent, Some("operations/PUT/input: `scent`")),
        ("PUT", label, None),
        ("PUT", none.to_owned(), None),
    ] {
        let repository = with_operation(method, &request);
        if let Some(place) = refused {
            let errors = refusal(&repository, &[]);
            assert!(errors.contains(place), "{method} {request}: {errors}");
        } else {
            let (printed, errors) = repository.update(&[]);
            assert!(printed.contains("PUT added"), "{method} {request}: {printed}{errors}");
        }
    }
}

#[test]
fn a_dry_run_completes_what_an_interrupted_run_left_before_it_plans() {
    let repository = Repository::new();
    let schema = fs::canonicalize(repository.path("schema")).expect("there is a schema");
    let staging = schema.join(".ucwa-staging");
    fs::create_dir(&staging).expect("a folder");
    let folders = serde_json::to_string(&[&schema]).expect("the path is text");
    let journal = r#"[{"Remove":{"folder":0,"path":"resources/dim.json"}}]"#;
    for (name, text) in [("a-1.folders", folders.as_str()), ("a-1.journal", journal)] {
        fs::write(staging.join(name), text).expect("a file");
    }
    let (printed, errors) = said(&run(repository.folder.path(), &["update", "pages", "--dry-run"]));
    assert!(printed.contains("resource added") && errors.contains("has been completed"), "{printed}{errors}");
    assert!(!staging.exists());
}

#[test]
fn an_erratum_for_a_page_that_describes_no_resource_is_an_error() {
    let repository = Repository::new();
    let erratum =
        r#"[{ "id": "generic", "page": "errors.md", "place": "rows", "expected": null, "value": "x", "reason": "r" }]"#;
    fs::create_dir(repository.path("schema/errata")).expect("a folder");
    fs::write(repository.path("schema/errata/a.json"), erratum).expect("a file");
    for arguments in [&["extract", "pages"][..], &["compare", "schema", "pages"]] {
        let output = run(repository.folder.path(), arguments);
        let (_, errors) = said(&output);
        assert!(!output.status.success(), "{arguments:?}: {errors}");
        assert!(errors.contains("erratum `generic` (errors.md, `rows`): no such page describes"), "{errors}");
    }
}

#[test]
fn text_errata_for_pages_that_were_not_given_are_counted() {
    let repository = Repository::new();
    let erratum = r#"[{ "id": "gone", "page": "lmap_ref.md", "line": "a", "value": "b", "reason": "r" }]"#;
    fs::create_dir_all(repository.path("schema/errata/text")).expect("a folder");
    fs::write(repository.path("schema/errata/text/a.json"), erratum).expect("a file");
    let (_, errors) = said(&run(repository.folder.path(), &["extract", "pages"]));
    assert!(errors.contains("1 errata are for pages that were not given"), "{errors}");
}

#[test]
fn the_advice_to_look_at_findings_names_the_schema_folder_that_was_given() {
    let mut repository = Repository::new();
    fs::rename(repository.path("schema"), repository.path("other")).expect("there is a schema");
    repository.edit("|lit|", "|scent|What it smells of.|\n|lit|");
    let (printed, errors) = repository.update(&["--schema", "other"]);
    assert!(printed.contains("; `ucwa-codegen lint pages --schema other` shows them"), "{printed}{errors}");
}

#[test]
fn a_manifest_whose_version_is_to_be_written_must_be_there() {
    let mut repository = Repository::new();
    let arguments = ["--set-version", "--manifest", "Crgo.toml"];
    assert!(refusal(&repository, &arguments).contains("Crgo.toml: no such file"));
    repository.edit(LABEL, "");
    assert!(refusal(&repository, &arguments).contains("Crgo.toml: no such file"));
}

#[test]
fn what_comes_next_is_said_while_the_manifest_has_a_version_with_a_label() {
    let mut repository = Repository::new();
    repository.edit("|lit|", "|scent|What it smells of.|\n|lit|");
    repository.update(&[]);
    let manifest = repository.read("Cargo.toml").replace("0.1.0", "0.1.1-rc.1");
    fs::write(repository.path("Cargo.toml"), &manifest).expect("a file");
    repository.edit(LABEL, "");
    let (printed, _) = repository.update(&[]);
    assert!(printed.contains("next version: 0.2.0, as changes since 0.1.0 are breaking"), "{printed}");
    assert!(!printed.contains("--set-version"), "{printed}");
    let changelog = repository.read("CHANGELOG.md");
    let next: Vec<_> = changelog.lines().filter(|line| line.starts_with("Next version")).collect();
    assert_eq!(next, ["Next version: 0.2.0 (after 0.1.0, as changes are breaking)"]);
    assert_eq!(repository.read("Cargo.toml"), manifest);
    assert!(refusal(&repository, &["--set-version"]).contains("Cargo.toml: no line `version = "));
}

#[test]
fn an_entry_of_a_list_is_no_category_whatever_it_begins_with() {
    let mut repository = Repository::new();
    repository.edit_page("resources.md", "- [lamp](lamp_ref.md)", "- [Lamp](lamp_ref.md)");
    let (printed, errors) = repository.update(&[]);
    assert_eq!(printed, "no changes: the schema agrees with the pages\n", "{errors}");
}

#[test]
fn a_category_may_be_called_as_what_has_none_is() {
    let mut repository = Repository::new();
    repository.edit_page("resources.md", "- [room](room_ref.md)\n\n## Power", "## Uncategorized");
    let (printed, errors) = repository.update(&[]);
    assert!(!printed.is_empty(), "{errors}");
    assert!(repository.path("generated/src/uncategorized/room.rs").exists(), "{printed}{errors}");
    assert!(repository.path("generated/src/uncategorized/dim.rs").exists(), "{printed}{errors}");
}

#[test]
fn an_operation_id_that_is_no_text_is_left_to_the_caller() {
    for (kind, starts) in [("String", true), ("Int32", false), ("Array of String", false)] {
        let mut repository = Repository::new();
        let row = format!("|operationId|Which one. {kind}|No|\n|slowly|");
        repository.edit_page("dim_ref.md", "|slowly|", &row);
        let (_, errors) = repository.update(&[]);
        let module = repository.read("generated/src/power/dim.rs");
        assert!(module.contains("pub operation_id:"), "{kind}: {errors}");
        assert_eq!(module.contains("StartsOperation"), starts, "{kind}: {module}");
    }
}

#[test]
fn an_introduction_may_have_the_line_ends_of_any_system() {
    let repository = Repository::new();
    fs::create_dir(repository.path("schema/introductions")).expect("a folder");
    fs::write(repository.path("schema/introductions/Home.md"), "What a house has.\rAnd more.\r\nAnd all.\n")
        .expect("a file");
    let output = run(repository.folder.path(), &["generate"]);
    assert!(output.status.success(), "{}", said(&output).1);
    let module = repository.read("generated/src/home/mod.rs");
    assert!(module.contains("//! What a house has.\n//! And more.\n//! And all.\n"), "{module:?}");
}
