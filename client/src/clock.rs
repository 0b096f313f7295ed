//! The time of day, by tokio's clock.

use std::time::SystemTime;

use tokio::time::Instant;

/// The time of day, which runs with tokio's clock, so that it stands still where that is paused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    begin: Instant,
    time_of_day: SystemTime,
}

impl Clock {
    /// A clock that is set to a time of day, or else to the system's.
    pub(crate) fn new(time_of_day: Option<SystemTime>) -> Self {
        Self { begin: Instant::now(), time_of_day: time_of_day.unwrap_or_else(SystemTime::now) }
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.time_of_day + self.begin.elapsed()
    }
}
