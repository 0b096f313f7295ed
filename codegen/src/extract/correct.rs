//! From what pages say to a schema that can be kept: corrected by errata, with the summaries that people wrote, and sound.

use std::collections::BTreeSet;

use ucwa_schema::validate::{Severity, Violation, validate};
use ucwa_schema::{Erratum, ErratumError, Schema, TextErratumError, apply_errata, errata_without_page};

use super::carry_over::carry_over;
use super::extraction::{Extraction, UnreadablePage};
use crate::diagnostics::{Diagnostic, lines};

/// Why what pages say cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum CorrectError {
    /// Pages hold what could not be placed.
    #[error("{}", lines(.0))]
    Diagnostics(Vec<Diagnostic>, Vec<UnreadablePage>),
    /// Text errata do not apply any more.
    #[error("{}", lines(.0))]
    Text(Vec<TextErratumError>),
    /// Errata do not apply any more.
    #[error("{}", lines(.0))]
    Errata(Vec<ErratumError>),
    /// What comes out is not sound.
    #[error("{}", lines(.0))]
    Unsound(Vec<Violation>),
}

/// Applies the errata whose pages were given, and returns all that do not apply: also those for pages that describe nothing which
/// could be corrected.
pub(crate) fn apply_errata_of(schema: &mut Schema, errata: &[Erratum], pages: &BTreeSet<String>) -> Vec<ErratumError> {
    let mut errors = apply_errata(schema, errata);
    let astray = errata_without_page(schema, errata).into_iter().filter(|error| pages.contains(&error.page));
    errors.extend(astray.filter(|astray| !errors.iter().any(|error| error.id == astray.id)).collect::<Vec<_>>());
    errors
}

impl Extraction {
    /// What the pages say as they are, if all of it could be placed.
    pub fn complete(self) -> Result<Schema, CorrectError> {
        if self.unreadable.is_empty() {
            Ok(self.schema)
        } else {
            Err(CorrectError::Diagnostics(self.diagnostics, self.unreadable))
        }
    }

    /// What the pages say, if all of it could be placed: corrected by errata, with the summaries that `old` has, and sound.
    pub fn correct(self, errata: &[Erratum], old: &Schema) -> Result<Schema, CorrectError> {
        let pages = self.pages.clone();
        let mut schema = self.complete()?;
        let errors = apply_errata_of(&mut schema, errata, &pages);
        if !errors.is_empty() {
            return Err(CorrectError::Errata(errors));
        }
        carry_over(old, &mut schema);
        let findings = validate(&schema).into_iter();
        let findings: Vec<_> = findings.filter(|finding| finding.severity == Severity::Error).collect();
        if findings.is_empty() { Ok(schema) } else { Err(CorrectError::Unsound(findings)) }
    }
}
