//! Requests that are held open until something has changed, so that whoever watches need not ask again and again.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use tokio::time::{Instant, sleep, sleep_until};

use super::page_response;
use super::snapshot::{snapshot, version};
use crate::simulator::Simulator;

/// The path of such requests.
const PATH: &str = "/simulator/watch";

/// How long a request is held open at most.
const MAXIMUM_WAIT: Duration = Duration::from_secs(30);

/// How long further changes are collected after the first, so that many in a row become one response.
const PAUSE: Duration = Duration::from_millis(50);

/// A request that is answered when the snapshot is other than the one that its sender has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Watch {
    /// The version of the snapshot that the sender has; empty for none.
    known: String,
}

impl Watch {
    /// The watch that a request asks for, if it asks for one.
    pub(crate) fn of(request: &Request<Bytes>) -> Option<Self> {
        let uri = request.uri();
        if request.method() != Method::GET || uri.path() != PATH {
            return None;
        }
        let parameters = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let known = parameters.into_iter().find(|(name, _)| name == "version").map(|(_, value)| value.into_owned());
        Some(Self { known: known.unwrap_or_default() })
    }

    /// Answers with the snapshot, once it has changed or after the longest wait.
    pub(crate) async fn answer(self, simulator: &Simulator) -> Response<Bytes> {
        let deadline = Instant::now() + MAXIMUM_WAIT;
        loop {
            let changed = simulator.changes().notified();
            tokio::pin!(changed);
            // What changes between the look below and the wait must not be missed.
            changed.as_mut().enable();
            let snapshot = snapshot(simulator);
            if version(&snapshot) != self.known || Instant::now() >= deadline {
                return page_response(200, &snapshot);
            }
            // Some things change by themselves when their time comes.
            let timer = simulator.world().next_timer().map(|moment| simulator.instant(moment));
            tokio::select! {
                biased;
                () = changed => sleep(PAUSE).await,
                () = sleep_until(timer.map_or(deadline, |timer| timer.min(deadline))) => {}
            }
        }
    }
}
