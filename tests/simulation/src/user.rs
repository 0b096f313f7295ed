//! A user of a schedule: what the program that acts and the one that listens share.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use ucwa::Link;
use ucwa::communication::{Accept, Conversation};
use ucwa_client::Cursor;

use crate::schedule::{Action, UserSettings};
use crate::secrets;
use crate::world::World;

/// A user of a schedule.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) world: Arc<World>,
    pub(crate) index: usize,
    pub(crate) settings: UserSettings,
    commands: mpsc::UnboundedSender<Command>,
    known: Mutex<Known>,
}

/// What the program that acts is to do.
#[derive(Debug)]
pub(crate) enum Command {
    /// A step of the schedule, by its number.
    Act(Action, usize),
    /// Join the meeting that another user made.
    Join(String),
    /// Accept an invitation.
    Accept(Link<Accept>),
    /// Follow again what was followed before a loss.
    Restore,
    /// A stream ended.
    Recover(Recovery),
    /// Come online, if that is not so.
    Settle(oneshot::Sender<()>),
    /// Close the application, for good.
    Close(oneshot::Sender<()>),
}

/// What to do when a stream has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recovery {
    /// Wait, and open another stream.
    Stream,
    /// Sign in again.
    SignIn,
}

/// What the program that listens is to do.
#[derive(Debug)]
pub(crate) enum Order {
    /// Stop after some items, and go on from the cursor after a pause.
    Crash { items: usize, pause: Duration },
    /// Open another stream, which takes the channel.
    TakeOver,
    /// Stop, and give the cursor, which another process goes on from.
    Stop(oneshot::Sender<Option<Cursor>>),
    /// Take so long for each item.
    Slow { pause: Duration },
    /// Take no time for an item, and do not stop.
    Steady,
}

/// What a user's program knows.
#[derive(Debug, Default)]
struct Known {
    /// Where each stream takes its orders, the latest last.
    orders: Vec<mpsc::UnboundedSender<Order>>,
    conversations: BTreeMap<String, Link<Conversation>>,
    /// Invitations that were accepted, by address.
    accepted: BTreeSet<String>,
    is_following: bool,
}

impl User {
    pub(crate) fn new(
        world: Arc<World>,
        index: usize,
        settings: UserSettings,
        commands: mpsc::UnboundedSender<Command>,
    ) -> Self {
        Self { world, index, settings, commands, known: Mutex::default() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the program that acts do something, unless it has ended.
    pub(crate) fn command(&self, command: Command) {
        let _ = self.commands.send(command);
    }

    /// Has the program that listens do something, if there is one.
    pub(crate) fn order(&self, order: Order) {
        if let Some(orders) = self.known().orders.last() {
            let _ = orders.send(order);
        }
    }

    /// Has the program that listens stop. Gives the cursor of what it has handled, if there is one; an error if it had stopped.
    pub(crate) async fn stop_listening(&self) -> Result<Option<Cursor>, oneshot::error::RecvError> {
        let (sender, receiver) = oneshot::channel();
        self.order(Order::Stop(sender));
        receiver.await
    }

    /// Has the program take no more time for items, also for those of streams that have lost the channel.
    pub(crate) fn hurry(&self) {
        for orders in &self.known().orders {
            let _ = orders.send(Order::Steady);
        }
    }

    /// Takes orders from now on.
    pub(crate) fn take_orders(&self) -> mpsc::UnboundedReceiver<Order> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let orders = &mut self.known().orders;
        orders.retain(|orders| !orders.is_closed());
        orders.push(sender);
        receiver
    }

    /// Writes a line into the trace.
    pub(crate) fn note(&self, line: fmt::Arguments<'_>) {
        self.world.record.note_of(self.index, line);
    }

    /// Writes what the client shows of itself into the trace, where this schedule looks for secrets.
    pub(crate) fn note_shown(&self, line: fmt::Arguments<'_>) {
        if secrets::is_looking() {
            let line = line.to_string();
            secrets::look(&line);
            self.note(format_args!("{line}"));
        }
    }

    pub(crate) fn add_conversation(&self, path: String, link: Link<Conversation>) {
        self.known().conversations.insert(path, link);
    }

    pub(crate) fn remove_conversation(&self, path: &str) {
        self.known().conversations.remove(path);
    }

    /// One of the user's conversations.
    pub(crate) fn conversation(&self, choice: usize) -> Option<(String, Link<Conversation>)> {
        let known = self.known();
        let at = choice.checked_rem(known.conversations.len())?;
        known.conversations.iter().nth(at).map(|(path, link)| (path.clone(), link.clone()))
    }

    /// Forgets what a loss of state takes away.
    pub(crate) fn forget(&self) {
        self.known().conversations.clear();
    }

    /// Whether an invitation has not been accepted yet.
    pub(crate) fn accepts(&self, path: &str) -> bool {
        self.known().accepted.insert(path.to_owned())
    }

    pub(crate) fn set_following(&self) {
        self.known().is_following = true;
    }

    pub(crate) fn is_following(&self) -> bool {
        self.known().is_following
    }
}
