//! What becomes of requests.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use tokio::sync::Notify;

use crate::channel::Ticket;
use crate::state::{ApplicationId, Moment};

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Step {
    /// It is answered.
    Done(Response<Bytes>),
    /// It is a poll that is held open, until a moment or until something happens.
    Wait(Wait),
}

/// A poll that is held open.
#[derive(Debug)]
pub(crate) struct Wait {
    pub(crate) application: ApplicationId,
    pub(crate) ticket: Ticket,
    pub(crate) until: Moment,
    pub(crate) notify: Arc<Notify>,
}
