//! Bodies are read as they were written, however they were coded on the way and kept in a file.

mod common;

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use ucwa_inspect::input::{Recording, read};

const BODY: &[u8] = br#"{"rel":"contact","mood":1}"#;

/// Makes an encoder, has it compress a body, and gives what comes out.
macro_rules! compress {
    ($encoder:ident, $body:expr) => {{
        let mut encoder = $encoder::new(Vec::new(), Compression::best());
        encoder.write_all($body).expect("memory takes all");
        encoder.finish().expect("memory takes all")
    }};
}

fn response(headers: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{headers}\r\n").as_bytes(), body].concat()
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let (one, two) = body.split_at(body.len() / 2);
    let chunk = |part: &[u8]| [format!("{:X};a=b\r\n", part.len()).as_bytes(), part, b"\r\n"].concat();
    [&chunk(one)[..], &chunk(two), b"0\r\nTrailer: 1\r\n\r\n"].concat()
}

fn bodies(file: &[u8]) -> Vec<Vec<u8>> {
    let recording = read("test", file);
    assert!(recording.errors.is_empty(), "{:?}", recording.errors);
    recording.messages.into_iter().map(|message| message.body).collect()
}

fn problem(recording: &Recording) -> String {
    let [error] = &recording.errors[..] else { panic!("{:?}", recording.errors) };
    error.to_string()
}

#[test]
fn compressed_and_chunked_bodies_of_messages_are_read() {
    let gzip = compress!(GzEncoder, BODY);
    for (headers, body) in [
        ("Content-Encoding: gzip\r\n", gzip.clone()),
        ("Content-Encoding: x-gzip\r\n", gzip.clone()),
        ("", gzip.clone()),
        ("Content-Encoding: deflate\r\n", compress!(ZlibEncoder, BODY)),
        ("Content-Encoding: deflate\r\n", compress!(DeflateEncoder, BODY)),
        ("Content-Encoding: deflate, gzip\r\n", compress!(GzEncoder, &compress!(ZlibEncoder, BODY))),
        ("Content-Encoding: identity\r\n", BODY.to_vec()),
        ("Transfer-Encoding: chunked\r\n", chunked(BODY)),
        ("Transfer-Encoding: gzip, chunked\r\n", chunked(&gzip)),
        ("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", chunked(&gzip)),
        // What tools leave behind that have done the work already.
        ("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", BODY.to_vec()),
        ("Content-Encoding: br\r\n", BODY.to_vec()),
    ] {
        let message = response(headers, &body);
        assert_eq!(bodies(&message), [BODY], "{headers}");
        let two = [&message[..], b"\r\n", &message].concat();
        assert_eq!(bodies(&two), [BODY, BODY], "two with {headers}");
    }
}

#[test]
fn a_length_is_believed_where_a_message_follows() {
    let length = format!("Content-Length: {}\r\n", BODY.len());
    let right = response(&length, BODY);
    assert_eq!(bodies(&[&right[..], &right].concat()), [BODY, BODY], "there need not be a line break between messages");
    let wrong = response("Content-Length: 5\r\n", BODY);
    assert_eq!(bodies(&[&wrong[..], b"\r\n", &right].concat()), [BODY, BODY]);
    let text = String::from_utf8(response("", BODY)).expect("text").replace("\r\n", "\n");
    assert_eq!(bodies(format!("{text}\n{text}").as_bytes()), [BODY, BODY], "neither a length nor carriage returns");
}

