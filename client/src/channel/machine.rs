//! The state machine of the event channel.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::task::coop;
use tokio::time::Instant;
use ucwa::general::{Events, EventsGetError};
use ucwa::url::Url;
use ucwa::{EventDocument, GetRequest, NextLink, NotLinked, Sender};

use super::cursor::Cursor;
use super::item::{ChannelEnd, ChannelItem};
use super::listener::{Listeners, Liveness};
use super::poll::{Work, WorkOutcome, work};
use super::reader::ChannelReader;
use super::settings::ChannelSettings;
use crate::application::{Application, NextPoll, Start};
use crate::counting::{Occurrence, OpenChannel, PollOutcome, Stopwatch, record};
use crate::error::{Error, RefusedError};
use crate::loss::Loss;
use crate::session::Received;

/// Two polls that are replaced within this time are replaced by a stranger. One alone is what a restart of the server looks like.
const STRANGER_WINDOW: Duration = Duration::from_secs(600);

/// A server that has nothing to tell keeps a poll open. Two responses in a row that came sooner are answered with a pause.
const AT_ONCE: Duration = Duration::from_secs(1);

/// How many responses in a row may be of no use until the channel asks no more for the same. The policy for requests does not decide
/// that: a program that has none of them repeated wants a channel that goes on all the same.
const ATTEMPTS: u32 = 4;

/// What the event channel does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChannelState {
    /// It waits for events, having acknowledged those before.
    Polling,
    /// It goes on after the server reset conversations and subscriptions.
    Resuming,
    /// It goes on after the server was told out of order what had arrived.
    Resyncing,
    /// It creates the application again, which the server lost.
    Recreating,
    /// It has ended.
    Closed,
}

/// The channel: what it does, what it waits for, and what it has to hand on.
pub(super) struct Machine {
    application: Application,
    listeners: Arc<Listeners>,
    settings: ChannelSettings,
    /// The number of this stream among those of the application.
    number: u64,
    state: ChannelState,
    /// Where the poll goes that the channel waits for, or sends next.
    next: NextPoll,
    /// The highest priority of the streams before, whose polls may still be open.
    priority_before: i32,
    /// Whether the server does not know the settings, or has forgotten them.
    has_to_send_settings: bool,
    /// What the channel waits for: nothing once it has ended.
    work: Option<Work>,
    /// What became of it, while items of the response before are handed on.
    outcome: Option<WorkOutcome>,
    items: VecDeque<ChannelItem>,
    cursor: Option<Url>,
    /// Where the cursor is once all items are handled.
    cursor_after: Option<Url>,
    /// How many times in a row something failed.
    failures: u32,
    /// How many responses in a row could not be read.
    unreadable: u32,
    /// How many responses in a row did not say where the channel continues.
    astray: u32,
    /// How many times in a row the server dropped state, or responded at once and with nothing.
    setbacks: u32,
    replaced_at: Option<Instant>,
    /// How often the application had been created again when the program was told so last.
    generation: u64,
    /// Since when the program has had items of a response to handle.
    handling: Option<Stopwatch>,
    /// Counts as long as the channel has not ended.
    open: Option<OpenChannel>,
}

impl Machine {
    pub(super) fn new(application: Application, settings: ChannelSettings, next: NextPoll) -> Self {
        let listeners = application.listeners();
        let (number, priority_before) = application.take_channel(settings.own_priority());
        let generation = application.told_generation();
        #[cfg(ucwa_planted)]
        let priority_before =
            if crate::planted::Planted::OutrankedStream.is_made() { i32::MIN } else { priority_before };
        listeners.begin();
        // A program that stops in the middle of the first response goes on where the stream began, unless that is in doubt.
        let cursor = next.link.url().ok().filter(|_| next.start == Start::Continued);
        application.set_next_poll(number, &next);
        let mut machine = Self {
            application,
            listeners,
            settings,
            number,
            state: ChannelState::Polling,
            next,
            priority_before,
            has_to_send_settings: true,
            work: None,
            outcome: None,
            items: VecDeque::new(),
            cursor,
            cursor_after: None,
            failures: 0,
            unreadable: 0,
            astray: 0,
            setbacks: 0,
            replaced_at: None,
            generation,
            handling: None,
            open: Some(OpenChannel::new()),
        };
        if machine.application.generation() == generation {
            machine.poll_after(Duration::ZERO);
        } else {
            // It was created again, or is at present, and no stream has said so.
            machine.state = ChannelState::Recreating;
            machine.recreate_after(Duration::ZERO);
        }
        machine
    }

