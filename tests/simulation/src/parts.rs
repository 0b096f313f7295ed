//! Responses to batches that are spoiled on the way.

use bytes::Bytes;
use memchr::memmem;
use ucwa::http::Response;
use ucwa::http::header::{CONTENT_LENGTH, CONTENT_TYPE};

/// What happens to the response to a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartFault {
    /// The first part is missing.
    Missing,
    /// The first resource that was read is an error with this status instead.
    Status(u16),
}

/// The response with parts that are not as the server sent them, if it has parts.
pub(crate) fn with_spoiled_parts(response: Response<Bytes>, fault: PartFault) -> Response<Bytes> {
    let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some((_, boundary)) = media_type.and_then(|media_type| media_type.split_once("boundary=")) else {
        return response;
    };
    let delimiter = format!("--{}", boundary.trim_matches('"'));
    let body = spoil(response.body(), delimiter.as_bytes(), fault);
    let mut response = response;
    response.headers_mut().insert(CONTENT_LENGTH, body.len().into());
    response.map(|_| body)
}

fn spoil(body: &Bytes, delimiter: &[u8], fault: PartFault) -> Bytes {
    let starts: Vec<_> = memmem::find_iter(body, delimiter).collect();
    // What follows the last boundary is no part.
    let mut parts: Vec<_> = starts.windows(2).map(|pair| body[pair[0] + delimiter.len()..pair[1]].to_vec()).collect();
    match fault {
        PartFault::Missing if !parts.is_empty() => drop(parts.remove(0)),
        PartFault::Missing => {}
        PartFault::Status(status) => {
            let is_read = |part: &&mut Vec<u8>| memmem::find(part, b"HTTP/1.1 200 ").is_some();
            if let Some(part) = parts.iter_mut().find(is_read) {
                let head = "\r\nContent-Type: application/http; msgtype=response\r\n\r\n";
                *part = format!("{head}HTTP/1.1 {status} Spoiled\r\n\r\n\r\n").into_bytes();
            }
        }
    }
    let whole = parts.iter().flat_map(|part| [delimiter, part]).chain([delimiter, b"--\r\n"]);
    whole.flatten().copied().collect()
}

#[cfg(test)]
mod tests {
    use ucwa::{BatchPart, Body, Limits, read_batch};

    use super::*;

    /// The statuses of parts.
    fn spoiled(fault: PartFault) -> Vec<u16> {
        let statuses = ["204 No Content", "200 OK", "404 Not Found"];
        let part = |status| {
            format!("--b\r\nContent-Type: application/http; msgtype=response\r\n\r\nHTTP/1.1 {status}\r\n\r\n\r\n")
        };
        let body: String = statuses.into_iter().map(part).chain(["--b--\r\n".into()]).collect();
        let response = Response::builder().header(CONTENT_TYPE, "multipart/batching; boundary=\"b\"");
        let response = with_spoiled_parts(response.body(body.into()).expect("a response"), fault);
        let body = Body::new("multipart/batching; boundary=\"b\"", response.into_body().to_vec());
        let parts = read_batch(&body, Limits::default()).expect("it has parts").into_iter();
        let responses = parts.filter_map(|part| BatchPart::into_response(part.expect("it can be read")));
        responses.map(|response| response.status().as_u16()).collect()
    }

    #[test]
    fn one_part_is_spoiled_and_the_others_stay() {
        assert_eq!(spoiled(PartFault::Missing), [200, 404]);
        assert_eq!(spoiled(PartFault::Status(503)), [204, 503, 404]);
    }
}