#[test]
fn a_batch_ends_where_its_boundary_is_closed() {
    let boundary = "b--".repeat(66) + "xy";
    let part = |boundary: &str, end: &str| {
        let body = format!("--{boundary}\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{end}");
        let start = format!("HTTP/1.1 200 OK\r\nContent-Type: multipart/batching; boundary=\"{boundary}\"\r\n\r\n");
        (start + &body, body)
    };
    for boundary in ["b", "a--b", "--", "a; b", &boundary] {
        for end in ["\r\n--BOUNDARY--", "--BOUNDARY--\r\n", "{}--BOUNDARY-- \r\n", "\r\n--BOUNDARY--behind\r\n"] {
            let (batch, body) = part(boundary, &end.replace("BOUNDARY", boundary));
            let closing = format!("--{boundary}--");
            let body = body.split_inclusive(&closing).next().expect("there is a first");
            let (other, _) = part("other", "\r\n--other--");
            let dump = [other.as_bytes(), b"\r\n", batch.as_bytes(), &response("", BODY)].concat();
            let bodies = bodies(&dump);
            let [_, _, found, .., last] = &bodies[..] else { panic!("{bodies:?}") };
            assert_eq!(String::from_utf8_lossy(found), body, "{boundary} {end:?}");
            assert_eq!(last, BODY, "{boundary} {end:?}");
        }
    }
}

#[test]
fn compressed_bodies_of_har_files_are_read() {
    let gzip = compress!(GzEncoder, BODY);
    let mut wrapped = STANDARD.encode(&gzip);
    wrapped.insert_str(10, "\\r\\n ");
    for (text, encoding) in [
        (wrapped, "base64"),
        (STANDARD_NO_PAD.encode(&gzip), "BASE64"),
        (String::from_utf8_lossy(BODY).replace('"', "\\\""), ""),
    ] {
        let har = format!(
            r#"{{"log":{{"entries":[{{"request":{{"method":"GET","url":"/ucwa/x"}},"response":{{"status":200,
            "headers":[{{"name":"Content-Encoding","value":"gzip"}}],
            "content":{{"mimeType":"application/json","text":"{text}","encoding":"{encoding}"}}}}}}]}}}}"#
        );
        assert_eq!(bodies(har.as_bytes()), [&b""[..], BODY], "{har}");
    }
}

#[test]
fn what_cannot_be_decompressed_is_said_with_its_place() {
    let refused = "test: message 1: the body has the content coding `br`, which is not supported; record it decompressed; \
                   the body is not used";
    assert_eq!(problem(&read("test", &response("Content-Encoding: br\r\n", &[0x8b, 0xff, 0, 1]))), refused);
    let gzip = compress!(GzEncoder, BODY);
    let cut = problem(&read("test", &response("Content-Encoding: gzip\r\n", &gzip[..gzip.len() / 2])));
    assert!(cut.starts_with("test: message 1: the body cannot be decompressed as `gzip`"), "{cut}");
}

#[test]
fn a_small_file_cannot_become_a_large_one() {
    let bomb = compress!(GzEncoder, &vec![b' '; 40 << 20]);
    assert!(bomb.len() < 1 << 20);
    let problem = problem(&read("test", &response("Content-Encoding: gzip\r\n", &bomb)));
    assert!(problem.contains("larger than 16 MiB when it is decompressed"), "{problem}");
}

#[test]
fn a_message_whose_body_cannot_be_read_still_tells_what_the_next_response_belongs_to() {
    let request = |path: &str, coding: &str| {
        format!(
            "PUT {path} HTTP/1.1\r\nContent-Type: application/json\r\n{coding}Authorization: Bearer geheim-1\r\n\r\n\u{1}\r\n"
        )
    };
    let [first, second] = [request("/one", ""), request("/two", "Content-Encoding: br\r\n")];
    let dump = [first.as_bytes(), &response("", BODY), b"\r\n", second.as_bytes(), &response("", BODY)].concat();
    let recording = read("test", &dump);
    assert!(problem(&recording).starts_with("test: message 3: the body has the content coding `br`"));
    let addresses: Vec<_> = recording.messages.iter().map(|message| message.address.as_deref()).collect();
    assert_eq!(addresses, [Some("/one"), Some("/one"), Some("/two"), Some("/two")]);
    let [.., broken, _] = &recording.messages[..] else { panic!("four messages") };
    assert_eq!((broken.header("authorization"), broken.is_empty()), (Some("Bearer geheim-1"), true));
}

