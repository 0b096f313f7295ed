//! The settings of a client.

use std::time::{Duration, SystemTime};

use ucwa::Format;
use ucwa::url::Url;

use crate::pace::Pace;

/// Limits on time, size and redirects.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestLimits {
    /// How long a response may take, with its body (default 30 seconds). A poll of the event channel may take longer, as its own
    /// time-out says.
    pub request_time: Duration,
    /// How long a poll may take beyond the time-out of the event channel before it is given up as lost (default 30 seconds).
    pub poll_margin: Duration,
    /// The largest document in a response, in bytes (default 16 MiB).
    pub body: usize,
    /// The largest content in a response that is no document, such as a photo, in bytes (default 4 MiB).
    pub content: usize,
    /// How many redirects are followed in one request, and in one attempt of discovery (default 10).
    pub redirects: u32,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            request_time: Duration::from_secs(30),
            poll_margin: Duration::from_secs(30),
            body: 16 << 20,
            content: 4 << 20,
            redirects: 10,
        }
    }
}

/// When and how often a request is repeated. The event channel has the same delays, and waits no longer than the longest `Retry-After` allows; it
/// tries again for as long as it takes, whatever attempts and budget say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How many times a request is sent at most (default 4). 1 turns repeating off.
    pub attempts: u32,
    /// The longest delay before the first repetition (default 500 ms). It doubles with each one; the delay is a random part of it.
    pub delay: Duration,
    /// The longest delay before any repetition (default 30 seconds).
    pub longest_delay: Duration,
    /// The longest `Retry-After` that is waited for (default 1 minute). A request whose response asks for a longer one fails.
    pub longest_retry_after: Duration,
    /// How many repetitions in a row all requests of a client may use up (default 100). Each request that succeeds gives back a
    /// tenth of one, so that a server in trouble does not receive many times the usual number of requests.
    pub budget: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            delay: Duration::from_millis(500),
            longest_delay: Duration::from_secs(30),
            longest_retry_after: Duration::from_secs(60),
            budget: 100,
        }
    }
}

/// Whether discovery may begin with a request over plain http.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PlainHttp {
    /// Discovery uses https alone.
    #[default]
    Refused,
    /// Where https leads nowhere, discovery tries `http://lyncdiscoverinternal.DOMAIN/` and `http://lyncdiscover.DOMAIN/`: some sites
    /// have no certificate for these names. Whoever controls the network can then redirect the client to a server of their own,
    /// and receives the password. What discovery leads to still has to be https.
    FirstHop,
}

/// The settings of a client. The defaults suit most programs.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The format of requests and responses (default JSON).
    pub format: Format,
    /// Limits on time, size and redirects.
    pub limits: RequestLimits,
    /// When and how often a request is repeated.
    pub retry: RetryPolicy,
    /// Where discovery begins, if not at `lyncdiscoverinternal` and `lyncdiscover` of the user's domain.
    pub discovery: Option<Url>,
    /// Whether discovery may begin with a request over plain http.
    pub plain_http: PlainHttp,
    /// At which pace users sign in, create applications and renew tokens that the server refuses (default: each as soon as it can). Clients with
    /// clones of one pace share it, so that the users of one process do not run over a server.
    pub pace: Option<Pace>,
    /// The seed of all random values: delays and identifiers. Without one they differ from run to run. Two clients of one user that have
    /// the same seed take each other's application over, unless each has an
    /// [endpoint id](crate::ApplicationSettings::with_endpoint_id) of its own.
    pub seed: Option<u64>,
    /// The time of day when the client is made (default: that of the system). From then on it runs with tokio's clock. The dates of
    /// responses without a `Date` are compared with it.
    pub time_of_day: Option<SystemTime>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            format: Format::Json,
            limits: RequestLimits::default(),
            retry: RetryPolicy::default(),
            discovery: None,
            plain_http: PlainHttp::default(),
            pace: None,
            seed: None,
            time_of_day: None,
        }
    }
}
