//! The log of events that applications are told.

use std::collections::VecDeque;

use crate::document::{Event, plain_text};

/// An event that an application is told, or was to be told before it was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Told {
    /// When it happened, in milliseconds since 1970 by the clock of the simulated world.
    pub time: i64,
    /// The id of the application.
    pub application: u64,
    /// What happened, such as `updated`.
    pub kind: String,
    /// The name of the resource that it happened to.
    pub rel: String,
    /// Where that is, without its host.
    pub href: String,
    /// The direction of the message or of the invitation that it brought along: `Incoming` or `Outgoing`.
    pub direction: Option<String>,
    /// The text of a message that it brought along, without markup.
    pub text: Option<String>,
}

/// The latest events.
#[derive(Debug)]
pub(crate) struct EventLog {
    entries: VecDeque<Told>,
    /// How many are kept.
    length: usize,
}

impl EventLog {
    pub(crate) fn new(length: usize) -> Self {
        Self { entries: VecDeque::new(), length }
    }

    /// Notes an event.
    pub(crate) fn add(&mut self, time: i64, application: u64, event: &Event) {
        if self.length == 0 {
            return;
        }
        if self.entries.len() == self.length {
            self.entries.pop_front();
        }
        let (kind, rel, text) = (event.kind.to_string(), event.rel.to_string(), text(event));
        let (href, direction) = (event.href.clone(), event.direction().map(str::to_owned));
        self.entries.push_back(Told { time, application, kind, rel, href, direction, text });
    }

    /// The events that are kept, the oldest first.
    pub(crate) fn entries(&self) -> Vec<Told> {
        self.entries.iter().cloned().collect()
    }
}

/// The text of the message that an event embeds.
fn text(event: &Event) -> Option<String> {
    let links = &event.resource.as_ref()?.links;
    let content = links.iter().find(|(rel, _)| *rel == "plainMessage" || *rel == "htmlMessage")?;
    Some(plain_text(&content.1.as_slice().first()?.href))
}
