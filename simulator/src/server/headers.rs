//! Headers that all responses of the API have, and those that browsers want.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, header};

use crate::protocol::{Call, Reply, set_header};
use crate::state::World;

/// The revision of the resource that was served.
pub(super) static UCWA_VERSION: HeaderName = HeaderName::from_static("x-ms-ucwaversion");

/// The name of a request in the logs of client and server.
static CORRELATION_ID: HeaderName = HeaderName::from_static("x-ms-correlation-id");

static SERVER: HeaderName = HeaderName::from_static("x-ms-server-fqdn");

/// Other headers by which clients name a request, and which come back as they are.
static ECHOED: [HeaderName; 2] =
    [HeaderName::from_static("client-request-id"), HeaderName::from_static("x-ms-namespace")];

/// The answer to a browser that asks whether it may send a request.
pub(super) fn preflight(call: &Call) -> Option<Reply> {
    let asks = call.method == Method::OPTIONS && call.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if !asks {
        return None;
    }
    let mut response = Response::new(Bytes::new());
    let wanted = call.header(header::ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or("*");
    set_header(&mut response, "access-control-allow-methods", "GET, POST, PUT, DELETE, OPTIONS");
    set_header(&mut response, "access-control-allow-headers", wanted);
    set_header(&mut response, "access-control-max-age", "3600");
    set_header(&mut response, "content-length", "0");
    Some(Reply::Raw(Box::new(response)))
}

/// Adds the headers that all responses of the API have. `id` names the request in the server's own log.
pub(super) fn complete(world: &mut World, call: &Call, id: &str, response: &mut Response<Bytes>) {
    set_header(response, header::DATE, world.stamp.date(world.now));
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        set_header(response, header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    set_header(response, SERVER.clone(), world.stamp.server.clone());
    set_header(response, header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    for name in &ECHOED {
        if let Some(value) = call.headers.get(name) {
            set_header(response, name.clone(), value.clone());
        }
    }
    match call.headers.get(&CORRELATION_ID) {
        Some(value) => set_header(response, CORRELATION_ID.clone(), value.clone()),
        None => set_header(response, CORRELATION_ID.clone(), id),
    }
    if let Some(origin) = call.header(header::ORIGIN) {
        let exposed = "ETag, Location, WWW-Authenticate, Retry-After, X-MS-Correlation-Id, X-Ms-diagnostics";
        set_header(response, "access-control-allow-origin", origin);
        set_header(response, "access-control-allow-credentials", "true");
        set_header(response, "access-control-expose-headers", exposed);
    }
}
