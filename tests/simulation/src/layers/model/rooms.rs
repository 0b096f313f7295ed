//! Who is in which conversation, as the items of the conversations say.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ucwa_client::messaging::{Conversation, ConversationEnd, ConversationItem};

/// The conversations that a program has or had, by the id that the server gave them.
pub(crate) type Rooms = BTreeMap<String, Room>;

/// A conversation that a program has or had.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) conversation: Conversation,
    /// How often the program was in it before, and was told that it is over.
    pub(crate) visit: u32,
    /// Those who joined and did not leave, by the addresses of their links.
    pub(crate) there: BTreeSet<String>,
    /// Whether items were dropped, so that it is not known who is there.
    is_unsure: bool,
    pub(crate) end: Option<ConversationEnd>,
    /// Whether the program leaves it, or has left.
    pub(crate) is_left: bool,
    /// When events were lost, or the program came back that may have missed some.
    pub(crate) lost: Option<Duration>,
}

impl Room {
    pub(crate) fn new(conversation: Conversation) -> Self {
        let there = BTreeSet::new();
        Self { conversation, visit: 0, there, is_unsure: false, end: None, is_left: false, lost: None }
    }

    /// The same conversation, where the program comes back to it at a time.
    pub(crate) fn again(&self, conversation: Conversation, time: Duration) -> Self {
        let lost = if self.is_left || self.is_unsure { Some(time) } else { self.lost };
        Self { lost, visit: self.visit + 1, ..Self::new(conversation) }
    }

    /// Notes an item, at a time.
    pub(crate) fn take(&mut self, item: &ConversationItem, time: Duration) -> Result<(), String> {
        if self.end.is_some() {
            return Err(format!("something happened after the end: {item:?}"));
        }
        match item {
            ConversationItem::Joined(who) => {
                let is_new = self.there.insert(who.link.href().to_owned());
                return self.expect(is_new, || format!("joined twice: {who}"));
            }
            ConversationItem::Left(who) => {
                let was_there = self.there.remove(who.link.href());
                return self.expect(was_there, || format!("left, and was not there: {who}"));
            }
            ConversationItem::Dropped(_) => self.is_unsure = true,
            ConversationItem::EventsLost => self.lost = Some(time),
            ConversationItem::Ended(end) => self.end = Some(end.clone()),
            _ => {}
        }
        Ok(())
    }

    /// Says what is wrong where something is not as the items before said, unless some of them were dropped.
    fn expect(&self, is_right: bool, wrong: impl FnOnce() -> String) -> Result<(), String> {
        if is_right || self.is_unsure { Ok(()) } else { Err(wrong()) }
    }

    /// Whether somebody whom the server told of something at a time may have missed it.
    pub(crate) fn excuses(&self, time: Duration) -> bool {
        let is_lost = matches!(self.end, Some(ConversationEnd::Lost(_) | ConversationEnd::Closed));
        self.is_left || is_lost || self.is_unsure || self.lost.is_some_and(|lost| lost >= time)
    }

    /// Whether the items say that others are there than those with these links.
    pub(crate) fn differs(&self, there: &BTreeSet<String>) -> bool {
        !self.is_unsure && self.there != *there
    }

    pub(crate) fn is_open(&self) -> bool {
        self.end.is_none() && !self.is_left
    }
}
