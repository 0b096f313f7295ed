//! What the event channel promises: every event that a user's client received is handed on, once and in order, or its loss is
//! announced.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ucwa::{Event, EventDocument, NextLink};
use ucwa_client::Loss;

/// The number of a stream of events, among all of a schedule.
pub(crate) type Stream = u64;

/// A response of the event channel, as it came to a client.
#[derive(Debug)]
pub(crate) struct Document {
    application: u64,
    /// The number that the server gave the response.
    number: u64,
    loss: Option<Loss>,
    items: Vec<Expected>,
}

/// What a stream has to hand on next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    Event(Seen),
    UnreadableSender,
    Lost(&'static str),
}

/// An event, by which it is recognized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) kind: String,
    pub(crate) rel: String,
    pub(crate) href: String,
}

impl Seen {
    pub(crate) fn of(event: &Event) -> Self {
        let (kind, rel) = (event.kind.as_str().to_owned(), event.rel().to_owned());
        Self { kind, rel, href: event.target.link.href.clone() }
    }
}

/// What an announced loss is called here.
pub(crate) fn name_of(loss: Loss) -> &'static str {
    match loss {
        Loss::Resumed => "Resumed",
        Loss::Resynchronized => "Resynchronized",
        Loss::Recreated => "Recreated",
        _ => "another loss",
    }
}

impl Document {
    /// A response by what it says of itself; `None` for one that leads nowhere, which no client can use.
    pub(crate) fn of(application: u64, document: &EventDocument) -> Option<Self> {
        let next = document.next.as_ref()?;
        let number = acknowledged(&document.link.as_ref()?.href)?;
        let loss = match next {
            NextLink::Next(_) => None,
            NextLink::Resume(_) => Some(Loss::Resumed),
            NextLink::Resync(_) => Some(Loss::Resynchronized),
        };
        let mut items = Vec::new();
        for sender in &document.senders {
            if sender.unreadable.is_some() {
                items.push(Expected::UnreadableSender);
            }
            items.extend(sender.events.iter().map(|event| Expected::Event(Seen::of(event))));
        }
        Some(Self { application, number, loss, items })
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }
}

/// The number in the address of a response.
fn acknowledged(href: &str) -> Option<u64> {
    let (_, query) = href.split_once('?')?;
    query.split('&').find_map(|part| part.strip_prefix("ack="))?.parse().ok()
}

/// Why a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The program closed the application.
    Closed,
    /// A later stream of the program has the channel.
    Taken,
    /// For a reason that the stream gave.
    Other,
}

/// The channels of one user.
#[derive(Debug, Default)]
pub(crate) struct Channels {
    streams: BTreeMap<Stream, Handing>,
    applications: BTreeMap<u64, Channel>,
}

/// What a stream has received and not handed on yet.
#[derive(Debug, Default)]
struct Handing {
    /// With the application and the number of the response; without either where a response is not what has to be announced.
    waiting: VecDeque<(u64, u64, Expected)>,
    application: Option<u64>,
    /// Whether the stream has created the application again since its last response.
    is_recreated: bool,
}

/// The event channel of one application.
#[derive(Debug, Default)]
struct Channel {
    /// The number of the last response that came to the client.
    last: Option<u64>,
    responses: BTreeMap<u64, Response>,
    /// Responses that a stream dropped that lost the channel: the server has to send them to another.
    dropped: BTreeSet<u64>,
}

#[derive(Debug, Default)]
struct Response {
    received_by: BTreeSet<Stream>,
    handed_on_by: Option<Stream>,
}

impl Channels {
    pub(crate) fn opened(&mut self, stream: Stream) {
        self.streams.insert(stream, Handing::default());
    }

    /// Notes a response that came to a stream's poll.
    pub(crate) fn received(&mut self, stream: Stream, document: Document) -> Result<(), String> {
        let Document { application, number, loss, items } = document;
        let mut result = Ok(());
        let handing = self.streams.entry(stream).or_default();
        if std::mem::take(&mut handing.is_recreated) {
            // Events may be missing, which is said before those that come.
            self.applications.remove(&application);
        }
        if loss == Some(Loss::Resynchronized) {
            self.applications.insert(application, Channel::default());
        } else {
            let channel = self.applications.entry(application).or_default();
            result = channel.receive(stream, number);
        }
        let handing = self.streams.entry(stream).or_default();
        let lost = loss.map(|loss| Expected::Lost(name_of(loss)));
        handing.waiting.extend(items.into_iter().chain(lost).map(|item| (application, number, item)));
        result
    }

    /// Notes that a stream has created the application again, which it has to announce before it goes on.
    pub(crate) fn recreated(&mut self, stream: Stream) {
        let handing = self.streams.entry(stream).or_default();
        let recreated = Expected::Lost(name_of(Loss::Recreated));
        handing.is_recreated = true;
        // Where the first try was not enough, one announcement is.
        if handing.waiting.back().is_none_or(|(.., last)| *last != recreated) {
            handing.waiting.push_back((0, 0, recreated));
        }
    }

