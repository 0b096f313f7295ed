//! Requests without a response.

use ucwa_runtime::secret::redact_url;

use crate::transport::TransportError;

/// A request that got no response.
#[derive(Debug, thiserror::Error)]
#[error("{operation}{}: {source}{}", place(url), times(*attempts))]
#[non_exhaustive]
pub struct TransportFailure {
    /// The method and the resource, such as `GET contactPresence`.
    pub operation: String,
    /// The URL, without credentials; empty where no request was made yet, and where the application was closed meanwhile.
    pub url: String,
    /// How many times the request was sent; 1 for the steps of a sign-in, each time that they are repeated.
    pub attempts: u32,
    /// What happened at the last attempt.
    pub source: TransportError,
}

impl TransportFailure {
    /// A failure to get ready, before any request.
    pub(crate) fn before_any(source: TransportError) -> Self {
        Self { operation: "preparing requests".into(), url: String::new(), attempts: 0, source }
    }

    /// The same failure, as that of another request which was sent along.
    pub(crate) fn for_operation(&self, operation: String) -> Self {
        Self { operation, url: self.url.clone(), attempts: self.attempts, source: self.source.copy() }
    }

    pub(crate) fn new(operation: impl Into<String>, url: &str, attempts: u32, source: TransportError) -> Self {
        Self { operation: operation.into(), url: redact_url(url).into_owned(), attempts, source }
    }
}

fn place(url: &str) -> String {
    if url.is_empty() { String::new() } else { format!(" at `{url}`") }
}

fn times(attempts: u32) -> String {
    if attempts < 2 { String::new() } else { format!(" (attempt {attempts})") }
}
