//! The whole reference: nothing of it is lost, and nothing is added.

use std::collections::BTreeSet;
use std::path::PathBuf;

use ucwa_codegen::extract::{PageCounts, SampleKind, Unresolved, carry_over};
use ucwa_schema::validate::{Severity, validate};
use ucwa_schema::{Schema, apply_errata};
use ucwa_tests::is_counted_edition;

/// The schema folder of the repository.
fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../schema")
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn the_reference_holds_exactly_this_much() {
    let folder = crate::common::reference();
    let pages = crate::common::read(&[folder]);
    let extraction = crate::common::understood(&pages);
    let schema = Schema::load(&repository()).expect("the schema can be read");
    let counts = &extraction.counts;
    assert_eq!((counts.resources, counts.enumerations), (schema.resources.len(), schema.enumerations.len()));
    if !is_counted_edition(&pages) {
        return;
    }
    let expected = PageCounts {
        resources: 238,
        enumerations: 56,
        members: 314,
        properties: 527,
        links: 573,
        events: 167,
        operations: 263,
        query: 59,
        input: 290,
        errors: 1483,
        samples: 1048,
        event_samples: 124,
    };
    assert_eq!(extraction.counts, expected);
    assert_eq!(extraction.schema.errors.generic.len(), 17);
    assert_eq!(extraction.pages.len(), 297);
    assert_eq!(Unresolved::of(&extraction.schema), Unresolved::default());
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn every_sample_is_a_message_whose_document_can_be_read() {
    let folder = crate::common::reference();
    for sample in crate::common::understood(&crate::common::read(&[folder])).samples {
        let place = format!("{}:{}", sample.page, sample.line);
        if sample.body.starts_with('{') {
            assert!(sample.json().is_some(), "{place}: {}", sample.repaired());
        }
        match sample.kind {
            SampleKind::Request => assert!(sample.target().is_some_and(|target| target.contains("://")), "{place}"),
            SampleKind::Response => {
                let body_alone = sample.start_line.is_empty() && !sample.body.is_empty();
                assert!(body_alone || sample.status().is_some_and(|status| status < 300), "{place}");
            }
            SampleKind::Event => assert!(sample.json().is_some_and(|json| json.get("sender").is_some()), "{place}"),
        }
    }
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn two_extractions_are_the_same_to_the_byte() {
    let folder = crate::common::reference();
    let pages = crate::common::read(&[folder]);
    assert_eq!(crate::common::understood(&pages).schema.files(), crate::common::understood(&pages).schema.files());
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn the_schema_in_the_repository_is_the_one_that_the_reference_gives() {
    let folder = crate::common::reference();
    let repository = repository();
    let pages = crate::common::read(&[folder]);
    let mut schema = crate::common::understood(&pages).schema;
    let errata = Schema::load_errata(&repository).expect("the errata can be read");
    assert_eq!(apply_errata(&mut schema, &errata), []);
    carry_over(&Schema::load(&repository).expect("the schema can be read"), &mut schema);
    let mut findings = validate(&schema);
    // What an edition lacks is emitted untyped; the one that was counted lacks nothing.
    findings.retain(|finding| finding.severity == Severity::Error || is_counted_edition(&pages));
    assert_eq!(findings, []);
    let changes = schema.files().changes(&repository).expect("the folder can be read");
    assert!(changes.is_empty(), "run `ucwa-codegen extract REFERENCE` and commit: {changes:?}");
    assert!(schema.resources.values().all(|resource| resource.category.is_some()), "every resource has a category");
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn facts_of_pages_and_schema_differ_by_errata_alone() {
    let folder = crate::common::reference();
    let repository = repository();
    let schema = Schema::load(&repository).expect("the schema can be read");
    let errata = Schema::load_errata(&repository).expect("the errata can be read");
    let corrected: BTreeSet<_> = errata.iter().map(|erratum| erratum.page.trim_end_matches("_ref.md")).collect();
    let from_pages = crate::common::facts(&crate::common::read(&[folder]));
    let from_schema = ucwa_schema::facts::facts(&schema);
    let unexplained: Vec<_> = from_pages
        .symmetric_difference(&from_schema)
        // An earlier edition of the reference has listed them.
        .filter(|fact| !fact.starts_with("reason\t"))
        .filter(|fact| !fact.split('\t').nth(1).is_some_and(|name| corrected.contains(name)))
        .collect();
    assert!(unexplained.is_empty(), "{unexplained:?}");
}
