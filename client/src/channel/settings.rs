//! How the server collects events, and when it is told that they have arrived.

use std::time::Duration;

use ucwa::general::EventsQuery;

/// The priority of polls that do not name one.
const PRIORITY: i32 = 0;

/// How the server collects events, and when it is told that they have arrived. What is not set is the server's default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelSettings {
    timeout: Duration,
    low: Option<i32>,
    medium: Option<i32>,
    priority: Option<i32>,
    acknowledges_late: bool,
}

impl Default for ChannelSettings {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(180), low: None, medium: None, priority: None, acknowledges_late: false }
    }
}

impl ChannelSettings {
    /// The server's defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how long a poll without events stays open, in whole seconds between 180 and 1800 (default 180). The longer, the fewer
    /// requests; connections over some proxies do not live for long.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets for how many seconds events of low priority are collected, 5 to 1800 (default 15).
    #[must_use]
    pub fn with_low(mut self, seconds: i32) -> Self {
        self.low = Some(seconds);
        self
    }

    /// Sets for how many seconds events of medium priority are collected, 5 to 1800 (default 5).
    #[must_use]
    pub fn with_medium(mut self, seconds: i32) -> Self {
        self.medium = Some(seconds);
        self
    }

    /// Sets which of two polls of different processes wins (default 0): one of lower priority does not replace one of higher. The streams of
    /// this application replace each other, whatever their priorities.
    #[must_use]
    pub fn with_priority(mut self, priority: i32) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Has the server told that events have arrived only once the program has handled them all and comes back for the next item. By
    /// default, the next poll tells it while the program handles them.
    ///
    /// With this, a program that is killed and goes on after the [cursor](crate::Events::cursor) that it stored receives again what it had
    /// not handled, and nothing is lost. It stores the cursor after each item that it has [handled](crate::Events::mark_handled), before it
    /// comes back for the next one. In return, no poll is open while the program handles events: it should not take minutes for that.
    #[must_use]
    pub fn with_late_acknowledgement(mut self) -> Self {
        self.acknowledges_late = true;
        self
    }

    /// Whether the next poll waits until the program has handled all events.
    pub(super) fn acknowledges_late(&self) -> bool {
        self.acknowledges_late
    }

    /// How long the server holds a poll open.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The priority of polls, as servers take it.
    pub(super) fn own_priority(&self) -> i32 {
        self.priority.unwrap_or(PRIORITY)
    }

    /// The parameters of a poll after which the server knows the settings, and which replaces one of another priority.
    pub(super) fn all_above(&self, other: i32) -> EventsQuery {
        let mut query = self.priority();
        if other > self.own_priority() {
            query.priority = Some(other);
        }
        query.timeout = Some(i32::try_from(self.timeout.as_secs()).unwrap_or(i32::MAX));
        (query.low, query.medium) = (self.low, self.medium);
        query
    }

    /// The parameters of every other poll.
    pub(super) fn priority(&self) -> EventsQuery {
        let mut query = EventsQuery::new();
        query.priority = self.priority;
        query
    }
}
