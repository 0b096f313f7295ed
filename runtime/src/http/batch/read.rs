//! Reading the parts of a batch as HTTP.

use std::fmt;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode, Uri};

use super::parts::{BatchError, split_batch};
use crate::codec::Limits;
use crate::http::body::Body;
use crate::secret::redact_url;

/// How many headers a part may have.
const MAXIMUM_HEADERS: usize = 100;

/// A part of a batch.
#[non_exhaustive]
pub enum BatchPart {
    /// A request, in the body of a request.
    Request(Request<Vec<u8>>),
    /// A response, in the body of a response.
    Response(Response<Vec<u8>>),
}

impl fmt::Debug for BatchPart {
    /// Headers and bodies may hold what is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(request) => f.debug_tuple("Request").field(&ShownRequest(request)).finish(),
            Self::Response(response) => {
                let (status, length) = (response.status(), response.body().len());
                f.debug_tuple("Response").field(&format_args!("{status} with {length} bytes")).finish()
            }
        }
    }
}

/// A request as `Debug` shows it: without its headers and without what is in its body.
pub(super) struct ShownRequest<'r>(pub(super) &'r Request<Vec<u8>>);

impl fmt::Debug for ShownRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (method, uri, length) = (self.0.method(), self.0.uri().to_string(), self.0.body().len());
        write!(f, "{method} {} with {length} bytes", redact_url(&uri))
    }
}

impl BatchPart {
    /// The response, if this is one.
    pub fn into_response(self) -> Option<Response<Vec<u8>>> {
        match self {
            Self::Response(response) => Some(response),
            Self::Request(_) => None,
        }
    }
}

/// Why a part of a batch cannot be read. The other parts are not affected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("part {number} is not an HTTP message: {problem}")]
pub struct BatchPartError {
    /// The number of the part, from 1.
    pub number: usize,
    /// What is wrong.
    pub problem: String,
}

/// Reads the parts of a batch, in their order: the responses stand in the order of the requests.
///
/// A part that cannot be read does not affect the others. The body must not be longer than [`Limits::size`].
pub fn read_batch(body: &Body, limits: Limits) -> Result<Vec<Result<BatchPart, BatchPartError>>, BatchError> {
    if body.bytes.len() > limits.size {
        return Err(BatchError::TooLong { size: body.bytes.len(), limit: limits.size });
    }
    let parts = split_batch(&body.media_type, &body.bytes)?;
    let read = |(index, part)| message(part).map_err(|problem| BatchPartError { number: index + 1, problem });
    Ok(parts.into_iter().enumerate().map(read).collect())
}

/// Reads the message behind the headers of a part.
fn message(part: &[u8]) -> Result<BatchPart, String> {
    let mut headers = [httparse::EMPTY_HEADER; MAXIMUM_HEADERS];
    let start = match httparse::parse_headers(part, &mut headers) {
        Ok(httparse::Status::Complete((start, _))) => start,
        Ok(httparse::Status::Partial) => return Err("its headers do not end".to_owned()),
        // The line break behind headers that are not there may be missing too.
        Err(_) => 0,
    };
    let message = part[start..].strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&part[start..]).trim_ascii_start();
    if message.starts_with(b"HTTP/") { response(message) } else { request(message) }
}

fn response(message: &[u8]) -> Result<BatchPart, String> {
    let mut headers = [httparse::EMPTY_HEADER; MAXIMUM_HEADERS];
    let mut parsed = httparse::Response::new(&mut headers);
    let end = end_of_head(parsed.parse(message))?;
    let mut response = Response::new(Vec::new());
    *response.status_mut() =
        StatusCode::from_u16(parsed.code.unwrap_or_default()).map_err(|error| error.to_string())?;
    *response.headers_mut() = header_map(parsed.headers)?;
    *response.body_mut() = content(response.headers(), &message[end..]);
    Ok(BatchPart::Response(response))
}

