//! From files to what was found in them.

use std::path::{Path, PathBuf};

use ucwa_schema::Schema;

use crate::check::Checker;
use crate::input::{self, InputError};
use crate::mask::{Masker, People};
use crate::report::Report;

/// What was found in files, and what must not be shown of it.
#[derive(Debug)]
pub struct Inspection {
    /// How many files were read.
    pub files: usize,
    /// What was found.
    pub checker: Checker,
    /// What could not be used.
    pub errors: Vec<InputError>,
    /// The secrets of the traffic.
    pub masker: Masker,
}

/// A step of an inspection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InspectionStep<'a> {
    /// A file is about to be read.
    File(&'a Path),
    /// It was read, and holds so many messages.
    Messages(usize),
    /// One of them was checked.
    Message,
}

/// Reads files one after the other and checks their messages.
pub fn inspect(
    files: &[PathBuf],
    schema: Option<Schema>,
    people: People,
    mut progress: impl FnMut(InspectionStep<'_>),
) -> Inspection {
    let (checker, masker) = (Checker::new(schema), Masker::new(people));
    let mut inspection = Inspection { files: files.len(), checker, errors: Vec::new(), masker };
    for file in files {
        progress(InspectionStep::File(file));
        let recording = input::read_file(file);
        progress(InspectionStep::Messages(recording.messages.len()));
        inspection.errors.extend(recording.errors);
        for message in &recording.messages {
            inspection.masker.learn(message);
            inspection.checker.check(message);
            progress(InspectionStep::Message);
        }
    }
    inspection
}

impl Inspection {
    /// What may be shown to anyone.
    pub fn report(&self) -> Report {
        Report::new(self.files, &self.checker, &self.errors, &self.masker)
    }

    /// The same, with the errata that the traffic suggests.
    pub fn report_with_suggestions(&self) -> Report {
        self.report().with_suggestions(&self.checker, &self.masker)
    }
}
