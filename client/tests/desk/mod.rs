//! Users at their desks: signed in, available, with an event channel that somebody reads.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::timeout;
use ucwa::Format;
use ucwa::me::MakeMeAvailableInput;
use ucwa_client::{Application, ApplicationSettings, Cause, ChannelEnd, Client, Error, UnknownOutcome};
use ucwa_simulator::Simulator;

use crate::support::{Faulty, password_of, settings};

pub(crate) const ADA: &str = "ada@contoso.com";
pub(crate) const BEN: &str = "ben@contoso.com";
pub(crate) const CHO: &str = "cho@contoso.com";

/// A user who is signed in and available.
pub(crate) struct Desk {
    pub(crate) application: Application,
    pub(crate) faulty: Faulty,
    reader: JoinHandle<ChannelEnd>,
}

impl Desk {
    /// A user whose event channel a task reads.
    pub(crate) async fn of(simulator: &Simulator, user: &str, format: Format) -> Self {
        let faulty = Faulty::new(simulator);
        let client = Client::sign_in_with(faulty.transport(), settings(format), user, password_of(user));
        let client = client.await.expect("the password is right");
        let application = client.create_application(ApplicationSettings::new("desk")).await.expect("an application");
        application.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
        application.keep_active();
        let reader = tokio::spawn(application.events().expect("it has a channel").run());
        Self { application, faulty, reader }
    }

    /// Reads the event channel no more.
    pub(crate) fn stop_reading(&self) {
        self.reader.abort();
    }

    /// Reads the event channel again.
    pub(crate) fn read_again(&mut self) {
        self.reader = tokio::spawn(self.application.events().expect("it has a channel").run());
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// Why nobody knows how an operation ended, if it failed as nobody does.
pub(crate) fn unknown_outcome(error: &Error) -> Option<&UnknownOutcome> {
    let Error::Unsuccessful(unsuccessful) = error else { return None };
    let Cause::Unknown(cause) = &unsuccessful.cause else { return None };
    Some(cause)
}

/// Waits for something that has to come.
pub(crate) fn soon<'a, T>(what: impl Future<Output = T> + 'a) -> impl Future<Output = T> + 'a {
    // Boxed, as some of it is large.
    let what = Box::pin(what);
    async { within(Duration::from_secs(600), what).await.expect("it comes within ten minutes") }
}

/// Waits for something, but not for long.
pub(crate) async fn within<T>(time: Duration, what: impl Future<Output = T>) -> Option<T> {
    timeout(time, what).await.ok()
}
