//! Requests that depend on the state of the resource.

use http::header::{IF_MATCH, IF_NONE_MATCH};

use super::{Call, Failure};

/// Whether the client has the current state of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// It has: 304.
    Current,
    /// It has not, or did not ask.
    Unknown,
}

/// Whether `If-None-Match` names the current state.
pub(crate) fn freshness(call: &Call, etag: &str) -> Freshness {
    match call.header(IF_NONE_MATCH) {
        Some(known) if names(known, etag) => Freshness::Current,
        _ => Freshness::Unknown,
    }
}

/// Fails unless `If-Match` names the current state.
pub(crate) fn check_match(call: &Call, etag: &str) -> Result<(), Failure> {
    match call.header(IF_MATCH) {
        None => Err(Failure::new(428, "PreconditionRequired", None)),
        Some(known) if names(known, etag) => Ok(()),
        Some(_) => Err(Failure::new(412, "PreconditionFailed", None)),
    }
}

/// Whether a list of ETags names one. Clients leave out the quotation marks at times.
fn names(list: &str, etag: &str) -> bool {
    list.split(',').map(str::trim).any(|known| {
        let known = known.strip_prefix("W/").unwrap_or(known);
        known == "*" || known.trim_matches('"') == etag
    })
}
