//! Watching what goes on.

mod poll;
mod snapshot;

pub(crate) use poll::Watch;
pub(crate) use snapshot::{json_response, snapshot};
