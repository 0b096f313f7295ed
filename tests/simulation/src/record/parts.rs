//! What is in batches and in the responses to them.

use bytes::Bytes;
use ucwa::http::header::CONTENT_TYPE;
use ucwa::http::{HeaderMap, Request, Response, StatusCode};
use ucwa::{BatchPart, Body, Limits, read_batch};

/// The requests of a batch.
pub(super) fn requests_in(batch: &Request<Bytes>) -> Vec<Request<Bytes>> {
    let requests = parts(batch.headers(), batch.body()).into_iter().filter_map(|part| match part {
        BatchPart::Request(request) => Some(request.map(Bytes::from)),
        _ => None,
    });
    requests.collect()
}

/// The statuses in the response to a batch.
pub(super) fn statuses_in(response: &Response<Bytes>) -> Vec<StatusCode> {
    let responses = parts(response.headers(), response.body()).into_iter().filter_map(BatchPart::into_response);
    responses.map(|response| response.status()).collect()
}

fn parts(headers: &HeaderMap, body: &Bytes) -> Vec<BatchPart> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let body = Body::new(media_type, body.to_vec());
    read_batch(&body, Limits::default()).unwrap_or_default().into_iter().flatten().collect()
}
