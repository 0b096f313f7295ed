//! What the token endpoint responds with.

use serde_json::{Value as Json, json};

use crate::protocol::{Reply, json_response, set_header};

/// The response that asks for Windows authentication, or goes on with it.
pub(super) fn unauthorized(challenges: &[&str]) -> Reply {
    let mut response = json_response(401, &json!({ "error": "invalid_grant" }));
    for challenge in challenges {
        set_header(&mut response, "www-authenticate", *challenge);
    }
    Reply::Raw(Box::new(response))
}

/// A reply that holds a JSON document.
pub(super) fn json_reply(status: u16, body: &Json) -> Reply {
    let mut response = json_response(status, body);
    // For what stands between and knows HTTP/1.0 alone.
    set_header(&mut response, "pragma", "no-cache");
    Reply::Raw(Box::new(response))
}
