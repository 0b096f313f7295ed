//! What the client promises of operations: each that was started has one outcome, and the outcome is what the server said.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ucwa::{Event, EventDocument, EventKind, OperationStatus, Resource};
use ucwa_client::{OperationFailure, UnknownOutcome};

use super::channel::Stream;
use crate::address::path_of;

/// How long before an operation begins a loss may have been received of which the client takes note only later: a program that is
/// slow takes its time for what came before.
const SLOWNESS: Duration = Duration::from_secs(20 * 60);

/// How an operation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// It completed: where its resource is, and how it ended.
    Completed { path: String, verdict: Verdict },
    /// No event says that the server executed the request.
    NoResponse,
    /// The server dropped state.
    Lost,
    /// The application was closed.
    Closed,
    /// Nobody read the channel for minutes.
    NotRead,
    /// Nobody knows, for another reason.
    Unknown,
}

/// What a `completed` event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Success,
    Failure { code: Option<String> },
}

impl End {
    /// What a handle gave.
    pub(crate) fn of<T: Resource>(outcome: &ucwa_client::Outcome<T>) -> Self {
        let completed = |event: &Event, verdict| Self::Completed { path: path(event).to_owned(), verdict };
        match outcome {
            Ok(event) => completed(event.event(), Verdict::Success),
            Err(OperationFailure::Failed(failed)) => {
                let code = failed.code().map(str::to_owned);
                completed(failed.event().event(), Verdict::Failure { code })
            }
            Err(OperationFailure::Unknown(UnknownOutcome::NoResponse(_))) => Self::NoResponse,
            Err(OperationFailure::Unknown(UnknownOutcome::Lost(_))) => Self::Lost,
            Err(OperationFailure::Unknown(UnknownOutcome::Closed)) => Self::Closed,
            Err(OperationFailure::Unknown(UnknownOutcome::NotRead)) => Self::NotRead,
            Err(_) => Self::Unknown,
        }
    }
}

impl Verdict {
    fn of(event: &Event) -> Self {
        let is_success = match &event.status {
            Some(status) => *status == OperationStatus::Success,
            None => event.reason.is_none(),
        };
        let code = || event.reason.as_ref().map(|reason| reason.code.clone());
        if is_success { Self::Success } else { Self::Failure { code: code() } }
    }
}

/// Where the target of an event is.
fn path(event: &Event) -> &str {
    path_of(&event.target.link.href)
}

/// The operations of one user, and what the server told of them.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    by_id: BTreeMap<String, Operation>,
    /// What the client received of the ends of operations, by where their resources are.
    verdicts: BTreeMap<String, Vec<Verdict>>,
    /// The ids of the operations whose resources are there.
    ids: BTreeMap<String, BTreeSet<String>>,
    /// The ids in the events that each stream received.
    received: BTreeMap<Stream, BTreeSet<String>>,
    /// The ids in the events that the program was given, and in those of them that end an operation.
    given: BTreeSet<String>,
    completed: BTreeSet<String>,
    last_loss: Option<Duration>,
    /// How many times the program closed its application.
    closings: u64,
}

#[derive(Debug)]
struct Operation {
    state: State,
    begin: Duration,
    /// How many times the program had closed its application.
    closings: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Its request is on its way, or the program waits for its outcome.
    Begun,
    /// The client said that the server has certainly not started it.
    Refused,
    Ended,
}

impl Operations {
    /// Notes that the program starts an operation.
    pub(crate) fn begin(&mut self, id: &str, time: Duration) {
        let operation = Operation { state: State::Begun, begin: time, closings: self.closings };
        self.by_id.insert(id.to_owned(), operation);
    }

    /// Notes that the client gave an error, and no handle.
    pub(crate) fn refuse(&mut self, id: &str) -> Option<String> {
        let Some(operation) = self.by_id.get_mut(id) else { return Some(format!("operation {id} was never begun")) };
        if operation.closings != self.closings {
            // A program that closes its application wants to hear no more of it.
            self.by_id.remove(id);
            return None;
        }
        operation.state = State::Refused;
        self.given.contains(id).then(|| format!("operation {id} was started, and the client says that it was not"))
    }

