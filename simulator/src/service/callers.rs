//! Who may use the control address: a page on the web must neither move nor watch a simulator that happens to run on the machine
//! of its reader.

use std::net::IpAddr;

use bytes::Bytes;
use http::uri::Authority;
use http::{Request, header};

use crate::options::Topology;
use crate::protocol::host;

/// Why somebody may not use the control address.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stranger {
    #[error("pages of other origins may not use the control address")]
    Origin,
    /// The name may belong to a page that had it lead to this machine, and for browsers that is one origin then.
    #[error("the control address is not at `{0}`: use localhost, an IP address or a host of the simulator's topology")]
    Host(String),
}

/// Fails for requests that may come from pages of others.
pub(super) fn check(topology: &Topology, request: &Request<Bytes>) -> Result<(), Stranger> {
    let host = host(request.uri(), request.headers());
    if !is_own(topology, &host) {
        return Err(Stranger::Host(host));
    }
    let Some(origin) = request.headers().get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    origin.filter(|origin| origin.eq_ignore_ascii_case(&host)).map(|_| ()).ok_or(Stranger::Origin)
}

/// Whether a host is one of the simulator's, on whatever port. Browsers always name one.
fn is_own(topology: &Topology, host: &str) -> bool {
    let Some(name) = name(host) else { return host.is_empty() };
    let is_address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
    let is_in = |domain: &str| {
        let below = name.len().checked_sub(domain.len()).and_then(|at| name.split_at_checked(at));
        below.is_some_and(|(below, end)| end.eq_ignore_ascii_case(domain) && (below.is_empty() || below.ends_with('.')))
    };
    let mut origins = [&topology.discovery, &topology.web, &topology.pool].into_iter();
    is_address
        || is_in("localhost")
        || is_in(&topology.domain)
        || origins.any(|origin| {
            let host = origin.split_once("://").map_or(origin.as_str(), |(_, authority)| authority);
            self::name(host).is_some_and(|known| known == name)
        })
}

/// A host without its port, in lower case.
fn name(host: &str) -> Option<String> {
    Some(host.parse::<Authority>().ok()?.host().trim_end_matches('.').to_ascii_lowercase())
}