    pub(super) fn state(&self) -> ChannelState {
        self.state
    }

    pub(super) fn cursor(&self) -> Option<Cursor> {
        self.cursor.clone().map(Cursor::new)
    }

    /// One step: looks at what it waits for, which sends the next poll, then hands on an item, or reacts to what has come. Where events are
    /// acknowledged late, the next poll is sent once the program has come back after the last item.
    ///
    /// Each item counts towards what tokio lets a task do before others have their turn, so that a channel that is never empty does
    /// not keep them waiting.
    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<ChannelItem>> {
        let turn = ready!(coop::poll_proceed(context));
        self.mark_handled();
        loop {
            let is_free = self.items.is_empty() || !self.settings.acknowledges_late();
            #[cfg(ucwa_planted)]
            let is_free = is_free || crate::planted::Planted::HastyPoll.is_made();
            if is_free
                && let Some(work) = &mut self.work
                && let Poll::Ready(outcome) = work.as_mut().poll(context)
            {
                (self.work, self.outcome) = (None, Some(outcome));
            }
            if let Some(item) = self.items.pop_front() {
                // Behind the last item of a stream that has ended comes nothing.
                let is_behind = self.state != ChannelState::Closed || !self.items.is_empty();
                self.note_reader(|reader| reader.takes(is_behind));
                if self.items.is_empty() {
                    // Most channels are silent for most of the time, and need no room then.
                    self.items = VecDeque::new();
                }
                turn.made_progress();
                return Poll::Ready(Some(item));
            }
            match (self.outcome.take(), &self.work) {
                (Some(outcome), _) => self.react(outcome),
                (None, Some(_)) => {
                    self.note_reader(|reader| reader.waits(self.settings.timeout()));
                    return Poll::Pending;
                }
                (None, None) => return Poll::Ready(None),
            }
        }
    }

    /// Takes note of whether the program reads the channel: only the latest stream counts.
    fn note_reader(&self, note: impl FnOnce(&ChannelReader)) {
        if self.application.has_channel(self.number) {
            note(self.listeners.reader());
        }
    }

    /// Notes that the program has handled what it was given, which matters once nothing of a response is left.
    pub(super) fn mark_handled(&mut self) {
        if !self.items.is_empty() {
            return;
        }
        if let Some(url) = self.cursor_after.take() {
            self.cursor = Some(url);
        }
        if let Some(stopwatch) = self.handling.take() {
            record(&Occurrence::Handled(stopwatch.elapsed()));
        }
    }

    fn react(&mut self, outcome: WorkOutcome) {
        match outcome {
            WorkOutcome::Closed => self.end(ChannelEnd::Closed),
            WorkOutcome::Taken => self.end(ChannelEnd::TakenByStream),
            WorkOutcome::Recreated(Ok(())) => self.recreated(),
            WorkOutcome::Recreated(Err(error)) => self.fail(error),
            WorkOutcome::Polled(received, time) => {
                let result = received.and_then(Received::read);
                record(&Occurrence::Poll(PollOutcome::of(&result)));
                match result {
                    Ok(document) => self.receive(document, time),
                    Err(error) => self.react_to(error),
                }
            }
        }
    }

