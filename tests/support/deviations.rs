//! Where samples are known to differ from the tables or from each other, as data with a reason each.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde::Deserialize;
use ucwa_codegen::extract::Sample;

use crate::workspace;

/// A place at which samples are known to differ from what the rest of the reference says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// The file name of the page; `*` for all.
    pub page: String,
    /// The place and what is wrong there, as the test reports it.
    pub finding: String,
    /// Why that is no fault of the bindings.
    pub reason: String,
}

/// The known deviations, and which of them were met.
#[derive(Debug)]
pub struct Deviations {
    file: String,
    known: Vec<Deviation>,
    met: RefCell<BTreeSet<usize>>,
}

impl Deviations {
    /// Reads `tests/deviations/NAME.json`.
    ///
    /// # Panics
    ///
    /// If the file is missing or holds something else.
    pub fn load(name: &str) -> Self {
        let path = workspace().join("tests/deviations").join(format!("{name}.json"));
        let file = path.display().to_string();
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        let known = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        Self { file, known, met: RefCell::default() }
    }

    /// The findings of a sample that are not known, a line each.
    pub fn unknown(&self, sample: &Sample, findings: impl IntoIterator<Item = String>) -> Vec<String> {
        let mut unknown = Vec::new();
        for finding in findings {
            let is_known = |known: &Deviation| {
                (known.page == "*" || known.page == sample.page) && finding_matches(&known.finding, &finding)
            };
            match self.known.iter().position(is_known) {
                Some(number) => drop(self.met.borrow_mut().insert(number)),
                None => unknown
                    .push(format!("{}:{}: {:?} {:?}: {finding}", sample.page, sample.line, sample.kind, sample.format)),
            }
        }
        unknown
    }

    /// Fails if there are findings, or if a known deviation was not met.
    ///
    /// # Panics
    ///
    /// That is how it fails.
    pub fn conclude(&self, findings: &[String]) {
        let unmet = self.known.iter().enumerate().filter(|(number, _)| !self.met.borrow().contains(number));
        let unmet: Vec<_> = unmet.map(|(_, known)| format!("{}: {}", known.page, known.finding)).collect();
        assert!(
            findings.is_empty(),
            "{} findings that {} does not know:\n{}",
            findings.len(),
            self.file,
            findings.join("\n")
        );
        assert!(unmet.is_empty(), "{} knows deviations that are no more:\n{}", self.file, unmet.join("\n"));
    }
}

/// A known finding may end in `*` for whatever follows.
fn finding_matches(known: &str, found: &str) -> bool {
    known.strip_suffix('*').map_or(known == found, |start| found.starts_with(start))
}
