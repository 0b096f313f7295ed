//! Messages to be sent, and what becomes of them.

use std::fmt;
use std::sync::Arc;

use ucwa::communication::{Message, SendMessageInput};
use ucwa::{Body, ErrorBody, Link};

use super::item::Participant;
use super::record::ConversationRecord;
use super::registry::Registry;
use crate::error::UnknownOutcome;
use crate::operations::{Operation, OperationFailure};

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    plain: String,
    html: Option<String>,
}

impl Draft {
    /// A message in plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { plain: text.into(), html: None }
    }

    /// A message in HTML, and the same in plain text for those who do not take HTML.
    pub fn html(html: impl Into<String>, plain: impl Into<String>) -> Self {
        Self { plain: plain.into(), html: Some(html.into()) }
    }

    /// The message in plain text.
    pub(super) fn plain(&self) -> &str {
        &self.plain
    }

    pub(super) fn into_input(self, takes_html: bool) -> SendMessageInput {
        let body = match self.html.filter(|_| takes_html) {
            Some(html) => Body::html(html),
            None => Body::plain_text(self.plain),
        };
        // The operation's id is set when it is started.
        SendMessageInput::new("", body)
    }
}

impl From<&str> for Draft {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Draft {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

/// A message that was sent. Dropping it changes nothing for the message.
#[must_use = "nothing else tells whether the message was delivered"]
pub struct Sent {
    /// The conversation goes on for as long as somebody waits for the delivery.
    shared: Arc<Registry>,
    record: Arc<ConversationRecord>,
    operation: Operation<Message>,
}

/// What became of a message that was sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum Delivery {
    /// All others received it.
    Delivered,
    /// It did not reach these. Who is not listed has received it, unless nobody is listed.
    NotDelivered {
        /// Those who did not receive it, where the server says who they are.
        to: Vec<Participant>,
        /// Why, where the server says.
        reason: Option<Box<ErrorBody>>,
    },
    /// Nobody knows. It may have been delivered: it is not sent again.
    Unknown(UnknownOutcome),
}

impl Sent {
    pub(super) fn new(shared: Arc<Registry>, record: Arc<ConversationRecord>, operation: Operation<Message>) -> Self {
        Self { shared, record, operation }
    }

    /// Whether the server has accepted the message. If not, the response was lost, and the event channel has to tell.
    pub fn is_accepted(&self) -> bool {
        self.operation.is_confirmed()
    }

    /// The link to the message, once it is known.
    pub fn link(&self) -> Option<Link<Message>> {
        self.operation.link()
    }

    /// Waits until the server reports how the delivery went. Somebody has to read the event channel meanwhile.
    ///
    /// While the event channel does not work, this waits for it. Where the response was lost, the delivery is
    /// [`Unknown`](Delivery::Unknown) once the channel has worked for a minute without a word of the message. A program that cannot wait
    /// that long sets a time limit; giving up changes nothing for the message.
    pub async fn delivery(self) -> Delivery {
        let Self { shared: _shared, record, operation } = self;
        match operation.await {
            Ok(completed) => match completed.resource() {
                Some(message) if !message.failed_delivery_participant().is_empty() => {
                    Delivery::NotDelivered { to: missed(&record, message), reason: None }
                }
                _ => Delivery::Delivered,
            },
            Err(OperationFailure::Unknown(cause)) => Delivery::Unknown(cause),
            Err(OperationFailure::Failed(failed)) => Delivery::NotDelivered {
                to: failed.event().resource().map(|message| missed(&record, message)).unwrap_or_default(),
                reason: failed.details().cloned().map(Box::new),
            },
        }
    }
}

/// Whom a message did not reach.
fn missed(record: &ConversationRecord, message: &Message) -> Vec<Participant> {
    let links = message.failed_delivery_participant().links();
    let known = record.known();
    // The link leads to the participant.
    let participant = |link: Link<_>| {
        let link = link.cast();
        known.roster.get(&link).cloned().unwrap_or_else(|| Participant::new(link))
    };
    links.map(participant).collect()
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent").field("operation", &self.operation).finish_non_exhaustive()
    }
}
