//! The history of conversations: logs, transcripts, and what was missed.
//!
//! ```no_run
//! use ucwa_client::{Application, Error};
//!
//! # async fn program(application: Application) -> Result<(), Error> {
//! let mut conversations = application.history().conversations();
//! while let Some(past) = conversations.next().await {
//!     let past = past?;
//!     println!("{:?}", past.log.subject);
//!     let mut entries = past.entries();
//!     while let Some(entry) = entries.next().await {
//!         println!("  {}", entry?.text());
//!     }
//! }
//! # Ok(())
//! # }
//! ```

use std::collections::{BTreeSet, VecDeque};

use futures_util::stream::{self, try_unfold};
use futures_util::{StreamExt as _, TryStreamExt as _};
use ucwa::communication::{
    ConversationLog, ConversationLogTranscript, ConversationLogTranscripts, ConversationLogsQuery, MessageTranscript,
    MissedItems,
};
use ucwa::enumerations::ConversationLogStatus;
use ucwa::people::Contact;
use ucwa::{Content, Fetched, Link, Timestamp};

use crate::application::Application;
use crate::error::{Capability, Error, Needed as _, Offered as _};
use crate::messaging::Conversation;
use crate::pages::Pages;
use crate::request::Safety;

/// The history of a user's conversations.
#[derive(Debug, Clone)]
pub struct History {
    application: Application,
}

/// A conversation that is over.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PastConversation {
    /// What the server keeps of it: subject, time, recipients, the beginning of the first message. Its link is one of the application.
    /// A program that reads the history again in another one knows it by `thread_id` and `creation_time`.
    pub log: Fetched<ConversationLog>,
    application: Application,
}

/// An entry of the transcript of a conversation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TranscriptEntry {
    /// When it happened.
    pub time: Option<Timestamp>,
    /// Whether the user wrote it.
    pub is_own: bool,
    /// The link to who wrote it, if it was not the user and the server says so.
    pub from: Option<Link<Contact>>,
    /// The message in plain text, where it was kept so.
    pub plain: Option<String>,
    /// The message in HTML, where it was kept so. It is what others sent: do not show it without cleaning it.
    pub html: Option<String>,
    /// The entry as the server keeps it.
    pub resource: ConversationLogTranscript,
}

impl Application {
    /// The history of the user's conversations.
    pub fn history(&self) -> History {
        History { application: self.clone() }
    }
}

impl History {
    /// All conversations that the server keeps, in its order, each read when the program comes to it. One that was removed
    /// meanwhile is left out.
    pub fn conversations(&self) -> Pages<PastConversation> {
        self.conversations_with(ConversationLogsQuery::new())
    }

    /// The latest conversations, at most `limit` of them.
    pub fn latest(&self, limit: usize) -> Pages<PastConversation> {
        let mut query = ConversationLogsQuery::new();
        query.limit = Some(i32::try_from(limit).unwrap_or(i32::MAX));
        // Not all servers keep to it.
        Pages::new(self.conversations_with(query).take(limit))
    }

    fn conversations_with(&self, query: ConversationLogsQuery) -> Pages<PastConversation> {
        let application = self.application.clone();
        let links = stream::once(async move {
            let communication = application.communication().await.needed_for(Capability::ReadHistory)?;
            let link = communication.conversation_logs().offered(Capability::ReadHistory)?;
            let logs = application.send(link.get_with(query)).await.map_err(Error::into_general)?;
            let targets = logs.conversation_log().targets();
            #[cfg(ucwa_planted)]
            let targets = targets.take(if crate::planted::Planted::ShortHistory.is_made() { 1 } else { usize::MAX });
            let known: Vec<_> = targets.map(|target| (target.link, target.embedded.cloned())).collect();
            let past = move |(link, log)| {
                let application = application.clone();
                async move {
                    let log = application.read_one(log, link).await.transpose()?;
                    Some(log.map(|log| PastConversation { log, application }))
                }
            };
            Ok::<_, Error>(stream::iter(known).then(past).filter_map(std::future::ready))
        });
        Pages::new(links.try_flatten())
    }

    /// Conversations that the user missed.
    pub fn missed(&self) -> Pages<PastConversation> {
        let is_missed = |past: &PastConversation| past.log.status == Some(ConversationLogStatus::Missed);
        Pages::new(self.conversations().try_filter(move |past| std::future::ready(is_missed(past))))
    }

