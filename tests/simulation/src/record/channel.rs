//! What the event channel promises: every event that a user's client received is handed on, once and in order, or its loss is
//! announced.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ucwa::{Event, EventDocument, NextLink};
use ucwa_client::Loss;

use crate::address::leads_abroad;

/// The number of a stream of events, among all of a schedule.
pub(crate) type Stream = u64;

/// Whether the program of a stream has the server told late that events have arrived: some have, and others have not.
pub(crate) fn acknowledges_late(stream: Stream) -> bool {
    stream.is_multiple_of(2)
}

/// A response of the event channel, as it came to a client.
#[derive(Debug)]
pub(crate) struct Document {
    application: u64,
    /// The number that the server gave the response.
    number: u64,
    loss: Option<Loss>,
    items: Vec<Expected>,
    /// Whether the channel continues where no token may be seen, so that the stream ends and the one after it begins anew.
    leads_abroad: bool,
}

/// What a stream has to hand on next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    Event(SeenEvent),
    UnreadableSender,
    Lost(&'static str),
}

/// After so many responses in a row that do not say where the channel continues, a stream begins anew.
const ASTRAY: u32 = 4;

/// An event, by which it is recognized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenEvent {
    pub(crate) kind: String,
    pub(crate) rel: String,
    pub(crate) href: String,
}

impl SeenEvent {
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
            items.extend(sender.events.iter().map(|event| Expected::Event(SeenEvent::of(event))));
        }
        let leads_abroad = leads_abroad(&next.link().href);
        Some(Self { application, number, loss, items, leads_abroad })
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
    /// Whether a stream ended, or was dropped, that may have begun anew.
    is_astray: bool,
    applications: BTreeMap<u64, Channel>,
}

/// What a stream has received and not handed on yet.
#[derive(Debug, Default)]
struct Handing {
    waiting: VecDeque<Waiting>,
    application: Option<u64>,
    /// How many responses in a row did not say where the channel continues.
    astray: u32,
    /// Whether the stream begins anew for that.
    anew: Anew,
    /// Whether a later stream has the channel. What comes to the poll of this one, it drops.
    is_taken: bool,
    /// Whether the stream that has the channel was told that it begins anew, so that nothing of what this one drops comes again.
    is_superseded: bool,
    /// Whether the program has closed the application.
    is_closed: bool,
}

/// Whether a stream begins anew, as no response said where the channel continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Anew {
    #[default]
    No,
    /// As the stream before it may have known, from which it took the channel, if that was not too slow.
    Perhaps,
    Yes,
}

/// An item that a stream has not handed on yet.
#[derive(Debug)]
struct Waiting {
    item: Expected,
    certainty: Certainty,
    /// The response that it came in; none for the announcement that the application was created again.
    response: Option<Place>,
}

/// Whether an item has to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Certainty {
    /// It has to, as it is.
    Certain,
    /// It may be left out.
    Optional,
    /// It has to, or else that conversations and subscriptions were reset.
    OrResumed,
}

/// A response of the event channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    application: u64,
    number: u64,
    /// How often the channel had been resynchronized.
    epoch: u64,
}

