//! The messages that pages show.

use std::borrow::Cow;

use quick_xml::events::Event;
use serde_json::Value;
use ucwa_schema::Method;

use crate::pages::{SampleFormat, undo_entities};

use super::indentation;
use super::repair;

/// A message that a page shows, as an HTTP message.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The file name of the page.
    pub page: String,
    /// The name of the resource that the page describes.
    pub resource: String,
    /// The operation that it belongs to; none for events.
    pub method: Option<Method>,
    /// What it is.
    pub kind: SampleKind,
    /// The format that its heading names; [`SampleFormat::Json`] for events.
    pub format: SampleFormat,
    /// The line of the page that it begins at, counted from 1.
    pub line: usize,
    /// The request line or status line; empty where the page shows the body alone.
    pub start_line: String,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body, entities undone and otherwise as the page has it; [`repaired`](Self::repaired) is what was meant.
    pub body: String,
    /// The line of the page that the body begins at.
    pub body_line: usize,
}

/// What a sample is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SampleKind {
    /// A request.
    Request,
    /// A response.
    Response,
    /// What the event channel returns.
    Event,
}

impl Sample {
    /// Reads the text of a sample. What it belongs to is filled in by whoever knows.
    pub(in crate::extract) fn parse(text: &str, kind: SampleKind, format: SampleFormat, line: usize) -> Self {
        let text = unescaped(text);
        let (start_line, headers, body) = split(&text);
        let above = text.find(body.as_str()).and_then(|start| text.get(..start)).unwrap_or_default();
        let body_line = line + above.matches('\n').count();
        Self {
            page: String::new(),
            resource: String::new(),
            method: None,
            kind,
            format,
            line,
            start_line,
            headers,
            body,
            body_line,
        }
    }

    /// Whether the headers tell the length of a body that the page does not show.
    pub fn lacks_body(&self) -> bool {
        let length = self.header("Content-Length").and_then(|length| length.parse::<u64>().ok());
        self.body.is_empty() && length.is_some_and(|length| length > 0)
    }

    /// The value of the header `name`, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The status of a response.
    pub fn status(&self) -> Option<u16> {
        let mut words = self.start_line.split_whitespace();
        if self.kind == SampleKind::Response { words.nth(1)?.parse().ok() } else { None }
    }

    /// The address of a request.
    pub fn target(&self) -> Option<&str> {
        if self.kind == SampleKind::Request { self.start_line.split_whitespace().nth(1) } else { None }
    }

    /// The media type of the body, without parameters. Where the head is missing, the body tells.
    pub fn media_type(&self) -> Option<&str> {
        if let Some(value) = self.header("Content-Type") {
            return value.split(';').next().map(str::trim);
        }
        match self.body.as_bytes().first() {
            Some(b'{') => Some("application/json"),
            Some(b'<') => Some("application/xml"),
            _ => None,
        }
    }

    /// The body as it was meant: without line breaks in strings and spaces around the colons of addresses, with line
    /// breaks in place of `<BR>`. What is lost for good (spaces, the lines of session descriptions) stays lost.
    pub fn repaired(&self) -> String {
        repair::body(&self.body, self.media_type())
    }

    /// The repaired body as JSON, where it is.
    pub fn json(&self) -> Option<Value> {
        if self.body.starts_with('{') { serde_json::from_str(&self.repaired()).ok() } else { None }
    }

    /// Why the body is not the JSON or XML that it begins like, even repaired, and where.
    pub(in crate::extract) fn fault(&self) -> Option<SampleFault> {
        let (message, line) = match self.body.as_bytes().first() {
            Some(b'{') => {
                let error = serde_json::from_str::<Value>(&self.repaired()).err()?;
                let message = error.to_string();
                let line = error.line().saturating_sub(1);
                (message.split(" at line ").next().unwrap_or_default().to_owned(), line)
            }
            Some(b'<') => xml_fault(&self.body)?,
            _ => return None,
        };
        // The place where a parser gives up may be far behind the one that is wrong, which the indentation tells.
        let line = indentation::broken_line(&self.body).unwrap_or(line);
        Some(SampleFault { line: self.body_line + line, message })
    }

    /// Whether the body is a UCWA document or there is none.
    pub(in crate::extract) fn is_document(&self) -> bool {
        self.media_type().is_none_or(is_document_type)
    }
}

/// Why the body of a sample cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct SampleFault {
    /// The line of the page.
    pub(in crate::extract) line: usize,
    pub(in crate::extract) message: String,
}

