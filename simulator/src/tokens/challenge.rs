//! Who a request comes from, and what those get of whom that is not known.

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::options::TokenScope;
use crate::protocol::{Call, Reply, set_header};
use crate::state::{Identity, World};

/// The path of the endpoint that issues tokens.
pub(crate) const ENDPOINT: &str = "/WebTicket/oauthtoken";

/// The page that the web server has for those without a token.
const PAGE: &str = "<!DOCTYPE html><html><head><title>401 - Unauthorized</title></head><body><h1>Server Error</h1>\
    <h2>401 - Unauthorized: Access is denied due to invalid credentials.</h2></body></html>";

/// Who shows a token that is good for an origin, or else the response that says how to get one.
pub(crate) fn identify(world: &World, call: &Call, origin: &str) -> Result<Identity, Reply> {
    let token = call.token().and_then(|token| world.tokens.get(token));
    let good = token.filter(|token| {
        token.expires > world.now && token.audience.as_deref().is_none_or(|audience| audience == origin)
    });
    good.map(|token| token.identity.clone()).ok_or_else(|| challenge(world, origin))
}

/// The response to a request without a token that is good for an origin.
pub(crate) fn challenge(world: &World, origin: &str) -> Reply {
    let topology = &world.options.topology;
    let issuer = match topology.token_scope {
        TokenScope::Topology => &topology.web,
        TokenScope::Host => origin,
    };
    let mut response = Response::new(Bytes::from_static(PAGE.as_bytes()));
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    let bearer = format!(
        "Bearer trusted_issuers=\"00000001-0000-0000-c000-000000000000@{0}\", \
         client_id=\"00000004-0000-0ff1-ce00-000000000000\", \
         authorization_uri=\"https://login.{0}/common/oauth2/authorize\"",
        topology.domain
    );
    let grants = "urn:microsoft.rtc:windows,urn:microsoft.rtc:anonmeeting,urn:microsoft.rtc:passive,password";
    let ticket = format!("MsRtcOAuth href=\"{issuer}{ENDPOINT}\",grant_type=\"{grants}\"");
    set_header(&mut response, "content-type", "text/html");
    set_header(&mut response, "www-authenticate", &bearer);
    set_header(&mut response, "www-authenticate", &ticket);
    response.headers_mut().insert("content-length", PAGE.len().into());
    Reply::Raw(Box::new(response))
}
