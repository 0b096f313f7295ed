//! What becomes of messages: each that the server told a user's application of was handed on once, or its loss was announced.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ucwa_simulator::Told;

/// Whether the server told an application of a message that its user received.
pub(crate) fn is_received(told: &Told) -> bool {
    told.rel == "message" && told.direction.as_deref() == Some("Incoming")
}

/// The messages that one user was told of.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    /// Their addresses, without hosts.
    seen: BTreeSet<String>,
    /// The addresses of each text: texts are never the same.
    of_text: BTreeMap<String, String>,
    /// When the last loss was announced.
    last_loss: Option<Duration>,
}

impl Messages {
    /// Notes a message that was handed on.
    pub(crate) fn handed_on(&mut self, path: &str, text: Option<String>) -> Result<(), String> {
        self.seen.insert(path.to_owned());
        let Some(text) = text else { return Ok(()) };
        match self.of_text.insert(text.clone(), path.to_owned()) {
            Some(before) if before != path => Err(format!("the message {text:?} arrived as {before} and as {path}")),
            _ => Ok(()),
        }
    }

    /// Notes that a loss was announced.
    pub(crate) fn lost(&mut self, time: Duration) {
        self.last_loss = Some(time);
    }

    /// Whether a message that the server told the user of was neither handed on nor announced as lost.
    pub(crate) fn is_missing(&self, told: &Told, time: Duration) -> bool {
        !self.seen.contains(&told.href) && self.last_loss.is_none_or(|loss| loss < time)
    }
}
