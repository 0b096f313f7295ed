//! An application that is removed from the server when the program ends.

use std::future::pending;
use std::ops::Deref;
use std::time::Duration;

use tokio::signal::ctrl_c;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use ucwa_client::messaging::Invitations;
use ucwa_client::{Application, Error, Events};

/// An [`Application`] that is closed on Ctrl+C, or when its time is over. All streams of it end then, and with them the program.
#[derive(Debug)]
pub struct Online {
    application: Application,
    closing: JoinHandle<Result<(), Error>>,
}

impl Online {
    pub(crate) fn new(application: Application, time: Option<Duration>) -> Self {
        Self::until(application, over(time))
    }

    /// The same, with a task that reads the events. Where they end for good, such as for a password that has expired, it says why, and
    /// closes the application: the streams of it wait for other events otherwise, and the program with them.
    pub(crate) fn reading(application: Application, events: Events, time: Option<Duration>) -> Self {
        Self::until(application, async move {
            tokio::select! {
                end = events.run() => eprintln!("there are no more events: {end}"),
                () = over(time) => {}
            }
        })
    }

    fn until(application: Application, end: impl Future<Output = ()> + Send + 'static) -> Self {
        let closed = application.clone();
        let closing = tokio::spawn(async move {
            end.await;
            closed.close().await
        });
        Self { application, closing }
    }

    /// Closes the application, or waits until it is closed.
    ///
    /// # Errors
    ///
    /// Fails as [`Application::close`] does.
    pub async fn end(self) -> Result<(), Error> {
        if !self.application.is_closed() {
            self.closing.abort();
            return self.application.close().await;
        }
        // A task that was not aborted fails only by a panic, which has been reported.
        self.closing.await.unwrap_or(Ok(()))
    }
}

impl Deref for Online {
    type Target = Application;

    fn deref(&self) -> &Application {
        &self.application
    }
}

/// Waits for Ctrl+C, or for the end of a time.
pub(crate) async fn over(time: Option<Duration>) {
    let over = async {
        match time {
            Some(time) => sleep(time).await,
            None => pending().await,
        }
    };
    tokio::select! {
        () = over => {}
        // Where no handler can be set, Ctrl+C ends the program in any case.
        Ok(()) = ctrl_c() => {}
    }
}

/// Accepts all invitations, as programs do that do not choose. They are to be taken before events are read, so that none is missed.
pub async fn accept_all(mut invitations: Invitations) {
    while let Some(invitation) = invitations.next().await {
        if let Err(error) = invitation.accept().await {
            eprintln!("an invitation was not accepted: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use ucwa_client::{Client, Password, Settings, Transport};
    use ucwa_simulator::{Effect, Fault, Options, Simulator};

    use super::*;
    use crate::start::available;

    #[tokio::test(start_paused = true)]
    async fn a_program_whose_password_expires_ends() {
        let options = Options::new(1);
        let ada = options.accounts[0].clone();
        let simulator = Simulator::with_options(options);
        let (transport, password) = (Transport::new(simulator.clone()), Password::new(ada.password));
        let client = Client::sign_in_with(transport, Settings::default(), &ada.address, password).await;
        let application = available(&client.expect("it is right")).await.expect("she may");
        let events = application.events().expect("it has a channel");
        let online = Online::reading(application, events, None);
        let mut invitations = online.messaging().invitations();
        let refusal = Effect::Error { status: 400, code: "invalid_grant".into(), subcode: None };
        simulator.inject(Fault::new(refusal).on("token").times(u32::MAX));
        simulator.revoke_tokens(&ada.address).expect("she is a user");
        assert!(invitations.next().await.is_none());
        assert!(online.end().await.is_err());
    }
}
