//! The program, as the one who reads the channel.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The longest time for which a server keeps a poll open.
const LONGEST_POLL: Duration = Duration::from_secs(1800);

/// Whether the program reads the channel. Those who wait for an event ask this, as silence says nothing where nobody listens.
#[derive(Debug)]
pub(crate) struct ChannelReader(Mutex<Reading>);

#[derive(Debug)]
struct Reading {
    /// Whether the program has still to take what came before, so that nobody looks at what comes.
    is_behind: bool,
    /// When the program looked last, or when it looks again at the latest.
    looks: Instant,
}

impl Default for ChannelReader {
    fn default() -> Self {
        Self(Mutex::new(Reading { is_behind: false, looks: Instant::now() }))
    }
}

impl ChannelReader {
    /// Whether the program has still to take what came before, so that nobody looks at what comes.
    pub(crate) fn is_behind(&self) -> bool {
        self.lock().is_behind
    }

    /// Since when nobody has read the channel. This lies ahead while the program waits for what comes.
    pub(crate) fn away_since(&self) -> Instant {
        self.lock().looks
    }

    /// Notes that the program took an item, after which there may be others.
    pub(super) fn takes(&self, is_behind: bool) {
        *self.lock() = Reading { is_behind, looks: Instant::now() };
    }

    /// Notes that the program waits for a response, for which the server has some time.
    pub(super) fn waits(&self, time: Duration) {
        *self.lock() = Reading { is_behind: false, looks: Instant::now() + time.min(LONGEST_POLL) };
    }

    /// Notes that the program begins with another stream, or has let go of the one it had.
    pub(super) fn changes_stream(&self) {
        self.takes(false);
    }

    fn lock(&self) -> MutexGuard<'_, Reading> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
