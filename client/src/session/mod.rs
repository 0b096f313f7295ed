//! Sending typed requests for one signed-in user.

mod delivery;
mod relation;
mod update;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tokio::time::sleep;
use tracing::Instrument as _;
use ucwa::general::{Application, Applications};
use ucwa::http::Response;
use ucwa::url::Url;
use ucwa::{Conditions, Fetched, Link, OperationRequest};
use ucwa_runtime::Described as _;

pub(crate) use self::delivery::is_token_refused;
pub use self::relation::{Fetch, FetchLatest};

use self::delivery::{Delivery, SendAttempt};

use crate::address::without_scheme;
use crate::clock::Clock;
use crate::counting::{Occurrence, SignInOutcome, Stopwatch, record, record_repetition};
use crate::credentials::Credentials;
#[cfg(feature = "reqwest")]
use crate::error::SignInError;
use crate::error::{Error, RefusedError, TransportFailure};
use crate::random::Random;
use crate::request::{Exchange, Retries, Safety};
use crate::settings::Settings;
use crate::sign_in::{Guard, SignIn, Tokens};
use crate::transport::Transport;

/// The longest time-out of the event channel, for polls that do not name theirs.
const LONGEST_POLL: Duration = Duration::from_secs(1800);

/// The longest pause: no clock shows a moment that is as late as settings may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(365 * 24 * 3600);

/// A signed-in user. Clones share tokens, connections and the budget of repetitions; nothing is shared between clients.
#[derive(Clone)]
pub struct Client {
    shared: Arc<ClientShared>,
}

struct ClientShared {
    delivery: Delivery,
    settings: Settings,
    retries: Retries,
    random: Random,
    applications: Link<Applications>,
}

/// A response that has still to be read, and the request that reads it.
pub(crate) struct Received<R> {
    request: R,
    response: Response<Bytes>,
}

impl<R: OperationRequest> Received<R> {
    /// Reads the response.
    pub(crate) fn read(self) -> Result<R::Response, Error<R::Error>> {
        Ok(self.request.read(self.response.map(Vec::from))?)
    }
}

impl Client {
    /// Signs in over the network with default settings, by the user's SIP address, such as `user@contoso.com`.
    ///
    /// # Errors
    ///
    /// Fails if no server is found for the domain, or if the server does not accept the credentials. The error says which host
    /// failed and how.
    #[cfg(feature = "reqwest")]
    pub async fn sign_in(address: &str, credentials: impl Into<Credentials>) -> Result<Self, Error> {
        let network = crate::transport::Network::new();
        let transport = network.map_err(|error| SignInError::from(TransportFailure::before_any(error)))?;
        Self::sign_in_with(Transport::new(transport), Settings::default(), address, credentials).await
    }

    /// Signs in over a transport, by the user's SIP address, such as `user@contoso.com`.
    ///
    /// # Errors
    ///
    /// Fails if no server is found for the domain, or if the server does not accept the credentials. The error says which host
    /// failed and how. What fails for a reason that passes is repeated before, as the [`RetryPolicy`](crate::RetryPolicy) says. With a
    /// [`Pace`](crate::Pace), fails as well if tokio's runtime is shut down meanwhile.
    pub async fn sign_in_with(
        transport: Transport,
        settings: Settings,
        address: &str,
        credentials: impl Into<Credentials>,
    ) -> Result<Self, Error> {
        let signed_in =
            Self::sign_in_now(transport, settings.clone(), without_scheme(address).to_owned(), credentials.into());
        in_turn(&settings, signed_in).await
    }