    /// Hands on the events of a response that took some time, and goes on where it says.
    fn receive(&mut self, mut document: EventDocument, time: Duration) {
        if !self.application.has_channel(self.number) {
            // The stream that has the channel now began before this response, and receives it too.
            return self.end(ChannelEnd::TakenByStream);
        }
        let next = document.next_link::<Events>().filter(|next| next.link().url().is_ok());
        let Some(next) = next else { return self.go_astray(document) };
        if std::mem::take(&mut self.failures) > 0 {
            self.tell(ChannelItem::Reconnected);
        }
        (self.has_to_send_settings, self.unreadable) = (false, 0);
        // That the channel begins anew does not say that it goes on.
        if !matches!(next, NextLink::Resync(_)) {
            self.astray = 0;
        }
        self.listeners.set_liveness(Liveness::Live);
        let (state, dropped) = match next {
            NextLink::Next(_) => (ChannelState::Polling, None),
            NextLink::Resume(_) => (ChannelState::Resuming, Some(Loss::Resumed)),
            NextLink::Resync(_) => (ChannelState::Resyncing, Some(Loss::Resynchronized)),
        };
        // Where it begins anew, events may be missing whatever the server says.
        let loss = if self.next.start == Start::Anew { Some(Loss::Resynchronized) } else { dropped };
        let leads_on = loss.is_none() && (time >= AT_ONCE || !document.senders.is_empty());
        self.setbacks = if leads_on { 0 } else { self.setbacks.saturating_add(1) };
        // The events of the same response are those after the loss.
        if let Some(loss) = loss {
            self.tell(ChannelItem::Lost(loss));
            self.has_to_send_settings = true;
        }
        self.tell_unreadable(&mut document);
        self.handling = (!document.senders.is_empty()).then(Stopwatch::start);
        self.hand_on(document.senders);
        self.state = state;
        let link = next.into_link();
        let url = match self.application.client().reachable(&link) {
            Ok(url) => url,
            Err(error) => return self.end_astray(error),
        };
        self.next = NextPoll { link, start: Start::Continued };
        self.application.set_next_poll(self.number, &self.next);
        self.cursor_after = Some(url);
        #[cfg(ucwa_planted)]
        if crate::planted::Planted::EarlyAcknowledgement.is_made() {
            self.cursor.clone_from(&self.cursor_after);
        }
        // Where nothing has to be handled, all is.
        self.mark_handled();
        self.poll_after(self.pause());
    }

    /// Decides what a response means that does not say where the channel continues. One without anything in it is none of the
    /// channel's. Of another, the events come again with the same request, and if that does not help, the channel begins anew.
    fn go_astray(&mut self, mut document: EventDocument) {
        let error = Error::Refused(NotLinked { rel: "next".into() }.into());
        let is_empty = document.link.is_none() && document.next.is_none() && document.senders.is_empty();
        if is_empty && document.unreadable.is_empty() {
            return self.try_again(error);
        }
        if self.astray == 0 {
            self.tell_unreadable(&mut document);
        }
        self.astray = self.astray.saturating_add(1);
        if self.astray >= 2 * ATTEMPTS {
            return self.end(ChannelEnd::Unreadable(error));
        }
        if self.astray == ATTEMPTS {
            if let Err(error) = self.begin_anew() {
                return self.end(ChannelEnd::Refused(error.into()));
            }
            (self.state, self.has_to_send_settings) = (ChannelState::Resyncing, true);
        }
        self.try_again(error);
    }

    /// Ends as the way on leads to a place that may not see a token. Another stream begins where the application says.
    fn end_astray(&mut self, error: RefusedError) {
        let error = self.begin_anew().map_or_else(RefusedError::from, |()| error);
        self.end(ChannelEnd::Refused(error.into()));
    }

    /// Notes that the channel goes on where the application says, which may miss events.
    fn begin_anew(&mut self) -> Result<(), NotLinked> {
        let link = self.application.resource().events().required()?;
        self.next = NextPoll { link, start: Start::Anew };
        self.application.set_next_poll(self.number, &self.next);
        Ok(())
    }

    /// Keeps for the program what of a response could not be read and belongs to no sender.
    fn tell_unreadable(&mut self, document: &mut EventDocument) {
        let parts = std::mem::take(&mut document.unreadable);
        if !parts.is_empty() {
            self.tell(ChannelItem::UnreadableParts(parts));
        }
    }

