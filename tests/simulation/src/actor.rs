//! The program of a user that acts: it signs in, does what the schedule says, and comes back when it has to.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;
use ucwa::communication::{JoinOnlineMeetingInput, SendMessageInput, StartMessagingInput};
use ucwa::enumerations::PreferredAvailability;
use ucwa::me::{MakeMeAvailableInput, NoteInput, PresenceInput};
use ucwa::online_meeting::MyOnlineMeetingsInput;
use ucwa::people::PresenceSubscriptionsInput;
use ucwa::{Body, Conditions, Content, GenericError, Post, PostRequest, Resource, StartsOperation};
use ucwa_client::{Application, ApplicationSettings, Client, Cursor, Error, Fetch as _, Operation, OperationResponse};

use crate::batches;
use crate::listener;
use crate::network::UserNetwork;
use crate::record::{End, Phase};
use crate::schedule::Action;
use crate::user::{Command, Order, Recovery, User};

/// Before the next try to come online.
const NEXT_TRY: Duration = Duration::from_secs(30);

/// Before the channel is taken back from a stranger.
const STRANGER_PAUSE: Duration = Duration::from_secs(120);

const AVAILABILITIES: [PreferredAvailability; 4] = [
    PreferredAvailability::Online,
    PreferredAvailability::Busy,
    PreferredAvailability::Away,
    PreferredAvailability::BeRightBack,
];

/// The program of a user that acts.
pub(crate) struct Actor {
    user: Arc<User>,
    /// All users of the schedule, of whom this is one.
    users: Arc<[Arc<User>]>,
    client: Option<Client>,
    application: Option<Application>,
    /// How many operations were started.
    operations: u64,
}

impl Actor {
    pub(crate) fn new(users: Arc<[Arc<User>]>, index: usize) -> Self {
        Self { user: Arc::clone(&users[index]), users, client: None, application: None, operations: 0 }
    }

    /// Does what it is told, until it is told to close.
    pub(crate) async fn run(mut self, mut commands: UnboundedReceiver<Command>) {
        self.come_online().await;
        while let Some(command) = commands.recv().await {
            let result = match command {
                Command::Act(action, step) => Box::pin(self.act(action, step)).await,
                Command::Join(uri) => self.join(uri).await,
                Command::Accept(link) => match &self.application {
                    Some(application) => application.send(link.post()).await.map_err(Error::into_general),
                    None => Ok(()),
                },
                Command::Restore if self.user.is_following() => self.subscribe().await,
                Command::Restore => Ok(()),
                Command::Recover(recovery) => {
                    self.recover(recovery).await;
                    Ok(())
                }
                Command::Settle(done) => {
                    // Whoever listens has to have a chance to hear of everything.
                    self.user.hurry();
                    // Whoever waits may have given up.
                    let _ = done.send(());
                    Ok(())
                }
                Command::Close(done) => {
                    if !self.close().await {
                        let what = "cannot close its application, although nothing goes wrong";
                        self.user.world.record.violate(self.user.index, what.into());
                    }
                    let _ = done.send(());
                    return;
                }
            };
            if let Err(error) = result {
                self.user.note(format_args!("fails"));
                self.user.note_shown(format_args!("fails: {error}; {error:?}"));
            }
        }
    }

    /// Signs in and creates the application, as often as it takes.
    async fn come_online(&mut self) {
        self.come_online_after(None).await;
    }

    /// Signs in and creates the application, or takes over the one that was left, to go on after a cursor.
    async fn come_online_after(&mut self, cursor: Option<Cursor>) {
        self.user.world.record.set_phase(self.user.index, Phase::Open);
        while self.application.is_none() {
            if let Err(error) = self.try_online(cursor.as_ref()).await {
                self.user.note(format_args!("is not online"));
                self.user.note_shown(format_args!("is not online: {error}; {error:?}"));
                self.client = None;
                sleep(NEXT_TRY).await;
            }
        }
        if let Err(error) = self.subscribe().await {
            self.user.note_shown(format_args!("follows nobody: {error}"));
        }
    }

