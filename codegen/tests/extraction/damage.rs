//! Pages that were damaged on their way: what is told, where, and what is read all the same.
//!
//! The states are those that the public pages went through, rebuilt with our own text.

use std::path::PathBuf;

use proptest::prelude::*;
use ucwa_codegen::diagnostics::Diagnostic;
use ucwa_codegen::extract::{Extraction, extract};
use ucwa_schema::TextErratum;
use ucwa_tests::Damage;

use crate::common::{facts, page};
use crate::pages::LAMP;

/// What a page gives with one piece of its text replaced, and the line that it stood at.
fn damaged(from: &str, to: &str) -> (Extraction, usize) {
    let (before, _) = LAMP.split_once(from).unwrap_or_else(|| panic!("there is no {from:?}"));
    let text = LAMP.replacen(from, to, 1);
    (extract(&[page("lamp_ref.md", &text)]), before.lines().count())
}

fn messages(diagnostics: &[Diagnostic]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect()
}

#[test]
fn a_fence_that_closes_twice_is_one_error_at_its_line() {
    for (from, to, offset) in [
        ("application/json\n\n```json\n", "application/json\n\n```json\n```\n", 4),
        ("}\n```\n\n#### XML Request", "}\n```\n```\n\n#### XML Request", 4),
        ("application/xml\n\n```\n", "application/xml\n\n```\n\n\n```\n", 6),
    ] {
        let (extraction, line) = damaged(from, to);
        let [error] = extraction.diagnostics.as_slice() else { panic!("{:#?}", extraction.diagnostics) };
        assert_eq!(error.message, "a line of ``` that neither begins nor ends a sample");
        assert_eq!((error.line, error.expected.as_str()), (line + offset - 1, "remove this line"), "{from:?}");
        assert!(extraction.schema.resources.is_empty(), "a page with an error is left out");
    }
}

#[test]
fn a_fence_that_is_missing_is_one_error_at_the_sample() {
    let (extraction, line) = damaged("application/json\n\n```json\n", "application/json\n\n");
    let [error] = extraction.diagnostics.as_slice() else { panic!("{:#?}", extraction.diagnostics) };
    assert_eq!((error.message.as_str(), error.line), ("the fence around this sample is not closed", line));
    let (extraction, line) = damaged("```\nHTTP/1.1 200 OK\nContent-Type: application/json", "HTTP/1.1 200 OK");
    let [error] = extraction.diagnostics.as_slice() else { panic!("{:#?}", extraction.diagnostics) };
    assert_eq!((error.message.as_str(), error.line), ("the fence around this sample is not opened", line + 1));
}

#[test]
fn what_a_reader_of_markdown_sees_is_read_with_a_warning() {
    let excess = "a row has more cells than its table has columns; the extra cells are ignored";
    let lone = "a line with nothing but a stray character";
    for (from, to, message) in [
        ("|lit|Shines now.|", "|lit|Shines now.|again|", excess),
        ("|lit|Shines now.|", "|lit|Shines now.|\\", excess),
        ("|lit|Shines now.|", "|lit|Shines now.|`", excess),
        ("|lit|Shines now.|", "|lit|Shines now.|\n\\", lone),
        ("## Events", "`\n\n## Events", lone),
        ("{ \"sender\"", "\\\n{ \"sender\"", lone),
        ("</resource>\n```\n", "</resource>\n", "the fence around this sample is not closed"),
        ("# lamp reference", "lamp\n\n# lamp reference", "text before the title"),
    ] {
        let (extraction, _) = damaged(from, to);
        assert_eq!(messages(&extraction.diagnostics), [""; 0], "{to:?}");
        assert_eq!(messages(&extraction.warnings), [message], "{to:?}");
        assert_eq!(ucwa_schema::facts::facts(&extraction.schema), facts(&[page("lamp_ref.md", LAMP)]), "{to:?}");
    }
}

#[test]
fn a_page_that_was_cut_off_is_an_error_at_its_end() {
    let lines: Vec<_> = LAMP.lines().collect();
    let title = lines.iter().position(|line| line.starts_with("# ")).expect("a title");
    // The last line of a page may be blank, and the last fence missing.
    for length in title + 1..lines.len() - 1 {
        let text = lines[..length].join("\n");
        let extraction = extract(&[page("lamp_ref.md", &text)]);
        let last = text.trim_end().lines().count();
        let Some(error) = extraction.diagnostics.first() else { panic!("cut behind line {length}: {}", lines[length]) };
        let is_near = error.line.abs_diff(last) <= 3 || error.message.contains("title");
        assert!(is_near || error.line <= last, "{length}: {error}");
    }
    for cut in ["Another|What", "|Red|As bl"] {
        let text = format!("# Colour\n\n## Members\n\n|Name|Description|\n|:--|:--|\n|Blue|Like the sky.|\n{cut}");
        let extraction = extract(&[page("Colour_ref.md", &text)]);
        assert_eq!(messages(&extraction.diagnostics), ["the page ends in the middle of a row"]);
    }
}

