//! The program of a user that listens: it follows the events, and lets the one that acts know what to do about them.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::time::sleep;
use ucwa::communication::{Conversation, Message, MessagingInvitation};
use ucwa::enumerations::Direction;
use ucwa::{Event, EventKind};
use ucwa_client::{Application, ChannelEnd, ChannelItem, ChannelSettings, Cursor, Error, Events};

use crate::address::path_of;
use crate::ending::unfounded;
use crate::network::STREAM;
use crate::record::{Ending, Expected, SeenEvent, Stream, acknowledges_late, lost};
use crate::user::{Command, Order, Recovery, User};

/// How many priorities streams have.
const PRIORITIES: u64 = 3;

/// Why a stream is followed no more.
enum Stop {
    Ended,
    /// The program stops in the middle, and goes on after a pause.
    Crashed(Duration),
    /// The program stops in the middle, and another process goes on.
    HandedOver(oneshot::Sender<Option<Cursor>>),
}

/// Starts to follow the events of an application: after a cursor, if there is one.
pub(crate) fn start(user: &Arc<User>, application: &Application, cursor: Option<Cursor>) {
    let (user, application) = (Arc::clone(user), application.clone());
    let orders = user.take_orders();
    let listener = Listener { user, application, pause: Duration::ZERO, is_interrupted: false };
    tokio::spawn(STREAM.scope(Cell::new(0), listener.listen(cursor, orders)));
}

struct Listener {
    user: Arc<User>,
    application: Application,
    /// How long the program takes for each item.
    pause: Duration,
    /// Whether the stream was told last that nothing comes from the server.
    is_interrupted: bool,
}

impl Listener {
    async fn listen(mut self, mut cursor: Option<Cursor>, mut orders: UnboundedReceiver<Order>) {
        loop {
            let stream = self.user.world.record.opened(self.user.index);
            STREAM.with(|current| current.set(stream));
            self.is_interrupted = false;
            let mut events = match self.open(stream, cursor.as_ref()) {
                Ok(events) => events,
                Err(error) => {
                    self.user.note_shown(format_args!("cannot follow events: {error}"));
                    return self.user.command(Command::Recover(Recovery::SignIn));
                }
            };
            let stop = self.follow(stream, &mut events, &mut orders).await;
            self.user.world.record.set_waiting(self.user.index, false);
            if matches!(stop, Stop::Ended) {
                return;
            }
            cursor = events.cursor();
            drop(events);
            self.user.world.record.crashed(self.user.index, stream);
            match stop {
                Stop::Ended => return,
                Stop::HandedOver(sender) => {
                    // Who asked waits for it.
                    let _ = sender.send(cursor);
                    return;
                }
                Stop::Crashed(pause) => {
                    sleep(pause).await;
                    if self.application.is_closed() {
                        return;
                    }
                }
            }
        }
    }

    /// A stream of the events after a cursor, which another process could have stored. Some streams have another priority than that before,
    /// and some tell the server late what has arrived.
    fn open(&self, stream: Stream, cursor: Option<&Cursor>) -> Result<Events, Error> {
        let settings = ChannelSettings::new().with_timeout(self.user.settings.timeout);
        let settings = match stream % PRIORITIES {
            0 => settings,
            priority => settings.with_priority(i32::try_from(priority).unwrap_or_default()),
        };
        let settings = if acknowledges_late(stream) { settings.with_late_acknowledgement() } else { settings };
        let Some(cursor) = cursor else { return self.application.events_with(settings) };
        match cursor.to_string().parse() {
            Ok(cursor) => self.application.events_after(&cursor, settings),
            Err(_) => self.application.events_with(settings),
        }
    }