    /// Notes what a stream handed on.
    pub(crate) fn handed_on(&mut self, stream: Stream, item: &Expected) -> Result<(), String> {
        let handing = self.streams.entry(stream).or_default();
        if *item == Expected::Lost(name_of(Loss::Recreated)) && handing.is_another_next() {
            // Somebody else has created the application again, as the stream found out.
            handing.application = None;
            return Ok(());
        }
        let Some((application, number, expected)) = handing.waiting.pop_front() else {
            return Err(format!("handed on, but never received, or twice: {item:?}"));
        };
        if expected != *item {
            return Err(format!("lost or out of order: expected {expected:?}, found {item:?}"));
        }
        if expected == Expected::Lost(name_of(Loss::Recreated)) {
            handing.application = None;
            return Ok(());
        }
        let before = handing.application.replace(application);
        if before.is_some_and(|before| before != application) {
            return Err(format!("application {application} follows another one without a word"));
        }
        if matches!(expected, Expected::Lost(_)) {
            return Ok(());
        }
        let channel = self.applications.entry(application).or_default();
        channel.hand_on(stream, number)
    }

    /// Notes that a stream ended.
    pub(crate) fn ended(&mut self, stream: Stream, ending: Ending) -> Result<(), String> {
        let Some(handing) = self.streams.remove(&stream) else { return Ok(()) };
        let mut waiting = handing.waiting.iter().filter(|(_, number, _)| *number > 0);
        match (ending, waiting.next()) {
            (Ending::Other, Some((.., waiting))) => Err(format!("lost at the end of the stream: {waiting:?}")),
            (Ending::Taken, _) => {
                for (application, number, _) in handing.waiting.into_iter().filter(|(_, number, _)| *number > 0) {
                    let channel = self.applications.entry(application).or_default();
                    channel.drop_response(stream, number);
                }
                Ok(())
            }
            (Ending::Closed | Ending::Other, _) => Ok(()),
        }
    }

    /// Notes that the program dropped a stream in the middle, and will go on from its cursor: what it had not handled comes again.
    pub(crate) fn crashed(&mut self, stream: Stream) {
        let Some(handing) = self.streams.remove(&stream) else { return };
        let front = handing.waiting.front().filter(|(_, number, _)| *number > 0);
        let front = front.map(|(application, number, _)| (*application, *number));
        let Some(application) = front.map(|(application, _)| application).or(handing.application) else { return };
        let Some(channel) = self.applications.get_mut(&application) else { return };
        let first = front.map(|(_, number)| number).or(channel.last.map(|last| last + 1));
        if let Some(first) = first {
            // The last response counts as handled once the program has come back for what follows it.
            channel.responses.retain(|number, _| number + 1 < first);
            channel.last = Some(first - 1);
        }
    }

    /// Notes that the program closed its application, of which it wants to hear no more.
    pub(crate) fn closed(&mut self) {
        self.applications.clear();
    }

    /// What is still missing when nothing more will come.
    pub(crate) fn missing(&self) -> Option<String> {
        let waiting = self.streams.values().find_map(|handing| handing.waiting.front());
        let dropped = self.applications.iter().find_map(|(application, channel)| {
            let last = channel.last?;
            let number = channel.dropped.iter().find(|number| **number <= last)?;
            Some(format!("response {number} of application {application} was received by a stream that lost the channel"))
        });
        waiting.map(|(.., item)| format!("received, and never handed on: {item:?}")).or(dropped)
    }
}

impl Handing {
    /// Whether what comes next is about another application than what came before, if anything comes.
    fn is_another_next(&self) -> bool {
        self.waiting.front().is_none_or(|(next, number, _)| *number > 0 && Some(*next) != self.application)
    }
}

impl Channel {
    fn receive(&mut self, stream: Stream, number: u64) -> Result<(), String> {
        let last = self.last.replace(self.last.map_or(number, |last| last.max(number)));
        let response = self.responses.entry(number).or_default();
        let is_new = response.received_by.insert(stream);
        self.dropped.remove(&number);
        if last.is_some_and(|last| number > last + 1) {
            let last = last.unwrap_or_default();
            return Err(format!("response {number} follows {last}: what came between is lost without a word"));
        }
        if is_new { Ok(()) } else { Err(format!("response {number} was received twice by one stream")) }
    }

    fn hand_on(&mut self, stream: Stream, number: u64) -> Result<(), String> {
        let response = self.responses.entry(number).or_default();
        match response.handed_on_by.replace(stream) {
            Some(other) if other != stream => Err(format!("events of response {number} were handed on twice")),
            _ => Ok(()),
        }
    }

    fn drop_response(&mut self, stream: Stream, number: u64) {
        let is_elsewhere = self
            .responses
            .get(&number)
            .is_some_and(|response| response.received_by.iter().any(|receiver| *receiver != stream));
        if !is_elsewhere {
            self.dropped.insert(number);
        }
    }
}
