//! Five pages came in four dialects. They say the same in each of them.

use std::collections::BTreeSet;

use ucwa_codegen::pages::{Dialect, read};

const NAMES: [&str; 5] = [
    "contactPresence",
    "contactPrivacyRelationship2",
    "pinnedGroup",
    "presenceSubscriptionMembership",
    "subscribedContacts",
];

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
#[cfg_attr(
    all(reference_is_there, not(seeds_are_there)),
    ignore = "there are no seeds: name their folder in UCWA_SEEDS"
)]
fn the_seeds_give_the_facts_of_the_same_pages_of_the_reference() {
    let (seeds, reference) = (crate::common::seeds(), crate::common::reference());
    let of_reference = crate::common::read(std::slice::from_ref(&reference));
    // The reference goes on, the five pages stay.
    if !ucwa_tests::is_counted_edition(&of_reference) {
        return;
    }
    let of_seeds = crate::common::facts(&crate::common::read(&[seeds]));
    let paths = NAMES.map(|name| reference.join(format!("{name}_ref.md")));
    crate::common::assert_same(&of_seeds, &crate::common::facts(&crate::common::read(&paths)), "the same five pages");

    let of_all = crate::common::facts(&of_reference);
    let is_of_five = |fact: &&String| fact.split('\t').nth(1).is_some_and(|name| NAMES.contains(&name));
    let of_five: BTreeSet<_> = of_all.iter().filter(is_of_five).cloned().collect();
    crate::common::assert_same(&of_seeds, &of_five, "the same five pages among all");
}

#[test]
#[cfg_attr(not(seeds_are_there), ignore = "there are no seeds: name their folder in UCWA_SEEDS")]
fn the_dialects_are_told_apart_by_what_stands_in_them() {
    let seeds = crate::common::seeds();
    let dialects: Vec<_> = crate::common::read(&[seeds]).iter().map(|page| read(page).dialect).collect();
    assert_eq!(dialects, [Dialect::Markdown, Dialect::Text, Dialect::Piped, Dialect::Text, Dialect::Text]);
}

#[test]
#[cfg_attr(not(seeds_are_there), ignore = "there are no seeds: name their folder in UCWA_SEEDS")]
fn the_seeds_show_four_samples_an_operation_and_one_an_event() {
    let seeds = crate::common::seeds();
    let extraction = crate::common::understood(&crate::common::read(&[seeds]));
    assert_eq!((extraction.counts.operations, extraction.counts.samples, extraction.counts.event_samples), (7, 28, 7));
    for sample in &extraction.samples {
        assert!(!sample.body.starts_with('{') || sample.json().is_some(), "{}:{}", sample.page, sample.line);
    }
}
