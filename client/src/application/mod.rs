//! Applications: created, made available, kept active, created again where the server lost them, and removed.

mod activity;
mod settings;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio::time::sleep;
use ucwa::general::{Application as ApplicationResource, Communication, Events, People};
use ucwa::me::{MakeMeAvailableInput, Me};
use ucwa::online_meeting::OnlineMeetings;
use ucwa::{Conditions, Fetched, GenericError, Get, Link, NotLinked, OperationRequest, Optional, Related, Resource};

pub use settings::ApplicationSettings;

use crate::channel::{Listener, Listeners, Loss};
use crate::error::{Error, RefusedError};
use crate::messaging;
use crate::operations::Operations;
use crate::presence;
use crate::relation::Fetch as _;
use crate::retry::Safety;
use crate::session::Client;
use crate::slot::Slot;

/// One application of a signed-in user: what presence, contacts, conversations and events belong to.
///
/// Clones are the same application. It is removed from the server by [`close`](Self::close). When the last clone is dropped without
/// that, and with it the last stream of its events, a task is spawned that tries once to remove it; applications that stay behind
/// count towards the user's limit until the server drops them.
#[derive(Clone)]
pub struct Application {
    handle: Arc<Handle>,
}

/// What the callers hold, and no task.
struct Handle {
    shared: Arc<Shared>,
}

struct Shared {
    client: Client,
    settings: ApplicationSettings,
    endpoint_id: String,
    state: Mutex<State>,
    /// Held by whoever creates the application again.
    recreation: tokio::sync::Mutex<()>,
    is_closed: watch::Sender<bool>,
    /// How many event streams there have been. The latest has the channel.
    streams: AtomicU64,
    listeners: Listeners,
    operations: Arc<Operations>,
    presence: Slot<presence::Shared>,
    messaging: Slot<messaging::Shared>,
}

struct State {
    resource: Arc<Fetched<ApplicationResource>>,
    /// Where the application is: what it said of itself when that was last a place that may see a token.
    link: Option<Link<ApplicationResource>>,
    /// How often the application was created again.
    generation: u64,
    /// Whether the application was created again, and the user not yet made available.
    has_to_be_restored: bool,
    /// What the user was made available with.
    available: Option<MakeMeAvailableInput>,
    is_kept_active: bool,
    /// The links with which the event channel continues.
    next: Option<Link<Events>>,
}

/// Whether an application that was created again is where it was before, perhaps as the server never lost it.
enum Identity {
    Same,
    Other,
}

impl Client {
    /// Creates an application, or takes over the one that has the same `endpointId`.
    ///
    /// # Errors
    ///
    /// Fails with 410 and `TooManyApplications` if the user has as many as the server allows, and as [`send`](Self::send) does.
    pub async fn create_application(&self, settings: ApplicationSettings) -> Result<Application, Error> {
        let endpoint_id = settings.endpoint_id.clone().unwrap_or_else(|| self.new_id());
        let resource = create(self, &settings, &endpoint_id).await?;
        let state = State {
            link: self.own_link(&resource),
            resource: Arc::new(resource),
            generation: 0,
            has_to_be_restored: false,
            available: None,
            is_kept_active: false,
            next: None,
        };
        let shared = Shared {
            client: self.clone(),
            settings,
            endpoint_id,
            state: Mutex::new(state),
            recreation: tokio::sync::Mutex::default(),
            is_closed: watch::Sender::new(false),
            streams: AtomicU64::new(0),
            listeners: Listeners::default(),
            operations: Arc::default(),
            presence: Slot::default(),
            messaging: Slot::default(),
        };
        let operations: Arc<dyn Listener> = shared.operations.clone();
        shared.listeners.add(Arc::downgrade(&operations));
        Ok(Application { handle: Arc::new(Handle { shared: Arc::new(shared) }) })
    }
}

/// Creates the application of an endpoint. The server has one for each, so that repeating the request does no harm.
async fn create(
    client: &Client,
    settings: &ApplicationSettings,
    endpoint_id: &str,
) -> Result<Fetched<ApplicationResource>, Error> {
    let post = client.applications().post_with(settings.input(endpoint_id));
    let created = client.send_safely(post, Safety::Idempotent).await.map_err(Error::into_general)?;
    match (created.unread(), created.link()) {
        (Some(_), Some(link)) => client.send(link.get()).await.map_err(Error::into_general),
        _ => Ok(created),
    }
}

