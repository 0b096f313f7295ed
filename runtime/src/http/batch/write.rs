//! Writing the body of a batch request.

use std::fmt::{self, Write as _};

use http::header::HOST;
use http::{HeaderValue, Request};
use memchr::memmem;

use super::read::ShownRequest;
use crate::codec::Format;
use crate::http::body::Body;
use crate::http::operation_request::OperationRequest;
use crate::http::request_error::RequestError;

/// How many requests a server allows a user at once.
const MAXIMUM_REQUESTS: usize = 100;

/// The body of a batch: requests that a server runs in any order, and whose responses come back in the order of the
/// requests.
///
/// A batch may not contain a batch, the request of the event channel or a request for a photo. The limit is 100
/// requests; a server that has too many of the user's requests runs none of a batch and responds with status 429.
/// Credentials belong in the headers of the batch request itself.
#[derive(Clone, Default)]
pub struct BatchBody {
    requests: Vec<Request<Vec<u8>>>,
}

/// Why a request cannot be added to a batch, or a batch cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BatchBodyError {
    /// The request cannot be made.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The batch has as many requests as a server takes.
    #[error("the batch has {limit} requests, which is the limit; send it and start another")]
    Full {
        /// How many requests a batch may have.
        limit: usize,
    },
    /// The request is a batch itself, and a server refuses a batch in a batch.
    #[error("a batch cannot contain a batch; add the requests one by one")]
    Nested,
    /// The URL of the request has no host.
    #[error("the request goes to `{url}`, which has no host; add a request with an absolute URL")]
    Relative {
        /// The URL, without the credentials in it.
        url: String,
    },
    /// There is nothing to send.
    #[error("the batch has no requests")]
    Empty,
}

impl fmt::Debug for BatchBody {
    /// Headers and bodies may hold what is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.requests.iter().map(ShownRequest)).finish()
    }
}

impl BatchBody {
    /// Creates a batch without requests.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a typed request, and returns the position of its response. The request reads that response.
    pub fn add<R: OperationRequest>(&mut self, request: &R, format: Format) -> Result<usize, BatchBodyError> {
        self.push(request.to_http(format)?)
    }

    /// Adds a request with an absolute URL, and returns the position of its response.
    pub fn push(&mut self, request: Request<Vec<u8>>) -> Result<usize, BatchBodyError> {
        if self.requests.len() == MAXIMUM_REQUESTS {
            return Err(BatchBodyError::Full { limit: MAXIMUM_REQUESTS });
        }
        if request.uri().authority().is_none() {
            let url = crate::secret::redact_url(&request.uri().to_string()).into_owned();
            return Err(BatchBodyError::Relative { url });
        }
        let media_type = request.headers().get(http::header::CONTENT_TYPE).map(HeaderValue::as_bytes);
        if media_type
            .is_some_and(|found| found.get(..10).is_some_and(|start| start.eq_ignore_ascii_case(b"multipart/")))
        {
            return Err(BatchBodyError::Nested);
        }
        self.requests.push(request);
        Ok(self.requests.len() - 1)
    }