    async fn try_online(&mut self, cursor: Option<&Cursor>) -> Result<(), Error> {
        let client = self.sign_in().await?;
        let endpoint = format!("endpoint-{}", self.user.index);
        let settings = ApplicationSettings::new("simulation").with_endpoint_id(endpoint);
        let application = client.create_application(settings).await?;
        if cursor.is_none() {
            self.user.world.record.comes_online(self.user.index);
        }
        application.make_me_available(MakeMeAvailableInput::new()).await?;
        application.keep_active();
        self.user.note_shown(format_args!("is online: {client:?} {application:?}"));
        listener::start(&self.user, &application, cursor.cloned());
        self.client = Some(client);
        self.application = Some(application);
        Ok(())
    }

    async fn sign_in(&self) -> Result<Client, Error> {
        let account = &self.user.world.accounts[self.user.index];
        let transport = UserNetwork::new(Arc::clone(&self.user.world), self.user.index).transport();
        let (settings, credentials) = (self.user.settings.client(), self.user.settings.credentials(account));
        Client::sign_in_with(transport, settings, &account.address, credentials).await
    }

    /// Closes the application. Gives whether it is gone.
    async fn close(&mut self) -> bool {
        let record = &self.user.world.record;
        record.set_phase(self.user.index, Phase::Closing);
        let mut is_removed = true;
        if let Some(application) = self.application.take() {
            match application.close().await {
                Ok(()) => self.user.world.check_removed(self.user.index, &application),
                Err(error) => {
                    is_removed = false;
                    self.user.note_shown(format_args!("cannot close: {error}"));
                    // A slow program keeps the poll of its stream open, and whoever takes the application over is outranked by it.
                    self.user.world.expect_replacement(self.user.index);
                }
            }
        }
        record.set_phase(self.user.index, Phase::Closed);
        self.client = None;
        self.user.forget();
        is_removed
    }

    async fn recover(&mut self, recovery: Recovery) {
        if recovery == Recovery::Stream
            && let Some(application) = &self.application
        {
            sleep(STRANGER_PAUSE).await;
            listener::start(&self.user, application, None);
        } else {
            self.close().await;
            sleep(NEXT_TRY).await;
            self.come_online().await;
        }
    }

    async fn act(&mut self, action: Action, step: usize) -> Result<(), Error> {
        self.user.note(format_args!("does {action:?}"));
        let Some(application) = self.application.clone() else { return Ok(()) };
        match action {
            Action::Message { to, choice } => self.say(&application, to, choice, step).await,
            Action::Leave { choice } => {
                let Some((path, link)) = self.user.conversation(choice) else { return Ok(()) };
                self.user.remove_conversation(&path);
                application.send(link.delete()).await.map_err(Error::into_general)
            }
            Action::Presence { choice } => {
                let mut input = PresenceInput::new();
                input.availability = Some(AVAILABILITIES[choice % AVAILABILITIES.len()].clone());
                let post = application.me().await?.presence().required()?.post_with(input);
                application.send(post).await.map_err(Error::into_general)
            }
            Action::Note => {
                let mut input = NoteInput::new();
                input.message = Some(format!("note {step}"));
                let post = application.me().await?.note().required()?.post_with(input);
                application.send(post).await.map_err(Error::into_general)
            }
            Action::Follow => {
                self.user.set_following();
                self.subscribe().await
            }
            Action::Meeting { with } => self.meet(&application, with, step).await,
            Action::Burst => Box::pin(burst(&application)).await,
            Action::Batch { to, reads } => {
                let operation = self.operation();
                Box::pin(batches::send(&self.user, &application, to, reads, operation)).await
            }
            Action::Crash { items, pause } => {
                self.user.order(Order::Crash { items, pause });
                Ok(())
            }
            Action::TakeOver => {
                self.user.order(Order::TakeOver);
                Ok(())
            }
            Action::Slow { pause } => {
                self.user.order(Order::Slow { pause });
                Ok(())
            }
            Action::Reopen { pause } => {
                self.close().await;
                sleep(pause).await;
                self.come_online().await;
                Ok(())
            }
            Action::HandOver { pause } => {
                self.hand_over(application, pause).await;
                Ok(())
            }
        }
    }

    /// Leaves the application on the server, as a process does that stops, and takes it over as another one.
    async fn hand_over(&mut self, application: Application, pause: Duration) {
        let Ok(cursor) = self.user.stop_listening().await else { return };
        if cursor.is_none() {
            // Its stream was not told yet where it begins, so there is nothing to store.
            return listener::start(&self.user, &application, None);
        }
        application.leave();
        self.user.world.record.set_phase(self.user.index, Phase::Left);
        (self.application, self.client) = (None, None);
        drop(application);
        sleep(pause).await;
        self.come_online_after(cursor).await;
    }

