//! The whole reference, and a changed copy of it.

use std::path::Path;

use ucwa_codegen::compare::{Class, Rule, Source, compare};
use ucwa_codegen::extract::{carry_over, extract};
use ucwa_codegen::pages::Page;
use ucwa_schema::{Errata, Schema, apply_errata};
use ucwa_tests::understood;

fn schema_of(pages: &[Page]) -> Schema {
    understood(pages).schema
}

/// Replaces the first occurrence of a text in a page.
fn edit(pages: &mut [Page], name: &str, from: &str, to: &str) {
    let page = pages.iter_mut().find(|page| page.name() == name).unwrap_or_else(|| panic!("there is no {name}"));
    assert!(page.text().contains(from), "{name} does not say `{from}`");
    *page = Page::new(name.into(), page.text().replacen(from, to, 1).into_bytes()).expect("a page");
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn the_reference_compared_with_itself_is_the_same() {
    let pages = ucwa_tests::pages();
    assert!(compare(&schema_of(&pages), &schema_of(&pages)).is_empty());
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn the_repository_compared_with_the_reference_is_the_same() {
    let pages = ucwa_tests::pages();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
    let kept = Schema::load(&folder).expect("the schema can be read");
    let mut made = schema_of(&pages);
    assert_eq!(apply_errata(&mut made, &Schema::load_errata(&folder).expect("the errata can be read")), []);
    carry_over(&kept, &mut made);
    // Files name the JSON Schema that they are valid against, which is no difference.
    assert_ne!(kept, made);
    assert_eq!(compare(&kept, &made).changes, []);
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn a_page_by_itself_does_not_differ_by_what_only_other_pages_tell() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
    let kept = Schema::load(&folder).expect("the schema can be read");
    let errata = Errata::load(&folder).expect("the errata can be read");
    // Their types, targets and cardinalities follow from other pages.
    let telling = ["message", "messaging", "myOnlineMeeting", "presenceSubscription", "reason", "session"];
    for page in
        ucwa_tests::pages().iter().filter(|page| telling.iter().any(|name| page.name() == format!("{name}_ref.md")))
    {
        let mut alone = Source::of(page.path()).load(&errata).expect("the page can be read");
        alone.gaps.fill(&mut alone.schema, &kept);
        carry_over(&kept, &mut alone.schema);
        assert_eq!(compare(&kept, &alone.schema).changes, [], "{}", page.name());
    }
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn a_changed_copy_of_the_reference_differs_by_exactly_its_changes() {
    let pages = ucwa_tests::pages();
    let old = schema_of(&pages);
    let mut copy = pages.clone();
    edit(&mut copy, "note_ref.md", "|message|", "|messageText|");
    edit(
        &mut copy,
        "pinnedGroup_ref.md",
        "|Gone|410|CannotRedirect|",
        "|Gone|410|Moved|It moved.|\n|Gone|410|CannotRedirect|",
    );
    edit(&mut copy, "presenceSubscriptionMembership_ref.md", "|presenceSubscription|", "|presence|");
    let pinned = pages.iter().find(|page| page.name() == "pinnedGroup_ref.md").expect("the page is there");
    let text = pinned.text().replace("pinnedGroup", "paintedGroup");
    copy.push(Page::new("paintedGroup_ref.md".into(), text.into_bytes()).expect("a page"));

    let report = compare(&old, &schema_of(&copy));

    let of = |name: &str| -> Vec<_> {
        let changes = report.changes.iter().filter(|change| change.subject.name() == name);
        changes.map(|change| (change.rule, change.place.as_str(), change.class)).collect()
    };
    assert_eq!(
        of("note"),
        [
            (Rule::PropertyRenamed, "properties/messageText/name", Class::Breaking),
            (Rule::EvidenceChanged, "properties/messageText/evidence", Class::Documentation),
        ]
    );
    assert_eq!(of("pinnedGroup"), [(Rule::ErrorAdded, "operations/GET/errors/Gone/Moved", Class::Additive)]);
    assert_eq!(of("paintedGroup"), [(Rule::ResourceAdded, "", Class::Additive)]);
    assert_eq!(
        of("presenceSubscriptionMembership"),
        [
            (Rule::LinkAdded, "links/presence", Class::Additive),
            (Rule::LinkRemoved, "links/presenceSubscription", Class::Breaking),
        ]
    );
    let known = ["note", "pinnedGroup", "paintedGroup", "presenceSubscriptionMembership"];
    let other: Vec<_> = report.changes.iter().filter(|change| !known.contains(&change.subject.name())).collect();
    assert!(other.is_empty(), "{other:#?}");
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn a_table_that_is_broken_is_pointed_at_and_changes_nothing_else() {
    let mut pages = ucwa_tests::pages();
    edit(&mut pages, "pinnedGroup_ref.md", "|Gone|410|CannotRedirect|", "|Gone|often|CannotRedirect|");
    let diagnostics = extract(&pages).diagnostics;
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
    assert!(diagnostics[0].to_string().contains("pinnedGroup_ref.md:"), "{}", diagnostics[0]);
}
