//! From a schema to the files of a crate or module.

use std::path::Path;

use ucwa_files::{FileSet, FilesError};
use ucwa_schema::Schema;
use ucwa_schema::validate::{Severity, validate};

use crate::emit::{Counts, EmitError, MARK, Root, emit};
use crate::lower::{documented_events, has_input, lower, parameters};

/// What generation made.
#[derive(Debug, Clone)]
pub struct Generated {
    /// The files, below the folder of the sources.
    pub files: FileSet,
    /// How much is in them.
    pub counts: Counts,
    /// What the schema lacks; the crate has less to it for each.
    pub warnings: Vec<String>,
}

/// Why nothing was generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The schema is not sound.
    #[error("the schema is not sound:\n{}", .0.join("\n"))]
    Schema(Vec<String>),
    /// What the schema holds and what was emitted differ in number.
    #[error("the schema holds {expected:?} and {emitted:?} were emitted; this is a bug in the emitter")]
    Lost {
        /// What the schema holds.
        expected: Box<Counts>,
        /// What was emitted.
        emitted: Box<Counts>,
    },
    /// Emission failed.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// The schema could not be read.
    #[error(transparent)]
    Load(#[from] ucwa_schema::LoadError),
    /// The files could not be written.
    #[error(transparent)]
    Files(#[from] FilesError),
}

/// Makes the files of a crate or module from a schema. Nothing is written.
pub fn generate(schema: &Schema, root: &Root) -> Result<Generated, GenerateError> {
    let (errors, warnings): (Vec<_>, Vec<_>) =
        validate(schema).into_iter().partition(|finding| finding.severity == Severity::Error);
    if !errors.is_empty() {
        return Err(GenerateError::Schema(errors.iter().map(ToString::to_string).collect()));
    }
    let model = lower(schema);
    let mut files = FileSet::new();
    files.own("", MARK);
    let mut counts = Counts::default();
    for file in emit(&model, root)? {
        counts += file.counts;
        files.insert(file.path, file.text);
    }
    compare(count(schema), counts)?;
    Ok(Generated { files, counts, warnings: warnings.iter().map(ToString::to_string).collect() })
}

/// Generates a module from a schema folder into an output folder, as a `build.rs` does: the module is read by
/// `include!(concat!(env!("OUT_DIR"), "/ucwa/mod.rs"))` inside of a `mod` whose path is `module`.
pub fn generate_module(schema: &Path, output: &Path, module: &str) -> Result<Generated, GenerateError> {
    let generated = generate(&Schema::load(schema)?, &Root::Module(module.to_owned()))?;
    generated.files.write(output)?;
    Ok(generated)
}

/// Sees that nothing was lost on the way.
fn compare(expected: Counts, emitted: Counts) -> Result<(), GenerateError> {
    if emitted == expected {
        Ok(())
    } else {
        Err(GenerateError::Lost { expected: expected.into(), emitted: emitted.into() })
    }
}

/// How much a schema holds of what is emitted.
fn count(schema: &Schema) -> Counts {
    let resources = || schema.resources.values();
    let operations = || resources().flat_map(|resource| &resource.operations);
    let inputs = || operations().filter(|operation| has_input(operation));
    Counts {
        resources: resources().count(),
        enumerations: schema.enumerations.len(),
        members: schema.enumerations.values().map(|enumeration| enumeration.members.len()).sum(),
        properties: resources().map(|resource| resource.properties.len()).sum(),
        relations: resources().flat_map(|resource| &resource.links).filter(|link| link.rel != "self").count(),
        inputs: inputs().count(),
        parameters: inputs().flat_map(parameters).count(),
        operations: operations().count(),
        errors: operations().map(|operation| operation.errors.len()).sum::<usize>() + schema.errors.generic.len(),
        events: documented_events(schema).len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_lost_is_an_error() {
        let expected = Counts { resources: 2, properties: 7, ..Counts::default() };
        assert!(compare(expected, expected).is_ok());
        for emitted in [Counts { resources: 1, ..expected }, Counts { properties: 8, ..expected }, Counts::default()] {
            assert!(matches!(compare(expected, emitted), Err(GenerateError::Lost { .. })), "{emitted:?}");
        }
    }
}
