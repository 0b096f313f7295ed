//! Random values, all from one source that can be seeded.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;

/// The source of all random values of a client.
#[derive(Debug)]
pub(crate) struct Random(Mutex<Rng>);

impl Random {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self(Mutex::new(seed.map_or_else(Rng::new, Rng::with_seed)))
    }

    /// A delay between nothing and `longest`.
    pub(crate) fn delay(&self, longest: Duration) -> Duration {
        let milliseconds = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(self.with(|rng| rng.u64(0..=milliseconds)))
    }

    /// An identifier in the form of a GUID.
    pub(crate) fn guid(&self) -> String {
        let hex = format!("{:032x}", self.with(|rng| rng.u128(..)));
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    fn with<T>(&self, draw: impl FnOnce(&mut Rng) -> T) -> T {
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
