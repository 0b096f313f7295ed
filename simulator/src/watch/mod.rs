//! Watching what goes on.

mod log;
mod told;

pub(crate) use log::Log;
pub use log::{Answer, Exchange};
pub use told::Told;
pub(crate) use told::EventLog;
