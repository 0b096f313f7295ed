//! From files to what was found in them.

use std::path::{Path, PathBuf};

use ucwa_schema::Schema;

use crate::examine::Examination;
use crate::input::{self, InputError};
use crate::mask::{Masker, People};
use crate::report::Report;

/// What was found in files, and what must not be shown of it.
#[derive(Debug)]
pub struct Inspection {
    /// How many files were read.
    pub files: usize,
    /// What was found.
    pub examination: Examination,
    /// What could not be used.
    pub errors: Vec<InputError>,
    /// The secrets of the traffic.
    pub masker: Masker,
}

/// A step of an inspection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// A file is about to be read.
    File(&'a Path),
    /// It was read, and holds so many messages.
    Messages(usize),
    /// One of them was examined.
    Message,
}

/// Reads files one after the other and examines their messages.
pub fn inspect(
    files: &[PathBuf],
    schema: Option<Schema>,
    people: People,
    mut progress: impl FnMut(Progress<'_>),
) -> Inspection {
    let (examination, masker) = (Examination::new(schema), Masker::new(people));
    let mut inspection = Inspection { files: files.len(), examination, errors: Vec::new(), masker };
    for file in files {
        progress(Progress::File(file));
        let recording = input::read_file(file);
        progress(Progress::Messages(recording.messages.len()));
        inspection.errors.extend(recording.errors);
        for message in &recording.messages {
            inspection.masker.learn(message);
            inspection.examination.examine(message);
            progress(Progress::Message);
        }
    }
    inspection
}

impl Inspection {
    /// What may be shown to anyone.
    pub fn report(&self) -> Report {
        Report::new(self.files, &self.examination, &self.errors, &self.masker)
    }

    /// The same, with the errata that the traffic suggests.
    pub fn report_with_suggestions(&self) -> Report {
        self.report().with_suggestions(&self.examination, &self.masker)
    }
}
