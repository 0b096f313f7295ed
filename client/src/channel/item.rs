//! The items of the stream of events.

use ucwa::{Event, Sender, UnreadablePart};

use crate::error::Error;

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

/// What the server dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Loss {
    /// Conversations and presence subscriptions were reset. Subscribe again.
    Resumed,
    /// The server was told out of order which events had arrived. Drop all transient state and read again what is needed; events
    /// may be missing.
    Resynchronized,
    /// The application was lost and has been created again; the user was made available if they were before. Conversations,
    /// subscriptions and all links of the old application are gone, and events may be missing.
    Recreated,
}

impl Loss {
    /// Whether presence subscriptions are gone. Subscribe again.
    pub fn includes_subscriptions(self) -> bool {
        matches!(self, Self::Resumed | Self::Resynchronized | Self::Recreated)
    }

    /// Whether conversations and invitations are gone.
    pub fn includes_conversations(self) -> bool {
        matches!(self, Self::Resumed | Self::Resynchronized | Self::Recreated)
    }

    /// Whether events may be missing, so that what is known of contacts, groups and the user may be out of date.
    pub fn includes_events(self) -> bool {
        matches!(self, Self::Resynchronized | Self::Recreated)
    }

    /// Whether links that were read before lead nowhere, as they are those of an application that is gone.
    pub fn includes_links(self) -> bool {
        matches!(self, Self::Recreated)
    }
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
    /// The server sends the same response again and again, and it cannot be read.
    Unreadable(Error),
    /// The server sent a link that must not be followed, or the settings of the channel are invalid.
    Refused(Error),
}