    /// How many requests there are.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether there are no requests.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// The body with its media type, for the POST of the `batch` resource.
    pub fn into_body(self) -> Result<Body, BatchBodyError> {
        if self.requests.is_empty() {
            return Err(BatchBodyError::Empty);
        }
        let parts: Vec<_> = self.requests.iter().map(part).collect();
        let boundary = boundary(&parts);
        let mut bytes = Vec::new();
        for part in &parts {
            bytes.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
            bytes.extend_from_slice(part);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        Ok(Body::new(format!("multipart/batching; boundary=\"{boundary}\""), bytes))
    }
}

/// A request as the part of a batch.
fn part(request: &Request<Vec<u8>>) -> Vec<u8> {
    let uri = request.uri();
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    // A path may be left out of a URL, and not of a request.
    let slash = if path.starts_with('/') { "" } else { "/" };
    let method = request.method();
    let mut head =
        format!("Content-Type: application/http; msgtype=request\r\n\r\n{method} {slash}{path} HTTP/1.1\r\n");
    if let Some(authority) = uri.authority().filter(|_| !request.headers().contains_key(HOST)) {
        // What stands before the `@` belongs to no `Host`. Writing to a string cannot fail.
        let host = authority.as_str().rsplit('@').next().unwrap_or_default();
        let _ = write!(head, "Host: {host}\r\n");
    }
    let mut part = head.into_bytes();
    for (name, value) in request.headers() {
        part.extend_from_slice(name.as_str().as_bytes());
        part.extend_from_slice(b": ");
        part.extend_from_slice(value.as_bytes());
        part.extend_from_slice(b"\r\n");
    }
    part.extend_from_slice(b"\r\n");
    part.extend_from_slice(request.body());
    part
}

/// A boundary that is in no part. The same requests give the same one.
fn boundary(parts: &[Vec<u8>]) -> String {
    let is_free = |boundary: &String| {
        let finder = memmem::Finder::new(boundary.as_bytes());
        !parts.iter().any(|part| finder.find(part).is_some())
    };
    let mut candidates = (0_u64..).map(|number| format!("ucwa-batch-{number}"));
    // Parts are finite, and there is always a number that is in none of them.
    candidates.find(is_free).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codec::Limits;
    use crate::http::batch::{BatchPart, read_batch};

    fn get(url: &str) -> Request<Vec<u8>> {
        Request::get(url).body(Vec::new()).expect("a request")
    }

    #[test]
    fn a_batch_is_written_as_servers_want_it() {
        let mut batch = BatchBody::new();
        let post = Request::post("https://u:p@contoso.com:8443/me/note?a=b").header("Content-Type", "application/json");
        assert_eq!(batch.push(get("https://contoso.com")), Ok(0));
        assert_eq!(batch.push(post.body(b"{\"message\":\"ucwa-batch-0\"}".to_vec()).expect("a request")), Ok(1));
        assert_eq!((batch.len(), batch.is_empty()), (2, false));
        let body = batch.into_body().expect("it has requests");
        assert_eq!(body.media_type, "multipart/batching; boundary=\"ucwa-batch-1\"");
        let text = "--ucwa-batch-1\r\nContent-Type: application/http; msgtype=request\r\n\r\n\
                    GET / HTTP/1.1\r\nHost: contoso.com\r\n\r\n\r\n\
                    --ucwa-batch-1\r\nContent-Type: application/http; msgtype=request\r\n\r\n\
                    POST /me/note?a=b HTTP/1.1\r\nHost: contoso.com:8443\r\ncontent-type: application/json\r\n\r\n\
                    {\"message\":\"ucwa-batch-0\"}\r\n--ucwa-batch-1--\r\n";
        assert_eq!(String::from_utf8_lossy(&body.bytes), text);
    }

    #[test]
    fn a_url_without_a_path_is_one_with_a_slash() {
        let mut batch = BatchBody::new();
        assert_eq!(batch.push(get("https://contoso.com?a=b")), Ok(0));
        let body = batch.into_body().expect("it has requests");
        assert!(String::from_utf8_lossy(&body.bytes).contains("GET /?a=b HTTP/1.1\r\n"), "{body:?}");
    }

    #[test]
    fn a_batch_is_shown_without_secrets_and_without_its_content() {
        let request = Request::post("https://contoso.com/me?token=hunter2").header("Authorization", "Bearer hunter2");
        let mut batch = BatchBody::new();
        assert_eq!(batch.push(request.body(b"hunter2".to_vec()).expect("a request")), Ok(0));
        let shown = format!("{batch:?}");
        assert!(!shown.contains("hunter2") && !shown.contains("104, 117"), "{shown}");
        assert!(shown.contains("POST") && shown.contains("https://contoso.com/me"), "{shown}");
        let body = batch.into_body().expect("it has requests");
        for part in read_batch(&body, Limits::default()).expect("it has parts") {
            let shown = format!("{part:?}");
            assert!(!shown.contains("hunter2") && !shown.contains("104, 117"), "{shown}");
        }
        let cookie = http::Response::builder().header("Set-Cookie", "hunter2").body(b"hunter2".to_vec());
        let shown = format!("{:?}", BatchPart::Response(cookie.expect("a response")));
        assert!(!shown.contains("hunter2") && !shown.contains("104, 117") && shown.contains("200"), "{shown}");
    }

    #[test]
    fn what_a_server_would_refuse_is_not_sent() {
        assert_eq!(BatchBody::new().into_body(), Err(BatchBodyError::Empty));
        let mut batch = BatchBody::new();
        let relative = batch.push(get("/me?token=x"));
        assert_eq!(relative, Err(BatchBodyError::Relative { url: "/me?token=[secret]".into() }));
        let nested = Request::post("https://c/b").header("Content-Type", "Multipart/Batching; boundary=x");
        assert_eq!(batch.push(nested.body(Vec::new()).expect("a request")), Err(BatchBodyError::Nested));
        for position in 0..100 {
            assert_eq!(batch.push(get("https://contoso.com/me")), Ok(position));
        }
        assert_eq!(batch.push(get("https://contoso.com/me")), Err(BatchBodyError::Full { limit: 100 }));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            requests in proptest::collection::vec(
                ("(GET|POST|PUT)", "/[a-z]{0,8}(\\?[a-z=&]{0,8})?", "[ -~]{0,16}", proptest::collection::vec(any::<u8>(), 0..40)),
                1..8,
            ),
        ) {
            let mut batch = BatchBody::new();
            for (method, path, header, body) in &requests {
                let request = Request::builder().method(method.as_str()).uri(format!("https://contoso.com{path}"));
                batch.push(request.header("X-A", header.trim()).body(body.clone()).expect("a request")).expect("there is room");
            }
            let parts = read_batch(&batch.into_body().expect("it has requests"), Limits::default()).expect("it has parts");
            prop_assert_eq!(parts.len(), requests.len());
            for (part, (method, path, header, body)) in parts.into_iter().zip(&requests) {
                let Ok(BatchPart::Request(found)) = part else { panic!("no request") };
                prop_assert_eq!((found.method().as_str(), found.uri().to_string()), (method.as_str(), path.clone()));
                prop_assert_eq!(found.headers()["x-a"].as_bytes(), header.trim().as_bytes());
                prop_assert_eq!(found.headers()["host"].as_bytes(), b"contoso.com");
                prop_assert_eq!(found.body(), body);
            }
        }
    }
}
