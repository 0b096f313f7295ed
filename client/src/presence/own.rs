//! What the user publishes: presence, note and location.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::runtime::Handle;
use tokio::time::sleep;
use ucwa::enumerations::PreferredAvailability;
use ucwa::me::{Location, LocationInput, Me, Note, NoteInput, Presence, PresenceInput};
use ucwa::{Fetched, Link, Post, PostRequest};

use crate::application::Application;
use crate::channel::{ChannelItem, Listener};
use crate::concurrency::{OnInterruption, Turns};
use crate::error::{Capability, Error, Needed as _, Offered as _};
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
    /// What the server may have lost.
    missing: BTreeSet<PublishedPart>,
}

/// What was published, and has to be again.
#[derive(Debug, Clone, Default)]
struct Published {
    availability: ChosenAvailability,
    note: Option<String>,
    location: Option<String>,
}

impl Published {
    fn has(&self, part: PublishedPart) -> bool {
        match part {
            PublishedPart::Availability => !matches!(self.availability, ChosenAvailability::Unchanged),
            PublishedPart::Note => self.note.is_some(),
            PublishedPart::Location => self.location.is_some(),
        }
    }
}

/// The availability that the program chose.
#[derive(Debug, Clone, Default)]
enum ChosenAvailability {
    /// None so far: it is the one with which the user was made available.
    #[default]
    Unchanged,
    /// The server is to find it, whatever the user was made available with.
    ByServer,
    Preferred(PreferredAvailability),
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
        self.publish(
            |published| published.availability = ChosenAvailability::Preferred(availability),
            PublishedPart::Availability,
        )
        .await
    }

    /// Leaves it to the server to find the availability from calendar and activity.
    ///
    /// # Errors
    ///
    /// Fails if the user is not available, and as [`Application::send`] does.
    pub async fn reset_availability(&self) -> Result<(), Error> {
        self.publish(|published| published.availability = ChosenAvailability::ByServer, PublishedPart::Availability)
            .await
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PublishedPart {
    Availability,
    Note,
    Location,
}

impl PublishedPart {
    const ALL: [Self; 3] = [Self::Availability, Self::Note, Self::Location];
}

impl Publisher {
    fn state(&self) -> MutexGuard<'_, PublisherState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn me(&self) -> Result<Fetched<Me>, Error> {
        self.application.me().await.needed_for(Capability::PublishPresence)
    }

    async fn presence(&self) -> Result<Link<Presence>, Error> {
        self.me().await?.presence().offered(Capability::PublishPresence)
    }

    async fn note(&self) -> Result<Link<Note>, Error> {
        self.me().await?.note().offered(Capability::PublishPresence)
    }

    async fn location(&self) -> Result<Link<Location>, Error> {
        self.me().await?.location().offered(Capability::PublishPresence)
    }

    async fn send(&self, published: &Published, part: PublishedPart) -> Result<(), Error> {
        match part {
            PublishedPart::Availability => {
                let mut input = PresenceInput::new();
                if let ChosenAvailability::Preferred(availability) = &published.availability {
                    input.availability = Some(availability.clone());
                }
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
            if state.missing.is_empty() {
                state.is_restoring = false;
                return;
            }
        }
    }

    /// Publishes what the new application lacks. One part that fails does not hold up the others. What the server refuses for good is left
    /// alone, and fails by itself when the program publishes it.
    async fn publish_again(&self) -> Result<(), Error> {
        let (published, missing) = {
            let mut state = self.state();
            (state.published.clone(), std::mem::take(&mut state.missing))
        };
        let mut result = Ok(());
        for part in missing.into_iter().filter(|part| published.has(*part)) {
            match self.send(&published, part).await {
                Err(error) if !error.is_final() => {
                    self.state().missing.insert(part);
                    result = result.and(Err(error));
                }
                Err(error) => tracing::debug!(%error, ?part, "the server does not take what the user had published"),
                Ok(()) => {}
            }
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
            state.missing.extend(PublishedPart::ALL);
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
