//! What the user publishes: presence, note and location.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::runtime::Handle;
use tokio::time::sleep;
use ucwa::enumerations::PreferredAvailability;
use ucwa::me::{Location, LocationInput, Note, NoteInput, Presence, PresenceInput};
use ucwa::{Fetched, Link, Post, PostRequest};

use crate::application::Application;
use crate::channel::{ChannelItem, Listener};
use crate::concurrency::{OnInterruption, Turns};
use crate::error::{Capability, Error, Offered as _};
use crate::loss::Loss;
use crate::request::Safety;

/// What the user publishes. The user has to be [available](Application::make_me_available).
///
/// As long as one of these exists, what was published by it and the others of the application is published again after the server lost
/// the application.
/// [`Application::keep_active`] keeps the user from becoming idle.
///
/// ```no_run
/// use ucwa::enumerations::PreferredAvailability;
/// use ucwa::me::MakeMeAvailableInput;
/// # async fn program(application: ucwa_client::Application) -> Result<(), ucwa_client::Error> {
/// application.make_me_available(MakeMeAvailableInput::new()).await?;
/// application.keep_active();
/// let own = application.own_presence();
/// own.set_availability(PreferredAvailability::Busy).await?;
/// own.set_note("Writing").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct OwnPresence {
    shared: Arc<Publisher>,
}

#[derive(Debug)]
struct Publisher {
    /// The task that publishes again works for as long as somebody else holds this.
    own: Weak<Self>,
    application: Application,
    state: Mutex<PublisherState>,
    /// One thing is published after another, so that the last one to be called wins.
    turns: Turns<Result<(), Error>>,
}

#[derive(Debug, Default)]
struct PublisherState {
    published: Published,
    /// Whether a task publishes it again.
    is_restoring: bool,
    /// How many times the application was lost.
    losses: u64,
}

/// What was published, and has to be again.
#[derive(Debug, Clone, Default)]
struct Published {
    availability: Option<PreferredAvailability>,
    note: Option<String>,
    location: Option<String>,
}

impl Application {
    /// What the user publishes: the same for all parts of a program.
    pub fn own_presence(&self) -> OwnPresence {
        let listeners = self.listeners();
        let shared = self.parts().share(|| {
            let shared = Arc::new_cyclic(|own| Publisher {
                own: own.clone(),
                application: self.clone(),
                state: Mutex::default(),
                turns: Turns::default(),
            });
            listeners.add(&shared);
            shared
        });
        OwnPresence { shared }
    }
}

impl OwnPresence {
    /// Reads the presence that others see.
    ///
    /// # Errors
    ///
    /// Fails if the user is not available, and as [`Application::send`] does.
    pub async fn presence(&self) -> Result<Fetched<Presence>, Error> {
        let link = self.shared.presence().await?;
        self.shared.application.send(link.get()).await.map_err(Error::into_general)
    }

    /// Reads the note that others see, which may be the one of an automatic reply.
    ///
    /// # Errors
    ///
    /// Fails if the user is not available, and as [`Application::send`] does.
    pub async fn note(&self) -> Result<Fetched<Note>, Error> {
        let link = self.shared.note().await?;
        self.shared.application.send(link.get()).await.map_err(Error::into_general)
    }

    /// Reads the location that others see.
    ///
    /// # Errors
    ///
    /// Fails if the user is not available, and as [`Application::send`] does.
    pub async fn location(&self) -> Result<Fetched<Location>, Error> {
        let link = self.shared.location().await?;
        self.shared.application.send(link.get()).await.map_err(Error::into_general)
    }

    /// Publishes an availability.
    ///
    /// # Errors
    ///
    /// Fails if the user is not available, and as [`Application::send`] does.
    pub async fn set_availability(&self, availability: PreferredAvailability) -> Result<(), Error> {
        self.publish(|published| published.availability = Some(availability), PublishedPart::Availability).await
    }

    /// Leaves it to the server to find the availability from calendar and activity.
    ///
    /// # Errors
    ///
    /// Fails if the user is not available, and as [`Application::send`] does.
    pub async fn reset_availability(&self) -> Result<(), Error> {
        self.publish(|published| published.availability = None, PublishedPart::Availability).await
    }

    /// Publishes a note; an empty one removes it.
    ///
    /// # Errors
    ///
    /// Fails if the user is not available, and as [`Application::send`] does.
    pub async fn set_note(&self, note: impl Into<String>) -> Result<(), Error> {
        let note = Some(note.into()).filter(|note| !note.is_empty());
        self.publish(|published| published.note = note, PublishedPart::Note).await
    }

