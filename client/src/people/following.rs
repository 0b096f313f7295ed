//! Changes of contacts and groups, which the server reports for some time to those who ask for that.

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_core::Stream;
use futures_util::stream;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::{CancellationToken, DropGuard};
use ucwa::Event;
use ucwa::people::StartOrRefreshSubscriptionToContactsAndGroupsInput;

use super::ContactList;
use crate::application::Application;
use crate::channel::{ChannelItem, Listener};
use crate::concurrency::{Changes, OnInterruption};
use crate::error::{Capability, Error, Needed as _, Offered as _};
use crate::request::Safety;

/// For how long the server is asked to report changes, in minutes: as long as it extends that to.
const MINUTES: i32 = 30;

/// How long after it began that ends, unless it is renewed.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// How long after it began it is renewed.
const RENEWAL: Duration = Duration::from_secs(20 * 60);

/// How soon after it began it may be renewed because the server says that it ends, which it also says as it begins.
const PATIENCE: Duration = Duration::from_secs(60);

/// When a server is asked again that refuses to report changes.
const REFUSAL: Duration = Duration::from_secs(10 * 60);

/// The changes of a contact list and its groups. Several that come together are one.
#[must_use = "nothing tells of changes unless somebody asks for the next one"]
pub struct ContactListChanges {
    shared: Arc<Watched>,
    /// How many there were when the program took the last one.
    seen: u64,
}

/// What those who follow the contact list of an application share.
#[derive(Debug)]
struct Watched {
    application: Application,
    changes: Changes,
    signals: Arc<Signals>,
    /// Whether a task has the server go on.
    has_task: AtomicBool,
    stop: CancellationToken,
    /// Ends the task once nobody follows the list any more.
    _stop_at_end: DropGuard,
}

/// What the task has to know that has the server go on.
#[derive(Debug, Default)]
struct Signals {
    /// The server has lost what it was asked, or events.
    lost: Notify,
    /// The server says that it will report changes no more.
    ending: Notify,
}

impl ContactList {
    /// Follows the contact list and its groups: whatever is added, changed or removed, here or at another endpoint, until what is returned
    /// is dropped. Presence is not part of it.
    ///
    /// The first change is there at once, so that a program reads the list in one place. The server is asked to report changes for 30
    /// minutes; this is renewed after 20 minutes, and done again when the server lost it. Changes arrive by the event channel, which
    /// somebody has to read.
    ///
    /// ```no_run
    /// use ucwa_client::{Application, Error};
    ///
    /// # async fn program(application: Application) -> Result<(), Error> {
    /// tokio::spawn(application.events()?.run());
    /// let list = application.contact_list();
    /// let mut changes = list.follow().await?;
    /// while changes.next().await.is_some() {
    ///     println!("{} contacts, {} groups", list.contacts().await?.len(), list.groups().await?.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the user may not follow contacts and groups, and as [`Application::send`] does. What fails later is tried until it succeeds.
    ///
    /// # Panics
    ///
    /// Panics outside of tokio's runtime, as a task is spawned.
    pub async fn follow(&self) -> Result<ContactListChanges, Error> {
        let runtime = Handle::current();
        let begin = Instant::now();
        let shared = Watched::of(&self.application);
        shared.subscribe().await?;
        if !shared.has_task.swap(true, Ordering::SeqCst) {
            runtime.spawn(keep(&shared, begin));
        }
        // Whatever there is counts as a change.
        let seen = shared.changes.count().wrapping_sub(1);
        Ok(ContactListChanges { shared, seen })
    }
}

impl ContactListChanges {
    /// Waits until something has changed since the last time; `None` once the application is closed. Dropping the future loses nothing.
    ///
    /// After events were lost, something may have changed.
    pub async fn next(&mut self) -> Option<()> {
        let mut changes = self.shared.changes.watch();
        loop {
            if self.shared.application.is_closed() {
                return None;
            }
            let count = self.shared.changes.count();
            if count != self.seen {
                self.seen = count;
                return Some(());
            }
            changes.changed().await;
        }
    }

    /// The changes as a [`Stream`].
    pub fn into_stream(self) -> impl Stream<Item = ()> + Send {
        stream::unfold(self, |mut changes| async {
            changes.next().await?;
            Some(((), changes))
        })
    }
}

