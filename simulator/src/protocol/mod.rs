//! HTTP as UCWA speaks it, whatever the resource: media types, inputs, preconditions, failures, responses, batches.

mod call;
mod conditions;
mod failure;
mod inputs;
mod media;
mod read;
mod reply;
mod values;

pub(crate) use call::{Call, host, token};
pub(crate) use conditions::{Freshness, check_match, freshness};
pub(crate) use failure::Failure;
pub(crate) use inputs::{Inputs, read_inputs};
pub(crate) use media::{Format, MediaType, wants_page};
pub(crate) use reply::{Reply, encode, encode_failure, set_header};
pub(crate) use values::seconds;

/// The property of a random name that a PUT has to bring back.
#[derive(Debug, Clone)]
pub(crate) struct Marker {
    /// The name, another one with every response.
    pub(crate) name: String,
}

impl Marker {
    /// What the property says.
    pub(crate) const VALUE: &'static str = "please pass this in a PUT request";
}
