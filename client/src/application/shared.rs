//! What the handles of an application share, and what its links lead to.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use ucwa::general::{Application as ApplicationResource, Events};
use ucwa::me::MakeMeAvailableInput;
use ucwa::{Fetched, Link, NotLinked};

use super::attempt::Attempt;
use super::parts::{Identity, Parts};
use super::settings::ApplicationSettings;
use crate::error::{Error, RefusedError};
use crate::request::Safety;
use crate::session::{Client, Fetch as _, in_turn};

/// Where the event channel continues.
#[derive(Debug, Clone)]
pub(crate) struct NextPoll {
    pub(crate) link: Link<Events>,
    pub(crate) start: Start,
}

impl NextPoll {
    /// Where the channel begins. A later document of the application may say otherwise, after the poll of a stranger: what was told
    /// before is missing there.
    pub(super) fn begin(resource: &ApplicationResource) -> Result<Self, NotLinked> {
        Ok(Self { link: resource.events().required()?, start: Start::Continued })
    }
}

/// Whether the channel continues where the last response said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    Continued,
    /// It begins anew, as no response said where it continues. What came between may be lost.
    Anew,
}

/// What the handles of an application share with the tasks that work for them.
pub(super) struct Shared {
    pub(super) client: Client,
    settings: ApplicationSettings,
    pub(super) endpoint_id: String,
    state: Mutex<ApplicationState>,
    pub(super) recreation: Attempt,
    removal: Attempt,
    /// Cancelled when the application is closed or left. It wakes those who wait in the order in which they came.
    pub(super) closed: CancellationToken,
    /// Whether somebody has begun to close or leave it.
    is_closed: AtomicBool,
    /// How many event streams there have been. The latest has the channel.
    pub(super) streams: AtomicU64,
    /// The highest priority of their polls.
    pub(super) priority: AtomicI32,
    pub(super) parts: Parts,
}

/// What changes.
pub(super) struct ApplicationState {
    resource: Arc<Fetched<ApplicationResource>>,
    /// Where the application is: what it said of itself when that was last a place that may see a token.
    link: Option<Link<ApplicationResource>>,
    /// How often the application was created again.
    pub(super) generation: u64,
    /// How often it had been when a stream said so last.
    pub(super) told_generation: u64,
    /// Whether the application was created again, and the user not yet made available.
    pub(super) has_to_be_restored: bool,
    /// How many times the server refused that since.
    pub(super) refusals: u32,
    /// What the user was made available with.
    pub(super) available: Option<MakeMeAvailableInput>,
    pub(super) is_kept_active: bool,
    pub(super) removal: Removal,
    /// Where the event channel continues.
    pub(super) next: Option<NextPoll>,
}

/// Whether an application that is closed has to be removed from the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Removal {
    /// It has to be, and was not yet.
    Open,
    /// It was left to another process.
    Waived,
    /// It was removed.
    Done,
}

impl ApplicationState {
    /// Takes the application that was created again. A stream that begins from now on knows that it is another. Gives what the user
    /// is to be made available with, and whether the application is where it was.
    fn replace(
        &mut self,
        resource: Fetched<ApplicationResource>,
        link: Option<Link<ApplicationResource>>,
    ) -> (Option<MakeMeAvailableInput>, Identity) {
        let url = |link: &Option<Link<ApplicationResource>>| link.as_ref().and_then(|link| link.url().ok());
        let is_same = url(&self.link).is_some_and(|before| Some(before) == url(&link));
        // Nobody has heard of one that could not be restored yet: its channel begins where it said first.
        if !(is_same && self.has_to_be_restored) {
            self.next = NextPoll::begin(&resource).ok();
        }
        self.resource = Arc::new(resource);
        self.link = link;
        self.generation += 1;
        self.has_to_be_restored = true;
        (self.available.clone(), if is_same { Identity::Same } else { Identity::Other })
    }
}

impl Shared {
    /// Creates an application on the server.
    pub(super) async fn create(client: &Client, settings: ApplicationSettings) -> Result<Self, Error> {
        let endpoint_id = settings.endpoint_id.clone().unwrap_or_else(|| client.new_id());
        let resource = create(client, &settings, &endpoint_id).await?;
        let state = ApplicationState {
            link: client.own_link(&resource),
            next: NextPoll::begin(&resource).ok(),
            resource: Arc::new(resource),
            generation: 0,
            told_generation: 0,
            has_to_be_restored: false,
            refusals: 0,
            available: None,
            is_kept_active: false,
            removal: Removal::Open,
        };
        Ok(Self {
            client: client.clone(),
            settings,
            endpoint_id,
            state: Mutex::new(state),
            recreation: Attempt::default(),
            removal: Attempt::default(),
            closed: CancellationToken::new(),
            is_closed: AtomicBool::new(false),
            streams: AtomicU64::new(0),
            priority: AtomicI32::new(i32::MIN),
            parts: Parts::default(),
        })
    }

