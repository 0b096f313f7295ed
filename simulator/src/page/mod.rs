//! The page for a person at a browser: what goes on, and a few things that one can make happen. It gets what it shows from
//! `watch`, and does what it does by the control address.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};

use crate::protocol::wants_page;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page may load its own style and script and talk to its own server, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/// Answers a browser's request for the page or for a part of it; `None` for others. Programs that begin discovery at `/` get
/// the document that they expect.
pub(crate) fn answer(request: &Request<Bytes>) -> Option<Response<Bytes>> {
    if request.method() != Method::GET {
        return None;
    }
    let (media_type, text) = match request.uri().path() {
        "/" if wants_page(request.headers()) => ("text/html; charset=utf-8", PAGE),
        "/simulator/page.css" => ("text/css; charset=utf-8", STYLE),
        "/simulator/page.js" => ("text/javascript; charset=utf-8", SCRIPT),
        _ => return None,
    };
    let mut response = Response::new(Bytes::from_static(text.as_bytes()));
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
        // Programs get something else at the same address.
        (header::VARY, "accept"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response.headers_mut().insert(header::CONTENT_LENGTH, text.len().into());
    Some(response)
}
