//! What `--suggest` prints works: put into the schema folder it applies, generates, and is no longer found.

mod common;

use std::collections::BTreeSet;

use common::{crate_folder, schema_folder};
use ucwa_codegen::emit::Root;
use ucwa_codegen::generate::{Generated, generate};
use ucwa_inspect::{FindingKind, Inspection, People, input, inspect};
use ucwa_schema::validate::{Severity, validate};
use ucwa_schema::{Erratum, Schema, apply_errata, to_json_text};
use ucwa_tests::copy_folder;

fn inspected(schema: Schema) -> Inspection {
    let (files, errors) = input::files(&[crate_folder().join("tests/data/proven")]);
    assert!(errors.is_empty());
    inspect(&files, Some(schema), People::Shown, |_| {})
}

fn suggested(inspection: &Inspection) -> Vec<Erratum> {
    inspection.report_with_suggestions().suggestions.expect("there is a schema")
}

fn kinds(inspection: &Inspection) -> BTreeSet<FindingKind> {
    inspection.checker.findings.iter().map(|(subject, _)| subject.kind).collect()
}

/// The schema after what a reviewer does: put the errata into a file of the folder, apply them, keep what comes out.
fn corrected(errata: &[Erratum]) -> Schema {
    let folder = tempfile::tempdir().expect("a folder");
    copy_folder(&schema_folder(), folder.path());
    let text = to_json_text(&serde_json::to_value(errata).expect("JSON holds errata"));
    // The errata that the folder has are in its schema already.
    std::fs::remove_dir_all(folder.path().join("errata")).expect("the schema has errata");
    std::fs::create_dir(folder.path().join("errata")).expect("a folder");
    std::fs::write(folder.path().join("errata/wire.json"), text).expect("a file");
    let mut schema = Schema::load(folder.path()).expect("the copy is a schema");
    let errata = Schema::load_errata(folder.path()).expect("the file holds errata");
    assert_eq!(apply_errata(&mut schema, &errata), []);
    let errors: Vec<_> = validate(&schema).into_iter().filter(|found| found.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    schema.files().write(folder.path()).expect("the copy can be written");
    let kept = Schema::load(folder.path()).expect("what was written is a schema");
    assert_eq!(kept.resources.len(), schema.resources.len());
    kept
}

fn source<'a>(generated: &'a Generated, path: &str) -> &'a str {
    generated.files.iter().find(|(found, _)| found.ends_with(path)).map(|(_, text)| text).expect(path)
}

#[test]
fn the_traffic_has_each_kind_that_errata_can_mend() {
    let inspection = inspected(common::schema());
    assert!(inspection.errors.is_empty());
    let wanted = BTreeSet::from(FindingKind::ALL).into_iter().filter(|kind| *kind != FindingKind::UnknownResource);
    assert_eq!(kinds(&inspection), wanted.filter(|kind| *kind != FindingKind::Unreadable).collect());
}

#[test]
fn every_finding_gets_errata_for_its_place() {
    let errata = suggested(&inspected(common::schema()));
    let places: Vec<_> = errata.iter().map(|erratum| (erratum.page.as_str(), erratum.place.as_str())).collect();
    insta::assert_debug_snapshot!("places", places);
}

#[test]
fn the_corrected_schema_leaves_nothing_to_suggest_and_only_what_the_tables_of_the_crate_decide() {
    let schema = corrected(&suggested(&inspected(common::schema())));
    let again = inspected(schema);
    assert_eq!(suggested(&again), []);
    let decided_by_tables =
        [FindingKind::UnknownProperty, FindingKind::UnknownLink, FindingKind::WrongType, FindingKind::WrongCardinality];
    assert_eq!(kinds(&again), BTreeSet::from(decided_by_tables));
}

#[test]
fn the_crate_of_the_corrected_schema_has_what_the_tables_lacked() {
    let schema = corrected(&suggested(&inspected(common::schema())));
    let generated = generate(&schema, &Root::Crate).expect("the schema can be generated from");
    for (path, wanted) in [
        ("people/contact.rs", "pub mood: Option<String>"),
        ("people/contact.rs", "pub title: Vec<String>"),
        ("people/contact.rs", "RelatedList<'_, ContactNote>"),
        ("people/contact.rs", "fn group("),
        ("people/contact.rs", "#[relation(one(\"weather\"))]"),
        ("people/contact_presence.rs", "pub last_active: Option<String>"),
        ("events.rs", "ContactPhotoDeleted(TypedEvent<'e, ContactPhoto>)"),
        ("events.rs", "ContactPhotoUpdated(TypedEvent<'e, ContactPhoto>)"),
        ("communication/start_messaging2.rs", "pub colour: Option<String>"),
        ("communication/start_messaging2.rs", "TooManyMoods"),
        ("me/me_.rs", "Teapot"),
        ("me/me_.rs", "Busy"),
    ] {
        let text = source(&generated, path);
        assert!(text.contains(wanted), "{path} has no {wanted}");
    }
}