/// The event channel of one application.
#[derive(Debug, Default)]
struct Channel {
    /// How often it was resynchronized, after which responses come again.
    epoch: u64,
    /// Whether anything was handed on since.
    has_handed_on: bool,
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
        let is_dropped = std::mem::take(&mut self.is_astray);
        let is_astray = is_dropped || self.streams.values().any(|before| !before.is_closed && before.anew != Anew::No);
        let anew = if is_astray { Anew::Perhaps } else { Anew::No };
        self.streams.values_mut().for_each(|before| before.is_taken = true);
        self.streams.insert(stream, Handing { anew, ..Handing::default() });
    }

    /// Notes that a stream polls, which tells the server that all has arrived.
    pub(crate) fn polled(&self, stream: Stream) -> Result<(), String> {
        if !acknowledges_late(stream) {
            return Ok(());
        }
        let mut waiting = self.streams.get(&stream).into_iter().flat_map(|handing| &handing.waiting);
        match waiting.find(|waiting| waiting.certainty != Certainty::Optional) {
            Some(waiting) => {
                Err(format!("the server is told that something has arrived that was not handled: {waiting:?}"))
            }
            None => Ok(()),
        }
    }

    /// Whether a stream says that something was lost when a response has come to its poll.
    pub(crate) fn announces_loss(&self, stream: Stream, document: &Document) -> bool {
        document.loss.is_some() || self.streams.get(&stream).is_some_and(|handing| handing.anew != Anew::No)
    }

    /// Notes a response that came to a stream's poll.
    pub(crate) fn received(&mut self, stream: Stream, document: Document) -> Result<(), String> {
        let Document { application, number, loss, items, leads_abroad } = document;
        let channel = self.applications.entry(application).or_default();
        let handing = self.streams.entry(stream).or_default();
        if handing.is_taken {
            // A loss is told to the stream that has the channel, if it is one.
            match loss {
                None if !handing.is_superseded => channel.receive_for_nobody(stream, number),
                _ => {}
            }
            return Ok(());
        }
        if loss != Some(Loss::Resynchronized) {
            handing.astray = 0;
        }
        let anew = std::mem::take(&mut handing.anew);
        // Whoever begins anew says that events may be missing, whatever else the server dropped.
        let certainty = match (anew, loss) {
            (Anew::Perhaps, None) => Certainty::Optional,
            (Anew::Perhaps, Some(Loss::Resumed)) => Certainty::OrResumed,
            _ => Certainty::Certain,
        };
        let loss = if anew == Anew::No { loss } else { Some(Loss::Resynchronized) };
        // That the channel begins anew is not about the response that says so: its number may come again.
        let response = Some(Place { application, number, epoch: channel.epoch });
        let result = if loss == Some(Loss::Resynchronized) {
            channel.restart();
            self.streams.values_mut().for_each(|other| other.is_superseded = other.is_taken);
            Ok(())
        } else {
            channel.receive(stream, number)
        };
        let announced = loss.map(|loss| Waiting { item: Expected::Lost(name_of(loss)), certainty, response });
        // The events of a response are those after its loss.
        let items = items.into_iter().map(|item| Waiting { item, certainty: Certainty::Certain, response });
        let handing = self.streams.entry(stream).or_default();
        handing.waiting.extend(announced.into_iter().chain(items));
        if leads_abroad {
            handing.anew = Anew::Yes;
        }
        result
    }

    /// Notes a response that does not say where the channel continues.
    pub(crate) fn went_astray(&mut self, stream: Stream) {
        let handing = self.streams.entry(stream).or_default();
        handing.astray += 1;
        if handing.astray == ASTRAY && !handing.is_taken {
            handing.anew = Anew::Yes;
        }
    }

    /// Notes that a stream has created the application again, which it has to announce before it goes on.
    pub(crate) fn recreated(&mut self, stream: Stream) {
        self.is_astray = false;
        self.streams.values_mut().for_each(|other| (other.anew, other.is_superseded) = (Anew::No, true));
        let handing = self.streams.entry(stream).or_default();
        (handing.astray, handing.is_superseded) = (0, false);
        let recreated = Expected::Lost(name_of(Loss::Recreated));
        // Events may be missing, which is said before those that come.
        self.applications.values_mut().for_each(Channel::restart);
        // Where the first try was not enough, one announcement is.
        if handing.waiting.back().is_none_or(|last| last.item != recreated) {
            handing.waiting.push_back(Waiting { item: recreated, certainty: Certainty::Certain, response: None });
        }
    }

    /// Notes what a stream handed on.
    pub(crate) fn handed_on(&mut self, stream: Stream, item: &Expected) -> Result<(), String> {
        let handing = self.streams.entry(stream).or_default();
        if handing.is_closed {
            return Ok(());
        }
        if *item == Expected::Lost(name_of(Loss::Recreated)) && handing.is_another_next() {
            // Somebody else has created the application again, as the stream found out.
            handing.application = None;
            return Ok(());
        }
        if handing.waiting.front().is_some_and(|next| next.certainty == Certainty::Optional && next.item != *item) {
            handing.waiting.pop_front();
        }
        let Some(Waiting { item: expected, certainty, response }) = handing.waiting.pop_front() else {
            return Err(format!("handed on, but never received, or twice: {item:?}"));
        };
        let is_resumed = certainty == Certainty::OrResumed && *item == Expected::Lost(name_of(Loss::Resumed));
        if expected != *item && !is_resumed {
            return Err(format!("lost or out of order: expected {expected:?}, found {item:?}"));
        }
        let Some(response) = response else {
            handing.application = None;
            return Ok(());
        };
        let before = handing.application.replace(response.application);
        if before.is_some_and(|before| before != response.application) {
            return Err(format!("application {} follows another one without a word", response.application));
        }
        let channel = self.applications.entry(response.application).or_default();
        if matches!(expected, Expected::Lost(_)) || channel.epoch != response.epoch {
            return Ok(());
        }
        channel.hand_on(stream, response.number)
    }

    /// Notes that a stream ended.
    pub(crate) fn ended(&mut self, stream: Stream, ending: Ending) -> Result<(), String> {
        let Some(handing) = self.streams.remove(&stream).filter(|handing| !handing.is_closed) else { return Ok(()) };
        self.is_astray |= handing.anew != Anew::No && !handing.is_taken;
        let waiting = handing.waiting.iter().find(|waiting| waiting.response.is_some());
        match (ending, waiting) {
            (Ending::Other, Some(waiting)) => Err(format!("lost at the end of the stream: {:?}", waiting.item)),
            (Ending::Taken, _) if !handing.is_taken => Err("is told of another stream, and there was none".into()),
            (Ending::Taken, _) if handing.is_superseded => Ok(()),
            (Ending::Taken, _) => {
                for response in handing.waiting.iter().filter_map(|waiting| waiting.response) {
                    let channel = self.applications.entry(response.application).or_default();
                    if channel.epoch == response.epoch {
                        channel.drop_response(stream, response.number);
                    }
                }
                Ok(())
            }
            (Ending::Closed | Ending::Other, _) => Ok(()),
        }
    }

    /// Notes that the program dropped a stream in the middle, and will go on from its cursor: what it had not handled comes again.
    pub(crate) fn crashed(&mut self, stream: Stream) {
        let Some(handing) = self.streams.remove(&stream).filter(|handing| !handing.is_closed) else { return };
        self.is_astray |= handing.anew != Anew::No;
        let front = handing.waiting.front().and_then(|waiting| waiting.response);
        let Some(application) = front.map(|response| response.application).or(handing.application) else { return };
        let Some(channel) = self.applications.get_mut(&application) else { return };
        if channel.epoch > 0 && !channel.has_handed_on {
            // What comes again since the channel was resynchronized may have been handled before.
            return channel.restart();
        }
        let front = front.filter(|response| response.epoch == channel.epoch);
        let first = front.map(|response| response.number).or(channel.last.map(|last| last + 1));
        if let Some(first) = first {
            // The last response counts as handled once the program has come back for what follows it, or has said so.
            let doubtful = u64::from(!acknowledges_late(stream));
            channel.responses.retain(|number, _| number + doubtful < first);
            channel.last = Some(first - 1);
        }
    }

    /// Notes that the program closed its application, of which it wants to hear no more.
    pub(crate) fn closed(&mut self) {
        self.applications.clear();
        self.streams.values_mut().for_each(|handing| handing.is_closed = true);
    }

    /// What is still missing when nothing more will come.
    pub(crate) fn missing(&self) -> Option<String> {
        let waiting =
            self.streams.values().filter(|handing| !handing.is_closed).find_map(|handing| handing.waiting.front());
        let dropped = self.applications.iter().find_map(|(application, channel)| {
            let last = channel.last?;
            let number = channel.dropped.iter().find(|number| **number <= last)?;
            Some(format!(
                "response {number} of application {application} was received by a stream that lost the channel"
            ))
        });
        waiting.map(|waiting| format!("received, and never handed on: {:?}", waiting.item)).or(dropped)
    }
}

