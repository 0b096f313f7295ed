//! How long subscriptions last, and how much is asked for at once.

use std::time::Duration;

/// For how long the server is asked to report changes, in minutes: as long as it allows.
pub(super) const MINUTES: i32 = 30;

/// How long after it began a subscription ends, unless it is renewed.
pub(super) const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// How long after it began a subscription is renewed.
pub(super) const RENEWAL: Duration = Duration::from_secs(20 * 60);

/// How long after it began a subscription has told the presence of all its contacts.
pub(super) const GRACE: Duration = Duration::from_secs(60);

/// When contacts are tried again whom the server refuses.
pub(super) const REFUSAL: Duration = Duration::from_secs(10 * 60);

/// How many contacts are identified in one step, and how much of them is read: as many as a batch takes.
pub(super) const READS: usize = 100;

/// How many contacts there may be for new ones to be read at once, before the server says how they are.
pub(super) const AT_ONCE: usize = 500;

/// How many contacts one request subscribes to at most. Servers limit it; this is taken by all.
pub(super) const PORTION: usize = 100;
