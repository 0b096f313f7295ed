//! The items of the stream of events.

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
    /// The channel works again. If events were lost meanwhile, another item reports it.
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
