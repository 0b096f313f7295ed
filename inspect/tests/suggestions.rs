//! The errata that traffic suggests apply to the schema, and nothing is left to suggest.

mod common;

use common::{inspect_data, schema};
use ucwa_inspect::suggest::suggest;
use ucwa_inspect::{FindingKind, Masker, People};
use ucwa_schema::validate::{Severity, validate};
use ucwa_schema::{Cardinality, Erratum, Schema, apply_errata};

fn suggested() -> Vec<Erratum> {
    inspect_data("unknown", People::Shown).report_with_suggestions().suggestions.expect("there is a schema")
}

fn corrected() -> Schema {
    let mut schema = schema();
    assert_eq!(apply_errata(&mut schema, &suggested()), []);
    schema
}

#[test]
fn the_suggestions_make_the_schema_say_what_the_traffic_has() {
    let schema = corrected();
    let contact = &schema.resources["contact"];
    let kind = |name: &str| contact.properties.iter().find(|known| known.name == name).map(|p| p.kind.to_string());
    assert_eq!((kind("mood").as_deref(), kind("points").as_deref()), (Some("String"), Some("Int64")));
    let link = |rel: &str| contact.links.iter().find(|link| link.rel == rel).expect("a link");
    assert_eq!((link("group").target.as_str(), link("group").cardinality), ("group2", Cardinality::Many));
    assert_eq!(link("contactNote").cardinality, Cardinality::Many);
    assert!(schema.enumerations["ContactType"].members.iter().any(|member| member.name == "Robot"));
    let inputs = schema.resources["startMessaging2"].operations.iter().flat_map(|operation| &operation.input);
    assert!(inputs.into_iter().any(|parameter| parameter.name == "colour" && !parameter.required));
}

#[test]
fn a_schema_with_the_suggestions_is_sound() {
    let errors: Vec<_> = validate(&corrected()).into_iter().filter(|found| found.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn a_schema_with_the_suggestions_gets_no_more_and_its_new_values_are_known() {
    let mut inspection = inspect_data("unknown", People::Shown);
    let schema = corrected();
    assert_eq!(suggest(&inspection.checker.findings, &schema, &Masker::default()), []);
    let (files, _) = ucwa_inspect::input::files(&[common::crate_folder().join("tests/data/unknown")]);
    inspection = ucwa_inspect::inspect(&files, Some(schema), People::Shown, |_| {});
    let unlisted: Vec<_> =
        inspection.report().findings.into_iter().filter(|found| found.kind == FindingKind::UnlistedValue).collect();
    assert_eq!(unlisted.iter().map(|found| found.what.as_str()).collect::<Vec<_>>(), ["event: Maybe"]);
}

#[test]
fn the_suggestions_are_as_files_of_errata_are() {
    let text = ucwa_schema::to_json_text(&serde_json::to_value(suggested()).expect("JSON holds errata"));
    let read: Vec<Erratum> = serde_json::from_str(&text).expect("the text is read back");
    assert_eq!(read, suggested());
    let folder = format!("{}/tests/data/", common::crate_folder().display());
    insta::assert_snapshot!("suggestions", text.replace(&folder, ""));
}

#[test]
fn a_resource_without_properties_gets_its_first_ones_in_one_erratum() {
    let schema = schema();
    let text = r#"{"rel":"myGroups","one":1,"two":"PT5M","three":[],"_links":{"self":{"href":"/g"}}}"#;
    let recording = ucwa_inspect::input::read("test", text.as_bytes());
    let mut checker = ucwa_inspect::Checker::new(Some(schema.clone()));
    recording.messages.iter().for_each(|message| checker.check(message));
    let errata = suggest(&checker.findings, &schema, &Masker::default());
    let page = errata[0].page.clone();
    let mut changed = schema;
    assert_eq!(apply_errata(&mut changed, &errata), []);
    let resource = changed.resources.values().find(|resource| resource.page == page).expect("it is there");
    let types: Vec<_> = resource.properties.iter().map(|p| (p.name.as_str(), p.kind.to_string())).collect();
    assert_eq!(types, [("one", "Int32".to_owned()), ("two", "TimeSpan".to_owned())], "an empty list proves no type");
}

#[test]
fn a_type_that_two_findings_prove_wrong_is_corrected_once() {
    let schema = schema();
    let mut checker = ucwa_inspect::Checker::new(Some(schema.clone()));
    let text = |value: &str| format!(r#"{{"rel":"contactPresence","lastActive":{value}}}"#);
    for value in [r#""soon""#, r#"["soon","later"]"#] {
        let recording = ucwa_inspect::input::read("test", text(value).as_bytes());
        recording.messages.iter().for_each(|message| checker.check(message));
    }
    let kinds: Vec<_> = checker.findings.iter().map(|(subject, _)| subject.kind).collect();
    assert_eq!(kinds, [FindingKind::WrongType, FindingKind::WrongCardinality]);
    let errata = suggest(&checker.findings, &schema, &Masker::default());
    let places: Vec<_> = errata.iter().map(|erratum| erratum.place.as_str()).collect();
    assert_eq!(places, ["properties/lastActive/type", "properties/lastActive/evidence"]);
    assert_eq!(apply_errata(&mut schema.clone(), &errata), []);
}

/// The type of `contact.mood`, and the types that are suggested for it, where it has these values.
fn mood(values: &[&str], xml: &[&str]) -> (String, Vec<String>) {
    let mut checker = ucwa_inspect::Checker::new(Some(schema()));
    let json = values.iter().map(|value| format!(r#"{{"rel":"contact","mood":{value}}}"#));
    let xml = xml.iter().map(|value| {
        format!(r#"<resource rel="contact" href="/c"><property name="mood">{value}</property></resource>"#)
    });
    for text in json.chain(xml) {
        let recording = ucwa_inspect::input::read("test", text.as_bytes());
        recording.messages.iter().for_each(|message| checker.check(message));
    }
    let errata = suggest(&checker.findings, &schema(), &Masker::default());
    let (_, seen) = checker.findings.iter().next().expect("it is unknown");
    let seen = seen.values.as_ref().expect("there are values").to_string();
    let kinds = errata.iter().map(|erratum| erratum.value["type"].as_str().expect("a type").to_owned());
    (seen, kinds.collect())
}

#[test]
fn values_that_agree_on_no_type_prove_none() {
    for values in [
        &["true", "7"][..],
        &["7", r#""seven""#],
        &[r#""yes""#, "true"],
        &["[true,7]"],
        &["[true]", "[7]"],
        &["[7]", "true"],
        &["7", "true", "7"],
        &["[]", "[true]", "[7]"],
    ] {
        assert_eq!(mood(values, &[]), ("several types".to_owned(), vec![]), "{values:?}");
    }
    assert_eq!(mood(&["7"], &["seven"]), ("several types".to_owned(), vec![]));
}

#[test]
fn values_that_one_type_can_hold_prove_it() {
    for (values, xml, kind) in [
        (&["7", "8000000000"][..], &[][..], "Int64"),
        (&["7", "0.5"], &[], "Double"),
        (&[r#""soon""#, r#""sip:lene@contoso.com""#, r#""PT5M""#], &[], "String"),
        (&["[7]", "8000000000"], &[], "Array of Int64"),
        // In XML everything is text, whatever it looks like.
        (&[], &["7", "seven", "true"], "String"),
        (&[r#""seven""#], &["seven"], "String"),
    ] {
        assert_eq!(mood(values, xml), (kind.to_owned(), vec![kind.to_owned()]), "{values:?} {xml:?}");
    }
}