    /// Notes that an event was given to the program before the operation ended, by its handle.
    pub(crate) fn progress(&self, id: &str, event: &Event) -> Option<String> {
        let is_other = event.operation_id().is_some_and(|found| found != id && self.by_id.contains_key(found));
        let is_end = event.kind == EventKind::Completed;
        let is_unknown = !self.by_id.contains_key(id);
        (is_other || is_end || is_unknown)
            .then(|| format!("operation {id} was given {} of {}", event.kind, path(event)))
    }

    /// Notes how an operation ended, by its handle. Gives what is wrong about that.
    pub(crate) fn end(&mut self, id: &str, end: &End, time: Duration) -> Option<String> {
        let closings = self.closings;
        let Some(operation) = self.by_id.get_mut(id) else { return Some(format!("operation {id} was never begun")) };
        let (begin, begun_in) = (operation.begin, operation.closings);
        if std::mem::replace(&mut operation.state, State::Ended) != State::Begun {
            return Some(format!("operation {id} has a second outcome: {end:?}"));
        }
        if let End::Completed { path, verdict } = end {
            let is_told = self.verdicts.get(path).is_some_and(|told| told.contains(verdict));
            // Not all events say which operation they are about, and some name one that nobody has begun.
            let is_other =
                |ids: &BTreeSet<String>| !ids.contains(id) && ids.iter().any(|id| self.by_id.contains_key(id));
            let is_right = is_told && !self.ids.get(path).is_some_and(is_other);
            return (!is_right).then(|| format!("operation {id} ended by {end:?}, which the server never told of it"));
        }
        if self.completed.contains(id) {
            return Some(format!("operation {id} ended by {end:?}, and the program had been told otherwise"));
        }
        let is_received = || self.received.values().any(|ids| ids.contains(id)) || self.given.contains(id);
        let wrong = match end {
            End::NoResponse => is_received().then_some("although events of it had come"),
            End::Lost => {
                let is_lost = self.last_loss.is_some_and(|loss| loss + SLOWNESS >= begin && loss <= time);
                (!is_lost).then_some("although nothing was lost")
            }
            End::Closed => (begun_in == closings).then_some("although the application was open"),
            // The longest pause of a program takes 90 seconds.
            End::NotRead => Some("although the program read the channel"),
            End::Completed { .. } | End::Unknown => None,
        };
        wrong.map(|wrong| format!("operation {id} ended by {end:?}, {wrong}"))
    }

    /// Notes what came to a stream's poll.
    pub(crate) fn receive(&mut self, stream: Stream, document: &EventDocument) {
        for (_, event) in document.events() {
            if let Some(id) = event.operation_id() {
                self.received.entry(stream).or_default().insert(id.to_owned());
                self.ids.entry(path(event).to_owned()).or_default().insert(id.to_owned());
            }
            if event.kind == EventKind::Completed {
                self.verdicts.entry(path(event).to_owned()).or_default().push(Verdict::of(event));
            }
        }
    }

    /// Notes that a stream gave an event to the program.
    pub(crate) fn give(&mut self, event: &Event) -> Option<String> {
        let id = event.operation_id()?;
        self.given.insert(id.to_owned());
        if event.kind == EventKind::Completed {
            self.completed.insert(id.to_owned());
        }
        let is_refused = self.by_id.get(id).is_some_and(|operation| operation.state == State::Refused);
        is_refused.then(|| format!("operation {id} was started, and the client said that it was not"))
    }

    /// Notes that a stream is gone, with what it had received and not given to the program.
    pub(crate) fn drop_stream(&mut self, stream: Stream) {
        self.received.remove(&stream);
    }

    /// Notes that a loss came to the client.
    pub(crate) fn lose(&mut self, time: Duration) {
        self.last_loss = Some(time);
    }

    /// Notes that the program closes its application.
    pub(crate) fn close(&mut self) {
        self.closings += 1;
    }

    /// What is still missing when nothing more will come.
    pub(crate) fn missing(&self) -> Option<String> {
        let hanging = self.by_id.iter().find(|(_, operation)| operation.state == State::Begun);
        hanging.map(|(id, operation)| format!("operation {id}, begun after {:?}, never ended", operation.begin))
    }
}
