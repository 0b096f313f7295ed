//! The program of a user: it comes online, does what the schedule says, and comes back when it has to.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};
use ucwa::me::MakeMeAvailableInput;
use ucwa_client::messaging::{Conversation, Conversations, Messaging};
use ucwa_client::presence::OwnPresence;
use ucwa_client::{
    Application, ApplicationSettings, ChannelEnd, ChannelItem, ChannelSettings, Client, Cursor, Error, Events,
};

use super::action::{Answer, LayerAction};
use super::follow::Sets;
use super::stage::{Seat, Stage, conversation_in};
use crate::ending::unfounded;
use crate::network::UserNetwork;
use crate::record::Phase;
use crate::schedule::UserSettings;

/// Before the next try to come online.
pub(super) const NEXT_TRY: Duration = Duration::from_secs(30);

/// How long what goes on may go on after the application is closed: as long as a program takes for a late answer.
const LAST_WORDS: Duration = Duration::from_secs(300);

/// What a program is to do.
#[derive(Debug)]
pub(super) enum ProgramCommand {
    /// A step of the schedule, by its number.
    Act(LayerAction, usize),
    /// Come back, as the channel of the application with this number ended.
    Recover(u64),
    /// Finish what goes on, and say when that is done.
    Settle(Done),
    /// Do something of each kind, all of which has to succeed, as nothing goes wrong.
    Stir(Done),
    /// Compare what is known with what the server knows.
    Check(Done),
    /// Follow nobody, and leave all conversations.
    LetGo(Done),
    /// See that nothing is kept.
    CheckEmpty(Done),
    /// Close the application, for good.
    Close(Done),
}

pub(super) type Done = oneshot::Sender<()>;

/// The program of a user.
pub(super) struct Program {
    pub(super) stage: Arc<Stage>,
    pub(super) index: usize,
    settings: UserSettings,
    commands: mpsc::WeakUnboundedSender<ProgramCommand>,
    online: Option<Online>,
    /// How often the program was online.
    number: u64,
    /// How often it closed its application.
    closings: u64,
    /// What the program stores of its stream of events, for another process.
    cursor: Stored,
    /// Whether it was left by a process before, and has to be taken over.
    is_left: bool,
    /// What goes on beside the commands.
    pub(super) tasks: JoinSet<()>,
    /// Those of them that may be given up.
    pub(super) revocable: Vec<AbortHandle>,
    /// The task that reads the event channel.
    reader: Option<AbortHandle>,
    /// Guests and other endpoints, which go on when the application is closed.
    pub(super) guests: JoinSet<()>,
    pub(super) sets: Sets,
}

/// The cursor of what was handled.
type Stored = Arc<Mutex<Option<Cursor>>>;

/// What a program has while it is online.
#[derive(Clone)]
pub(super) struct Online {
    pub(super) seat: Seat,
    pub(super) own: OwnPresence,
    /// As long as it exists, conversations are known.
    pub(super) messaging: Messaging,
}

impl Program {
    pub(super) fn new(
        stage: Arc<Stage>,
        index: usize,
        settings: UserSettings,
        commands: mpsc::WeakUnboundedSender<ProgramCommand>,
    ) -> Self {
        let (tasks, guests, sets) = (JoinSet::new(), JoinSet::new(), Sets::default());
        let (online, revocable, reader) = (None, Vec::new(), None);
        let (number, closings, cursor, is_left) = (0, 0, Stored::default(), false);
        Self {
            stage,
            index,
            settings,
            commands,
            online,
            number,
            closings,
            cursor,
            is_left,
            tasks,
            revocable,
            reader,
            guests,
            sets,
        }
    }

    /// Does what it is told, until it is told to close.
    pub(super) async fn run(mut self, mut commands: mpsc::UnboundedReceiver<ProgramCommand>) {
        self.come_online().await;
        while let Some(command) = commands.recv().await {
            // Those who have finished are forgotten.
            while self.tasks.try_join_next().is_some() {}
            let done = match command {
                ProgramCommand::Act(action, step) => {
                    self.stage.note(self.index, format_args!("does {action:?}"));
                    Box::pin(self.act(action, step)).await;
                    continue;
                }
                ProgramCommand::Recover(number) => {
                    if number == self.number {
                        self.come_back(NEXT_TRY).await;
                    }
                    continue;
                }
                ProgramCommand::Settle(done) => {
                    self.finish().await;
                    while self.guests.join_next().await.is_some() {}
                    done
                }
                ProgramCommand::Stir(done) => {
                    Box::pin(self.stir()).await;
                    done
                }
                ProgramCommand::Check(done) => {
                    Box::pin(self.check()).await;
                    done
                }
                ProgramCommand::LetGo(done) => {
                    Box::pin(self.let_go()).await;
                    done
                }
                ProgramCommand::CheckEmpty(done) => {
                    self.check_empty().await;
                    done
                }
                ProgramCommand::Close(done) => {
                    if !self.close().await {
                        let what = "cannot close its application, although nothing goes wrong";
                        self.stage.violate(self.index, what.into());
                    }
                    let _ = done.send(());
                    return;
                }
            };
            // Whoever waits may have given up.
            let _ = done.send(());
        }
    }