    /// Signs in without waiting for a turn.
    async fn sign_in_now(
        transport: Transport,
        settings: Settings,
        address: String,
        credentials: Credentials,
    ) -> Result<Self, Error> {
        let domain = address.rsplit_once('@').map_or(&*address, |(_, domain)| domain).to_ascii_lowercase();
        let clock = Clock::new(settings.time_of_day);
        let exchange = Exchange { transport, limits: settings.limits.clone(), clock };
        let tokens = Tokens::new(exchange.clone(), credentials, address, settings.pace.clone());
        let guard = Guard::default();
        let (retries, random) = (Retries::new(settings.retry.clone()), Random::new(settings.seed));
        let sign_in = SignIn {
            exchange: &exchange,
            settings: &settings,
            guard: &guard,
            tokens: &tokens,
            retries: &retries,
            random: &random,
        };
        let (span, stopwatch) = (tracing::debug_span!("sign_in", domain), Stopwatch::start());
        // Boxed, so that those who wait for their turn are small.
        let result = Box::pin(sign_in.run(&domain).instrument(span)).await;
        record(&Occurrence::SignIn { outcome: SignInOutcome::of(&result), time: stopwatch.elapsed() });
        let applications = result?;
        let delivery = Delivery { exchange, guard, tokens };
        let shared = ClientShared { delivery, settings, retries, random, applications };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Where the user's applications are created.
    pub fn applications(&self) -> &Link<Applications> {
        &self.shared.applications
    }

    /// The settings that the client was made with.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// Sends a request and reads its response.
    ///
    /// A token that ends soon, or that the server refuses, is renewed; where a host refuses the new one too, a minute passes before the
    /// next. A request that failed for a reason that passes is sent again after a random delay, as the
    /// [`RetryPolicy`](crate::RetryPolicy) says: after 408, 429, 502, 503, 504 and 500 with `ServiceTimeout`, and after a broken connection.
    /// A POST is sent again only if the server has certainly not executed it: after 401 and 429, and where no connection was made.
    ///
    /// A redirect of a GET is followed where it leads to a host that may see the token, as often as the
    /// [`RequestLimits`](crate::RequestLimits) say. A redirect of another method is an error.
    ///
    /// Dropping the future cancels the request. The server may have executed it.
    ///
    /// # Errors
    ///
    /// Fails if the request is refused before sending, if there is no token, if there is no response, if the response is an error,
    /// or if it cannot be read.
    pub async fn send<R: OperationRequest>(&self, request: R) -> Result<R::Response, Error<R::Error>> {
        let safety = Safety::of(&request);
        self.send_safely(request, safety).await
    }

    /// Sends a request of which the caller knows whether executing it twice does harm.
    pub(crate) async fn send_safely<R: OperationRequest>(
        &self,
        request: R,
        safety: Safety,
    ) -> Result<R::Response, Error<R::Error>> {
        let mut attempts = 1;
        loop {
            let error = match self.send_once(&request, attempts).await {
                Ok(response) => {
                    self.succeeded();
                    return Ok(response);
                }
                Err(error) => error,
            };
            let Some(delay) = self.delay(&error, attempts, safety) else { return Err(error) };
            tracing::debug!(operation = R::operation(), attempts, ?delay, %error, "the request is repeated");
            record_repetition::<R>();
            sleep(delay).await;
            attempts += 1;
        }
    }

    /// Sends a request, and does not repeat it unless its token was refused. `attempts` is how many times it was sent, with this
    /// one.
    pub(crate) async fn send_once<R: OperationRequest>(
        &self,
        request: &R,
        attempts: u32,
    ) -> Result<R::Response, Error<R::Error>> {
        let response = self.receive_once(request, attempts).await?;
        Ok(request.read(response.map(Vec::from))?)
    }

    /// Sends a request as [`send_once`](Self::send_once) does. The caller reads the response.
    pub(crate) async fn receive_once<R: OperationRequest>(
        &self,
        request: &R,
        attempts: u32,
    ) -> Result<Response<Bytes>, Error<R::Error>> {
        let time = self.patience(request)?;
        self.send_within(request, attempts, time).await
    }

    /// Sends a poll of the event channel, which the server holds open for up to `timeout`. The caller reads the response.
    pub(crate) async fn poll<R: OperationRequest>(
        &self,
        request: R,
        timeout: Duration,
    ) -> Result<Received<R>, Error<R::Error>> {
        #[cfg(ucwa_planted)]
        let timeout =
            if crate::planted::Planted::EndlessPoll.is_made() { Duration::from_secs(1 << 32) } else { timeout };
        let time = timeout.saturating_add(self.shared.settings.limits.poll_margin);
        let response = self.send_within(&request, 1, time).await?;
        Ok(Received { request, response })
    }

    async fn send_within<R: OperationRequest>(
        &self,
        request: &R,
        attempts: u32,
        time: Duration,
    ) -> Result<Response<Bytes>, Error<R::Error>> {
        let make = || Ok(request.to_http(self.shared.settings.format)?.map(Bytes::from));
        let (rel, method) = (R::Resource::DESCRIPTION.rel, R::METHOD);
        let span = tracing::debug_span!("request", rel, %method, attempt = attempts, status = tracing::field::Empty);
        let sending = SendAttempt { operation: R::operation, rel, method: R::METHOD, attempts, time };
        // Boxed, so that what waits for a request is small, however much a request needs.
        let delivered = Box::pin(self.shared.delivery.deliver(&sending, &make));
        let response = delivered.instrument(span.clone()).await?;
        span.record("status", response.status().as_u16());
        Ok(response)
    }

    /// How long the response may take.
    fn patience<R: OperationRequest>(&self, request: &R) -> Result<Duration, Error<R::Error>> {
        let limits = &self.shared.settings.limits;
        if !request.is_long_poll() {
            return Ok(limits.request_time);
        }
        let url = request.url().map_err(RefusedError::from)?;
        Ok(poll_time(&url).saturating_add(limits.poll_margin))
    }

    /// The link of an application to itself, if it leads to a host that may see tokens.
    pub(crate) fn own_link(&self, application: &Fetched<Application>) -> Option<Link<Application>> {
        application.link().filter(|link| self.reachable(link).is_ok())
    }

    /// Where a link leads, if that is a host that may see tokens.
    pub(crate) fn reachable<T>(&self, link: &Link<T>) -> Result<Url, RefusedError> {
        let url = link.url()?;
        self.shared.delivery.guard.origin(&url)?;
        Ok(url)
    }

    /// After how long a request is sent again that failed, as all requests of the client are; `None` where it is not.
    pub(crate) fn delay<C: Conditions>(&self, error: &Error<C>, attempts: u32, safety: Safety) -> Option<Duration> {
        self.shared.retries.delay(error, attempts, safety, &self.shared.random)
    }

    /// A random delay before another try, as all requests of the client have.
    pub(crate) fn backoff(&self, attempts: u32) -> Duration {
        self.shared.retries.backoff(attempts, &self.shared.random)
    }

    /// Notes a request that succeeded, which pays for a part of a repetition.
    pub(crate) fn succeeded(&self) {
        self.shared.retries.succeeded();
    }

    /// How long a part of the client waits after an error that tries for as long as it takes: for as long as the server asks, up to the
    /// limit, and for a random delay.
    pub(crate) fn pause<C: Conditions>(&self, error: &Error<C>, failures: u32) -> Duration {
        let asked = error.retry_after().unwrap_or_default().min(self.settings().retry.longest_retry_after);
        asked.saturating_add(self.backoff(failures)).min(LONGEST_PAUSE)
    }

    /// The time of day.
    pub(crate) fn time_of_day(&self) -> SystemTime {
        self.shared.delivery.exchange.clock.now()
    }

    /// An identifier in the form of a GUID, from the client's source of random values.
    pub(crate) fn new_id(&self) -> String {
        self.shared.random.guid()
    }
}

/// Does something in a turn, if there is a pace.
pub(crate) async fn in_turn<T: Send + 'static>(
    settings: &Settings,
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    match &settings.pace {
        Some(pace) => pace.run(work).await.map_err(|error| Error::from(TransportFailure::before_any(error)))?,
        None => work.await,
    }
}

/// How long the server may hold a poll open, by its parameter `timeout`.
fn poll_time(url: &Url) -> Duration {
    let named = url.query_pairs().find(|(name, _)| name == "timeout");
    let seconds = named.and_then(|(_, value)| value.parse().ok());
    seconds.map_or(LONGEST_POLL, Duration::from_secs).min(LONGEST_POLL)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("applications", &self.shared.applications).finish_non_exhaustive()
    }
}
