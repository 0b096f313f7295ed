//! Tokens: the endpoint that issues them, and what happens without one.

mod challenge;
mod endpoint;
mod passive;

pub(crate) use challenge::{challenge, identify};
pub(crate) use endpoint::answer;
pub(crate) use passive::page;

/// The path of the endpoint.
pub(crate) const ENDPOINT: &str = "/WebTicket/oauthtoken";