impl Handing {
    /// Whether what comes next is about another application than what came before, if anything comes.
    fn is_another_next(&self) -> bool {
        let next = self.waiting.front().map(|waiting| waiting.response);
        next.is_none_or(|next| next.is_some_and(|response| Some(response.application) != self.application))
    }
}

impl Channel {
    /// Forgets what came, as it may come again: that is announced.
    fn restart(&mut self) {
        *self = Self { epoch: self.epoch + 1, ..Self::default() };
    }

    fn receive(&mut self, stream: Stream, number: u64) -> Result<(), String> {
        let last = self.last;
        let is_new = self.note_receiver(stream, number);
        self.dropped.remove(&number);
        if last.is_some_and(|last| number > last + 1) {
            let last = last.unwrap_or_default();
            return Err(format!("response {number} follows {last}: what came between is lost without a word"));
        }
        if is_new { Ok(()) } else { Err(format!("response {number} was received twice by one stream")) }
    }

    /// Notes a response that came to a stream that has lost the channel: unless it comes to another one too, it is lost.
    fn receive_for_nobody(&mut self, stream: Stream, number: u64) {
        let was_handled = self.last.is_some_and(|last| number <= last) && !self.responses.contains_key(&number);
        if was_handled {
            return;
        }
        self.note_receiver(stream, number);
        self.drop_response(stream, number);
    }

    /// Notes who received a response. Gives whether that is new.
    fn note_receiver(&mut self, stream: Stream, number: u64) -> bool {
        self.last = self.last.max(Some(number));
        self.responses.entry(number).or_default().received_by.insert(stream)
    }

    fn hand_on(&mut self, stream: Stream, number: u64) -> Result<(), String> {
        self.has_handed_on = true;
        let response = self.responses.entry(number).or_default();
        match response.handed_on_by.replace(stream) {
            Some(other) if other != stream => Err(format!("events of response {number} were handed on twice")),
            _ => Ok(()),
        }
    }

    fn drop_response(&mut self, stream: Stream, number: u64) {
        let response = self.responses.get(&number);
        if response.is_some_and(|response| response.received_by.iter().eq([&stream])) {
            self.dropped.insert(number);
        }
    }
}