    /// Keeps an item for the program. The parts of the client that follow the channel hear of it first, unless it is about a stream
    /// that has lost the channel.
    fn tell(&mut self, item: ChannelItem) {
        match &item {
            ChannelItem::Lost(loss) => record(&Occurrence::Loss(*loss)),
            ChannelItem::Interrupted(_) => record(&Occurrence::Interruption),
            ChannelItem::Ended(end) => record(&Occurrence::End { reason: end.reason() }),
            // Events are counted where they are handed on.
            ChannelItem::Event(_)
            | ChannelItem::UnreadableSender(_)
            | ChannelItem::UnreadableParts(_)
            | ChannelItem::Reconnected => {}
        }
        let is_about_stream = matches!(item, ChannelItem::Interrupted(_) | ChannelItem::Reconnected);
        if !is_about_stream || self.application.has_channel(self.number) {
            self.listeners.tell(&item);
        }
        self.items.push_back(item);
    }

    /// Keeps the events of a response for the program. The parts of the client that follow the channel hear of them first.
    fn hand_on(&mut self, senders: Vec<Sender>) {
        let listeners = Arc::clone(&self.listeners);
        let mut audience = listeners.audience();
        self.items.reserve(senders.iter().map(|sender| sender.events.len()).sum());
        for mut sender in senders {
            #[cfg(ucwa_planted)]
            crate::planted::drop_unreadable(&mut sender);
            let events = std::mem::take(&mut sender.events);
            if sender.unreadable.is_some() {
                self.tell(ChannelItem::UnreadableSender(Box::new(sender)));
            }
            for event in events {
                record(&Occurrence::Event(&event.kind));
                let item = ChannelItem::Event(Box::new(event));
                audience.tell(&item);
                self.items.push_back(item);
            }
        }
    }

    /// Decides what an error of a poll means.
    fn react_to(&mut self, error: Error<EventsGetError>) {
        let is_replaced = error.is_conflict() && error.subcode() == Some("PGetReplaced");
        let error = error.into_general();
        if is_replaced {
            self.replaced(error);
        } else if error.is_not_found() && error.code().is_some() {
            self.state = ChannelState::Recreating;
            self.setbacks = self.setbacks.saturating_add(1);
            self.recreate_after(self.pause());
        } else {
            self.fail(error);
        }
    }

    /// Another poll has taken the channel: one of this program, or one of a stranger, or it only seems so as the server restarts.
    fn replaced(&mut self, error: Error) {
        let now = Instant::now();
        let is_again = self.replaced_at.is_some_and(|before| now.saturating_duration_since(before) < STRANGER_WINDOW);
        if !self.application.has_channel(self.number) {
            self.end(ChannelEnd::TakenByStream);
        } else if is_again {
            self.end(ChannelEnd::TakenByStranger(error));
        } else {
            self.replaced_at = Some(now);
            self.has_to_send_settings = true;
            self.poll_after(self.application.client().backoff(1));
        }
    }

    /// Ends where trying again does not help, and else tries again.
    fn fail(&mut self, error: Error) {
        match error {
            Error::Refused(RefusedError::Closed) => self.end(ChannelEnd::Closed),
            Error::Refused(ref reason) if !self.is_redirect(reason) => self.end(ChannelEnd::Refused(error)),
            Error::SignIn(ref reason) if !reason.is_retryable() => self.end(ChannelEnd::SignIn(error)),
            _ if error.is_gone() => self.end(ChannelEnd::Gone(error)),
            _ if self.is_unreadable_for_good(&error) => self.end(ChannelEnd::Unreadable(error)),
            _ => self.try_again(error),
        }
    }

    /// Whether a poll was refused for where a redirect leads, as that of a proxy where the user has to sign in once more. Polls
    /// whose own link leads there are not sent in the first place.
    fn is_redirect(&self, reason: &RefusedError) -> bool {
        let is_place = matches!(
            reason,
            RefusedError::ForeignHost { .. }
                | RefusedError::Insecure { .. }
                | RefusedError::Credentials { .. }
                | RefusedError::TooManyRedirects { .. }
                | RefusedError::Address(_)
        );
        is_place && self.application.client().reachable(&self.next.link).is_ok()
    }

