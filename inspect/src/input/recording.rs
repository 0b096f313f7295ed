//! What was read.

use super::error::InputError;
use crate::message::Message;

/// What was read: messages in the order of the traffic, and what could not be used.
#[derive(Debug, Default)]
pub struct Recording {
    /// The messages, parts of batches behind their batch.
    pub messages: Vec<Message>,
    /// What could not be used.
    pub errors: Vec<InputError>,
}