impl Application {
    /// The user's client, which sends all requests.
    pub fn client(&self) -> &Client {
        &self.handle.shared.client
    }

    /// The identifier by which the server tells the applications of a user apart. Another process that creates an application
    /// with it takes this one over.
    pub fn endpoint_id(&self) -> &str {
        &self.handle.shared.endpoint_id
    }

    /// The resource `application`, as it was read last.
    pub fn resource(&self) -> Arc<Fetched<ApplicationResource>> {
        self.handle.shared.resource()
    }

    /// The user.
    ///
    /// # Errors
    ///
    /// Fails if the token does not allow it, and as [`send`](Client::send) does.
    pub async fn me(&self) -> Result<Fetched<Me>, Error> {
        self.at_hand(self.resource().me()).await
    }

    /// Contacts, groups, search and presence subscriptions.
    ///
    /// # Errors
    ///
    /// Fails if the token does not allow it, and as [`send`](Client::send) does.
    pub async fn people(&self) -> Result<Fetched<People>, Error> {
        self.at_hand(self.resource().people()).await
    }

    /// Conversations, and the operations that start them.
    ///
    /// # Errors
    ///
    /// Fails if the token does not allow it, and as [`send`](Client::send) does.
    pub async fn communication(&self) -> Result<Fetched<Communication>, Error> {
        self.at_hand(self.resource().communication()).await
    }

    /// Scheduled online meetings.
    ///
    /// # Errors
    ///
    /// Fails if the token does not allow it, and as [`send`](Client::send) does.
    pub async fn online_meetings(&self) -> Result<Fetched<OnlineMeetings>, Error> {
        self.at_hand(self.resource().online_meetings()).await
    }