    /// Another id of an operation.
    fn operation(&mut self) -> String {
        self.operations += 1;
        format!("{}-{}", self.user.index, self.operations)
    }

    /// Sends a message that is like no other.
    async fn say(&mut self, application: &Application, to: usize, choice: usize, step: usize) -> Result<(), Error> {
        let (text, operation) = (format!("message {step}"), self.operation());
        if let Some((_, link)) = self.user.conversation(choice) {
            let conversation = application.send(link.get()).await.map_err(Error::into_general)?;
            let messaging = conversation.messaging().fetch(application.client()).await.map_err(Error::into_general)?;
            let input = SendMessageInput::new(operation.as_str(), Body::plain_text(&text));
            let post = messaging.send_message().required()?.post_with(input);
            self.start(application, operation, post).await?;
            self.user.note(format_args!("has said {text:?}"));
            return Ok(());
        }
        let mut input = StartMessagingInput::new(format!("sip:{}", self.user.world.accounts[to].address));
        (input.operation_id, input.message) = (Some(operation.clone()), Some(Content::plain_text(&text)));
        let post = application.communication().await?.start_messaging().required()?.post_with(input);
        self.start(application, operation, post).await
    }

    /// Starts an operation with an id, whose handle a task of its own follows.
    async fn start<T, O>(&self, application: &Application, id: String, post: PostRequest<T>) -> Result<(), Error>
    where
        T: Post,
        T::Input: StartsOperation<Operation = O>,
        T::Response: OperationResponse<O>,
        T::Error: Conditions<Generic = GenericError>,
        O: Resource,
    {
        let record = &self.user.world.record;
        record.operation_begins(self.user.index, &id);
        match application.start(post).await {
            Ok(operation) => {
                tokio::spawn(follow(Arc::clone(&self.user), operation));
                Ok(())
            }
            Err(error) => {
                record.operation_refused(self.user.index, &id);
                Err(error.into_general())
            }
        }
    }

    /// Follows all other users.
    async fn subscribe(&self) -> Result<(), Error> {
        let Some(application) = self.application.as_ref().filter(|_| self.user.is_following()) else { return Ok(()) };
        let accounts = self.user.world.accounts.iter();
        let uris = accounts.map(|account| format!("sip:{}", account.address));
        let input = PresenceSubscriptionsInput::new(30, uris);
        let post = application.people().await?.presence_subscriptions().required()?.post_with(input);
        application.send(post).await.map(drop).map_err(Error::into_general)
    }

    /// Schedules a meeting, and has another user join it too.
    async fn meet(&mut self, application: &Application, with: usize, step: usize) -> Result<(), Error> {
        let mut input = MyOnlineMeetingsInput::new();
        input.subject = Some(format!("meeting {step}"));
        let meetings = application.online_meetings().await?.my_online_meetings().required()?;
        let meeting = application.send(meetings.post_with(input)).await.map_err(Error::into_general)?;
        let Some(uri) = meeting.online_meeting_uri.as_ref().map(ToString::to_string) else { return Ok(()) };
        self.users[with].command(Command::Join(uri.clone()));
        self.join(uri).await
    }

    async fn join(&mut self, uri: String) -> Result<(), Error> {
        let Some(application) = self.application.clone() else { return Ok(()) };
        let mut input = JoinOnlineMeetingInput::new();
        let operation = self.operation();
        (input.online_meeting_uri, input.operation_id) = (Some(uri), Some(operation.clone()));
        let post = application.communication().await?.join_online_meeting().required()?.post_with(input);
        self.start(&application, operation, post).await
    }
}

/// Follows an operation to its end.
async fn follow<T: Resource>(user: Arc<User>, mut operation: Operation<T>) {
    let (record, id) = (&user.world.record, operation.id().to_owned());
    while let Some(event) = operation.next().await {
        record.operation_goes_on(user.index, &id, event.event());
    }
    record.operation_ended(user.index, &id, &End::of(&operation.outcome().await));
}

/// Several requests at the same time.
async fn burst(application: &Application) -> Result<(), Error> {
    let own = application.resource().link();
    let read = async || match &own {
        Some(link) => application.send(link.get()).await.map(drop).map_err(Error::into_general),
        None => Ok(()),
    };
    let (first, second, third) = tokio::join!(read(), application.refresh(), read());
    first.and(second).and(third)
}
