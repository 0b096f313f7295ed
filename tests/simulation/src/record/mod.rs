//! The record of a schedule: what every user was promised, and what broke a promise.

mod channel;
mod messages;
mod operations;
mod parts;
mod requests;
mod trace;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use ucwa::http::Request;
use ucwa::{Event, EventDocument};
use ucwa_client::Loss;
use ucwa_simulator::Told;

pub(crate) use channel::{Channels, Document, Ending, Expected, SeenEvent, Stream, acknowledges_late, name_of};
use messages::Messages;
pub(crate) use messages::is_received;
pub(crate) use operations::End;
use operations::Operations;
use requests::Requests;
pub(crate) use requests::{Phase, RequestOutcome};
use trace::Lines;
pub use trace::Trace;

use crate::schedule::UserSettings;

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// When, since the beginning of the schedule.
    pub time: Duration,
    /// The user, such as `ada`.
    pub user: String,
    /// What happened.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {:?}: {}", self.user, self.time, self.what)
    }
}

/// How much happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Steps of schedules.
    pub steps: u64,
    /// Faults among them.
    pub faults: u64,
    /// Requests that were sent.
    pub requests: u64,
    /// Events that were handed on.
    pub events: u64,
    /// Losses that were announced.
    pub losses: u64,
    /// Messages that arrived.
    pub messages: u64,
    /// Operations whose outcome the program was told.
    pub operations: u64,
    /// Requests that were sent in batches.
    pub batched: u64,
    /// Conversations and meetings that programs were in.
    pub conversations: u64,
    /// Changes of contacts that programs were told.
    pub changes: u64,
}

impl Counts {
    /// The sums of two counts.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            steps: self.steps + other.steps,
            faults: self.faults + other.faults,
            requests: self.requests + other.requests,
            events: self.events + other.events,
            losses: self.losses + other.losses,
            messages: self.messages + other.messages,
            operations: self.operations + other.operations,
            batched: self.batched + other.batched,
            conversations: self.conversations + other.conversations,
            changes: self.changes + other.changes,
        }
    }
}

/// The record, which all parts of a schedule write into.
#[derive(Debug)]
pub(crate) struct Record {
    start: Instant,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    lines: Lines,
    violations: Vec<Violation>,
    users: Vec<UserRecord>,
    requests: u64,
    streams: Stream,
    counts: Counts,
}

#[derive(Debug)]
struct UserRecord {
    name: &'static str,
    channels: Channels,
    requests: Requests,
    messages: Messages,
    operations: Operations,
    notes: u64,
}