impl Watched {
    /// The same for all who follow the contact list of an application.
    fn of(application: &Application) -> Arc<Self> {
        let listeners = application.listeners();
        application.parts().share(|| {
            let stop = CancellationToken::new();
            let shared = Arc::new(Self {
                application: application.clone(),
                changes: Changes::default(),
                signals: Arc::default(),
                has_task: AtomicBool::new(false),
                stop: stop.clone(),
                _stop_at_end: stop.drop_guard(),
            });
            listeners.add(&shared);
            shared
        })
    }

    /// Has the server report changes, or go on with it.
    async fn subscribe(&self) -> Result<(), Error> {
        let people = self.application.people().await.needed_for(Capability::ReadContacts)?;
        let link = people.my_contacts_and_groups_subscription().offered(Capability::ReadContacts)?;
        let subscription = self.application.send(link.get()).await.map_err(Error::into_general)?;
        let start = subscription.start_or_refresh_subscription_to_contacts_and_groups();
        let start = start.offered(Capability::ReadContacts)?;
        let post = start.post_with(StartOrRefreshSubscriptionToContactsAndGroupsInput::new(MINUTES));
        self.application.send_safely(post, Safety::Idempotent).await.map(drop).map_err(Error::into_general)
    }
}

/// Has the server go on to report changes, until nobody follows the list or the application is closed. A task that ends before, with its
/// runtime, is replaced by the next one.
fn keep(watched: &Arc<Watched>, begin: Instant) -> impl Future<Output = ()> + Send + use<> {
    let (stop, closed) = (watched.stop.clone(), watched.application.closed());
    let (signals, watched) = (Arc::clone(&watched.signals), Arc::downgrade(watched));
    let interrupted = Weak::clone(&watched);
    let interruption = OnInterruption::new(move || {
        if let Some(watched) = interrupted.upgrade() {
            watched.has_task.store(false, Ordering::SeqCst);
        }
    });
    async move {
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            () = closed.cancelled() => {}
            () = renew(&watched, &signals, begin) => {}
        }
        interruption.done();
    }
}

async fn renew(watched: &Weak<Watched>, signals: &Signals, mut begin: Instant) {
    let (mut end, mut next) = (begin + LIFETIME, begin + RENEWAL);
    let mut failures = 0_u32;
    loop {
        tokio::select! {
            biased;
            () = signals.lost.notified() => end = Instant::now(),
            () = signals.ending.notified() => if begin.elapsed() < PATIENCE { continue },
            () = sleep_until(next) => {}
        }
        #[cfg(ucwa_planted)]
        if crate::planted::Planted::LapsedContactList.is_made() {
            return;
        }
        // Nobody is kept from dropping it meanwhile.
        let Some(watched) = watched.upgrade() else { return };
        let now = Instant::now();
        match watched.subscribe().await {
            Ok(()) => {
                if Instant::now() >= end {
                    // Nothing has told what happened since, or before the server took the request.
                    watched.changes.note();
                }
                (begin, end, next, failures) = (now, now + LIFETIME, now + RENEWAL, 0);
            }
            Err(error) => {
                tracing::debug!(%error, "changes of the contact list are not reported for now");
                failures = failures.saturating_add(1);
                let client = watched.application.client();
                let pause = if error.may_pass() { client.pause(&error, failures) } else { REFUSAL };
                next = Instant::now() + pause;
            }
        }
    }
}

/// Whether an event is about the contact list or a group of it.
fn is_change(event: &Event) -> bool {
    match event.rel() {
        // Contacts whose presence is followed need not be on the list.
        "contact" => event.collection.as_ref().is_none_or(|collection| &*collection.rel != "subscribedContacts"),
        "group"
        | "defaultGroup"
        | "pinnedGroup"
        | "delegatesGroup"
        | "delegatorsGroup"
        | "distributionGroup"
        | "myOrganizationGroup" => true,
        _ => false,
    }
}

impl Listener for Watched {
    fn hear(&self, item: &ChannelItem) {
        match item {
            ChannelItem::Event(event) if event.rel() == "myContactsAndGroupsSubscription" => {
                self.signals.ending.notify_one();
            }
            ChannelItem::Event(event) if is_change(event) => self.changes.note(),
            ChannelItem::Lost(loss) if loss.includes_subscriptions() || loss.includes_events() => {
                self.signals.lost.notify_one();
            }
            _ => {}
        }
    }

    fn close(&self) {
        self.changes.note();
    }
}

impl fmt::Debug for ContactListChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContactListChanges").finish_non_exhaustive()
    }
}