    async fn follow(&mut self, stream: Stream, events: &mut Events, orders: &mut UnboundedReceiver<Order>) -> Stop {
        let user = Arc::clone(&self.user);
        let (record, index) = (&user.world.record, user.index);
        let mut crash = None;
        let mut is_taken = false;
        loop {
            if let Some((0, pause)) = crash {
                return Stop::Crashed(pause);
            }
            record.set_waiting(index, true);
            let item = tokio::select! {
                biased;
                Some(order) = orders.recv() => {
                    match order {
                        // Who has lost the channel only hands on what it has.
                        Order::Crash { .. } | Order::TakeOver | Order::Slow { .. } | Order::Stop(_) if is_taken => {}
                        // A slow program takes the order when it has nothing to listen to any more.
                        Order::TakeOver if self.application.is_closed() => {}
                        Order::Crash { items, pause } => crash = Some((items, pause)),
                        Order::TakeOver => {
                            (crash, is_taken) = (None, true);
                            start(&self.user, &self.application, None);
                        }
                        Order::Stop(sender) => return Stop::HandedOver(sender),
                        Order::Slow { pause } => self.pause = pause,
                        Order::Steady => (crash, self.pause) = (None, Duration::ZERO),
                    }
                    continue;
                }
                item = events.next() => item,
            };
            record.set_waiting(index, false);
            let Some(item) = item else { return Stop::Ended };
            self.user.note_shown(format_args!("is given {item:?}"));
            if let Some(ending) = self.take(stream, item) {
                record.ended(index, stream, ending);
                return Stop::Ended;
            }
            if acknowledges_late(stream) {
                events.mark_handled();
            }
            if let Some((items, _)) = &mut crash {
                *items = items.saturating_sub(1);
            }
            if !self.pause.is_zero() {
                sleep(self.pause).await;
            }
        }
    }

    /// Handles an item. Gives how the stream ended, if it was the last.
    fn take(&mut self, stream: Stream, item: ChannelItem) -> Option<Ending> {
        if let Some(wrong) = self.out_of_place(&item) {
            self.user.world.record.violate(self.user.index, wrong);
        }
        let (record, index) = (&self.user.world.record, self.user.index);
        match item {
            ChannelItem::Event(event) => {
                record.handed_on(index, stream, &Expected::Event(SeenEvent::of(&event)));
                record.given(index, &event);
                self.react(&event);
            }
            ChannelItem::UnreadableSender(_) => record.handed_on(index, stream, &Expected::UnreadableSender),
            ChannelItem::Lost(loss) => {
                record.handed_on(index, stream, &lost(loss));
                self.user.forget();
                self.user.command(Command::Restore);
            }
            ChannelItem::Ended(end) => return Some(self.end(&end)),
            _ => {}
        }
        None
    }

    /// What is wrong about an item that comes now. While nothing comes from the server, nothing can be told of it.
    fn out_of_place(&mut self, item: &ChannelItem) -> Option<String> {
        let is_wrong = match item {
            ChannelItem::Interrupted(_) => std::mem::replace(&mut self.is_interrupted, true),
            ChannelItem::Reconnected => !std::mem::take(&mut self.is_interrupted),
            ChannelItem::Event(_) | ChannelItem::UnreadableSender(_) | ChannelItem::Lost(_) => self.is_interrupted,
            _ => false,
        };
        is_wrong.then(|| format!("is given out of place, as to whether the server responds: {item:?}"))
    }

    fn end(&self, end: &ChannelEnd) -> Ending {
        match end {
            ChannelEnd::Closed => Ending::Closed,
            ChannelEnd::TakenByStream => Ending::Taken,
            ChannelEnd::TakenByStranger(error) => {
                let (world, index) = (&self.user.world, self.user.index);
                if !world.may_be_replaced(index) {
                    world.record.violate(index, format!("is told of a stranger, and there was none: {error}"));
                }
                self.user.command(Command::Recover(Recovery::Stream));
                Ending::Other
            }
            _ => {
                if let Some(wrong) = unfounded(end) {
                    self.user.world.record.violate(self.user.index, wrong);
                }
                self.user.command(Command::Recover(Recovery::SignIn));
                Ending::Other
            }
        }
    }

    fn react(&self, event: &Event) {
        let path = path_of(&event.target.link.href);
        if let Some(found) = event.about::<Message>()
            && found.resource().is_none_or(|message| message.direction != Some(Direction::Outgoing))
        {
            let content = found.resource().and_then(|message| message.plain_message.as_ref());
            let text = content.and_then(|content| content.text().ok());
            self.user.world.record.message(self.user.index, path, text);
        } else if let Some(found) = event.about::<Conversation>() {
            match (found.link(), event.kind == EventKind::Deleted) {
                (Some(link), false) => self.user.add_conversation(path.to_owned(), link),
                _ => self.user.remove_conversation(path),
            }
        } else if let Some(found) = event.about::<MessagingInvitation>()
            && event.kind == EventKind::Started
            && let Some(link) = found.resource().and_then(|invitation| invitation.accept().link())
            && self.user.accepts(path)
        {
            self.user.command(Command::Accept(link));
        }
    }
}