impl Record {
    /// A record of users: their names, passwords and settings.
    pub(crate) fn new<'s>(
        trace: Trace,
        users: impl IntoIterator<Item = (&'static str, String, &'s UserSettings)>,
    ) -> Self {
        let users = users.into_iter().map(|(name, password, settings)| UserRecord {
            name,
            channels: Channels::default(),
            requests: Requests::new(settings, &password),
            messages: Messages::default(),
            operations: Operations::default(),
            notes: 0,
        });
        let inner = Inner {
            lines: Lines::new(trace),
            violations: Vec::new(),
            users: users.collect(),
            requests: 0,
            streams: 0,
            counts: Counts::default(),
        };
        Self { start: Instant::now(), inner: Mutex::new(inner) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A part that panicked is a violation of its own; what it wrote stays readable.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Adds to the counts.
    pub(crate) fn count(&self, add: impl FnOnce(&mut Counts)) {
        add(&mut self.inner().counts);
    }

    /// Adds a line to the trace.
    pub(crate) fn note(&self, line: fmt::Arguments<'_>) {
        self.inner().lines.add(self.elapsed(), line);
    }

    /// Adds a line about a user to the trace.
    pub(crate) fn note_of(&self, user: usize, line: fmt::Arguments<'_>) {
        let mut inner = self.inner();
        let name = inner.users[user].name;
        inner.lines.add(self.elapsed(), format_args!("{name} {line}"));
    }

    /// Notes a promise that was broken.
    pub(crate) fn violate(&self, user: usize, what: String) {
        self.inner().violate(user, self.elapsed(), what);
    }

    /// Begins a request, and gives its number.
    pub(crate) fn request(&self, user: usize, request: &Request<Bytes>) -> u64 {
        let (mut inner, time) = (self.inner(), self.elapsed());
        inner.requests += 1;
        inner.counts.requests += 1;
        let number = inner.requests;
        let has_token = if request.headers().contains_key("authorization") { " with a token" } else { "" };
        let name = inner.users[user].name;
        inner.lines.add(time, format_args!("{name} -> #{number} {} {}{has_token}", request.method(), request.uri()));
        for what in inner.users[user].requests.begin(number, request, Instant::now()) {
            inner.violate(user, time, what);
        }
        inner.counts.batched += inner.users[user].requests.batched(number);
        number
    }

    /// Ends a request.
    pub(crate) fn response(&self, user: usize, number: u64, outcome: &RequestOutcome<'_>) {
        let (mut inner, time) = (self.inner(), self.elapsed());
        let name = inner.users[user].name;
        match outcome {
            RequestOutcome::Response(response) => {
                let (status, length) = (response.status().as_u16(), response.body().len());
                inner.lines.add(time, format_args!("{name} <- #{number} {status}, {length} bytes"));
            }
            RequestOutcome::NotSent => inner.lines.add(time, format_args!("{name} <- #{number} no connection")),
            RequestOutcome::Unknown => inner.lines.add(time, format_args!("{name} <- #{number} no response")),
        }
        if let Some(what) = inner.users[user].requests.end(number, outcome, Instant::now()) {
            inner.violate(user, time, what);
        }
    }

    pub(crate) fn set_phase(&self, user: usize, phase: Phase) {
        self.note_of(user, format_args!("is {phase:?}"));
        let (mut inner, time) = (self.inner(), self.elapsed());
        let user = &mut inner.users[user];
        match (user.requests.set_phase(phase), phase) {
            (_, Phase::Closing | Phase::Left) => user.operations.close(),
            (Phase::Left, Phase::Open) => {}
            (_, Phase::Open | Phase::Closed) => {
                // A program that closes its application wants to hear no more of it.
                user.channels.closed();
                user.messages.lost(time);
            }
        }
    }

    /// Notes that a user's program has created its application, or taken it over: of what was told before, it may hear nothing.
    pub(crate) fn comes_online(&self, user: usize) {
        let (mut inner, time) = (self.inner(), self.elapsed());
        inner.users[user].messages.lost(time);
    }

    /// Notes whether a user's program waits for events.
    pub(crate) fn set_waiting(&self, user: usize, is_waiting: bool) {
        self.inner().users[user].requests.set_waiting(is_waiting, Instant::now());
    }

    /// Notes a new stream of events, and gives its number.
    pub(crate) fn opened(&self, user: usize) -> Stream {
        let mut inner = self.inner();
        inner.streams += 1;
        let stream = inner.streams;
        inner.users[user].channels.opened(stream);
        let name = inner.users[user].name;
        inner.lines.add(self.elapsed(), format_args!("{name} opens stream {stream}"));
        stream
    }

    /// Notes what a response of the event channel says, whether a client can use it or not.
    pub(crate) fn told(&self, user: usize, stream: Stream, document: &EventDocument) {
        self.inner().users[user].operations.receive(stream, document);
    }

    /// Notes that a stream polls the event channel.
    pub(crate) fn polled(&self, user: usize, stream: Stream) {
        let (mut inner, time) = (self.inner(), self.elapsed());
        if let Err(what) = inner.users[user].channels.polled(stream) {
            inner.violate(user, time, what);
        }
    }

    /// Notes a response of the event channel.
    pub(crate) fn received(&self, user: usize, stream: Stream, document: Document) {
        let (mut inner, time) = (self.inner(), self.elapsed());
        if inner.users[user].channels.announces_loss(stream, &document) {
            inner.users[user].operations.lose(time);
        }
        let (name, number, length) = (inner.users[user].name, document.number(), document.len());
        inner.lines.add(time, format_args!("{name} receives response {number} of the channel, {length} items"));
        if let Err(what) = inner.users[user].channels.received(stream, document) {
            inner.violate(user, time, what);
        }
    }

    /// Notes a response of the event channel that does not say where it continues.
    pub(crate) fn went_astray(&self, user: usize, stream: Stream) {
        self.note_of(user, format_args!("is not told where stream {stream} continues"));
        self.inner().users[user].channels.went_astray(stream);
    }

    /// Notes that a stream has created the application again.
    pub(crate) fn recreated(&self, user: usize, stream: Stream) {
        let (mut inner, time) = (self.inner(), self.elapsed());
        inner.users[user].channels.recreated(stream);
        inner.users[user].operations.lose(time);
    }

    /// Notes what a stream handed on.
    pub(crate) fn handed_on(&self, user: usize, stream: Stream, item: &Expected) {
        let (mut inner, time) = (self.inner(), self.elapsed());
        let name = inner.users[user].name;
        inner.lines.add(time, format_args!("{name} has from stream {stream}: {item:?}"));
        inner.counts.events += 1;
        match item {
            Expected::Lost(_) => {
                inner.counts.losses += 1;
                inner.users[user].messages.lost(time);
                inner.users[user].operations.lose(time);
            }
            Expected::Event(event) if event.kind == "updated" && event.rel == "note" => inner.users[user].notes += 1,
            Expected::Event(_) | Expected::UnreadableSender => {}
        }
        if let Err(what) = inner.users[user].channels.handed_on(stream, item) {
            inner.violate(user, time, what);
        }
    }

    /// Notes a message that was handed on.
    pub(crate) fn message(&self, user: usize, path: &str, text: Option<String>) {
        let (mut inner, time) = (self.inner(), self.elapsed());
        inner.counts.messages += 1;
        if let Err(what) = inner.users[user].messages.handed_on(path, text) {
            inner.violate(user, time, what);
        }
    }

    /// Notes an event that a stream gave to the program.
    pub(crate) fn given(&self, user: usize, event: &Event) {
        let (mut inner, time) = (self.inner(), self.elapsed());
        if let Some(what) = inner.users[user].operations.give(event) {
            inner.violate(user, time, what);
        }
    }

    /// Notes that the program starts an operation.
    pub(crate) fn operation_begins(&self, user: usize, id: &str) {
        self.note_of(user, format_args!("starts operation {id}"));
        self.inner().users[user].operations.begin(id, self.elapsed());
    }

    /// Notes that the client says that an operation was certainly not started.
    pub(crate) fn operation_refused(&self, user: usize, id: &str) {
        let (mut inner, time) = (self.inner(), self.elapsed());
        if let Some(what) = inner.users[user].operations.refuse(id) {
            inner.violate(user, time, what);
        }
    }

    /// Notes an event that the handle of an operation gave before its end.
    pub(crate) fn operation_goes_on(&self, user: usize, id: &str, event: &Event) {
        let (mut inner, time) = (self.inner(), self.elapsed());
        if let Some(what) = inner.users[user].operations.progress(id, event) {
            inner.violate(user, time, what);
        }
    }

    /// Notes how an operation ended, by its handle.
    pub(crate) fn operation_ended(&self, user: usize, id: &str, end: &End) {
        self.note_of(user, format_args!("has the outcome of operation {id}: {end:?}"));
        let (mut inner, time) = (self.inner(), self.elapsed());
        inner.counts.operations += 1;
        if let Some(what) = inner.users[user].operations.end(id, end, time) {
            inner.violate(user, time, what);
        }
    }

    pub(crate) fn ended(&self, user: usize, stream: Stream, ending: Ending) {
        let (mut inner, time) = (self.inner(), self.elapsed());
        inner.users[user].operations.drop_stream(stream);
        if let Err(what) = inner.users[user].channels.ended(stream, ending) {
            inner.violate(user, time, what);
        }
    }

    pub(crate) fn crashed(&self, user: usize, stream: Stream) {
        self.note_of(user, format_args!("crashes, with stream {stream}"));
        let mut inner = self.inner();
        inner.users[user].channels.crashed(stream);
        inner.users[user].operations.drop_stream(stream);
    }

    /// How many requests a user's client has sent.
    pub(crate) fn requests(&self, user: usize) -> u64 {
        self.inner().users[user].requests.count()
    }

    /// How many changes of the own note a user's program was told of.
    pub(crate) fn notes(&self, user: usize) -> u64 {
        self.inner().users[user].notes
    }

    /// Looks for broken promises when nothing more will come. `told` is what the server told applications, with the time; `is_own`
    /// says whether an application is still that of a user.
    pub(crate) fn check_quiet(&self, told: &[(Duration, Told)], is_own: impl Fn(usize, u64) -> bool) {
        let (mut inner, time) = (self.inner(), self.elapsed());
        for user in 0..inner.users.len() {
            let found = &inner.users[user];
            let is_missing = |(time, told): &&(Duration, Told)| {
                is_received(told) && is_own(user, told.application) && found.messages.is_missing(told, *time)
            };
            let message = told.iter().find(is_missing).map(|(_, told)| format!("never arrived: {}", told.href));
            let wrong =
                [message, found.channels.missing(), found.operations.missing(), found.requests.check(Instant::now())];
            for what in wrong.into_iter().flatten() {
                inner.violate(user, time, what);
            }
        }
    }

    /// The hash of the trace, its lines if they were kept, the violations and the counts.
    pub(crate) fn finish(&self) -> (u64, Vec<String>, Vec<Violation>, Counts) {
        let mut inner = self.inner();
        (inner.lines.hash(), inner.lines.take(), std::mem::take(&mut inner.violations), inner.counts)
    }
}

impl Inner {
    fn violate(&mut self, user: usize, time: Duration, what: String) {
        let name = self.users[user].name;
        self.lines.add(time, format_args!("{name} VIOLATION: {what}"));
        self.violations.push(Violation { time, user: name.to_owned(), what });
    }
}

/// What an announced loss is, as an item that a stream hands on.
pub(crate) fn lost(loss: Loss) -> Expected {
    Expected::Lost(name_of(loss))
}
