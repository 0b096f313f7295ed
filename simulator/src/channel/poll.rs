//! A poll of the event channel: answered at once, or held open until something has to be told.

use std::sync::Arc;

use tokio::sync::Notify;

use super::queue::{Channel, Waiting};
use crate::document::Events;
use crate::moment::Moment;
use crate::protocol::{Failure, Inputs, Reply};

/// A poll that is held open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket {
    number: u64,
    /// When it is answered without events.
    deadline: Moment,
}

/// What becomes of a poll.
#[derive(Debug)]
pub(crate) enum Poll {
    /// It is answered.
    Ready(Result<Reply, Failure>),
    /// It is held open, until a moment or until something happens.
    Wait { ticket: Ticket, until: Moment, notify: Arc<Notify> },
}

impl Channel {
    /// Begins a poll. `ack` is the number that the address has, `base` the address without it.
    pub(crate) fn begin(&mut self, ack: Option<u64>, inputs: &Inputs, base: &str, now: Moment) -> Poll {
        self.last_poll = now;
        self.set(inputs);
        let ack = ack.unwrap_or(self.number);
        if std::mem::take(&mut self.lost_acknowledgement) {
            return Poll::Ready(Ok(Reply::Events(self.resync(ack, base))));
        }
        if ack != self.number {
            // The client did not see the last answer: it gets the same again.
            return match &self.unacknowledged {
                Some(last) if ack.checked_add(1) == Some(self.number) => Poll::Ready(Ok(Reply::Events(last.clone()))),
                _ => Poll::Ready(Ok(Reply::Events(self.resync(ack, base)))),
            };
        }
        let priority = inputs.number("priority").unwrap_or(0);
        if self.waiting.is_some_and(|waiting| waiting.priority > priority) {
            return Poll::Ready(Err(replaced()));
        }
        self.unacknowledged = None;
        self.tickets += 1;
        self.waiting = Some(Waiting { ticket: self.tickets, priority });
        // The poll that this one replaces has to notice.
        self.notify.notify_waiters();
        self.resume(Ticket { number: self.tickets, deadline: now + self.settings.timeout * 1000 }, base, now)
    }

    /// Looks again at a poll that is held open.
    pub(crate) fn resume(&mut self, ticket: Ticket, base: &str, now: Moment) -> Poll {
        if self.waiting.is_none_or(|waiting| waiting.ticket != ticket.number) {
            return Poll::Ready(Err(replaced()));
        }
        let due = self.due();
        if now < ticket.deadline && !self.has_lost_state && due.is_none_or(|due| due > now) {
            let until = due.map_or(ticket.deadline, |due| due.min(ticket.deadline));
            return Poll::Wait { ticket, until, notify: Arc::clone(&self.notify) };
        }
        self.last_poll = now;
        Poll::Ready(Ok(Reply::Events(self.answer(base))))
    }

    /// Notes that the client has given up a poll that was held open.
    pub(crate) fn abandon(&mut self, ticket: Ticket, now: Moment) {
        if self.waiting.is_some_and(|waiting| waiting.ticket == ticket.number) {
            self.waiting = None;
            self.last_poll = now;
        }
    }

    /// Answers a poll with all that waits.
    fn answer(&mut self, base: &str) -> Events {
        self.waiting = None;
        let way = if std::mem::take(&mut self.has_lost_state) { "resume" } else { "next" };
        let events = Events {
            href: address(base, self.number),
            way: (way, address(base, self.number + 1)),
            senders: Some(self.take_senders()),
        };
        self.number += 1;
        self.unacknowledged = Some(events.clone());
        events
    }

    /// The answer to an acknowledgement out of order: where the first answer is that the client did not acknowledge.
    fn resync(&self, ack: u64, base: &str) -> Events {
        let number = if self.unacknowledged.is_some() { self.number - 1 } else { self.number };
        Events { href: address(base, ack), way: ("resync", address(base, number)), senders: None }
    }

    fn set(&mut self, inputs: &Inputs) {
        let settings = &mut self.settings;
        for (name, value) in
            [("low", &mut settings.low), ("medium", &mut settings.medium), ("timeout", &mut settings.timeout)]
        {
            if let Some(number) = inputs.number(name) {
                *value = number;
            }
        }
    }
}

fn address(base: &str, number: u64) -> String {
    format!("{base}/events?ack={number}")
}

fn replaced() -> Failure {
    Failure::new(409, "Conflict", Some("PGetReplaced")).saying("Another request polls the event channel.")
}
