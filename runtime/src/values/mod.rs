//! The types of values that UCWA has besides text, numbers and booleans.

mod content;
mod duration;
mod stored;
mod timestamp;
mod uri;

pub use content::{Bytes, Content, ContentError};
pub use duration::{Duration, ParseDurationError};
pub use timestamp::{ParseTimestampError, Timestamp};
pub use uri::Uri;
