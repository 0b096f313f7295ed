//! Watching what goes on.

mod log;
mod poll;
mod snapshot;
mod told;

pub(crate) use log::Log;
pub use log::{Answer, Exchange};
pub(crate) use poll::Watch;
pub(crate) use snapshot::{json_response, snapshot};
pub(crate) use told::EventLog;
pub use told::Told;
