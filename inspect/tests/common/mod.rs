//! What the tests share: the traffic of `tests/data`, the schema of the workspace, messages made in place.

#![allow(dead_code, reason = "each test file uses its part")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ucwa_inspect::input::{files, read};
use ucwa_inspect::report::ReportFormat;
use ucwa_inspect::{Checker, Inspection, Masker, People, Report, inspect};
use ucwa_schema::Schema;

pub(crate) fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn schema_folder() -> PathBuf {
    crate_folder().join("../schema")
}

pub(crate) fn schema() -> Schema {
    Schema::load(&schema_folder()).expect("the workspace has a schema")
}

/// Inspects a folder of `tests/data`, with the schema.
pub(crate) fn inspect_data(folder: &str, people: People) -> Inspection {
    let (files, errors) = files(&[crate_folder().join("tests/data").join(folder)]);
    assert!(errors.is_empty() && !files.is_empty());
    inspect(&files, Some(schema()), people, |_| {})
}

/// What is found in a file of this text.
pub(crate) fn findings_in(text: &str, schema: Option<Schema>) -> Report {
    let recording = read("test", text.as_bytes());
    let (mut checker, mut masker) = (Checker::new(schema), Masker::default());
    for message in &recording.messages {
        masker.learn(message);
        checker.check(message);
    }
    Report::new(1, &checker, &recording.errors, &masker)
}

/// The report on a recording of this text, which can be read.
pub(crate) fn report(text: &str) -> Report {
    let report = findings_in(text, Some(schema()));
    assert_eq!(report.errors, [] as [String; 0], "{text}");
    report
}

/// What is found in a text, in words.
pub(crate) fn found(text: &str) -> Vec<String> {
    report(text).findings.into_iter().map(|finding| finding.what).collect()
}

/// How many messages of which sort a text has.
pub(crate) fn messages(text: &str) -> Vec<(&'static str, usize)> {
    report(text).read.iter().map(|sort| (sort.what, sort.count)).collect()
}

/// A report without the folder that the tests run in.
pub(crate) fn rendered(report: &Report, format: ReportFormat) -> String {
    let folder = format!("{}/tests/data/", crate_folder().display());
    let escaped = folder.replace('_', "\\_");
    report.write(format).replace(&folder, "").replace(&escaped, "")
}

/// Runs the command in the folder of its data.
pub(crate) fn command(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ucwa-inspect"))
        .args(arguments)
        .current_dir(crate_folder().join("tests/data"))
        .output()
        .expect("the command runs")
}

/// Runs the command in the folder of its data, with this on its standard input.
pub(crate) fn command_with_input(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ucwa-inspect"));
    command.args(arguments).current_dir(crate_folder().join("tests/data"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command runs");
    child.stdin.take().expect("it was piped").write_all(input).expect("the command reads");
    child.wait_with_output().expect("the command ends")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the command writes text")
}