    /// Publishes where the user is, in at most 60 characters; an empty text removes it.
    ///
    /// # Errors
    ///
    /// Fails if the text is too long or the user is not available, and as [`Application::send`] does.
    pub async fn set_location(&self, location: impl Into<String>) -> Result<(), Error> {
        let location = Some(location.into()).filter(|location| !location.is_empty());
        self.publish(|published| published.location = location, PublishedPart::Location).await
    }

    /// Publishes a part, and notes it once the server has accepted it.
    async fn publish(
        &self,
        change: impl FnOnce(&mut Published) + Send + 'static,
        part: PublishedPart,
    ) -> Result<(), Error> {
        let shared = Arc::clone(&self.shared);
        let publishing = async move {
            let mut published = shared.state().published.clone();
            change(&mut published);
            shared.send(&published, part).await?;
            shared.state().published = published;
            Ok(())
        };
        self.shared.turns.run(publishing).await
    }
}

/// What is published by one request.
#[derive(Debug, Clone, Copy)]
enum PublishedPart {
    Availability,
    Note,
    Location,
}

impl Publisher {
    fn state(&self) -> MutexGuard<'_, PublisherState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn presence(&self) -> Result<Link<Presence>, Error> {
        self.application.me().await?.presence().offered(Capability::PublishPresence)
    }

    async fn note(&self) -> Result<Link<Note>, Error> {
        self.application.me().await?.note().offered(Capability::PublishPresence)
    }

    async fn location(&self) -> Result<Link<Location>, Error> {
        self.application.me().await?.location().offered(Capability::PublishPresence)
    }

    async fn send(&self, published: &Published, part: PublishedPart) -> Result<(), Error> {
        match part {
            PublishedPart::Availability => {
                let mut input = PresenceInput::new();
                input.availability.clone_from(&published.availability);
                self.post(self.presence().await?.post_with(input)).await
            }
            PublishedPart::Note => {
                let mut input = NoteInput::new();
                input.message.clone_from(&published.note);
                self.post(self.note().await?.post_with(input)).await
            }
            PublishedPart::Location => {
                let mut input = LocationInput::new();
                input.location.clone_from(&published.location);
                self.post(self.location().await?.post_with(input)).await
            }
        }
    }

    /// Publishing the same twice does no harm.
    async fn post<T: Post<Response = ()>>(&self, request: PostRequest<T>) -> Result<(), Error>
    where
        T::Error: ucwa::Conditions<Generic = ucwa::GenericError>,
    {
        self.application.send_safely(request, Safety::Idempotent).await.map_err(Error::into_general)
    }

    /// Publishes again what was published, until it is done, nobody publishes any more, or the application is closed.
    async fn restore(own: Weak<Self>) {
        let mut failures = 0_u32;
        while let Some(shared) = own.upgrade().filter(|shared| !shared.application.is_closed()) {
            let losses = shared.state().losses;
            let publishing = Arc::clone(&shared);
            match shared.turns.run(async move { publishing.publish_again().await }).await {
                Ok(()) => failures = 0,
                Err(error) => {
                    tracing::debug!(%error, "what the user publishes was not restored");
                    failures = failures.saturating_add(1);
                    let delay = shared.application.client().pause(&error, failures);
                    drop(shared);
                    sleep(delay).await;
                    continue;
                }
            }
            let mut state = shared.state();
            if state.losses == losses {
                state.is_restoring = false;
                return;
            }
        }
    }

    async fn publish_again(&self) -> Result<(), Error> {
        let published = self.state().published.clone();
        let parts = [
            (PublishedPart::Availability, published.availability.is_some()),
            (PublishedPart::Note, published.note.is_some()),
            (PublishedPart::Location, published.location.is_some()),
        ];
        let mut result = Ok(());
        for (part, _) in parts.into_iter().filter(|(_, is_published)| *is_published) {
            // One that the server refuses does not hold up the others.
            let sent = self.send(&published, part).await;
            result = result.and(sent);
        }
        result
    }
}

impl Listener for Publisher {
    fn hear(&self, item: &ChannelItem) {
        if !matches!(item, ChannelItem::Lost(Loss::Recreated)) {
            return;
        }
        // The event channel is read within the runtime.
        let runtime = Handle::current();
        let is_restoring = {
            let mut state = self.state();
            state.losses += 1;
            std::mem::replace(&mut state.is_restoring, true)
        };
        if !is_restoring {
            let interrupted = self.own.clone();
            let interruption = OnInterruption::new(move || {
                if let Some(shared) = interrupted.upgrade() {
                    shared.state().is_restoring = false;
                }
            });
            let restoring = Self::restore(self.own.clone());
            runtime.spawn(async move {
                restoring.await;
                interruption.done();
            });
        }
    }
}