    /// Reads a relation of the application, which sends nothing where it is embedded.
    async fn at_hand<T>(&self, relation: Related<'_, T>) -> Result<Fetched<T>, Error>
    where
        T: Get<Response = Fetched<T>> + Resource<Representation = T> + Clone,
        T::Query: Optional,
        T::Error: Conditions<Generic = GenericError>,
    {
        let fetched = relation.fetch(self.client());
        let is_embedded = relation.embedded().is_some();
        let result = if is_embedded { fetched.await } else { self.until_closed(fetched).await? };
        result.map_err(Error::into_general)
    }

    /// Sends a request, unless the application was closed. Where it is closed meanwhile, gives up waiting for the response.
    ///
    /// # Errors
    ///
    /// Fails with [`Closed`](RefusedError::Closed) after [`close`](Self::close), and as [`Client::send`] does.
    pub async fn send<R: OperationRequest>(&self, request: R) -> Result<R::Response, Error<R::Error>> {
        self.until_closed(self.client().send(request)).await?
    }

    /// Sends a request of which the caller knows whether executing it twice does harm.
    pub(crate) async fn send_safely<R: OperationRequest>(
        &self,
        request: R,
        safety: Safety,
    ) -> Result<R::Response, Error<R::Error>> {
        self.until_closed(self.client().send_safely(request, safety)).await?
    }

    /// Does something unless the application is closed, and until it is.
    pub(crate) async fn until_closed<T>(&self, task: impl Future<Output = T>) -> Result<T, RefusedError> {
        let mut closed = self.closed();
        tokio::select! {
            biased;
            _ = closed.wait_for(|is_closed| *is_closed) => Err(RefusedError::Closed),
            output = task => Ok(output),
        }
    }

    /// Makes the user available: for presence, a note, a location and incoming conversations. Then reads the application again, as
    /// the user has more links then. Where the server loses the application, this is repeated for the new one.
    ///
    /// # Errors
    ///
    /// Fails if the user is a guest, and as [`send`](Self::send) does.
    pub async fn make_me_available(&self, input: MakeMeAvailableInput) -> Result<(), Error> {
        let shared = &self.handle.shared;
        self.until_closed(shared.make_available(input.clone())).await??;
        shared.state().available = Some(input);
        Ok(())
    }

    /// Reports every three minutes that the user is active, so that the user does not become idle: from now on until the application
    /// is closed or dropped. The user has to be available.
    ///
    /// It is done by a task on tokio's runtime. A report that fails is repeated with the next one.
    ///
    /// # Panics
    ///
    /// Panics outside of tokio's runtime.
    pub fn keep_active(&self) {
        let shared = &self.handle.shared;
        let was_active = std::mem::replace(&mut shared.state().is_kept_active, true);
        if !was_active {
            tokio::spawn(activity::report(Arc::downgrade(shared), shared.is_closed.subscribe()));
        }
    }

    /// Reads the application again, for links that have come or gone.
    ///
    /// # Errors
    ///
    /// Fails as [`send`](Self::send) does.
    pub async fn refresh(&self) -> Result<(), Error> {
        self.until_closed(self.handle.shared.refresh()).await?
    }

    /// Creates the application again after the server lost it, and makes the user available if the user was. The stream of events
    /// does so by itself. Conversations and subscriptions are lost.
    ///
    /// # Errors
    ///
    /// Fails as [`create_application`](Client::create_application) does.
    pub async fn recreate(&self) -> Result<(), Error> {
        let generation = self.generation();
        self.recreate_after(generation).await
    }

    /// Creates the application again, unless somebody else has since it had `generation`.
    pub(crate) async fn recreate_after(&self, generation: u64) -> Result<(), Error> {
        let shared = &self.handle.shared;
        let _turn = shared.recreation.lock().await;
        let is_done = {
            let state = shared.state();
            state.generation != generation && !state.has_to_be_restored
        };
        if is_done {
            return Ok(());
        }
        shared.check_open()?;
        let resource = create(&shared.client, &shared.settings, &shared.endpoint_id).await?;
        let link = shared.client.own_link(&resource);
        let (available, identity) = shared.state().replace(resource, link);
        match identity {
            Identity::Same => shared.operations.doubt(Loss::Recreated),
            Identity::Other => shared.operations.lose(),
        }
        if shared.check_open().is_err() {
            shared.delete().await?;
            return Err(RefusedError::Closed.into());
        }
        #[cfg(ucwa_planted)]
        let available = available.filter(|_| !crate::planted::Planted::NoRestoration.is_made());
        if let Some(input) = available {
            shared.make_available(input).await?;
        }
        shared.state().has_to_be_restored = false;
        Ok(())
    }

    /// Removes the application from the server, with its conversations and subscriptions. Streams of its events end,
    /// and no more requests are sent for it.
    ///
    /// # Errors
    ///
    /// Fails as [`Client::send`] does. An application that the server has lost is no error. The application counts as closed in any
    /// case.
    pub async fn close(&self) -> Result<(), Error> {
        let was_closed = self.handle.shared.is_closed.send_replace(true);
        self.handle.shared.operations.close();
        if was_closed { Ok(()) } else { self.handle.shared.delete().await }
    }

    /// Whether the application was closed.
    pub fn is_closed(&self) -> bool {
        *self.handle.shared.is_closed.borrow()
    }

    /// Tells when the application is closed.
    pub(crate) fn closed(&self) -> watch::Receiver<bool> {
        self.handle.shared.is_closed.subscribe()
    }

    /// How often the application was created again.
    pub(crate) fn generation(&self) -> u64 {
        self.handle.shared.state().generation
    }

    /// Those who follow the event channel.
    pub(crate) fn listeners(&self) -> &Listeners {
        &self.handle.shared.listeners
    }

    /// The operations that the program waits for.
    pub(crate) fn operations(&self) -> &Arc<Operations> {
        &self.handle.shared.operations
    }

    /// What those who follow presence share.
    pub(crate) fn presence_slot(&self) -> &Slot<presence::Shared> {
        &self.handle.shared.presence
    }

    /// What the conversations share.
    pub(crate) fn messaging_slot(&self) -> &Slot<messaging::Shared> {
        &self.handle.shared.messaging
    }

    /// Gives the channel to a new stream; the number is its own.
    pub(crate) fn take_channel(&self) -> u64 {
        self.operations().set_interrupted(false);
        self.handle.shared.streams.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Where the event channel goes on: where its last response said, or where the application says.
    pub(crate) fn next_poll(&self) -> Result<Link<Events>, NotLinked> {
        let next = self.handle.shared.state().next.clone();
        next.map_or_else(|| self.resource().events().required(), Ok)
    }

    /// Notes where the event channel goes on, by what a stream was told that still has it.
    pub(crate) fn set_next_poll(&self, stream: u64, next: &Link<Events>) {
        if self.has_channel(stream) {
            self.handle.shared.state().next = Some(next.clone());
        }
    }

    /// Whether a stream still has the channel.
    pub(crate) fn has_channel(&self, stream: u64) -> bool {
        self.handle.shared.streams.load(Ordering::Relaxed) == stream
    }
}

impl State {
    /// Takes the application that was created again. A stream that begins from now on knows that it is another. Gives what the user
    /// is to be made available with, and whether the application is where it was.
    fn replace(
        &mut self,
        resource: Fetched<ApplicationResource>,
        link: Option<Link<ApplicationResource>>,
    ) -> (Option<MakeMeAvailableInput>, Identity) {
        let url = |link: &Option<Link<ApplicationResource>>| link.as_ref().and_then(|link| link.url().ok());
        let is_same = url(&self.link).is_some_and(|before| Some(before) == url(&link));
        self.resource = Arc::new(resource);
        self.link = link;
        self.generation += 1;
        self.has_to_be_restored = true;
        self.next = None;
        (self.available.clone(), if is_same { Identity::Same } else { Identity::Other })
    }
}

impl Shared {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // The fields are set one by one, and each is whole by itself.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn resource(&self) -> Arc<Fetched<ApplicationResource>> {
        Arc::clone(&self.state().resource)
    }

    fn check_open(&self) -> Result<(), RefusedError> {
        if *self.is_closed.borrow() { Err(RefusedError::Closed) } else { Ok(()) }
    }

    /// Where the application is. A later document that says that it is elsewhere, at a place that must not see a token, is not believed.
    fn link(&self) -> Result<Link<ApplicationResource>, RefusedError> {
        let state = self.state();
        let own = state.link.clone().or_else(|| state.resource.link());
        own.ok_or_else(|| NotLinked { rel: "self".into() }.into())
    }

    async fn refresh(&self) -> Result<(), Error> {
        let resource = self.client.send(self.link()?.get()).await.map_err(Error::into_general)?;
        let link = self.client.own_link(&resource);
        let mut state = self.state();
        state.link = link.or_else(|| state.link.take());
        state.resource = Arc::new(resource);
        Ok(())
    }

    /// Makes the user available, and sees whether they are: a proxy may have responded instead of the server. Repeating this does no
    /// harm.
    async fn make_available(&self, input: MakeMeAvailableInput) -> Result<(), Error> {
        for attempt in 1..=self.client.settings().retry.attempts.max(1) {
            let me = self.resource().me().fetch(&self.client).await.map_err(Error::into_general)?;
            // A user who is available has a presence.
            if me.presence().exists() {
                return if attempt == 1 { self.refresh().await } else { Ok(()) };
            }
            if attempt > 1 {
                sleep(self.client.backoff(attempt - 1)).await;
            }
            let post = me.make_me_available().required()?.post_with(input.clone());
            match self.client.send_safely(post, Safety::Idempotent).await {
                Err(error) if !error.is_unreadable() => return Err(error.into_general()),
                _ => self.refresh().await?,
            }
        }
        let me = self.resource().me().fetch(&self.client).await.map_err(Error::into_general)?;
        me.presence().required().map(drop).map_err(Error::from)
    }

    async fn delete(&self) -> Result<(), Error> {
        match self.client.send(self.link()?.delete()).await {
            Err(error) if !error.is_not_found() => Err(error.into_general()),
            _ => Ok(()),
        }
    }
}

impl Drop for Handle {
    /// Removes the application if nobody has, as well as that can be done without waiting.
    fn drop(&mut self) {
        let shared = Arc::clone(&self.shared);
        shared.operations.close();
        if shared.is_closed.send_replace(true) {
            return;
        }
        if let (Ok(runtime), Ok(link)) = (tokio::runtime::Handle::try_current(), shared.link()) {
            runtime.spawn(async move {
                if let Err(error) = shared.client.send_once(&link.delete(), 1).await {
                    tracing::debug!(%error, "the application was not removed");
                }
            });
        }
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let resource = self.resource();
        f.debug_struct("Application").field("link", &resource.link()).finish_non_exhaustive()
    }
}
