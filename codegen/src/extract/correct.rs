//! From what pages say to a schema that can be kept: corrected by errata, with the summaries that people wrote, and sound.

use ucwa_schema::validate::{Finding, Severity, validate};
use ucwa_schema::{Erratum, ErratumError, Schema, apply_errata};

use super::summaries::keep_summaries;
use crate::diagnostics::lines;

/// Why what pages say cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum CorrectError {
    /// Errata do not apply any more.
    #[error("{}", lines(.0))]
    Errata(Vec<ErratumError>),
    /// What comes out is not sound.
    #[error("{}", lines(.0))]
    Unsound(Vec<Finding>),
}

/// Corrects a schema by errata, gives it the summaries that `old` has, and sees that it is sound.
pub fn correct(mut schema: Schema, errata: &[Erratum], old: &Schema) -> Result<Schema, CorrectError> {
    let errors = apply_errata(&mut schema, errata);
    if !errors.is_empty() {
        return Err(CorrectError::Errata(errors));
    }
    keep_summaries(old, &mut schema);
    let findings = validate(&schema).into_iter();
    let findings: Vec<_> = findings.filter(|finding| finding.severity == Severity::Error).collect();
    if findings.is_empty() { Ok(schema) } else { Err(CorrectError::Unsound(findings)) }
}
