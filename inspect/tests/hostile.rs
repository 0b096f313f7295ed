//! Whatever a file holds, it is read as far as it goes, or refused with its place.

mod common;

use proptest::prelude::*;
use ucwa_inspect::input::read;
use ucwa_inspect::report::ReportFormat;
use ucwa_inspect::{Checker, Masker, Report};

/// Reads, checks and reports a file as the command does; gives the errors.
fn errors(file: &[u8]) -> Vec<String> {
    let recording = read("test", file);
    let (mut checker, mut masker) = (Checker::new(None), Masker::default());
    for message in &recording.messages {
        masker.learn(message);
        checker.check(message);
    }
    let report = Report::new(1, &checker, &recording.errors, &masker);
    for format in [ReportFormat::Text, ReportFormat::Markdown, ReportFormat::Json] {
        assert!(report.write(format).ends_with('\n'));
    }
    report.errors
}

fn error(file: &[u8]) -> String {
    let errors = errors(file);
    let [error] = &errors[..] else { panic!("{errors:?}") };
    error.clone()
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let deep = format!("{{\"rel\":{}", "[".repeat(100_000));
    let deep_xml = "<resource>".repeat(100_000);
    let har = |entry: &str| format!(r#"{{"log":{{"entries":[{entry}]}}}}"#);
    for (file, wanted) in [
        (r#"{"log":{"entries":[{"request":"#, "test:1:30: EOF while parsing a value"),
        ("{\"rel\":\n\"contact\",\n1e999}", "test:3:1: key must be a string"),
        ("{\"rel\":\"contact\",\n\"mood\":1e999}", "test:2:12: number out of range"),
        (&deep, "test:1:134: recursion limit exceeded"),
        (&deep_xml, "test:1:1000001: the document ends inside an element"),
        ("<resource rel=\"contact\">\n  <property>", "test:2:13: the document ends inside an element"),
        ("<resource>\n</property>", "test:2:1: "),
        ("\u{feff}\n\n<resource>\n</property>", "test:4:1: "),
        ("\n\n{\"rel\":}", "test:3:8: expected value"),
        (
            "{\"log\":{\"entries\":[]}}\n{\"log\":{\"entries\":[]}}",
            "test:2:1: another document begins here; put each into a file of its own",
        ),
        ("{\"rel\":\"contact\"} x", "test:1:19: trailing characters"),
        ("\u{0}\u{1}\u{2}", "test: no traffic found"),
        ("", "test: no traffic found"),
        ("[1,2]", "test: no traffic found"),
        (r#"{"log":{}}"#, "test: not a HAR file of version 1.2"),
        (&har("7"), "test: entry 1: not an entry of HAR 1.2"),
        (
            &har(r#"{"request":{"method":"GET","url":"/"},"response":{"content":{"encoding":"base64","text":"%%"}}}"#),
            "test: entry 1, response: the body is not valid base64",
        ),
    ] {
        let error = error(file.as_bytes());
        assert!(error.starts_with(wanted), "{error} is not {wanted}");
    }
    assert!(error(b"\xFF\xFE{\0}\0").starts_with("test: the file is UTF-16 text"));
    assert!(error(b"<resource>\xFF</resource>").starts_with("test:1:11: expected text in UTF-8"));
}

#[test]
fn an_entry_without_a_response_and_one_without_a_body_are_read() {
    let har = r#"{"log":{"entries":[{"request":{"method":"GET","url":"/ucwa/a"}},
        {"request":{"method":"GET","url":"/ucwa/a"},"response":null},
        {"request":{"method":"GET","url":"/ucwa/a"},"response":{"status":0,"content":{}}}]}}"#;
    assert_eq!(errors(har.as_bytes()), Vec::<String>::new());
    assert_eq!(read("test", har.as_bytes()).messages.len(), 4);
}

#[test]
fn huge_numbers_are_findings_and_no_failures() {
    let text = r#"{"rel":"contact","mood":123456789012345678901234567890,"type":1e308}"#;
    let report = common::findings_in(text, Some(common::schema()));
    assert!(report.errors.is_empty());
    assert!(report.findings.iter().any(|found| found.what == "contact.mood" && found.detail == "Double"));
}

/// A batch in a batch, `depth` times, with a contact in the innermost.
fn batch(depth: usize) -> String {
    let mut part = "HTTP/1.1 200 OK\n\n{\"rel\":\"contact\",\"mood\":1}".to_owned();
    for level in 0..depth {
        part = format!(
            "HTTP/1.1 200 OK\nContent-Type: multipart/batching; boundary=b{level}x\n\n\
             --b{level}x\nContent-Type: application/http\n\n{part}\n--b{level}x--\n"
        );
    }
    part
}

#[test]
fn batches_in_batches_are_read_to_a_depth() {
    let recording = read("test", batch(3).as_bytes());
    assert_eq!(
        recording.messages.last().map(|message| message.body.as_slice()),
        Some(&b"{\"rel\":\"contact\",\"mood\":1}"[..])
    );
    assert!(recording.errors.is_empty());
    assert!(error(batch(12).as_bytes()).contains("batches are nested more than 8 deep"));
}

/// How many messages a file has that takes minutes to read where each message has the rest of the file searched.
const MANY: usize = 50_000;

fn read_many(headers: impl Fn(usize) -> String, tail: &str) {
    let messages = (0..MANY).map(|number| format!("HTTP/1.1 200 OK\r\n{}", headers(MANY - number)));
    let recording = read("test", (messages.collect::<String>() + tail).as_bytes());
    assert_eq!(recording.messages.len(), MANY, "{}", headers(0));
}

#[test]
fn boundaries_that_are_never_closed_are_looked_for_once() {
    read_many(|left| format!("Content-Type: multipart/batching; boundary=b{left}\r\n\r\n--b{left}\r\n"), "x");
}

#[test]
fn chunks_without_a_last_one_are_followed_once() {
    let tail = "5\r\nabcde\r\n".repeat(MANY);
    read_many(|left| format!("Transfer-Encoding: chunked\r\n\r\n{:06x}\r\n", left * 57 - 57), &tail);
}

#[test]
fn what_is_blank_behind_lengths_is_passed_over_once() {
    let tail = " ".repeat(40 * MANY) + "x";
    read_many(|left| format!("Content-Length: {:07}\r\n\r\n", left * 44), &tail);
}

#[test]
fn what_is_cut_off_anywhere_is_read_as_far_as_it_goes_or_refused() {
    for file in ["unknown/session.har", "unknown/channel.http", "known/presence.xml", "known/contact.json"] {
        let bytes = std::fs::read(common::crate_folder().join("tests/data").join(file)).expect("it is there");
        for end in (0..bytes.len()).step_by(23) {
            let recording = read(file, &bytes[..end]);
            assert!(!recording.messages.is_empty() || !recording.errors.is_empty(), "{file} to {end}");
            errors(&bytes[..end]);
        }
    }
}

/// What files of traffic are made of.
const PIECES: [&[u8]; 32] = [
    b"GET /ucwa/v1/me HTTP/1.1\r\n",
    b"HTTP/1.1 200 OK\n",
    b"HTTP/1.1 409 Conflict\r\n",
    b"\r\n",
    b"\n",
    b"\r\n\r\n",
    b"Content-Type: application/json\n",
    b"Content-Type: multipart/batching; boundary=x\r\n",
    b"--x\r\n",
    b"--x--",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Content-Length: 7\r\n",
    b"\x1f\x8b\x08",
    b"ffffffffffffffff\r\n",
    b"0\r\n",
    b"{\"rel\":\"contact\",",
    b"\"_links\":{\"self\":{\"href\":\"/a\"}}",
    b"\"_embedded\":{\"contact\":[",
    b"]",
    b"}",
    b"{",
    b"\"log\":{\"entries\":[{\"request\":{\"method\":\"GET\",\"url\":\"/\"},",
    b"\"response\":{\"content\":{\"text\":\"",
    b"\",\"encoding\":\"base64\"",
    b"<resource rel=\"contact\">",
    b"<property name=\"type\">",
    b"</property>",
    b"</resource>",
    b"&amp;",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
];

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        errors(&bytes);
    }

    #[test]
    fn no_pieces_of_traffic_make_the_reader_panic(
        pieces in proptest::collection::vec((0..PIECES.len(), any::<u8>()), 0..40),
    ) {
        let file: Vec<u8> = pieces.iter().flat_map(|(piece, byte)| {
            let extra = (byte % 16 == 0).then_some(*byte);
            PIECES[*piece].iter().copied().chain(extra)
        }).collect();
        errors(&file);
    }
}
