//! Tokens: the endpoint that issues them, and what happens without one.

mod challenge;
mod endpoint;
mod passive;
#[cfg(feature = "ntlm")]
mod windows;

pub(crate) use challenge::{challenge, identify};
pub(crate) use endpoint::answer;
pub(crate) use passive::page;
#[cfg(feature = "ntlm")]
pub use windows::ConnectionId;
#[cfg(feature = "ntlm")]
pub(crate) use windows::Handshake;

/// The path of the endpoint.
pub(crate) const ENDPOINT: &str = "/WebTicket/oauthtoken";
