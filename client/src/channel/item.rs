//! The items of the stream of events.

use std::fmt;

use ucwa::{Event, Sender, UnreadablePart};

use crate::error::Error;
use crate::loss::Loss;

/// The items of the stream of events.
#[derive(Debug)]
#[non_exhaustive]
pub enum ChannelItem {
    /// An event. [`Event::documented`] sorts it into the documented events; unknown events, and those that cannot be
    /// read in full, are events too.
    Event(Box<Event>),
    /// A sender with events that cannot be read at all; its [`unreadable`](Sender::unreadable) part has them as text. What could be
    /// read of its events follows.
    UnreadableSender(Box<Sender>),
    /// Parts of a response that belong to no sender and cannot be read, by what they are called in it, such as `_links`. The events of
    /// the response follow. Where it is the link with which the channel continues that cannot be read, the same request is sent
    /// again; if that does not help, the channel begins anew, with [`Loss::Resynchronized`].
    UnreadableParts(Vec<(String, UnreadablePart)>),
    /// The channel is interrupted. It is tried again, with growing delays, until [`Reconnected`](Self::Reconnected) or
    /// the end. The server keeps events for some time.
    Interrupted(Error),
    /// The channel works again: the server has responded to a poll. Where nothing happens, it does so at the end of the time-out, three
    /// minutes after the network is back. If events were lost meanwhile, another item reports it.
    Reconnected,
    /// The server dropped state that the program has to restore. Events after this item happened after the loss.
    Lost(Loss),
    /// The last item: nothing comes after it, and nothing is sent.
    Ended(ChannelEnd),
}

/// Why the stream ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum ChannelEnd {
    /// The application was closed.
    Closed,
    /// Another stream of this application has taken the channel.
    TakenByStream,
    /// Another process polls the channel of this application, and took it again after this one had taken it back.
    TakenByStranger(Error),
    /// The server ended the application for good: 410, for example with `InactiveApplicationExpired` or `TooManyApplications`. A program
    /// whose computer slept for long begins anew by [`Application::recreate`](crate::Application::recreate) and another stream.
    Gone(Error),
    /// The credentials no longer work.
    SignIn(Error),
    /// The server sends the same response again and again, and it cannot be read, or is larger than [the limit](crate::RequestLimits::body).
    Unreadable(Error),
    /// The server sent a link that must not be followed, or the settings of the channel are invalid. Another stream begins anew in the first
    /// case, and reports [`Loss::Resynchronized`](crate::Loss::Resynchronized).
    Refused(Error),
}

impl fmt::Display for ChannelEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the application was closed"),
            Self::TakenByStream => f.write_str("another stream of the application reads the events"),
            Self::TakenByStranger(error) => write!(f, "another process reads the events of the application: {error}"),
            Self::Gone(error) => write!(f, "the server ended the application for good: {error}"),
            Self::SignIn(error) => write!(f, "the credentials no longer work: {error}"),
            Self::Unreadable(error) => write!(f, "what the server sends cannot be read: {error}"),
            Self::Refused(error) => write!(f, "what the server sends must not be followed: {error}"),
        }
    }
}

impl ChannelEnd {
    /// The reason in short, by which ends are counted.
    pub(super) fn reason(&self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::TakenByStream => "taken_by_stream",
            Self::TakenByStranger(_) => "taken_by_stranger",
            Self::Gone(_) => "gone",
            Self::SignIn(_) => "sign_in",
            Self::Unreadable(_) => "unreadable",
            Self::Refused(_) => "refused",
        }
    }
}
