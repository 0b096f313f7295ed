//! Applications: created, made available, kept active, created again where the server lost them, and removed.

mod activity;
mod attempt;
mod parts;
mod reading;
mod recreation;
mod settings;
mod shared;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio_util::sync::CancellationToken;
use ucwa::general::{Application as ApplicationResource, Communication, People};
use ucwa::me::{MakeMeAvailable, MakeMeAvailableInput, Me};
use ucwa::online_meeting::OnlineMeetings;
use ucwa::{
    Conditions, Fetched, GenericError, Get, GetRequest, Link, NotLinked, OperationRequest, Optional, PostRequest,
    Related, Representation,
};

pub(crate) use parts::{Identity, Part, Parts};
pub use settings::ApplicationSettings;

use self::shared::Shared;
pub(crate) use self::shared::{NextPoll, Start};
use crate::error::{Error, RefusedError, TransportFailure};
use crate::request::Safety;
use crate::session::{Client, Fetch as _};
use crate::transport::TransportError;

/// One application of a signed-in user: what presence, contacts, conversations and events belong to.
///
/// Clones are the same application. It is removed from the server by [`close`](Self::close), and left there for another process by
/// [`leave`](Self::leave). When the last clone is dropped without
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

impl Client {
    /// Creates an application, or takes over the one that has the same `endpointId`.
    ///
    /// # Errors
    ///
    /// Fails with 410 and `TooManyApplications` if the user has as many as the server allows, and as [`send`](Self::send) does.
    pub async fn create_application(&self, settings: ApplicationSettings) -> Result<Application, Error> {
        let shared = Arc::new(Shared::create(self, settings).await?);
        Ok(Application { handle: Arc::new(Handle { shared }) })
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
        T: Get<Response = Fetched<T>> + Representation<Representation = T> + Clone,
        T::Query: Optional,
        T::Error: Conditions<Generic = GenericError>,
    {
        let fetched = relation.fetch(self.client());
        let is_embedded = relation.embedded().is_some();
        let result = if is_embedded { fetched.await } else { self.while_open::<GetRequest<T>, _, _>(fetched).await };
        result.map_err(Error::into_general)
    }

    /// Sends a request, unless the application was closed. Where it is closed meanwhile, gives up waiting for the response.
    ///
    /// # Errors
    ///
    /// Fails with [`RefusedError::Closed`] after [`close`](Self::close), with [`TransportError::Closed`](crate::TransportError::Closed)
    /// where the application is closed meanwhile, so that nobody knows if the server executed the request, and as [`Client::send`] does.
    /// [`is_closed`](Error::is_closed) tells both.
    pub async fn send<R: OperationRequest>(&self, request: R) -> Result<R::Response, Error<R::Error>> {
        self.while_open::<R, _, _>(self.client().send(request)).await
    }

    /// Sends a request about something that may be gone; `None` where it is.
    pub(crate) async fn send_unless_gone<R>(&self, request: R) -> Result<Option<R::Response>, Error>
    where
        R: OperationRequest,
        R::Error: Conditions<Generic = GenericError>,
    {
        match self.send(request).await {
            Err(error) if error.is_deleted_already() => Ok(None),
            result => result.map(Some).map_err(Error::into_general),
        }
    }

    /// Sends a request of which the caller knows whether executing it twice does harm.
    pub(crate) async fn send_safely<R: OperationRequest>(
        &self,
        request: R,
        safety: Safety,
    ) -> Result<R::Response, Error<R::Error>> {
        self.while_open::<R, _, _>(self.client().send_safely(request, safety)).await
    }

    /// Sends requests unless the application is closed. Where it is closed meanwhile, nobody waits for the response any more: the last
    /// request, which is an `R`, may have been executed.
    pub(crate) async fn while_open<R, T, C>(
        &self,
        task: impl Future<Output = Result<T, Error<C>>>,
    ) -> Result<T, Error<C>>
    where
        R: OperationRequest,
        C: Conditions,
    {
        let shared = &self.handle.shared;
        shared.check_open()?;
        tokio::select! {
            biased;
            () = shared.closed.cancelled() => Err(TransportFailure::new(R::operation(), "", 1, TransportError::Closed).into()),
            result = task => result,
        }
    }

    /// Does something unless the application is closed, and until it is.
    pub(crate) async fn until_closed<T>(&self, task: impl Future<Output = T>) -> Result<T, RefusedError> {
        self.handle.shared.until_closed(task).await
    }

    /// Makes the user available: for presence, a note, a location and incoming conversations. Then reads the application again, as
    /// the user has more links then. Where the server loses the application, this is repeated for the new one.
    ///
    /// Servers take it once for each application. Where the user is available already, as another process had the application, nothing is
    /// sent, and `input` is what the next application is made available with.
    ///
    /// # Errors
    ///
    /// Fails if the user is a guest, and as [`send`](Self::send) does.
    pub async fn make_me_available(&self, input: MakeMeAvailableInput) -> Result<(), Error> {
        let shared = &self.handle.shared;
        loop {
            let generation = self.generation();
            self.while_open::<PostRequest<MakeMeAvailable>, _, _>(shared.make_available(input.clone())).await?;
            let mut state = shared.state();
            // Where the application was created again meanwhile, that was done without knowing of this.
            if state.generation == generation {
                state.available = Some(input);
                return Ok(());
            }
        }
    }

    /// Reports every three minutes that the user is active, so that the user does not become idle: from now on until the application
    /// is closed or dropped. The user has to be available.
    ///
    /// It is done by a task on tokio's runtime. A report that fails is repeated with the next one. Where the runtime is shut down before the
    /// application, call this again on another one.
    ///
    /// # Panics
    ///
    /// Panics outside of tokio's runtime.
    pub fn keep_active(&self) {
        let shared = &self.handle.shared;
        // Outside of a runtime it panics before anything says that there is a task.
        let runtime = tokio::runtime::Handle::current();
        let was_active = std::mem::replace(&mut shared.state().is_kept_active, true);
        if !was_active {
            runtime.spawn(activity::report(shared));
        }
    }

    /// Reads the application again, for links that have come or gone.
    ///
    /// # Errors
    ///
    /// Fails as [`send`](Self::send) does.
    pub async fn refresh(&self) -> Result<(), Error> {
        self.while_open::<GetRequest<ApplicationResource>, _, _>(self.handle.shared.refresh()).await
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
        self.handle.shared.recreate_after(generation).await
    }

    /// Removes the application from the server, with its conversations and subscriptions. Streams of its events end,
    /// and no more requests are sent for it.
    ///
    /// # Errors
    ///
    /// Fails as [`Client::send`] does. An application that the server has lost or ended is no error. The application counts as closed in
    /// any case. Where removing it failed or was given up, another call tries it again.
    pub async fn close(&self) -> Result<(), Error> {
        self.handle.shared.close();
        self.handle.shared.remove().await
    }

    /// Stops using the application, and leaves it on the server for another process, which creates one with the same
    /// [`endpoint_id`](Self::endpoint_id) and goes on after the last [`cursor`](crate::Events::cursor). Streams of its events end, and
    /// no more requests are sent for it.
    ///
    /// The server keeps it until it was silent for too long.
    pub fn leave(&self) {
        self.handle.shared.leave();
    }

    /// Whether the application was closed or left.
    pub fn is_closed(&self) -> bool {
        self.handle.shared.closed.is_cancelled()
    }

    /// Tells when the application is closed.
    pub(crate) fn closed(&self) -> CancellationToken {
        self.handle.shared.closed.clone()
    }

    /// Whether an address is one of the application that there is now, and not of one that was lost.
    pub(crate) fn contains<T>(&self, link: &Link<T>) -> bool {
        let own = self.handle.shared.link().ok().and_then(|own| own.url().ok());
        let (Some(own), Ok(url)) = (own, link.url()) else { return false };
        // The server may be named otherwise, behind a proxy.
        let above = own.path().trim_end_matches('/');
        url.path().strip_prefix(above).is_some_and(|below| below.starts_with('/'))
    }

    /// How often the application was created again.
    pub(crate) fn generation(&self) -> u64 {
        self.handle.shared.state().generation
    }

    /// How often it had been when a stream said so last.
    pub(crate) fn told_generation(&self) -> u64 {
        self.handle.shared.state().told_generation
    }

    /// Notes that a stream says that the application was created again. Gives how often it was.
    pub(crate) fn tell_generation(&self) -> u64 {
        let mut state = self.handle.shared.state();
        state.told_generation = state.generation;
        state.generation
    }

    /// The parts of the client that work on the application.
    pub(crate) fn parts(&self) -> &Parts {
        &self.handle.shared.parts
    }

    /// Gives the channel to a new stream, whose polls have a priority. Gives the number of the stream, and the highest priority of those
    /// before.
    pub(crate) fn take_channel(&self, priority: i32) -> (u64, i32) {
        let shared = &self.handle.shared;
        let before = shared.priority.fetch_max(priority, Ordering::Relaxed);
        (shared.streams.fetch_add(1, Ordering::Relaxed) + 1, before)
    }

    /// Where the event channel goes on: where its last response said, or where the application says.
    pub(crate) fn next_poll(&self) -> Result<NextPoll, NotLinked> {
        let next = self.handle.shared.state().next.clone();
        next.map_or_else(|| NextPoll::begin(&self.resource()), Ok)
    }

    /// Notes where the event channel goes on, by what a stream was told that still has it.
    pub(crate) fn set_next_poll(&self, stream: u64, next: &NextPoll) {
        if self.has_channel(stream) {
            self.handle.shared.state().next = Some(next.clone());
        }
    }

    /// Whether a stream still has the channel.
    pub(crate) fn has_channel(&self, stream: u64) -> bool {
        self.handle.shared.streams.load(Ordering::Relaxed) == stream
    }
}

impl Drop for Handle {
    /// Removes the application if nobody has, as well as that can be done without waiting.
    fn drop(&mut self) {
        let shared = Arc::clone(&self.shared);
        if shared.close() {
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
