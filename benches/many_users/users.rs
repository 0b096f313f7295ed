//! The users: each with an application, and a task that reads its events.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::iter;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::sleep;
use ucwa::me::MakeMeAvailableInput;
use ucwa::url::Url;
use ucwa_client::{Application, ApplicationSettings, ChannelItem, Client, Events, Pace, Password, Settings, Transport};

use super::server::{HOT, Server, address};

/// How many applications are closed at the same time.
const CLOSING: usize = 64;

/// A presence that the program learned of: of which user, and when.
pub(crate) type Arrival = (usize, SystemTime);

/// All users.
pub(crate) struct Users {
    applications: Vec<Application>,
    arrivals: UnboundedReceiver<Arrival>,
    hot: Arc<Hot>,
}

/// How many events the user has received whose channel is never empty.
#[derive(Debug, Default)]
pub(crate) struct Hot(AtomicUsize);

impl Hot {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Users {
    /// Signs all users in, over one transport and at one pace, and reads their events from then on.
    pub(crate) async fn sign_in(count: usize, per_second: u32, port: u16, transport: Transport) -> Self {
        let mut settings = Settings::default();
        settings.discovery = Some(Url::parse(&format!("https://localhost:{port}/")).expect("a URL"));
        // A user signs in, and creates an application.
        settings.pace = NonZeroU32::new(2 * per_second).map(Pace::per_second);
        let (sender, arrivals) = unbounded_channel();
        let hot = Arc::<Hot>::default();
        let users = (0..count).map(|number| {
            let (transport, settings) = (transport.clone(), settings.clone());
            let (sender, hot) = (sender.clone(), Arc::clone(&hot));
            tokio::spawn(async move {
                let (application, events) = sign_in(transport, settings, number).await;
                if number == HOT {
                    tokio::spawn(count_events(events, hot));
                } else {
                    tokio::spawn(read_events(events, number, sender));
                }
                application
            })
        });
        let applications = join_all(users.collect::<Vec<_>>()).await;
        let applications = applications.into_iter().map(|application| application.expect("it ends")).collect();
        Self { applications, arrivals, hot }
    }

    /// All that arrived so far.
    pub(crate) fn arrivals(&mut self) -> Vec<Arrival> {
        std::iter::from_fn(|| self.arrivals.try_recv().ok()).collect()
    }

    /// Makes one user receive events without end.
    pub(crate) async fn make_hot(&self, server: &mut Server) -> Arc<Hot> {
        server.tell("heat");
        while self.hot.count() < 10_000 {
            sleep(Duration::from_millis(10)).await;
        }
        Arc::clone(&self.hot)
    }

    /// Closes all applications, several at the same time.
    pub(crate) async fn close(self) {
        let close = |application: Application| async move { application.close().await.expect("it is removed") };
        iter(self.applications).map(close).buffer_unordered(CLOSING).collect::<()>().await;
    }
}

async fn sign_in(transport: Transport, settings: Settings, number: usize) -> (Application, Events) {
    let client = Client::sign_in_with(transport, settings, &address(number), Password::new("secret")).await;
    let client = client.expect("the password is right");
    let application = client.create_application(ApplicationSettings::new("many users")).await.expect("it is made");
    application.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
    let events = application.events().expect("it has a channel");
    (application, events)
}

/// Notes when presences arrive, until the channel ends.
async fn read_events(mut events: Events, number: usize, arrivals: UnboundedSender<Arrival>) {
    while let Some(item) = events.next().await {
        if let ChannelItem::Event(event) = &item
            && event.rel() == "presence"
            && arrivals.send((number, SystemTime::now())).is_err()
        {
            return;
        }
    }
}

/// Counts events, until the channel ends.
async fn count_events(mut events: Events, hot: Arc<Hot>) {
    while let Some(item) = events.next().await {
        if matches!(item, ChannelItem::Event(_)) {
            hot.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}
