//! An application that is removed from the server when the program ends.

use std::future::pending;
use std::ops::Deref;
use std::time::Duration;

use tokio::signal::ctrl_c;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use ucwa_client::messaging::Invitations;
use ucwa_client::{Application, Error};

/// An [`Application`] that is closed on Ctrl+C, or when its time is over. All streams of it end then, and with them the program.
#[derive(Debug)]
pub struct Online {
    application: Application,
    closing: JoinHandle<Result<(), Error>>,
}

impl Online {
    pub(crate) fn new(application: Application, time: Option<Duration>) -> Self {
        let closing = tokio::spawn(close(application.clone(), time));
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

async fn close(application: Application, time: Option<Duration>) -> Result<(), Error> {
    over(time).await;
    application.close().await
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
