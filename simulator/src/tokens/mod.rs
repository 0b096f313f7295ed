//! Tokens: the endpoint that issues them, and what happens without one.

mod challenge;
mod endpoint;
mod passive;
mod password;
mod responses;
#[cfg(feature = "ntlm")]
mod windows;

pub(crate) use challenge::{ENDPOINT, challenge, identify};
pub(crate) use endpoint::answer;
pub(crate) use passive::page;
