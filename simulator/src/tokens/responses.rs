//! What the token endpoint responds with.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value as Json, json};

use crate::protocol::{Reply, set_header};

/// The response that asks for Windows authentication, or goes on with it.
pub(super) fn unauthorized(challenges: &[&str]) -> Reply {
    let mut response = response(401, &json!({ "error": "invalid_grant" }));
    for challenge in challenges {
        set_header(&mut response, "www-authenticate", *challenge);
    }
    Reply::Raw(Box::new(response))
}

/// A reply that holds a JSON document.
pub(super) fn json_reply(status: u16, body: &Json) -> Reply {
    Reply::Raw(Box::new(response(status, body)))
}

fn response(status: u16, body: &Json) -> Response<Bytes> {
    let bytes = Bytes::from(body.to_string());
    let length = bytes.len();
    let mut response = Response::new(bytes);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    set_header(&mut response, "content-type", "application/json;charset=UTF-8");
    set_header(&mut response, "cache-control", "no-store");
    response.headers_mut().insert("content-length", length.into());
    response
}
