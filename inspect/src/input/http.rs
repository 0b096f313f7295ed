//! HTTP messages as text: start lines, headers and bodies, one behind the other.

use super::multipart::boundary;
use super::{InputError, Recording};
use crate::message::{Direction, Message, Place};

/// What a first line says.
enum StartLine {
    Request { method: String, address: String },
    Response { status: u16 },
}

/// Whether a file begins with the first line of an HTTP message.
pub(super) fn is_http(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    lines(bytes).next().and_then(start_line).is_some()
}

/// Takes the messages out of a dump. A response answers the request before it.
pub(super) fn read(place: &Place, bytes: &[u8], recording: &mut Recording) {
    let mut rest = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let (mut number, mut asked) = (0, (None, None));
    while let Some((message, behind)) = read_one(&place.within(format_args!("message {}", number + 1)), rest) {
        rest = behind;
        number += 1;
        match message {
            Ok(mut message) => {
                if message.direction == Direction::Request {
                    asked = (message.method.clone(), message.address.clone());
                } else {
                    (message.method, message.address) = asked.clone();
                }
                recording.messages.push(message);
            }
            Err(error) => recording.errors.push(error),
        }
    }
}

/// Takes one message with what is behind it; `None` where no first line is left.
fn read_one<'a>(place: &Place, bytes: &'a [u8]) -> Option<(Result<Message, InputError>, &'a [u8])> {
    let start = starts(bytes).next()?;
    let (mut message, mut body) = read_head(place, &bytes[start..])?;
    let end = end_of_body(&message, body);
    let behind = &body[end..];
    body = body[..end].trim_ascii();
    Some((finish(&mut message, body).map(|()| message), behind))
}

/// Reads a part of a batch, which is one message to its end.
pub(super) fn read_part(place: &Place, bytes: &[u8]) -> Option<Result<Message, InputError>> {
    let start = starts(bytes).next()?;
    let (mut message, body) = read_head(place, &bytes[start..])?;
    Some(finish(&mut message, body.trim_ascii()).map(|()| message))
}

fn finish(message: &mut Message, body: &[u8]) -> Result<(), InputError> {
    let is_chunked = message.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
    // Most tools join the chunks and leave the header.
    message.body = is_chunked.then(|| join_chunks(body)).flatten().unwrap_or_else(|| body.to_vec());
    let encoding = message.header("content-encoding").unwrap_or_default();
    if !message.body.is_empty() && message.body.starts_with(&[0x1f, 0x8b]) {
        let problem = format!("the body is compressed ({encoding}); record it decompressed");
        return Err(InputError::Body { place: message.place.clone(), problem });
    }
    Ok(())
}

/// Reads the first line and the headers.
fn read_head<'a>(place: &Place, bytes: &'a [u8]) -> Option<(Message, &'a [u8])> {
    let first = lines(bytes).next()?;
    let mut rest = &bytes[first.len()..];
    let mut message = match start_line(first)? {
        StartLine::Request { method, address } => {
            let message = Message::new(place.clone(), Direction::Request);
            Message { method: Some(method), address: Some(address), ..message }
        }
        StartLine::Response { status } => {
            Message { status: Some(status), ..Message::new(place.clone(), Direction::Response) }
        }
    };
    while let Some(line) = lines(rest).next() {
        // The reference prints its samples without the empty line behind the headers, and so do others.
        let is_body = line.starts_with(b"{") || line.starts_with(b"<") || line.starts_with(b"--");
        if is_body || start_line(line).is_some() {
            break;
        }
        rest = &rest[line.len()..];
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            message.headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    Some((message, rest))
}

/// Where a body ends: behind the last boundary, or before the next first line. Lengths in dumps are often not true any more.
fn end_of_body(message: &Message, body: &[u8]) -> usize {
    let closing = message.media_type().and_then(boundary).map(|boundary| format!("--{boundary}--"));
    let closed = closing.and_then(|closing| find(body, closing.as_bytes()).map(|start| start + closing.len()));
    closed.or_else(|| starts(body).next()).unwrap_or(body.len())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// Where messages start.
fn starts(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let mut at = 0;
    lines(bytes).filter_map(move |line| {
        let start = at;
        at += line.len();
        start_line(line).map(|_| start)
    })
}

/// The lines, each with its end.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n')
}

fn start_line(line: &[u8]) -> Option<StartLine> {
    let line = std::str::from_utf8(line).ok()?.trim_end();
    let mut words = line.split(' ');
    let (first, second) = (words.next()?, words.next()?);
    if first.starts_with("HTTP/") {
        return second.parse().ok().map(|status| StartLine::Response { status });
    }
    let method = first.to_ascii_uppercase();
    let is_method = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"].contains(&method.as_str());
    let is_last = words.next().is_some_and(|version| version.starts_with("HTTP/")) && words.next().is_none();
    (is_method && is_last).then(|| StartLine::Request { method, address: second.to_owned() })
}

/// Joins the chunks of a body; `None` where there are none.
fn join_chunks(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::new();
    loop {
        let line = lines(body).next()?;
        let size = std::str::from_utf8(line).ok()?.trim();
        let size = usize::from_str_radix(size.split(';').next()?, 16).ok()?;
        body = &body[line.len()..];
        if size == 0 {
            return Some(joined);
        }
        joined.extend_from_slice(body.get(..size)?);
        let behind = &body[size..];
        body = behind.strip_prefix(b"\r\n").or_else(|| behind.strip_prefix(b"\n")).unwrap_or(behind);
    }
}
