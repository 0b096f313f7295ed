//! Headers that all responses have, and those that browsers want.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, header};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::protocol::{Call, Reply, set_header};
use crate::state::{Moment, World};

/// The revision of the resource that was served.
pub(super) static UCWA_VERSION: HeaderName = HeaderName::from_static("x-ms-ucwaversion");

/// The name of a request in the logs of client and server.
static CORRELATION_ID: HeaderName = HeaderName::from_static("x-ms-correlation-id");

static SERVER: HeaderName = HeaderName::from_static("x-ms-server-fqdn");

/// Other headers by which clients name a request, and which come back as they are.
static ECHOED: [HeaderName; 2] =
    [HeaderName::from_static("client-request-id"), HeaderName::from_static("x-ms-namespace")];

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

/// What the headers of all responses say, and what changes at most once a second.
#[derive(Debug, Clone)]
pub(crate) struct Stamp {
    server: HeaderValue,
    second: i64,
    date: HeaderValue,
}

impl Stamp {
    /// The stamp of a server of a domain. A domain that HTTP cannot carry is not named.
    pub(crate) fn new(domain: &str) -> Self {
        let empty = HeaderValue::from_static("");
        let server = HeaderValue::try_from(format!("fe1.{domain}")).unwrap_or(empty.clone());
        Self { server, second: i64::MIN, date: empty }
    }

    /// The date at a moment, as HTTP writes it.
    fn date(&mut self, now: Moment) -> HeaderValue {
        let second = now.div_euclid(1000);
        if second != self.second {
            let moment = OffsetDateTime::from_unix_timestamp(second).ok();
            let date = moment.and_then(|moment| HeaderValue::try_from(moment.format(DATE).ok()?).ok());
            (self.second, self.date) = (second, date.unwrap_or(HeaderValue::from_static("")));
        }
        self.date.clone()
    }
}

/// Adds the headers that all responses have. `id` names the request in the server's own log.
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
