//! Events that wait, in order, each with the moment by which it has to be told.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use tokio::sync::Notify;

use crate::document::{Event, Events, Name, Sender};
use crate::moment::Moment;

/// How the client wants its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settings {
    /// How long events of low priority wait, in seconds.
    pub(crate) low: i64,
    /// How long events of medium priority wait, in seconds.
    pub(crate) medium: i64,
    /// How long a poll stays open, in seconds.
    pub(crate) timeout: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { low: 15, medium: 5, timeout: 180 }
    }
}

/// An event that waits.
#[derive(Debug, Clone)]
pub(super) struct Queued {
    pub(super) due: Moment,
    pub(super) sender: (Name, String),
    pub(super) event: Event,
}

/// A poll that waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    pub(super) ticket: u64,
    pub(super) priority: i64,
}

/// The event channel of an application.
#[derive(Debug)]
pub(crate) struct Channel {
    /// The number of the answer that comes next, which is what `ack` has to be.
    pub(super) number: u64,
    /// The last answer, until the client has followed its way on.
    pub(super) unacknowledged: Option<Events>,
    pub(super) queue: VecDeque<Queued>,
    /// Where the targets are of whose updates some may wait.
    updated: HashSet<String>,
    pub(super) settings: Settings,
    pub(super) waiting: Option<Waiting>,
    pub(super) tickets: u64,
    /// Whether the next answer says `resume`, as conversations and subscriptions were dropped.
    pub(super) has_lost_state: bool,
    /// Whether the next poll is taken for one out of order.
    pub(super) lost_acknowledgement: bool,
    pub(super) notify: Arc<Notify>,
    /// When the client last polled, or the channel was made.
    pub(crate) last_poll: Moment,
}

impl Channel {
    pub(crate) fn new(now: Moment) -> Self {
        Self {
            number: 1,
            unacknowledged: None,
            queue: VecDeque::new(),
            updated: HashSet::new(),
            settings: Settings::default(),
            waiting: None,
            tickets: 0,
            has_lost_state: false,
            lost_acknowledgement: false,
            notify: Arc::new(Notify::new()),
            last_poll: now,
        }
    }

    /// The number that the address of the channel has in it.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The number of the last answer that the client has acknowledged; 0 before the first.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.number.saturating_sub(if self.unacknowledged.is_some() { 2 } else { 1 })
    }

    /// Whether a poll is open.
    pub(crate) fn is_open(&self) -> bool {
        self.waiting.is_some()
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings
    }

    /// How many events wait.
    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }

    /// Adds an event. An update replaces an earlier update of the same target that still waits, but is told no later.
    pub(crate) fn push(&mut self, sender: (Name, String), event: Event, mut due: Moment) {
        if event.kind == "updated" && !self.updated.insert(event.href.clone()) {
            let is_same = |queued: &Queued| {
                let other = &queued.event;
                other.href == event.href && other.kind == "updated" && other.rel == event.rel && queued.sender == sender
            };
            if let Some(at) = self.queue.iter().position(is_same)
                && let Some(earlier) = self.queue.remove(at)
            {
                due = due.min(earlier.due);
            }
        }
        self.queue.push_back(Queued { due, sender, event });
        self.notify.notify_waiters();
    }

    /// Forgets what the channel held and how the client wanted it: the next answer says `resume`.
    pub(crate) fn reset(&mut self) {
        self.queue.clear();
        self.updated.clear();
        self.unacknowledged = None;
        self.settings = Settings::default();
        self.has_lost_state = true;
        self.notify.notify_waiters();
    }

    /// Puts the last events before those that wait, although the client has them.
    pub(crate) fn repeat(&mut self, now: Moment) {
        let senders = self.unacknowledged.iter().flat_map(|last| last.senders.iter().flatten());
        let events = senders.flat_map(|sender| {
            let of = (sender.rel.clone(), sender.href.clone());
            sender.events.iter().map(move |event| Queued { due: now, sender: of.clone(), event: event.clone() })
        });
        let again: Vec<_> = events.collect();
        self.updated.extend(again.iter().map(|queued| queued.event.href.clone()));
        for queued in again.into_iter().rev() {
            self.queue.push_front(queued);
        }
    }

    /// Forgets that the client has the last events: the next poll is out of order.
    pub(crate) fn lose_acknowledgement(&mut self) {
        self.lost_acknowledgement = true;
    }

    /// Ends a poll that is open, because the application is gone.
    pub(crate) fn close(&mut self) {
        self.waiting = None;
        self.notify.notify_waiters();
    }

    /// When the first event has to be told.
    pub(super) fn due(&self) -> Option<Moment> {
        self.queue.iter().map(|queued| queued.due).min()
    }

    /// Takes all events, grouped by senders in a row.
    pub(super) fn take_senders(&mut self) -> Vec<Sender> {
        let mut senders = Vec::<Sender>::new();
        self.updated.clear();
        for Queued { sender: (rel, href), event, .. } in self.queue.drain(..) {
            match senders.last_mut() {
                Some(last) if last.rel == rel && last.href == href => last.events.push(event),
                _ => senders.push(Sender { rel, href, events: vec![event] }),
            }
        }
        senders
    }
}
