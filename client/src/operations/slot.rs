//! What is known of one operation, and who waits for it.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use tokio::time::{Instant, Sleep, sleep_until};
use ucwa::url::Url;
use ucwa::{Event, EventKind, GenericResource};

use crate::channel::ChannelReader;
use crate::error::UnknownOutcome;

/// How long an operation that may not exist any more waits for an event that shows that it does.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long it waits beyond that while a program that is slow has still to take what came before.
const NEXT_LOOK: Duration = Duration::from_secs(1);

/// How long an operation waits while nobody reads the channel. A program can be slow, or come back with another stream.
const UNREAD: Duration = Duration::from_secs(300);

/// How many events of an operation wait for the program. Of more, the oldest are dropped.
pub(super) const PROGRESS: usize = 16;

/// How an operation ended.
#[derive(Debug)]
pub(super) enum End {
    Completed(Box<Event>),
    Unknown(UnknownOutcome),
}

/// What is known of one operation, and who waits for it.
#[derive(Debug)]
pub(super) struct OperationSlot {
    state: Mutex<OperationState>,
    waker: AtomicWaker,
    reader: Arc<ChannelReader>,
    /// When the operation began.
    begin: Instant,
}

#[derive(Debug, Default)]
struct OperationState {
    /// Events that the program has not received.
    progress: VecDeque<Event>,
    /// Whether an event has shown that the server executed the request.
    has_begun: bool,
    /// The URL of the operation's resource, once it is known.
    url: Option<Url>,
    /// Why the operation may not exist any more, until an event shows that it does.
    doubt: Option<UnknownOutcome>,
    /// When the doubt becomes the outcome; `None` as well while the channel does not work.
    until: Option<Instant>,
    is_interrupted: bool,
    end: Option<End>,
}

impl OperationState {
    fn wait(&mut self) {
        let is_waiting = self.doubt.is_some() && !self.is_interrupted;
        self.until = is_waiting.then(|| Instant::now() + PATIENCE);
    }
}

/// When somebody who waits looks again, even if nothing happened.
pub(super) type Timer = Option<Pin<Box<Sleep>>>;

impl OperationSlot {
    pub(super) fn new(is_interrupted: bool, reader: Arc<ChannelReader>) -> Self {
        let state = OperationState { is_interrupted, ..OperationState::default() };
        Self { state: Mutex::new(state), waker: AtomicWaker::new(), reader, begin: Instant::now() }
    }

    /// Takes note of an event about the operation.
    pub(super) fn hear(&self, event: &Event) {
        self.change(|state| {
            (state.doubt, state.until, state.has_begun) = (None, None, true);
            // The links of events lead to where the client got them, which `Location` may not.
            state.url = url(event).or_else(|| state.url.take());
            if event.kind == EventKind::Completed {
                state.end = Some(End::Completed(Box::new(event.clone())));
                return;
            }
            if state.progress.len() == PROGRESS {
                state.progress.pop_front();
            }
            state.progress.push_back(event.clone());
        });
    }

    /// Takes note of where the operation's resource is, unless an event has said so.
    pub(super) fn locate(&self, url: Url) {
        self.change(|state| {
            state.url.get_or_insert(url);
        });
    }

    /// Where the operation's resource is, once that is known.
    pub(super) fn url(&self) -> Option<Url> {
        self.state().url.clone()
    }

    /// Whether the operation's resource is at a place. A server behind a proxy may name itself in `Location` otherwise than in its
    /// events, by another scheme or host: within an application, the path says what it is.
    pub(super) fn is_at(&self, place: &Url) -> bool {
        self.state().url.as_ref().is_some_and(|url| (url.path(), url.query()) == (place.path(), place.query()))
    }

    /// Whether an event is about the operation's resource.
    pub(super) fn is_at_target(&self, event: &Event) -> bool {
        url(event).is_some_and(|place| self.is_at(&place))
    }

    /// Takes note of a reason for which the operation may not exist any more. Where that is a lost response, an event that came
    /// before it has shown already that the operation exists.
    pub(super) fn doubt(&self, cause: UnknownOutcome) {
        self.change(|state| {
            let is_answered = state.has_begun && matches!(cause, UnknownOutcome::NoResponse(_));
            if !is_answered && state.doubt.is_none() {
                state.doubt = Some(cause);
                state.wait();
            }
        });
    }

    /// Takes note of whether the channel works.
    pub(super) fn set_interrupted(&self, is_interrupted: bool) {
        self.change(|state| {
            if state.is_interrupted != is_interrupted {
                state.is_interrupted = is_interrupted;
                state.wait();
            }
        });
    }

    /// Takes note that the channel has ended. The program may open another stream, which goes on where that one was.
    pub(super) fn end_channel(&self) {
        self.change(|state| {
            state.is_interrupted = false;
            state.doubt.get_or_insert(UnknownOutcome::ChannelEnded);
            state.wait();
        });
    }

    /// Takes note that another stream has the channel. It receives again what the one before had still to hand on: until the server
    /// has responded to it, silence says nothing.
    pub(super) fn begin_channel(&self) {
        self.change(|state| {
            state.is_interrupted = true;
            state.doubt.take_if(|doubt| matches!(doubt, UnknownOutcome::ChannelEnded));
            state.wait();
        });
    }

