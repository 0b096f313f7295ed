//! The command line that the programs share, and what it connects to.

use std::time::Duration;

use clap::{ArgGroup, Args, Parser};
use ucwa::me::MakeMeAvailableInput;
use ucwa_client::{Application, ApplicationSettings, Client, Network, Password, Settings, Transport};

use crate::office::{self, Scene};
use crate::online::over;
use crate::{AnyError, Online};

/// The environment variable with the password of `--user`. On a command line, others could read it.
const PASSWORD: &str = "UCWA_PASSWORD";

/// Where a program signs in, and for how long: the part of the command line that the programs share.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("server").args(["simulator", "user"]).required(true)))]
pub struct Start {
    /// Start a simulated office in this process and sign in there
    #[arg(long)]
    simulator: bool,
    /// Sign in to a real server as this user; the environment variable `UCWA_PASSWORD` has the password
    #[arg(long, value_name = "ADDRESS")]
    user: Option<String>,
    /// End after so many seconds; without it, on Ctrl+C
    #[arg(long, value_name = "NUMBER")]
    seconds: Option<u64>,
    /// With `--simulator`, let time jump ahead whenever the program waits
    #[arg(long, requires = "simulator")]
    no_wait: bool,
}

/// The arguments of a program that has none of its own.
#[derive(Debug, Args)]
struct Nothing {}

/// A whole command line.
#[derive(Debug, Parser)]
#[command(about = "An example of the crate ucwa-client; `examples/README.md` in the repository says what it does")]
struct Whole<A: Args> {
    #[command(flatten)]
    start: Start,
    #[command(flatten)]
    own: A,
}

/// Everything that signing in needs. Programs may change it before.
#[derive(Debug)]
pub struct Connection {
    /// The way to the server.
    pub transport: Transport,
    /// The settings of the client.
    pub settings: Settings,
    /// The SIP address of the user.
    pub address: String,
    password: Password,
    time: Option<Duration>,
}

impl Start {
    /// The command line of a program that needs nothing else. A wrong one ends the program with an explanation.
    pub fn parse() -> Self {
        Self::parse_with::<Nothing>().0
    }

    /// The command line of a program with arguments of its own. A wrong one ends the program with an explanation.
    pub fn parse_with<A: Args>() -> (Self, A) {
        let Whole { start, own } = Whole::parse();
        (start, own)
    }

    /// Waits for Ctrl+C, or for the end of the time that the program has.
    pub fn over(&self) -> impl Future<Output = ()> + use<> {
        over(self.seconds.map(Duration::from_secs))
    }

    /// Opens the simulated office, in which `scene` is played, or finds what a real server needs.
    ///
    /// # Errors
    ///
    /// Fails if there is no password, or if the system's trust store cannot be used.
    pub async fn connect(self, scene: Scene) -> Result<Connection, AnyError> {
        let time = self.seconds.map(Duration::from_secs);
        let Some(address) = self.user else {
            if self.no_wait {
                tokio::time::pause();
            }
            let transport = Transport::new(office::open(scene).await?);
            let (address, password) = (office::USER.to_owned(), Password::new(office::PASSWORD));
            return Ok(Connection { transport, settings: office::settings(), address, password, time });
        };
        let password = std::env::var(PASSWORD).map_err(|_| format!("set {PASSWORD} to the password of {address}"))?;
        let (transport, settings) = (Transport::new(Network::new()?), Settings::default());
        Ok(Connection { transport, settings, address, password: Password::new(password), time })
    }
}

impl Connection {
    /// Signs the user in.
    ///
    /// # Errors
    ///
    /// Fails as [`Client::sign_in`] does.
    pub async fn sign_in(self) -> Result<Client, AnyError> {
        Ok(Client::sign_in_with(self.transport, self.settings, &self.address, self.password).await?)
    }

    /// Signs the user in and makes them available. The program has to read the events.
    ///
    /// # Errors
    ///
    /// Fails as [`Client::sign_in`] and [`Application::make_me_available`] do.
    pub async fn application(self) -> Result<Online, AnyError> {
        let time = self.time;
        Ok(Online::new(available(&self.sign_in().await?).await?, time))
    }

    /// Signs the user in, makes them available, and takes over what another run of the program left, if it stored the id of its endpoint.
    /// The program reads the events, and leaves the application when the time is [over](Start::over).
    ///
    /// # Errors
    ///
    /// Fails as [`application`](Self::application) does.
    pub async fn resumed(self, endpoint_id: Option<String>) -> Result<Application, AnyError> {
        let settings = application_settings();
        let settings = endpoint_id.into_iter().fold(settings, ApplicationSettings::with_endpoint_id);
        available_with(&self.sign_in().await?, settings).await
    }

    /// The same, with a task that reads the events, for programs that follow what the client makes of them.
    ///
    /// # Errors
    ///
    /// Fails as [`application`](Self::application) does.
    pub async fn online(self) -> Result<Online, AnyError> {
        let time = self.time;
        let application = available(&self.sign_in().await?).await?;
        let events = application.events()?;
        Ok(Online::reading(application, events, time))
    }
}

/// Creates an application and makes its user available.
pub(crate) async fn available(client: &Client) -> Result<Application, AnyError> {
    available_with(client, application_settings()).await
}

fn application_settings() -> ApplicationSettings {
    ApplicationSettings::new("Example/1.0")
}

async fn available_with(client: &Client, settings: ApplicationSettings) -> Result<Application, AnyError> {
    let application = client.create_application(settings).await?;
    application.make_me_available(MakeMeAvailableInput::new()).await?;
    application.keep_active();
    Ok(application)
}
