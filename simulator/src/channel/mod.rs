//! The event channel of an application: what happened, until the client has said that it knows.

mod poll;
mod queue;

pub(crate) use poll::{Poll, Ticket};
pub(crate) use queue::{Channel, Settings};