    /// What the program has, if it is online.
    pub(super) fn online(&self) -> Option<Online> {
        self.online.clone()
    }

    /// Waits until nothing goes on beside the commands.
    async fn finish(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }

    pub(super) async fn come_back(&mut self, pause: Duration) {
        self.close().await;
        sleep(pause).await;
        self.come_online().await;
    }

    /// Leaves the application on the server, as a process does that stops, and takes it over as another one.
    pub(super) async fn hand_over(&mut self, pause: Duration) {
        self.stop_reading();
        if let Some(online) = self.online.take() {
            online.seat.application.leave();
        }
        self.is_left = true;
        self.stage.world.record.set_phase(self.index, Phase::Left);
        self.let_end().await;
        sleep(pause).await;
        self.stage.model().words.hand_over(self.index);
        self.come_online().await;
    }

    /// Signs in and creates the application, as often as it takes.
    async fn come_online(&mut self) {
        self.stage.world.record.set_phase(self.index, Phase::Open);
        while self.online.is_none() {
            match self.try_online().await {
                Ok(online) => self.online = Some(online),
                Err(error) => {
                    self.stage.note(self.index, format_args!("is not online: {error}"));
                    self.stage.note_shown(self.index, format_args!("{error:?}"));
                    sleep(NEXT_TRY).await;
                }
            }
        }
    }

    async fn try_online(&mut self) -> Result<Online, Error> {
        let account = &self.stage.world.accounts[self.index];
        let transport = UserNetwork::new(Arc::clone(&self.stage.world), self.index).transport();
        let (settings, credentials) = (self.settings.client(), self.settings.credentials(account));
        let client = Client::sign_in_with(transport, settings, &account.address, credentials).await?;
        // The conversations of an application that could not be closed are those of the program before.
        let endpoint = format!("endpoint-{}-{}", self.index, self.closings);
        let application =
            client.create_application(ApplicationSettings::new("layers").with_endpoint_id(endpoint)).await?;
        application.make_me_available(MakeMeAvailableInput::new()).await?;
        application.keep_active();
        let seat = Seat { stage: Arc::clone(&self.stage), index: self.index, application };
        let (own, messaging) = (seat.application.own_presence(), seat.application.messaging());
        self.number += 1;
        // Half of the programs follow all conversations, which has the client ask which ones there are. Those that go on with what another
        // process began have to.
        let is_left = std::mem::take(&mut self.is_left);
        let follows_all = self.index % 2 == 1 || is_left;
        self.stage.model().users[self.index].given = follows_all.then(BTreeSet::new);
        if follows_all {
            tokio::spawn(seat.clone().follow_all(messaging.follow_conversations()));
        }
        tokio::spawn(seat.clone().answer_all(messaging.clone()));
        let stored = || self.cursor.lock().unwrap_or_else(PoisonError::into_inner).take();
        let cursor = is_left.then(stored).flatten();
        tokio::spawn(seat.clone().follow_groups());
        self.read_events_after(&seat, Duration::ZERO, cursor);
        self.stage.note_shown(self.index, format_args!("is online: {own:?} {messaging:?}"));
        Ok(Online { seat, own, messaging })
    }

    /// Opens a stream of events after a pause, and reads it.
    pub(super) fn read_events(&mut self, seat: &Seat, pause: Duration) {
        self.read_events_after(seat, pause, None);
    }

    fn read_events_after(&mut self, seat: &Seat, pause: Duration, cursor: Option<Cursor>) {
        let (seat, commands, number) = (seat.clone(), self.commands.clone(), self.number);
        // Of an earlier stream, nothing is stored any more.
        let stored = Stored::default();
        self.cursor = Arc::clone(&stored);
        let (low, medium) = (self.settings.low, self.settings.medium);
        let settings = ChannelSettings::new().with_timeout(self.settings.timeout).with_low(low).with_medium(medium);
        let task = tokio::spawn(async move {
            if !pause.is_zero() {
                sleep(pause).await;
            }
            let events = match cursor {
                Some(cursor) => seat.application.events_after(&cursor, settings),
                None => seat.application.events_with(settings),
            };
            match events {
                Ok(events) => read(seat, events, stored, commands, number).await,
                Err(error) => seat.stage.violate(seat.index, format!("cannot read events: {error}")),
            }
        });
        self.reader = Some(task.abort_handle());
    }

    /// Lets go of the stream of events, wherever it is.
    pub(super) fn stop_reading(&mut self) {
        self.reader.take().iter().for_each(AbortHandle::abort);
    }