    /// How many conversations and voice mails were missed or not read.
    ///
    /// # Errors
    ///
    /// Fails as [`Application::send`] does.
    pub async fn missed_items(&self) -> Result<Fetched<MissedItems>, Error> {
        let communication = self.application.communication().await.needed_for(Capability::ReadHistory)?;
        let link = communication.missed_items().offered(Capability::ReadHistory)?;
        self.application.send(link.get()).await.map_err(Error::into_general)
    }
}

impl PastConversation {
    /// The transcript, page after page.
    pub fn entries(&self) -> Pages<TranscriptEntry> {
        let reader = Reader {
            application: self.application.clone(),
            page: self.log.conversation_log_transcripts().link(),
            read: BTreeSet::new(),
            entries: VecDeque::new(),
        };
        Pages::new(try_unfold(reader, |mut reader| async {
            let entry = reader.next().await?;
            Ok(entry.map(|entry| (entry, reader)))
        }))
    }

    /// Marks the conversation as read.
    ///
    /// # Errors
    ///
    /// Fails as [`Application::send`] does.
    pub async fn mark_as_read(&self) -> Result<(), Error> {
        let link = self.log.mark_as_read().offered(Capability::ReadHistory)?;
        self.application.send_safely(link.post(), Safety::Idempotent).await.map_err(Error::into_general)
    }

    /// Removes the conversation from the history.
    ///
    /// # Errors
    ///
    /// Fails as [`Application::send`] does. One that is gone is no error.
    pub async fn remove(&self) -> Result<(), Error> {
        let link = self.log.link().ok_or_else(|| Capability::ReadHistory.missing("self"))?;
        self.application.send_unless_gone(link.delete()).await.map(drop)
    }

    /// Starts a conversation with the same people in the same thread, and returns it once they have accepted.
    ///
    /// # Errors
    ///
    /// Fails as [`Messaging::start`](crate::messaging::Messaging::start) does.
    pub async fn resume(&self) -> Result<Conversation, Error> {
        let link = self.log.continue_messaging().offered(Capability::StartMessaging)?;
        let input = ucwa::communication::ContinueMessagingInput::new();
        let messaging = self.application.messaging();
        let since = messaging.now();
        let operation = self.application.start(link.post_with(input)).await.map_err(Error::into_general)?;
        messaging.accepted(operation, since).await
    }
}

/// Reads the pages of a transcript.
struct Reader {
    application: Application,
    /// Where the next page is.
    page: Option<Link<ConversationLogTranscripts>>,
    /// The addresses of the pages that were read.
    read: BTreeSet<String>,
    entries: VecDeque<ConversationLogTranscript>,
}

impl Reader {
    async fn next(&mut self) -> Result<Option<TranscriptEntry>, Error> {
        loop {
            if let Some(entry) = self.entries.pop_front() {
                let message = entry.message_transcript();
                let message = self.application.read_one(message.embedded().cloned(), message.link()).await?;
                return Ok(Some(TranscriptEntry::new(entry, message.as_deref())));
            }
            // A page that leads back to one that was read is the last.
            let page =
                self.page.take().filter(|page| page.address().ok().is_none_or(|address| self.read.insert(address)));
            let Some(page) = page else { return Ok(None) };
            let page = self.application.send(page.get()).await.map_err(Error::into_general)?;
            let entries = self.application.read_all(page.conversation_log_transcript()).await?;
            self.entries.extend(entries.into_iter().map(Fetched::into_inner));
            // The next page holds what the first one does.
            self.page = page.next_conversation_log_transcripts().link().map(Link::cast);
        }
    }
}

impl TranscriptEntry {
    fn new(resource: ConversationLogTranscript, message: Option<&MessageTranscript>) -> Self {
        let text = |content: Option<&Content>| content.and_then(|content| content.text().ok());
        let plain = text(message.and_then(|message| message.plain_message.as_ref()));
        let html = text(message.and_then(|message| message.html_message.as_ref()));
        let (is_own, from) = (!resource.contact().exists(), resource.contact().link());
        Self { time: resource.time_stamp, is_own, from, plain, html, resource }
    }

    /// The message: in plain text, or in HTML where it was kept so alone; empty for what is no message.
    pub fn text(&self) -> &str {
        self.plain.as_deref().or(self.html.as_deref()).unwrap_or_default()
    }
}