#[test]
fn a_part_of_a_batch_that_cannot_be_read_moves_no_other() {
    let part = |text: &str| format!("--b\r\nContent-Type: application/http\r\n\r\n{text}\r\n");
    let batch = |start: &str, parts: &[&str]| {
        let parts: String = parts.iter().map(|text| part(text)).collect();
        format!("{start}\r\nContent-Type: multipart/batching;boundary=b\r\n\r\n{parts}--b--\r\n\r\n")
    };
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\n\r\n");
    let ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}";
    let coded = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: br\r\n\r\n\u{1}";
    for (asked, answered) in [
        ([get("/one"), get("/two"), get("/three")], [coded, ok, ok]),
        ([get("/one"), "no message".to_owned(), get("/three")], [ok, ok, ok]),
        ([get("/one"), get("/two"), get("/three")], [ok, "no message", ok]),
    ] {
        let asked: Vec<_> = asked.iter().map(String::as_str).collect();
        let dump = batch("POST /batch HTTP/1.1", &asked) + &batch("HTTP/1.1 200 OK", &answered);
        let recording = read("test", dump.as_bytes());
        let last = recording.messages.last().expect("there are messages");
        assert_eq!((last.address.as_deref(), last.status), (Some("/three"), Some(200)), "{dump}");
    }
}

#[test]
fn what_recorders_write_where_there_is_nothing_spoils_no_entry() {
    let (request, response) = (
        r#""headers":null,"cookies":null,"queryString":[{"name":"a","value":null},{"name":"b","value":1}],"postData":null"#,
        r#""headers":[{"name":"X"}],"cookies":null,"redirectURL":null,"content":{"mimeType":null,"text":"{}","encoding":null}"#,
    );
    for (written, status) in
        [("-1", None), ("0", None), ("null", None), ("70000", None), ("\"409\"", Some(409)), ("200", Some(200))]
    {
        let har = format!(
            r#"{{"log":{{"entries":[{{"request":{{"method":"GET","url":"/x",{request}}},"response":{{"status":{written},{response}}}}}]}}}}"#
        );
        let recording = read("test", har.as_bytes());
        assert!(recording.errors.is_empty(), "{written}: {:?}", recording.errors);
        let [asked, answered] = &recording.messages[..] else { panic!("{:?}", recording.messages) };
        assert_eq!((answered.status, answered.body.as_slice()), (status, &b"{}"[..]), "{written}");
        assert_eq!(asked.parameters, [("a".to_owned(), String::new()), ("b".to_owned(), "1".to_owned())]);
    }
}

#[test]
fn a_body_that_was_decompressed_is_text_whatever_letters_are_in_it() {
    // What was written in another character set, and read as Latin-1.
    let body = "{\"rel\":\"contact\",\"title\":\"\u{93}M\u{7f}anager\u{94}\"}".as_bytes();
    for coding in ["gzip", "deflate", "br"] {
        assert_eq!(bodies(&response(&format!("Content-Encoding: {coding}\r\n"), body)), [body], "{coding}");
    }
}

#[test]
fn a_har_file_with_half_a_character_is_read() {
    let har = |text: &str| {
        format!(
            r#"{{"log":{{"entries":[{{"request":{{"method":"GET","url":"/x"}},"response":{{"content":{{"text":"{text}"}}}}}}]}}}}"#
        )
    };
    assert_eq!(bodies(har(r"a\ud83d b\ud83d\ude00").as_bytes())[1], "a\u{fffd} b\u{1f600}".as_bytes());
    assert!(problem(&read("test", har(r"a\ud83d \x").as_bytes())).contains("hex escape"));
}

#[test]
fn a_har_file_may_have_no_pages() {
    let har = r#"{"log":{"pages":null,"entries":[{"request":{"method":"GET","url":"/x"},"response":null}]}}"#;
    let recording = read("test", har.as_bytes());
    assert!(recording.errors.is_empty(), "{:?}", recording.errors);
}

#[test]
fn a_byte_order_mark_hides_no_message() {
    let dump = ["\u{feff}".as_bytes(), &response("", BODY), b"\r\n", &response("", BODY)].concat();
    assert_eq!(bodies(&dump), [BODY, BODY]);
}
