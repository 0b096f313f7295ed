//! Logs of past conversations.

use super::Moment;

/// The log of a conversation, as one user has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Log {
    pub(crate) id: u64,
    pub(crate) created: Moment,
    /// `Incoming` or `Outgoing`.
    pub(crate) direction: &'static str,
    pub(crate) subject: String,
    pub(crate) importance: String,
    pub(crate) thread_id: String,
    pub(crate) status: LogStatus,
    pub(crate) is_read: bool,
    /// What the conversation was held by: values of `ModalityType`.
    pub(crate) modalities: Vec<&'static str>,
    /// The meeting, where it was one.
    pub(crate) meeting: Option<String>,
    /// The others, by address without `sip:`.
    pub(crate) recipients: Vec<String>,
    pub(crate) messages: Vec<LogMessage>,
}

/// What became of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogStatus {
    /// It took place.
    Archived,
    /// Nobody answered.
    Missed,
}

/// A message in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogMessage {
    pub(crate) sent: Moment,
    /// The sender, by address without `sip:`.
    pub(crate) from: String,
    /// The message as a `data:` URI.
    pub(crate) content: String,
}
