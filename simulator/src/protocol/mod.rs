//! HTTP as UCWA speaks it, whatever the resource: media types, inputs, preconditions, failures, responses, batches.

mod call;
mod conditions;
#[cfg(feature = "ntlm")]
mod connection;
mod failure;
mod inputs;
mod media;
mod read;
mod reply;
mod stamp;
mod values;

pub(crate) use call::{Call, PHOTO_COOKIE, PHOTOS, host, token};
pub(crate) use conditions::{Freshness, check_match, freshness};
#[cfg(feature = "ntlm")]
pub use connection::ConnectionId;
pub(crate) use failure::Failure;
pub(crate) use inputs::{Inputs, read_inputs};
pub(crate) use media::{Format, MediaType, wants_page};
pub(crate) use reply::{Reply, encode, encode_failure, json_response, set_header};
pub(crate) use stamp::Stamp;
pub(crate) use values::seconds;
