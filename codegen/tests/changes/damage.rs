//! Pages whose lines were damaged on their way: `extract` and `update` tell it, and write nothing.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use tempfile::TempDir;
use ucwa_codegen::compare::{Class, compare};
use ucwa_codegen::extract::extract;
use ucwa_codegen::pages::{Page, read_all};
use ucwa_tests::Damage;

use crate::common::{Pages, files, house, run, said, schema, write};

/// How many errors of a page are told, at the most.
const LISTED: usize = 10;

/// A repository that has taken its pages in.
struct Repository {
    folder: TempDir,
    pages: Pages,
    /// All its files but the pages.
    files: BTreeMap<PathBuf, String>,
}

impl Repository {
    fn new() -> Self {
        let mut repository =
            Self { folder: tempfile::tempdir().expect("a folder"), pages: house(), files: BTreeMap::new() };
        write(&repository.pages, &repository.folder.path().join("pages"));
        let output = repository.run(&["update", "pages"]);
        assert!(output.status.success(), "{}", said(&output).1);
        repository.files = repository.files();
        assert!(repository.files.len() > 20, "there is a schema, a crate and a changelog");
        repository
    }

    fn run(&self, arguments: &[&str]) -> Output {
        run(self.folder.path(), arguments)
    }

    /// All files but the pages, those of a write that was not finished included.
    fn files(&self) -> BTreeMap<PathBuf, String> {
        let mut files = files(self.folder.path());
        files.retain(|path, _| !path.starts_with(self.folder.path().join("pages")));
        files
    }

    /// Makes it hold what it did at first.
    fn reset(&self) {
        for path in self.files().into_keys() {
            fs::remove_file(path).expect("it is there");
        }
        for (path, text) in &self.files {
            fs::write(path, text).expect("its folder is there");
        }
    }
}

/// How many errors are told of a page.
fn told(errors: &str, page: &str) -> usize {
    let place = format!("{}:", Path::new("pages").join(page).display());
    errors
        .lines()
        .filter(|line| line.trim_start().strip_prefix("--> ").is_some_and(|at| at.starts_with(&place)))
        .count()
}

/// A page that ends where a table or part ends cannot be told from a shorter page. What it no longer says is gone, and the
/// report tells that.
#[test]
fn what_a_page_that_was_cut_at_a_clean_place_has_lost_is_reported() {
    let pages = house();
    let whole = schema(&pages);
    let facts = ucwa_schema::facts::facts(&whole);
    let (mut accepted, mut breaking) = (0, 0);
    for (name, text) in &pages {
        let lines: Vec<_> = text.lines().collect();
        for length in 1..lines.len() {
            let mut pages = pages.clone();
            pages.insert(name.clone(), lines[..length].join("\n") + "\n");
            let read = |(name, text): (&String, &String)| Page::new(name.into(), text.clone().into_bytes()).ok();
            let Some(pages) = pages.iter().map(read).collect::<Option<Vec<_>>>() else { continue };
            let extraction = extract(&pages);
            let lost = facts.difference(&ucwa_schema::facts::facts(&extraction.schema)).count();
            if !extraction.diagnostics.is_empty() || lost == 0 {
                continue;
            }
            accepted += 1;
            let report = compare(&whole, &extraction.schema);
            assert!(!report.is_empty(), "{name} behind line {length}: {lost} facts are gone");
            breaking += usize::from(report.class() == Some(Class::Breaking));
        }
    }
    assert!(accepted > 10 && breaking > 10, "{accepted} cuts are accepted, and {breaking} of them break programs");
}

#[test]
fn damaged_pages_change_nothing_and_are_told_in_ten_errors_at_most() {
    let repository = Repository::new();
    let names: Vec<_> = repository.pages.keys().cloned().collect();
    let damages =
        proptest::collection::vec((any::<Index>(), proptest::sample::select(&Damage::ALL[..]), any::<Index>()), 1..5);
    let config = ProptestConfig {
        cases: 40,
        rng_seed: RngSeed::Fixed(5),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let refused = Cell::new(0);
    let result = runner.run(&damages, |damages| {
        let mut pages = repository.pages.clone();
        for (page, damage, line) in damages {
            let text = pages.get_mut(page.get(&names)).expect("the page is there");
            *text = damage.apply(text, line.index(text.lines().count()));
        }
        write(&pages, &repository.folder.path().join("pages"));
        let folder = repository.folder.path().join("pages");
        let is_sound = read_all(&[folder]).is_ok_and(|pages| extract(&pages).diagnostics.is_empty());
        for command in [&["extract", "pages"], &["update", "pages"]] {
            let output = repository.run(command);
            let (_, errors) = said(&output);
            prop_assert!(
                matches!(output.status.code(), Some(0 | 1)),
                "{command:?} ended with {}: {errors}",
                output.status
            );
            prop_assert!(is_sound || !output.status.success(), "{command:?}: {errors}");
            if output.status.success() {
                repository.reset();
                continue;
            }
            prop_assert!(repository.files() == repository.files, "{command:?} has written: {errors}");
            for page in &names {
                prop_assert!(told(&errors, page) <= LISTED, "{command:?}: {page}: {errors}");
            }
        }
        refused.set(refused.get() + usize::from(!is_sound));
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let refused = refused.get();
    assert!(refused > 10, "of 40 sets of pages, {refused} cannot be understood, which tries too little");
}
