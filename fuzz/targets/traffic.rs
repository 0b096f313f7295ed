//! A file of recorded traffic: it is read or refused, what is refused is told with a place that is in the file, and a secret
//! that another file has told of is in nothing that is printed.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use ucwa_inspect::draw::{Drawing, draw};
use ucwa_inspect::input::{InputError, read};
use ucwa_inspect::report::ReportFormat;
use ucwa_inspect::{Checker, Masker, Report};
use ucwa_schema::Schema;

static SCHEMA: OnceLock<Schema> = OnceLock::new();

const SECRET: &str = "Geheimnis";

/// A request that names the secret as one.
const TOLD: &[u8] = b"GET /a?password=Geheimnis HTTP/1.1\n\n";

/// The schema of what the traffic is mostly about: the whole of it takes longer to copy than most files to read.
fn schema() -> Schema {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema");
    let mut schema = Schema::load(folder.as_ref()).expect("the repository has a schema");
    let kept = ["contact", "contactPresence", "me", "messaging", "startMessaging2"];
    schema.resources.retain(|name, _| kept.contains(&name.as_str()));
    schema
}

fuzz_target!(|bytes: &[u8]| {
    let schema = SCHEMA.get_or_init(schema);
    let (mut checker, mut masker) = (Checker::new(Some(schema.clone())), Masker::default());
    read("told", TOLD).messages.iter().for_each(|message| masker.learn(message));
    let recording = read("file", bytes);
    for message in &recording.messages {
        masker.learn(message);
        checker.check(message);
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut printed = String::new();
    for error in &recording.errors {
        if let InputError::Syntax { line, column, excerpt, at, .. } = error {
            let lines: Vec<_> = text.split('\n').collect();
            assert!((1..=lines.len()).contains(line), "line {line} of {}", lines.len());
            assert!((1..=lines[line - 1].chars().count() + 1).contains(column), "column {column} of line {line}");
            assert!(excerpt.is_char_boundary(*at), "{at} of {excerpt:?}");
        }
        printed += &draw(error, Drawing::Plain, &masker);
    }
    let report = Report::new(1, &checker, &recording.errors, &masker).with_suggestions(&checker, &masker);
    for format in [ReportFormat::Text, ReportFormat::Markdown, ReportFormat::Json] {
        printed += &report.write(format);
    }
    assert!(!printed.contains(SECRET), "{printed}");
    assert!(!printed.contains(|c: char| c.is_control() && c != '\n'), "{printed:?}");
});
