//! Windows sign-ins that are under way.

use super::Identity;
use crate::protocol::ConnectionId;

/// A handshake of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Handshake {
    pub(crate) connection: Option<ConnectionId>,
    pub(crate) progress: Progress,
}

/// How far a handshake is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    /// The client has to respond to a challenge.
    Challenged([u8; 8]),
    /// The connection is that of a user.
    SignedIn(Identity),
}
