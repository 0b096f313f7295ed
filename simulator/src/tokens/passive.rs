//! Signing in by a browser, after which the token endpoint asks for no password.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Response, StatusCode};

use super::password::password;
use crate::protocol::{Call, Reply, set_header};
use crate::state::{Identity, World, milliseconds};

/// The path of the page.
const PATH: &str = "/PassiveAuth/PassiveAuth.aspx";

/// The cookie that says who signed in.
const SESSION: &str = "MSPRTC";

/// How long a browser stays signed in.
const LASTS: Duration = Duration::from_secs(24 * 3600);

/// The page, which asks for a name and a password.
const PAGE: &str = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form method=\"post\">\
    <label>User name <input name=\"username\"></label> <label>Password <input name=\"password\" type=\"password\"></label> \
    <button>Sign in</button></form></body></html>";

/// The address of the page.
pub(super) fn address(world: &World) -> String {
    format!("{}{PATH}", world.options.topology.web)
}

/// Answers a request for the page; `None` for paths that are elsewhere.
pub(crate) fn page(world: &mut World, call: &Call) -> Option<Reply> {
    if !call.path.eq_ignore_ascii_case(PATH) {
        return None;
    }
    let form = call.form();
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let identity = password(world, field("username"), field("password")).filter(|_| call.method == Method::POST);
    let text = if identity.is_some() { "<!DOCTYPE html><title>Signed in</title>" } else { PAGE };
    let mut response = Response::new(Bytes::from_static(text.as_bytes()));
    set_header(&mut response, "content-type", "text/html; charset=utf-8");
    response.headers_mut().insert("content-length", text.len().into());
    match identity {
        Some(identity) => {
            let session = world.random.hex();
            set_header(&mut response, "set-cookie", format!("{SESSION}={session}; path=/; secure; HttpOnly"));
            let (now, end) = (world.now, world.now.saturating_add(milliseconds(LASTS)));
            world.browser_sessions.retain(|_, (_, end)| *end > now);
            world.browser_sessions.insert(session, (identity, end));
        }
        None if call.method == Method::POST => *response.status_mut() = StatusCode::UNAUTHORIZED,
        None => {}
    }
    Some(Reply::Raw(Box::new(response)))
}

/// Who has signed in by the browser that a request comes from.
pub(super) fn signed_in(world: &World, call: &Call) -> Option<Identity> {
    let (identity, end) = world.browser_sessions.get(call.cookie(SESSION)?)?;
    (*end > world.now).then(|| identity.clone())
}