    /// Closes the application. Whatever goes on has to end with that. Gives whether the application is gone.
    async fn close(&mut self) -> bool {
        let record = &self.stage.world.record;
        record.set_phase(self.index, Phase::Closing);
        let online = self.online.take();
        let mut is_removed = true;
        if let Some(Online { seat, .. }) = &online {
            match seat.application.close().await {
                Ok(()) => self.stage.world.check_removed(self.index, &seat.application),
                Err(error) => {
                    is_removed = false;
                    self.stage.note(self.index, format_args!("cannot close: {error}"));
                    if error.is_gone() && error.subcode().is_some() {
                        self.stage.violate(self.index, "cannot close what the server has ended".into());
                    }
                }
            }
        }
        record.set_phase(self.index, Phase::Closed);
        self.is_left = false;
        self.closings += 1;
        self.let_end().await;
        is_removed
    }

    /// Lets what goes on end with the application, and forgets it.
    async fn let_end(&mut self) {
        self.stage.lost(self.index);
        if timeout(LAST_WORDS, self.finish()).await.is_err() {
            self.stage.violate(self.index, "something goes on after the application was closed".into());
            self.tasks.shutdown().await;
        }
        self.check_closed().await;
        self.sets.clear();
        let user = &mut self.stage.model().users[self.index];
        user.rooms.clear();
        user.known_groups = None;
    }

    /// Whether all that the layers gave has ended with the application.
    async fn check_closed(&mut self) {
        if !self.sets.have_ended().await {
            self.stage.violate(self.index, "the application is closed, and contacts may change still".into());
        }
        let model = self.stage.model();
        let open = model.users[self.index].rooms.iter().find(|(_, room)| room.conversation.end().is_none());
        let open = open.map(|(id, _)| id.clone());
        drop(model);
        if let Some(id) = open {
            self.stage.violate(self.index, format!("the application is closed, and conversation {id} goes on"));
        }
    }
}

/// Reads the event channel to its end.
async fn read(
    seat: Seat,
    mut events: Events,
    stored: Stored,
    commands: mpsc::WeakUnboundedSender<ProgramCommand>,
    number: u64,
) {
    let store = |cursor| *stored.lock().unwrap_or_else(PoisonError::into_inner) = cursor;
    while let Some(item) = events.next().await {
        store(events.cursor());
        seat.stage.world.record.count(|counts| counts.events += 1);
        if seat.stage.model().is_calm && matches!(item, ChannelItem::Interrupted(_) | ChannelItem::Lost(_)) {
            seat.stage.violate(seat.index, format!("is told of trouble, although nothing goes wrong: {item:?}"));
        }
        match item {
            ChannelItem::Lost(loss) => {
                seat.stage.note(seat.index, format_args!("loses: {loss:?}"));
                seat.stage.world.record.count(|counts| counts.losses += 1);
                seat.stage.lost(seat.index);
            }
            ChannelItem::Ended(end) => {
                seat.stage.note(seat.index, format_args!("hears no more"));
                seat.stage.note_shown(seat.index, format_args!("{end:?}"));
                if let Some(wrong) = unfounded(&end) {
                    seat.stage.violate(seat.index, wrong);
                }
                if !matches!(end, ChannelEnd::Closed | ChannelEnd::TakenByStream)
                    && let Some(commands) = commands.upgrade()
                {
                    // A program that has ended needs nothing.
                    let _ = commands.send(ProgramCommand::Recover(number));
                }
            }
            _ => {}
        }
        // Some store where they are once an item is handled, and some only when the next one comes.
        if seat.index.is_multiple_of(2) {
            events.mark_handled();
            store(events.cursor());
        }
    }
}

impl Seat {
    /// Answers invitations for as long as there are some. Each is given once; no two begin with the same message.
    async fn answer_all(self, messaging: Messaging) {
        let mut invitations = messaging.invitations();
        let mut openings = BTreeSet::new();
        while let Some(invitation) = invitations.next().await {
            if let Some(opening) = invitation.message()
                && !openings.insert(opening)
            {
                self.stage.violate(self.index, format!("{invitation:?} is given twice"));
            }
            let answer = self.answer();
            self.stage.note(self.index, format_args!("is invited, and answers by {answer:?}: {invitation:?}"));
            match answer {
                Answer::Silence => {}
                Answer::Accept | Answer::Decline | Answer::Late | Answer::Hasty => {
                    tokio::spawn(Box::pin(self.clone().reply(invitation, answer)));
                }
            }
        }
    }

    /// Keeps all conversations as they are given: each once, unless it has ended and begun again.
    async fn follow_all(self, mut conversations: Conversations) {
        let mut going_on: Vec<Conversation> = Vec::new();
        while let Some(conversation) = conversations.next().await {
            going_on.retain(|other| other.end().is_none());
            if going_on.iter().any(|other| other.link().href() == conversation.link().href()) {
                self.stage.violate(self.index, format!("{conversation:?} is given twice"));
            }
            let id = conversation_in(conversation.link().href()).unwrap_or_default().to_owned();
            self.stage.model().users[self.index].given.get_or_insert_default().insert(id);
            self.keep(&conversation);
            going_on.push(conversation);
        }
    }

    /// The client of the application, by which others are read.
    pub(super) fn application(&self) -> &Application {
        &self.application
    }
}
