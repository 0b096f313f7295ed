//! Watching what goes on.

mod poll;
mod snapshot;

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use serde_json::Value as Json;

use crate::protocol::{json_response, set_header};

pub(crate) use poll::Watch;
pub(crate) use snapshot::snapshot;

/// A response with a JSON document for the page, which browsers read as nothing else.
pub(crate) fn page_response(status: u16, body: &Json) -> Response<Bytes> {
    let mut response = json_response(status, body);
    set_header(&mut response, header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
