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
        Some(known) if names(known, etag, Comparison::Weak) => Freshness::Current,
        _ => Freshness::Unknown,
    }
}

/// Fails unless `If-Match` names the current state.
pub(crate) fn check_match(call: &Call, etag: &str) -> Result<(), Failure> {
    match call.header(IF_MATCH) {
        None => Err(Failure::new(428, "PreconditionRequired", None)),
        Some(known) if names(known, etag, Comparison::Strong) => Ok(()),
        Some(_) => Err(Failure::new(412, "PreconditionFailed", None)),
    }
}

/// How ETags are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    /// A weak one may be the same.
    Weak,
    /// A weak one is never the same.
    Strong,
}

/// Whether a list of ETags names one, which is strong. Clients leave out the quotation marks at times.
fn names(list: &str, etag: &str, comparison: Comparison) -> bool {
    list.split(',').map(str::trim).any(|known| {
        let known = known.strip_prefix("W/").filter(|_| comparison == Comparison::Weak).unwrap_or(known);
        known == "*" || known.trim_matches('"') == etag
    })
}
