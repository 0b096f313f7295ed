//! Batches: several requests in one. Each of them is answered as a request by itself.

use bytes::{BufMut, Bytes, BytesMut};
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{Method, Request, Response};
use memchr::memmem;

use super::step::Step;
use crate::protocol::{Call, Failure, Reply};
use crate::state::World;

/// How many headers a request may have.
const MAXIMUM_HEADERS: usize = 64;

/// Answers a batch: each request in it, in order.
pub(super) fn answer(world: &mut World, call: &Call) -> Result<Reply, Failure> {
    let boundary = boundary(call)?;
    let parts = split(&call.body, &boundary)?;
    if parts.len() > world.options.limits.requests_per_batch {
        return Err(Failure::new(429, "TooManyRequests", None)
            .saying("The batch has too many requests; none was run.")
            .with_header("retry-after", "1"));
    }
    // All of them are read before the first is run.
    let requests = parts.iter().map(|part| request(part, call)).collect::<Result<Vec<_>, _>>()?;
    let boundary = world.random.guid();
    let mut body = BytesMut::new();
    for request in requests {
        let response = world.answer_part(&request);
        body.put_slice(format!("--{boundary}\r\nContent-Type: application/http; msgtype=response\r\n\r\n").as_bytes());
        write(&mut body, &response);
        body.put_slice(b"\r\n");
    }
    body.put_slice(format!("--{boundary}--\r\n").as_bytes());
    let media_type = format!("multipart/batching; boundary=\"{boundary}\"");
    Ok(Reply::Content { media_type, bytes: body.freeze(), etag: None })
}

impl World {
    /// Answers a request of a batch. What is no single document cannot be had by batch.
    fn answer_part(&mut self, call: &Call) -> Response<Bytes> {
        if matches!(&*self.subject(call).resource, "batch" | "events" | "photo" | "contactPhoto") {
            let failure = Failure::new(400, "BadRequest", None).saying("The resource is not available in a batch.");
            return self.refuse(call, failure);
        }
        match self.answer(call) {
            Step::Done(response) => response,
            Step::Wait(_) => self.refuse(call, Failure::new(400, "BadRequest", None)),
        }
    }
}

fn bad(problem: &str) -> Failure {
    Failure::unreadable(problem)
}

/// The boundary that the media type names, quoted or not.
fn boundary(call: &Call) -> Result<String, Failure> {
    let value = call.header(CONTENT_TYPE).unwrap_or_default();
    let found = parameters(value).find_map(|(name, value)| name.eq_ignore_ascii_case("boundary").then_some(value));
    found.filter(|boundary| (1..=200).contains(&boundary.len())).ok_or_else(|| bad("The media type names no boundary."))
}

/// The parameters of a media type. Between quotation marks a semicolon ends nothing, and a backslash protects what follows.
fn parameters(media_type: &str) -> impl Iterator<Item = (&str, String)> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let parts = media_type.split(move |character| {
        let is_plain = !std::mem::take(&mut is_escaped);
        is_quoted ^= is_plain && character == '"';
        is_escaped = is_plain && is_quoted && character == '\\';
        character == ';' && !is_quoted
    });
    parts.skip(1).filter_map(|part| {
        let (name, value) = part.split_once('=')?;
        let mut is_escaped = false;
        let is_content = |character: &char| {
            is_escaped = !is_escaped && *character == '\\';
            !is_escaped
        };
        let value = value.trim().trim_matches('"').chars().filter(is_content).collect();
        Some((name.trim(), value))
    })
}

/// The parts of a body. What stands before the first boundary and behind the last is none. A boundary begins its line, and
/// nothing but spaces follows in it.
fn split<'a>(body: &'a [u8], boundary: &str) -> Result<Vec<&'a [u8]>, Failure> {
    let delimiter = format!("--{boundary}");
    let is_boundary = |start: &usize| {
        let begins_line = start.checked_sub(1).is_none_or(|before| body[before] == b'\n');
        let behind = &body[start + delimiter.len()..];
        begins_line && (behind.starts_with(b"--") || behind.first().is_none_or(u8::is_ascii_whitespace))
    };
    let starts: Vec<_> = memmem::find_iter(body, delimiter.as_bytes()).filter(is_boundary).collect();
    let mut parts = Vec::new();
    for (number, start) in starts.iter().enumerate() {
        let begin = start + delimiter.len();
        if body[begin..].starts_with(b"--") {
            return Ok(parts);
        }
        let end = starts.get(number + 1).copied().ok_or_else(|| bad("The last boundary is missing."))?;
        parts.push(body[begin..end].trim_ascii_start());
    }
    Err(bad("There is no boundary in the body."))
}

/// The request in a part.
fn request(part: &[u8], call: &Call) -> Result<Call, Failure> {
    let message = message_of(part)?;
    let mut headers = [httparse::EMPTY_HEADER; MAXIMUM_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let Ok(httparse::Status::Complete(length)) = parsed.parse(message) else {
        return Err(bad("A part holds no HTTP request."));
    };
    let method =
        Method::from_bytes(parsed.method.unwrap_or_default().as_bytes()).map_err(|_| bad("The method is none."))?;
    let mut builder = Request::builder().method(method).uri(parsed.path.unwrap_or_default());
    for header in parsed.headers.iter() {
        builder = builder.header(header.name, header.value);
    }
    // The line break before a boundary belongs to the boundary.
    let body = &message[length..];
    let body = body.strip_suffix(b"\r\n").or(body.strip_suffix(b"\n")).unwrap_or(body);
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let mut request = builder.body(Bytes::copy_from_slice(body)).map_err(|_| bad("A part holds no HTTP request."))?;
    // Requests in a batch are sent by whoever sent the batch.
    if let (false, Some(token)) = (request.headers().contains_key(AUTHORIZATION), call.headers.get(AUTHORIZATION)) {
        request.headers_mut().insert(AUTHORIZATION, token.clone());
    }
    let mut part = Call::new(request);
    if part.host.is_empty() {
        part.host.clone_from(&call.host);
    }
    Ok(part)
}

/// The message in a part, behind the part's own headers.
fn message_of(part: &[u8]) -> Result<&[u8], Failure> {
    let mut headers = [httparse::EMPTY_HEADER; MAXIMUM_HEADERS];
    let Ok(httparse::Status::Complete((length, headers))) = httparse::parse_headers(part, &mut headers) else {
        return Err(bad("A part has no headers."));
    };
    let is_http = |header: &httparse::Header<'_>| {
        header.name.eq_ignore_ascii_case("content-type")
            && header.value.to_ascii_lowercase().starts_with(b"application/http")
    };
    headers.iter().any(is_http).then(|| &part[length..]).ok_or_else(|| bad("A part is no application/http."))
}

/// Writes a response as a message of HTTP.
fn write(body: &mut BytesMut, response: &Response<Bytes>) {
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or_default();
    body.put_slice(format!("HTTP/1.1 {} {reason}\r\n", status.as_str()).as_bytes());
    for (name, value) in response.headers() {
        // Parts have no length of their own.
        if name != CONTENT_LENGTH {
            body.put_slice(name.as_str().as_bytes());
            body.put_slice(b": ");
            body.put_slice(value.as_bytes());
            body.put_slice(b"\r\n");
        }
    }
    body.put_slice(b"\r\n");
    body.put_slice(response.body());
}