fn request(message: &[u8]) -> Result<BatchPart, String> {
    let mut headers = [httparse::EMPTY_HEADER; MAXIMUM_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let end = end_of_head(parsed.parse(message))?;
    let mut request = Request::new(Vec::new());
    let method = parsed.method.unwrap_or_default().as_bytes();
    *request.method_mut() = Method::from_bytes(method).map_err(|error| error.to_string())?;
    *request.uri_mut() = parsed.path.unwrap_or_default().parse::<Uri>().map_err(|error| error.to_string())?;
    *request.headers_mut() = header_map(parsed.headers)?;
    *request.body_mut() = content(request.headers(), &message[end..]);
    Ok(BatchPart::Request(request))
}

fn end_of_head(status: httparse::Result<usize>) -> Result<usize, String> {
    match status {
        Ok(httparse::Status::Complete(end)) => Ok(end),
        Ok(httparse::Status::Partial) => Err("its headers do not end".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn header_map(headers: &[httparse::Header<'_>]) -> Result<HeaderMap, String> {
    let mut map = HeaderMap::new();
    for header in headers {
        let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(|error| error.to_string())?;
        let value = HeaderValue::from_bytes(header.value).map_err(|error| error.to_string())?;
        map.append(name, value);
    }
    Ok(map)
}

/// The body of a message: all that is left of its part, unless its length is given and shorter.
fn content(headers: &HeaderMap, rest: &[u8]) -> Vec<u8> {
    let length = headers.get(http::header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.trim().parse::<usize>().ok());
    length.and_then(|length| rest.get(..length)).unwrap_or(rest).to_vec()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(parts: &[&str]) -> Vec<Result<BatchPart, BatchPartError>> {
        let parts = parts.iter().flat_map(|part| ["--b\r\n", part, "\r\n"]).collect::<String>();
        let body = Body::new("multipart/batching; boundary=\"b\"", format!("{parts}--b--\r\n"));
        read_batch(&body, Limits::default()).expect("it has parts")
    }

    fn response(part: &str) -> Response<Vec<u8>> {
        let [Ok(BatchPart::Response(_))] = &read(&[part])[..] else { panic!("{part}") };
        read(&[part]).remove(0).expect("it was one").into_response().expect("it was one")
    }

    const HEAD: &str = "Content-Type: application/http; msgtype=response\r\n\r\n";

    #[test]
    fn responses_are_read_with_status_headers_and_body() {
        let found = response(&format!("{HEAD}HTTP/1.1 200 OK\r\nETag: \"7\"\r\nA: 1\r\nA: 2\r\n\r\n\u{feff}{{}}\r\n"));
        assert_eq!((found.status(), found.headers()["etag"].as_bytes()), (StatusCode::OK, &b"\"7\""[..]));
        assert_eq!(found.headers().get_all("a").iter().count(), 2);
        assert_eq!(found.body(), "\u{feff}{}\r\n".as_bytes());
        for (part, status, body) in [
            ("\r\nHTTP/1.1 204 No Content\r\n\r\n", 204, ""),
            ("HTTP/1.1 404 Not Found\n\n", 404, ""),
            ("A: b\n\n\u{feff}HTTP/1.1 200\nContent-Length: 2\n\n{}  \n\n", 200, "{}"),
            ("A: b\n\nHTTP/1.1 200 OK\nContent-Length: 200\n\n{}", 200, "{}"),
        ] {
            let found = response(part);
            assert_eq!((found.status().as_u16(), found.body().as_slice()), (status, body.as_bytes()), "{part}");
        }
    }

    #[test]
    fn requests_are_read_too() {
        let parts =
            read(&["A: b\r\n\r\nPOST /me/note?x=y HTTP/1.1\r\nHost: contoso.com\r\nContent-Length: 1\r\n\r\n{}"]);
        let [Ok(BatchPart::Request(request))] = &parts[..] else { panic!("{parts:?}") };
        assert_eq!((request.method(), request.uri().to_string().as_str()), (&Method::POST, "/me/note?x=y"));
        assert_eq!((request.headers()["host"].as_bytes(), request.body().as_slice()), (&b"contoso.com"[..], &b"{"[..]));
    }

    #[test]
    fn a_part_that_cannot_be_read_affects_no_other() {
        let good = format!("{HEAD}HTTP/1.1 200 OK\r\n\r\n1");
        let header = "A: b\r\n".repeat(MAXIMUM_HEADERS + 1);
        for bad in
            ["", "A: b", "A: b\r\n\r\nHTTP/9", "A: b\r\n\r\nHTTP/1.1 99 No\r\n\r\n", "nothing\r\n\r\nat all", &header]
        {
            let parts = read(&[&good, bad, &good]);
            assert_eq!(parts.len(), 3, "{bad}");
            assert!(parts[0].is_ok() && parts[2].is_ok(), "{bad}");
            assert_eq!(parts[1].as_ref().map_err(|error| error.number).err(), Some(2), "{bad}");
        }
    }

    #[test]
    fn a_body_that_is_too_long_is_refused() {
        let body = Body::new("multipart/batching; boundary=b", "--b\r\n--b--");
        let refused = read_batch(&body, Limits::default().with_size(9));
        assert!(matches!(refused, Err(BatchError::TooLong { size: 10, limit: 9 })));
        assert!(read_batch(&body, Limits::default().with_size(10)).is_ok());
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_batch(&Body::new("multipart/batching; boundary=b", bytes), Limits::default());
        }

        #[test]
        fn no_pieces_of_a_batch_make_the_reader_panic(
            pieces in "(--b|\r\n|\n|HTTP/1.1 200 OK|GET / HTTP/1.1|A: b|Content-Length: 3|\u{feff}|\\{\\}|--| ){0,30}",
        ) {
            let _ = read_batch(&Body::new("multipart/batching; boundary=b", pieces), Limits::default());
        }
    }
}
