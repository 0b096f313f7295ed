//! Counting what happens in a client, which only the feature `metrics` does.

#[cfg(feature = "metrics")]
pub mod metrics;
mod occurrence;

use std::time::Duration;

#[cfg(feature = "metrics")]
use tokio::time::Instant;

use ucwa::OperationRequest;
use ucwa_runtime::Described as _;

#[cfg(feature = "metrics")]
pub(crate) use self::metrics::record;
pub(crate) use self::occurrence::{Occurrence, PollOutcome, SignInOutcome};

/// Nobody counts without the feature.
#[cfg(not(feature = "metrics"))]
pub(crate) fn record(_: &Occurrence<'_>) {}

/// Counts a request that failed and is sent again.
pub(crate) fn record_repetition<R: OperationRequest>() {
    record(&Occurrence::Retry { rel: R::Resource::DESCRIPTION.rel, method: &R::METHOD });
}

/// An event channel that is read. It counts as open until this is dropped.
#[derive(Debug)]
pub(crate) struct OpenChannel(());

impl OpenChannel {
    pub(crate) fn new() -> Self {
        record(&Occurrence::ChannelOpened);
        Self(())
    }
}

impl Drop for OpenChannel {
    fn drop(&mut self) {
        record(&Occurrence::ChannelClosed);
    }
}

/// Measures how long something takes, by tokio's clock. It measures nothing without the feature.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(#[cfg(feature = "metrics")] Instant);

impl Stopwatch {
    #[cfg(feature = "metrics")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    #[cfg(feature = "metrics")]
    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    #[cfg(not(feature = "metrics"))]
    pub(crate) fn start() -> Self {
        Self()
    }

    #[cfg(not(feature = "metrics"))]
    pub(crate) fn elapsed(self) -> Duration {
        let Self() = self;
        Duration::ZERO
    }
}