    /// Whether too many responses of the server in a row could not be read, or exceeded the limit. The page of a proxy is none of them.
    fn is_unreadable_for_good(&mut self, error: &Error) -> bool {
        let is_document = error.is_unreadable() && error.has_document();
        let is_too_large = error.is_transport() && !error.is_retryable();
        self.unreadable = if is_document || is_too_large { self.unreadable.saturating_add(1) } else { 0 };
        self.unreadable >= ATTEMPTS
    }

    /// Does the same again after a delay. The first failure of several is an item.
    fn try_again(&mut self, error: Error) {
        if self.state != ChannelState::Recreating && !self.application.has_channel(self.number) {
            // The stream that has the channel now says whether it works. An application that is half restored is for both.
            return self.end(ChannelEnd::TakenByStream);
        }
        self.failures = self.failures.saturating_add(1);
        let delay = self.application.client().pause(&error, self.failures);
        if self.failures == 1 {
            self.fall_silent();
            self.tell(ChannelItem::Interrupted(error));
        }
        match self.state {
            ChannelState::Recreating => self.recreate_after(delay),
            _ => self.poll_after(delay),
        }
    }

    /// How long the channel waits before it goes on: not at all, unless the server set it back several times in a row.
    fn pause(&self) -> Duration {
        match self.setbacks.saturating_sub(1) {
            0 => Duration::ZERO,
            repeated => self.application.client().backoff(repeated),
        }
    }

    /// Goes on with the new application.
    fn recreated(&mut self) {
        if !self.application.has_channel(self.number) {
            // The stream that has the channel now says so, once for all who hear of it.
            return self.end(ChannelEnd::TakenByStream);
        }
        self.generation = self.application.tell_generation();
        if std::mem::take(&mut self.failures) > 0 {
            self.tell(ChannelItem::Reconnected);
        }
        self.tell(ChannelItem::Lost(Loss::Recreated));
        match self.application.next_poll() {
            Ok(next) => {
                (self.state, self.next, self.has_to_send_settings) = (ChannelState::Polling, next, true);
                self.astray = 0;
                self.cursor_after = self.next.link.url().ok();
                self.poll_after(Duration::ZERO);
            }
            Err(error) => self.end(ChannelEnd::Refused(error.into())),
        }
    }

    fn end(&mut self, end: ChannelEnd) {
        self.state = ChannelState::Closed;
        (self.cursor, self.cursor_after, self.open) = (None, None, None);
        self.fall_silent();
        self.tell(ChannelItem::Ended(end));
    }

    /// Tells that no events arrive, unless another stream has the channel, which says so itself.
    fn fall_silent(&self) {
        if self.application.has_channel(self.number) {
            self.listeners.set_liveness(Liveness::Silent);
        }
    }

    fn poll_after(&mut self, delay: Duration) {
        let query = if self.has_to_send_settings {
            // The first poll replaces that of the stream before.
            self.settings.all_above(self.priority_before)
        } else {
            self.settings.priority()
        };
        let request: GetRequest<Events> = self.next.link.get_with(query);
        let (application, number, time) = (self.application.clone(), self.number, self.settings.timeout());
        self.work = Some(work(&self.application, delay, async move {
            if !application.has_channel(number) {
                return WorkOutcome::Taken;
            }
            let begin = Instant::now();
            let received = application.client().poll(request, time).await;
            WorkOutcome::Polled(Box::new(received), begin.elapsed())
        }));
    }

    fn recreate_after(&mut self, delay: Duration) {
        let (application, generation) = (self.application.clone(), self.generation);
        self.work = Some(work(&self.application, delay, async move {
            WorkOutcome::Recreated(application.recreate_after(generation).await)
        }));
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.note_reader(ChannelReader::changes_stream);
        if self.state != ChannelState::Closed {
            self.fall_silent();
        }
    }
}
