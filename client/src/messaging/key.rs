//! By what conversations, invitations and participants are known.

use ucwa::Link;

/// The address of a link or, of one that leads nowhere, what stands in it.
pub(super) fn key<T>(link: &Link<T>) -> String {
    link.address().unwrap_or_else(|_| link.href().to_owned())
}
