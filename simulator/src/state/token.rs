//! Tokens.

use super::{Identity, Moment};

/// A token that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) identity: Identity,
    pub(crate) expires: Moment,
    /// The origin that it is good for; none where it is good for all.
    pub(crate) audience: Option<String>,
}
