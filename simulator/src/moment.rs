//! Moments of the simulated world.

/// Milliseconds since 1970.
pub(crate) type Moment = i64;

/// A span in milliseconds.
pub(crate) fn milliseconds(duration: std::time::Duration) -> Moment {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}