    /// Ends the operation as one of which no more will be heard.
    pub(super) fn give_up(&self, cause: UnknownOutcome) {
        self.change(|state| state.end = Some(End::Unknown(cause)));
    }

    /// The event that said how the operation ended, until somebody has looked how.
    pub(super) fn completed(&self) -> Option<Event> {
        match &self.state().end {
            Some(End::Completed(event)) => Some((**event).clone()),
            _ => None,
        }
    }

    /// The next event; `None` once the operation has ended.
    pub(super) fn poll_progress(&self, timer: &mut Timer, context: &mut Context<'_>) -> Poll<Option<Event>> {
        self.poll(timer, context, |state| match state.progress.pop_front() {
            None if state.end.is_some() => Some(None),
            event => event.map(Some),
        })
    }

    /// Whether the operation has ended.
    pub(super) fn poll_ended(&self, timer: &mut Timer, context: &mut Context<'_>) -> Poll<()> {
        self.poll(timer, context, |state| state.end.is_some().then_some(()))
    }

    /// How the operation ended. Only the first who looks is told.
    pub(super) fn poll_end(&self, timer: &mut Timer, context: &mut Context<'_>) -> Poll<End> {
        self.poll(timer, context, |state| state.end.take())
    }

    fn poll<R>(
        &self,
        timer: &mut Timer,
        context: &mut Context<'_>,
        take: impl Fn(&mut OperationState) -> Option<R>,
    ) -> Poll<R> {
        self.waker.register(context.waker());
        let mut state = self.state();
        if let Some(found) = take(&mut state) {
            return Poll::Ready(found);
        }
        let cause = loop {
            let unread = self.reader.away_since().max(self.begin) + UNREAD;
            let look = state.until.map_or(unread, |until| until.min(unread));
            let sleep = timer.get_or_insert_with(|| Box::pin(sleep_until(look)));
            if sleep.deadline() != look {
                sleep.as_mut().reset(look);
            }
            ready!(sleep.as_mut().poll(context));
            if look == unread {
                break state.doubt.take().unwrap_or(UnknownOutcome::NotRead);
            }
            match state.doubt.take_if(|_| !self.reader.is_behind()) {
                Some(doubt) => break doubt,
                // What comes next may be the event that is waited for.
                None => state.until = Some(Instant::now() + NEXT_LOOK),
            }
        };
        (state.until, state.end) = (None, Some(End::Unknown(cause)));
        take(&mut state).map_or(Poll::Pending, Poll::Ready)
    }

    /// Has whoever waits look at the time again.
    pub(super) fn look_again(&self) {
        self.waker.wake();
    }

    /// Changes what is known, unless the operation has ended.
    fn change(&self, change: impl FnOnce(&mut OperationState)) {
        let mut state = self.state();
        if state.end.is_none() {
            change(&mut state);
            drop(state);
            self.waker.wake();
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, OperationState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the target of an event is.
pub(super) fn url(event: &Event) -> Option<Url> {
    event.link::<GenericResource>()?.url().ok()
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn event(kind: EventKind, number: usize) -> Event {
        let mut event = Event::default();
        event.kind = kind;
        event.unknown.push(("number".into(), number.into()));
        event
    }

    #[test]
    fn an_operation_is_known_by_its_path_and_is_where_its_events_say() {
        let place = |text: &str| Url::parse(text).expect("a URL");
        let slot = OperationSlot::new(false, Arc::default());
        slot.locate(place("http://behind.contoso.com:8080/applications/1/invitations/2"));
        assert!(slot.is_at(&place("https://pool1.contoso.com/applications/1/invitations/2")));
        assert!(!slot.is_at(&place("http://behind.contoso.com:8080/applications/1/invitations/3")));
        let mut started = event(EventKind::Started, 1);
        started.target.link.href = "https://pool1.contoso.com/applications/1/invitations/2".into();
        slot.hear(&started);
        assert_eq!(slot.url(), Some(place("https://pool1.contoso.com/applications/1/invitations/2")));
        // The event may come before the response.
        slot.locate(place("http://behind.contoso.com:8080/applications/1/invitations/2"));
        assert_eq!(slot.url(), Some(place("https://pool1.contoso.com/applications/1/invitations/2")));
    }

    #[test]
    fn the_latest_events_are_kept_and_none_after_the_end() {
        let slot = OperationSlot::new(false, Arc::default());
        for number in 0..PROGRESS + 4 {
            slot.hear(&event(EventKind::Updated, number));
        }
        slot.hear(&event(EventKind::Completed, 100));
        slot.hear(&event(EventKind::Updated, 101));
        slot.give_up(UnknownOutcome::Closed);
        let (mut timer, mut context) = (None, Context::from_waker(Waker::noop()));
        for number in 4..PROGRESS + 4 {
            let next = slot.poll_progress(&mut timer, &mut context);
            assert_eq!(next, Poll::Ready(Some(event(EventKind::Updated, number))));
        }
        assert_eq!(slot.poll_progress(&mut timer, &mut context), Poll::Ready(None));
        let end = slot.poll_end(&mut timer, &mut context);
        assert!(matches!(end, Poll::Ready(End::Completed(last)) if *last == event(EventKind::Completed, 100)));
    }
}
