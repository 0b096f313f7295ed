//! Discovery that failed: where the client looked, and what it found there.

use std::fmt;
use std::time::Duration;

use ucwa::OperationError;
use ucwa::discovery::RootGetError;
use ucwa::url::Url;
use ucwa_runtime::secret::redact_url;

use super::RefusedError;
use crate::transport::TransportError;

/// The user's server was not found at any of the places where it can be.
#[derive(Debug)]
#[non_exhaustive]
pub struct DiscoveryError {
    /// The domain of the user, as the address has it.
    pub domain: String,
    /// Where the client looked, in order. Nowhere if the domain is none.
    pub attempts: Vec<DiscoveryAttempt>,
}

/// A place where the client looked for the user's server.
#[derive(Debug)]
#[non_exhaustive]
pub struct DiscoveryAttempt {
    /// The URL at which the attempt began, without credentials, such as `https://lyncdiscover.contoso.com/`.
    pub start: String,
    /// The URL that failed, without credentials: the start, or where redirects led.
    pub url: String,
    /// Why it failed.
    pub problem: DiscoveryProblem,
}

/// Why a place did not lead to the user's server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiscoveryProblem {
    /// There was no response.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The server responded with an error, or with a document that cannot be read.
    #[error(transparent)]
    Server(Box<OperationError<RootGetError>>),
    /// The address must not be used.
    #[error(transparent)]
    Refused(#[from] RefusedError),
    /// The document has none of the links that lead on.
    #[error("the response has neither a link `user` nor a link `redirect`")]
    NoLink,
}

impl DiscoveryAttempt {
    pub(crate) fn new(start: &Url, failed: &Url, problem: DiscoveryProblem) -> Self {
        let [start, url] = [start, failed].map(|url| redact_url(url.as_str()).into_owned());
        Self { start, url, problem }
    }
}

impl DiscoveryError {
    /// Whether the same may succeed later: there was no response at one of the places, or an error that passes.
    pub fn is_retryable(&self) -> bool {
        self.attempts.iter().any(|attempt| match &attempt.problem {
            DiscoveryProblem::Transport(error) => error.is_retryable(),
            DiscoveryProblem::Server(error) => error.is_retryable(),
            DiscoveryProblem::Refused(_) | DiscoveryProblem::NoLink => false,
        })
    }
}

impl DiscoveryError {
    /// How long the servers that were found ask to wait before the next try; of several times the longest.
    pub fn retry_after(&self) -> Option<Duration> {
        let asked = self.attempts.iter().filter_map(|attempt| match &attempt.problem {
            DiscoveryProblem::Server(error) => error.retry_after(),
            _ => None,
        });
        asked.max()
    }
}

impl fmt::Display for DiscoveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no server found for {}", self.domain)?;
        if self.attempts.is_empty() {
            f.write_str(", which is not a domain; sign in with an address such as `user@contoso.com`")?;
        }
        for (number, attempt) in self.attempts.iter().enumerate() {
            write!(f, "{} {}: {}", if number == 0 { ":" } else { ";" }, attempt.url, attempt.problem)?;
        }
        Ok(())
    }
}

impl std::error::Error for DiscoveryError {}
