//! The event channel: a stream that continues after failures and reports what was lost.

mod cursor;
mod item;
mod listener;
mod machine;
mod poll;
mod reader;
mod settings;

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use ucwa::Link;

pub use cursor::{Cursor, ParseCursorError};
pub use item::{ChannelEnd, ChannelItem};
pub(crate) use listener::{Listener, Listeners, Liveness};
pub use machine::ChannelState;
pub(crate) use reader::ChannelReader;
pub use settings::ChannelSettings;

use self::machine::Machine;
use crate::application::{Application, NextPoll, Start};
use crate::error::{Error, RefusedError};

/// The events of an application, in order, as a [`Stream`] of [`ChannelItem`]s.
///
/// While the program handles the items of one response, the next poll is already on its way, unless the
/// [settings](ChannelSettings::with_late_acknowledgement) say otherwise. One more response is kept at most: a
/// program that is slow slows the channel down. The stream goes on after broken connections, restarts of the server, renewed
/// tokens and lost applications; what that cost is an item. Its last item is [`Ended`](ChannelItem::Ended).
///
/// Nothing is sent while nobody polls the stream. Dropping it cancels the poll, and the application stays.
pub struct Events {
    machine: Machine,
}

impl Application {
    /// The events that no stream has received yet, with the default settings. A stream takes the channel from the one before it,
    /// which ends.
    ///
    /// # Errors
    ///
    /// Fails if the application has no event channel.
    pub fn events(&self) -> Result<Events, Error> {
        self.events_with(ChannelSettings::default())
    }

    /// The events that no stream has received yet.
    ///
    /// # Errors
    ///
    /// Fails if the application has no event channel.
    pub fn events_with(&self, settings: ChannelSettings) -> Result<Events, Error> {
        let next = self.next_poll()?;
        Ok(self.events_from(next, settings))
    }

    /// The events after those that were handled when another stream, perhaps of another process, had this [`cursor`](Events::cursor).
    /// The application has to be the same: create it with the same `endpointId`.
    ///
    /// Where the server no longer has what came after the cursor, the stream says so by [`Loss::Resynchronized`](crate::Loss::Resynchronized).
    ///
    /// # Errors
    ///
    /// Fails if the cursor leads to another host than the application.
    pub fn events_after(&self, cursor: &Cursor, settings: ChannelSettings) -> Result<Events, Error> {
        let own = self.next_poll()?.link.url().map_err(RefusedError::from)?;
        if own.origin() != cursor.url().origin() {
            return Err(RefusedError::foreign(cursor.url()).into());
        }
        let next = NextPoll { link: Link::new(cursor.url().as_str()), start: Start::Continued };
        Ok(self.events_from(next, settings))
    }

    fn events_from(&self, next: NextPoll, settings: ChannelSettings) -> Events {
        self.hear_invitations();
        Events { machine: Machine::new(self.clone(), settings, next) }
    }
}

impl Events {
    /// The next item; `None` after the last. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<ChannelItem> {
        std::future::poll_fn(|context| self.machine.poll_next(context)).await
    }

    /// Awaits something else, such as an [`Operation`](crate::Operation), and reads the channel meanwhile: `handle` receives each
    /// item. Where the channel ends, goes on waiting.
    ///
    /// Dropping the future loses nothing of the channel.
    pub async fn read_during<F: IntoFuture>(&mut self, awaited: F, mut handle: impl FnMut(ChannelItem)) -> F::Output {
        let mut awaited = std::pin::pin!(awaited.into_future());
        loop {
            tokio::select! {
                biased;
                output = &mut awaited => return output,
                Some(item) = self.next() => handle(item),
            }
        }
    }

    /// Reads the channel to its end, and returns why it ended. This is for programs that learn what happens from other parts of
    /// this crate, such as [`Presence`](crate::presence::Presence), which need somebody to read the channel.
    ///
    /// A program that runs for long looks at what this returns. The streams of those parts end when the application is closed. Where the
    /// channel ends for another reason, such as a password that has expired, they wait for another stream of events.
    ///
    /// ```no_run
    /// # async fn program(application: ucwa_client::Application) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut reader = tokio::spawn(application.events()?.run());
    /// let mut invitations = application.messaging().invitations();
    /// loop {
    ///     tokio::select! {
    ///         end = &mut reader => return Err(format!("no more events: {:?}", end?).into()),
    ///         Some(invitation) = invitations.next() => println!("{invitation:?}"),
    ///     }
    /// }
    /// # }
    /// ```
    pub async fn run(mut self) -> ChannelEnd {
        while let Some(item) = self.next().await {
            match item {
                ChannelItem::Ended(end) => return end,
                ChannelItem::Interrupted(error) => tracing::debug!(%error, "the event channel is interrupted"),
                _ => {}
            }
        }
        // Only a stream that has given its last item ends without one.
        ChannelEnd::Closed
    }

    /// What the channel does at the moment.
    pub fn state(&self) -> ChannelState {
        self.machine.state()
    }

    /// Says that the program has handled all items so far, which moves the [cursor](Self::cursor) behind them if they were the last of
    /// their response. Coming back for the next item says the same, and may have the server told at once that they have arrived: a
    /// program that must not lose any calls this, stores the cursor, and then comes back.
    pub fn mark_handled(&mut self) {
        self.machine.mark_handled();
    }

    /// Where to go on after all items that were handled: those [marked](Self::mark_handled) so, or of which the program has come back
    /// for the next one. Before that, it is where the stream began, or `None` where no response said where to begin. `None` once the
    /// stream has ended.
    ///
    /// It moves on with each response of the channel, not with each event. A program that stops in the middle of a response, and
    /// goes on with the cursor that it stored, receives the events of that response again, unless the server was told before that
    /// they had arrived: a poll that was on its way tells it so. Then the new stream begins with
    /// [`Loss::Resynchronized`](crate::Loss::Resynchronized). A program that must not lose any has them acknowledged
    /// [late](ChannelSettings::with_late_acknowledgement).
    ///
    /// An item counts as handled whatever other parts of this crate have made of it: what still waits in a
    /// [`Conversation`](crate::messaging::Conversation), for example, is behind the cursor.
    pub fn cursor(&self) -> Option<Cursor> {
        self.machine.cursor()
    }
}

impl Stream for Events {
    type Item = ChannelItem;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<ChannelItem>> {
        self.get_mut().machine.poll_next(context)
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("state", &self.state()).finish_non_exhaustive()
    }
}
