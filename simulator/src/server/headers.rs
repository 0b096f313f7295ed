//! Headers that all responses have, and those that browsers want.

use bytes::Bytes;
use http::{Method, Response, header};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::protocol::{Call, Reply, set_header};
use crate::state::World;

/// Headers by which clients name a request, and which come back as they are.
const ECHOED: [&str; 3] = ["client-request-id", "x-ms-correlation-id", "x-ms-namespace"];

/// How HTTP writes a date.
const DATE: &[BorrowedFormatItem<'static>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

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

/// Adds the headers that all responses have. `id` names the request in the server's own log.
pub(super) fn complete(world: &World, call: &Call, id: &str, response: &mut Response<Bytes>) {
    let moment = OffsetDateTime::from_unix_timestamp(world.now.div_euclid(1000));
    if let Some(date) = moment.ok().and_then(|moment| moment.format(DATE).ok()) {
        set_header(response, "date", &date);
    }
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        set_header(response, "cache-control", "no-cache");
    }
    set_header(response, "x-ms-server-fqdn", &format!("fe1.{}", world.options.topology.domain));
    set_header(response, "x-content-type-options", "nosniff");
    for name in ECHOED {
        if let Some(value) = call.header(name) {
            set_header(response, name, value);
        }
    }
    if !call.headers.contains_key("x-ms-correlation-id") {
        set_header(response, "x-ms-correlation-id", id);
    }
    if let Some(origin) = call.header(header::ORIGIN) {
        let exposed = "ETag, Location, WWW-Authenticate, Retry-After, X-MS-Correlation-Id, X-Ms-diagnostics";
        set_header(response, "access-control-allow-origin", origin);
        set_header(response, "access-control-allow-credentials", "true");
        set_header(response, "access-control-expose-headers", exposed);
    }
}
