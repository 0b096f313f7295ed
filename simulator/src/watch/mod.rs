//! Watching what goes on.

mod log;

pub(crate) use log::Log;
pub use log::{Answer, Exchange};