#[test]
fn a_lost_heading_is_one_error_near_its_place() {
    for heading in [
        "### Properties",
        "### Links",
        "### Azure Active Directory scopes for online applications",
        "### added",
        "### GET",
        "#### Request body",
        "#### Response body",
        "#### Synchronous errors",
        "#### JSON Response",
        "#### XML Request",
        "#### XML Response",
    ] {
        let (extraction, line) = damaged(&format!("{heading}\n"), "\n");
        let [error] = extraction.diagnostics.as_slice() else { panic!("{heading}: {:#?}", extraction.diagnostics) };
        assert!(error.line.abs_diff(line + 1) <= 3, "{heading} at {line}: {error}");
    }
}

#[test]
fn a_page_has_ten_errors_at_most_and_then_a_count() {
    let (extraction, _) = damaged("|lit|Shines now.|\n", &"|not a name|It.|\n".repeat(40));
    assert_eq!((extraction.diagnostics.len(), extraction.unreadable[0].unlisted), (10, 30));
}

#[test]
fn one_damaged_page_does_not_keep_the_others_from_being_read() {
    let other = LAMP.replace("# lamp reference", "# other");
    let pages = [page("lamp_ref.md", &LAMP.replace("|High|", "|Soon|")), page("other_ref.md", &other)];
    let extraction = extract(&pages);
    assert_eq!(extraction.schema.resources.keys().collect::<Vec<_>>(), ["other"]);
    assert_eq!(extraction.unreadable.iter().map(|page| page.name.as_str()).collect::<Vec<_>>(), ["lamp_ref.md"]);
}

#[test]
fn one_text_erratum_makes_a_damaged_page_readable() {
    let erratum = |before: &[&str], line: &str, value: Option<&str>| TextErratum {
        id: "it".into(),
        page: "lamp_ref.md".into(),
        before: before.iter().map(ToString::to_string).collect(),
        line: line.into(),
        after: Vec::new(),
        value: value.map(ToString::to_string),
        reason: "A test.".into(),
    };
    for (from, to, erratum) in [
        ("}\n```\n\n#### XML", "}\n```\n```\n\n#### XML", erratum(&["}", "```"], "```", None)),
        ("|High|", "|Soon|", erratum(&[], "|bulb|Soon|room|It was put in.</p><p></p>|", Some("|bulb|High|room|In.|"))),
        (
            "application/json\n\n```json\n",
            "application/json\n\n",
            erratum(&[], "Accept: application/json", Some("Accept: application/json\n```")),
        ),
    ] {
        let text = LAMP.replacen(from, to, 1);
        let damaged = page("lamp_ref.md", &text);
        assert_eq!(extract(std::slice::from_ref(&damaged)).diagnostics.len(), 1, "{to:?}");
        let repaired = damaged.corrected(&[erratum]).expect("it applies");
        assert_eq!(facts(&[repaired]), facts(&[page("lamp_ref.md", LAMP)]), "{to:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_lines_are_no_panic_and_ten_errors_at_most(
        damages in proptest::collection::vec((0_usize..3, any::<prop::sample::Index>()), 1..8),
    ) {
        let mut text = LAMP.to_owned();
        for (damage, at) in damages {
            let damage = Damage::ALL[damage];
            text = damage.apply(&text, at.index(text.lines().count()));
        }
        let extraction = extract(&[page("lamp_ref.md", &text)]);
        prop_assert!(extraction.diagnostics.len() <= 10, "{:#?}", extraction.diagnostics);
    }
}

/// Pseudo-random numbers that are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        // By Knuth; the upper bits are the better ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

/// How many of so many trials that give an error must tell it within three lines of the damage.
const TRIALS: usize = 68;
const NEAR: usize = 60;

/// Damages pages until so many have an error, and returns the ones whose first error is far from the damage.
fn far_from_damage(paths: &[PathBuf], seed: u64, is_wanted: fn(&str) -> bool, damages: &[Damage]) -> Vec<String> {
    let pages = crate::common::read(paths);
    let mut numbers = Numbers(seed);
    let (mut trials, mut far) = (0, Vec::new());
    while trials < TRIALS {
        let chosen = &pages[numbers.below(pages.len())];
        let lines: Vec<&str> = chosen.text().lines().collect();
        let at = numbers.below(lines.len());
        let damage = damages[numbers.below(damages.len())];
        if !is_wanted(lines[at].trim()) {
            continue;
        }
        let extraction = extract(&[page(chosen.name(), &damage.apply(chosen.text(), at))]);
        assert!(extraction.diagnostics.len() <= 10);
        let Some(error) = extraction.diagnostics.first() else { continue };
        trials += 1;
        if error.line.abs_diff(at + 1) > 3 {
            far.push(format!("{}:{}: {damage:?} `{}`: {error}", chosen.name(), at + 1, lines[at]));
        }
    }
    far
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn a_fence_of_the_reference_that_is_there_twice_is_told_at_its_place() {
    let folder = crate::common::reference();
    let far = far_from_damage(&[folder], 1, |line| line.starts_with("```"), &[Damage::Doubled]);
    assert!(far.is_empty(), "{}\n{}", far.len(), far.join("\n"));
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn damaged_lines_of_the_reference_are_told_at_their_place() {
    let folder = crate::common::reference();
    for seed in 0..3 {
        let far = far_from_damage(std::slice::from_ref(&folder), seed, |line| !line.is_empty(), &Damage::ALL);
        assert!(far.len() <= TRIALS - NEAR, "seed {seed}: {}\n{}", far.len(), far.join("\n"));
    }
}