    /// Creates the application again. Gives what the user is to be made available with, and whether the application is where it was.
    pub(super) async fn replace(&self) -> Result<(Option<MakeMeAvailableInput>, Identity), Error> {
        let resource = create(&self.client, &self.settings, &self.endpoint_id).await?;
        let link = self.client.own_link(&resource);
        Ok(self.state().replace(resource, link))
    }

    pub(super) fn state(&self) -> std::sync::MutexGuard<'_, ApplicationState> {
        // The fields are set one by one, and each is whole by itself.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn resource(&self) -> Arc<Fetched<ApplicationResource>> {
        Arc::clone(&self.state().resource)
    }

    /// Closes the application, and gives whether it was closed before.
    pub(super) fn close(&self) -> bool {
        // Of two that close it at once, one is the first. Those who are woken may need the state: it is not locked meanwhile.
        let was_closed = self.is_closed.swap(true, Ordering::SeqCst);
        self.closed.cancel();
        self.parts.close();
        was_closed
    }

    /// Closes the application, and leaves it on the server.
    pub(super) fn leave(&self) {
        if !self.is_closed.load(Ordering::SeqCst) {
            self.state().removal = Removal::Waived;
        }
        self.close();
    }

    pub(super) fn check_open(&self) -> Result<(), RefusedError> {
        if self.closed.is_cancelled() { Err(RefusedError::Closed) } else { Ok(()) }
    }

    /// Does something unless the application is closed, and until it is.
    pub(super) async fn until_closed<T>(&self, task: impl Future<Output = T>) -> Result<T, RefusedError> {
        tokio::select! {
            biased;
            () = self.closed.cancelled() => Err(RefusedError::Closed),
            output = task => Ok(output),
        }
    }

    /// Where the application is. A later document that says that it is elsewhere, at a place that must not see a token, is not believed.
    pub(super) fn link(&self) -> Result<Link<ApplicationResource>, RefusedError> {
        let state = self.state();
        let own = state.link.clone().or_else(|| state.resource.link());
        own.ok_or_else(|| NotLinked { rel: "self".into() }.into())
    }

    pub(super) async fn refresh(&self) -> Result<(), Error> {
        let generation = self.state().generation;
        let resource = self.client.send(self.link()?.get()).await.map_err(Error::into_general)?;
        let link = self.client.own_link(&resource);
        let mut state = self.state();
        // Where the application was created again meanwhile, that was read later.
        if state.generation == generation {
            state.link = link.or_else(|| state.link.take());
            state.resource = Arc::new(resource);
        }
        Ok(())
    }

    /// Makes the user available, and sees whether they are: a proxy may have responded instead of the server. Repeating this does no
    /// harm.
    pub(super) async fn make_available(&self, input: MakeMeAvailableInput) -> Result<(), Error> {
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
                // The server did so before: the response was lost.
                Err(error) if error.subcode() == Some("AlreadyExists") => self.refresh().await?,
                Err(error) if !error.is_unreadable() => return Err(error.into_general()),
                _ => self.refresh().await?,
            }
        }
        let me = self.resource().me().fetch(&self.client).await.map_err(Error::into_general)?;
        me.presence().required().map(drop).map_err(Error::from)
    }

    /// Whether the application is not, or no longer, to be removed from the server.
    fn is_settled(&self) -> bool {
        self.state().removal != Removal::Open
    }

    /// Removes the application from the server, unless that is settled: once for all who want it. Where it fails or is given up, the
    /// next one tries again.
    pub(super) async fn remove(self: &Arc<Self>) -> Result<(), Error> {
        while !self.is_settled() {
            let shared = Arc::clone(self);
            let removal = async move {
                shared.delete().await?;
                shared.state().removal = Removal::Done;
                Ok(())
            };
            if let Some(result) = self.removal.join(removal).await {
                return result;
            }
        }
        Ok(())
    }

    pub(super) async fn delete(&self) -> Result<(), Error> {
        #[cfg(ucwa_planted)]
        if crate::planted::Planted::KeptApplication.is_made() {
            return Ok(());
        }
        match self.client.send(self.link()?.delete()).await {
            Err(error) if !error.is_over() => Err(error.into_general()),
            _ => Ok(()),
        }
    }
}

/// Creates the application of an endpoint. The server has one for each, so that repeating the request does no harm.
async fn create(
    client: &Client,
    settings: &ApplicationSettings,
    endpoint_id: &str,
) -> Result<Fetched<ApplicationResource>, Error> {
    let post = client.applications().post_with(settings.input(endpoint_id));
    let own = client.clone();
    let created = async move {
        let created = own.send_safely(post, Safety::Idempotent).await.map_err(Error::into_general)?;
        own.read_created(created).await
    };
    in_turn(client.settings(), created).await
}
