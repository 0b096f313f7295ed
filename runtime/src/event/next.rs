//! The links with which the event channel continues.

use crate::model::LinkData;

/// The link for the next request to the event channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NextLink<L = LinkData> {
    /// Continue there. This acknowledges the events of the response.
    Next(L),
    /// Continue there, and subscribe again: conversations and presence subscriptions were reset.
    Resume(L),
    /// Continue there, and drop all transient state: the acknowledgement was out of order.
    Resync(L),
}

impl<L> NextLink<L> {
    /// The name of the relation.
    pub fn rel(&self) -> &'static str {
        match self {
            Self::Next(_) => "next",
            Self::Resume(_) => "resume",
            Self::Resync(_) => "resync",
        }
    }

    /// The link, whatever it means.
    pub fn link(&self) -> &L {
        match self {
            Self::Next(link) | Self::Resume(link) | Self::Resync(link) => link,
        }
    }

    /// The link, whatever it means.
    pub fn into_link(self) -> L {
        match self {
            Self::Next(link) | Self::Resume(link) | Self::Resync(link) => link,
        }
    }

    /// The same with another link.
    pub fn map<M>(self, change: impl FnOnce(L) -> M) -> NextLink<M> {
        match self {
            Self::Next(link) => NextLink::Next(change(link)),
            Self::Resume(link) => NextLink::Resume(change(link)),
            Self::Resync(link) => NextLink::Resync(change(link)),
        }
    }

    /// How much following it requires of the client.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Next(_) => 0,
            Self::Resume(_) => 1,
            Self::Resync(_) => 2,
        }
    }

    pub(super) fn new(rel: &str, link: L) -> Result<Self, L> {
        match rel {
            "next" => Ok(Self::Next(link)),
            "resume" => Ok(Self::Resume(link)),
            "resync" => Ok(Self::Resync(link)),
            _ => Err(link),
        }
    }
}
