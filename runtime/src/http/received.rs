//! When responses were received.

use std::time::SystemTime;

/// When a response was received, for a `Retry-After` that is a date. A client whose clock is not the system's puts it into
/// the response's [extensions](http::Extensions).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceivedAt(pub SystemTime);
