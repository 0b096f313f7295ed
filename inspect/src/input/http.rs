//! HTTP messages as text: start lines, headers and bodies, one behind the other.

use super::body;
use super::ends::Ends;
use super::error::InputError;
use super::lines::{StartLine, is_start, lines, next_start, start_line};
use super::recording::Recording;
use crate::message::{Direction, Message, MessagePlace};

/// Whether a file begins with the first line of an HTTP message.
pub(super) fn is_http(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    lines(bytes).next().and_then(start_line).is_some()
}

/// Takes the messages out of a dump. A response belongs to the request before it.
pub(super) fn read(place: &MessagePlace, bytes: &[u8], recording: &mut Recording) {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut ends = Ends::new(bytes);
    let (mut at, mut number, mut asked) = (0, 0, (None, None));
    while let Some(start) = next_start(&bytes[at..]) {
        number += 1;
        let place = place.within(format_args!("message {number}"));
        let Some((mut message, rest)) = read_head(&place, &bytes[at + start..]) else { break };
        let body = bytes.len() - rest.len();
        at = ends.end(&message, body);
        set_body(&mut message, &bytes[body..at], recording);
        if message.direction == Direction::Request {
            asked = (message.method.clone(), message.address.clone());
        } else {
            (message.method, message.address) = asked.clone();
        }
        recording.messages.push(message);
    }
}

/// Reads a part of a batch, which is one message to its end.
pub(super) fn read_part(place: &MessagePlace, bytes: &[u8], recording: &mut Recording) -> Option<Message> {
    let (mut message, content) = read_head(place, &bytes[next_start(bytes)?..])?;
    set_body(&mut message, content, recording);
    Some(message)
}

/// Gives a message its body. One that cannot be used leaves the message without, as its first line and headers still say
/// something: what the next response belongs to, and what is secret.
pub(super) fn set_body(message: &mut Message, content: &[u8], recording: &mut Recording) {
    if let Err(error) = body::set(message, content) {
        recording.errors.push(InputError::Body { place: message.place.clone(), problem: error.to_string() });
    }
}

/// Reads the first line and the headers.
fn read_head<'a>(place: &MessagePlace, bytes: &'a [u8]) -> Option<(Message, &'a [u8])> {
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
        if is_body || is_start(line) {
            break;
        }
        rest = &rest[line.len()..];
        let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        // The value of the header before it goes on, as old HTTP and MIME allow.
        if let (true, Some((_, value))) = (is_folded, message.headers.last_mut()) {
            value.push(' ');
            value.push_str(line.trim_start());
            value.truncate(value.trim_end().len());
        } else if let Some((name, value)) = line.split_once(':') {
            message.headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    Some((message, rest))
}
