//! Connections, by which NTLM signs in.

/// The connection on which a request came.
///
/// [`serve`](crate::serve) adds it to the extensions of each request. A test in process does the same to try clients that mix up
/// connections; without it, all requests are taken for those of one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);
