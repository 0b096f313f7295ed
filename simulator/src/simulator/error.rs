//! Requests without a response.

/// Why a request got no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionError {
    /// The simulator does not play this host.
    #[error("no host named `{0}`: send the request to a host of the topology")]
    UnknownHost(String),
    /// The connection was cut.
    #[error("the connection was cut")]
    Cut,
}