/// Why a text is not well-formed, and at which of its lines.
fn xml_fault(text: &str) -> Option<(String, usize)> {
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut depth, mut is_begun) = (0_usize, false);
    let line = |position: u64| {
        let above = usize::try_from(position).ok().and_then(|end| text.get(..end)).unwrap_or(text);
        above.matches('\n').count()
    };
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => (depth, is_begun) = (depth + 1, true),
            Ok(Event::Empty(_)) => is_begun = true,
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof) if depth > 0 => {
                return Some(("an element is not closed".into(), line(reader.buffer_position())));
            }
            Ok(Event::Eof) => return (!is_begun).then(|| ("there is no element".into(), 0)),
            Err(error) => return Some((error.to_string(), line(reader.error_position()))),
            Ok(_) => {}
        }
    }
}

/// Whether a media type is one that UCWA documents come in.
pub(in crate::extract) fn is_document_type(media_type: &str) -> bool {
    let documents = ["application/json", "application/xml", "application/x-www-form-urlencoded"];
    let ours = "application/vnd.microsoft.com.ucwa+";
    documents.contains(&media_type) || media_type.starts_with(ours)
}

/// Undoes entities where the sample was escaped: where it has entities and none of the characters they stand for.
fn unescaped(text: &str) -> Cow<'_, str> {
    let is_escaped = (text.contains("&quot;") || text.contains("&lt;")) && !text.contains(['<', '"']);
    if is_escaped { undo_entities(text).into() } else { text.into() }
}

/// Takes a message apart. Samples have no blank line between head and body.
fn split(text: &str) -> (String, Vec<(String, String)>, String) {
    let mut rest = text;
    let mut start_line = String::new();
    if let Some((line, after)) = first_line(rest)
        && is_start_line(line)
    {
        start_line = line.trim().to_string();
        rest = after;
    }
    let mut headers = Vec::new();
    if !start_line.is_empty() {
        while let Some((line, after)) = first_line(rest)
            && let Some(header) = header(line)
        {
            headers.push(header);
            rest = after;
        }
    }
    (start_line, headers, rest.trim().to_string())
}

/// The first line of `text` and what follows it.
fn first_line(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() { None } else { Some(text.split_once('\n').unwrap_or((text, ""))) }
}

fn is_start_line(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("HTTP/") || line.ends_with("HTTP/1.1")
}

fn header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    // Two dashes begin the part of a multipart body.
    if is_name && !name.starts_with("--") { Some((name.to_string(), value.trim().to_string())) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(text: &str) -> Sample {
        Sample::parse(text, SampleKind::Response, SampleFormat::Json, 1)
    }

    #[test]
    fn a_message_falls_into_start_line_headers_and_body() {
        let sample = response(
            " HTTP/1.1 200 OK\n Etag: a\n Content-Type: application/json; charset=utf-8\n {\n \"rel\" : \"note\"\n }",
        );
        assert_eq!(sample.start_line, "HTTP/1.1 200 OK");
        assert_eq!((sample.status(), sample.header("ETAG")), (Some(200), Some("a")));
        assert_eq!(sample.media_type(), Some("application/json"));
        assert_eq!(sample.json(), Some(serde_json::json!({ "rel": "note" })));
    }

    #[test]
    fn entities_are_undone_where_all_was_escaped_and_kept_where_they_belong() {
        let sample = response("HTTP/1.1 200 OK\n{ &quot;a&quot; : &quot;b&quot; }");
        assert_eq!(sample.body, "{ \"a\" : \"b\" }");
        let sample = response("HTTP/1.1 200 OK\n<resource href=\"x?a=1&quot;b\" />");
        assert_eq!(sample.body, "<resource href=\"x?a=1&quot;b\" />");
    }

    #[test]
    fn a_body_alone_and_a_head_alone_are_noticed() {
        let sample = response("<?xml version=\"1.0\"?>\n<resource />");
        assert_eq!((sample.status(), sample.media_type()), (None, Some("application/xml")));
        let sample = response("HTTP/1.1 200 OK\nContent-Type: image/jpeg\nContent-Length: 19");
        assert_eq!((sample.lacks_body(), sample.is_document()), (true, false));
    }

    #[test]
    fn a_multipart_body_is_no_header() {
        let sample = response("HTTP/1.1 200 OK\nContent-Length: 9\n--a<BR>Content-Type : b<BR>");
        assert_eq!(sample.headers.len(), 1);
        assert_eq!(sample.repaired(), "--a\nContent-Type: b\n");
    }
}
