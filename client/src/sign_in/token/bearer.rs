//! A token, and when it has to be renewed.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use ucwa::http::HeaderValue;
use zeroize::Zeroizing;

use crate::credentials::{Secret, SuppliedToken};

/// How long before its end a token is renewed at the latest. Short-lived ones are renewed after nine tenths of their time.
const RENEWAL_MARGIN: Duration = Duration::from_secs(300);

/// A token, as requests carry it.
pub(crate) struct Token {
    /// Tells tokens of a client apart.
    pub(super) number: u64,
    pub(super) text: Secret,
    header: HeaderValue,
    /// When it has to be renewed, and when it ends; unknown for some.
    times: Option<(Instant, Instant)>,
}

impl Token {
    pub(super) fn new(number: u64, supplied: SuppliedToken, now: Instant) -> Option<Self> {
        let SuppliedToken { text, lifetime } = supplied;
        let mut value = Zeroizing::new(Vec::with_capacity("Bearer ".len() + text.expose().len()));
        value.extend_from_slice(b"Bearer ");
        value.extend_from_slice(text.expose().as_bytes());
        let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(value)).ok()?;
        header.set_sensitive(true);
        let times = lifetime.and_then(|lifetime| times(lifetime, now));
        Some(Self { number, text, header, times })
    }

    /// The value of the header `Authorization`.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.times.is_some_and(|(due, _)| due <= now)
    }

    pub(super) fn is_expired(&self, now: Instant) -> bool {
        self.times.is_some_and(|(_, end)| end <= now)
    }
}

/// When a token has to be renewed, and when it ends. One that ends at once, or later than any clock can tell, is used until a
/// host refuses it.
fn times(lifetime: Duration, now: Instant) -> Option<(Instant, Instant)> {
    let margin = RENEWAL_MARGIN.min(lifetime / 10);
    let end = now.checked_add(lifetime).filter(|_| !lifetime.is_zero())?;
    Some((end - margin, end))
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("number", &self.number).finish_non_exhaustive()
    }
}
