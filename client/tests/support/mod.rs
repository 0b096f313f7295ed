//! A simulator between which and the client things can be made to go wrong.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use tower::service_fn;
use ucwa::Format;
use ucwa::http::{Request, Response};
use ucwa_client::{BoxError, Client, Error, Password, Settings, Transport, TransportError};
use ucwa_simulator::{Exchange, Options, Simulator};

/// The seed of tests that do not try several.
pub(crate) const SEED: u64 = 7;

/// The user of most tests.
pub(crate) const ADA: &str = "ada@contoso.com";

/// Both formats: what one says the other says too.
pub(crate) const FORMATS: [Format; 2] = [Format::Json, Format::Xml];

/// What happens to a request instead of its being served.
pub(crate) enum Fault {
    /// There is no connection.
    NotConnected,
    /// The connection breaks before the server has the request.
    CutBefore,
    /// The server executes the request, and the connection breaks before the response.
    CutAfter,
    /// Nothing ever comes back.
    Silence,
    /// It is served a second later.
    Late,
    /// The server executes the request, and the response comes a second later.
    LateResponse,
    /// The server executes the request, and the response comes ten seconds later.
    SlowResponse,
    /// The server executes the request, and the response is changed on the way.
    Change(Box<dyn FnOnce(Response<Bytes>) -> Response<Bytes> + Send>),
    /// Something else responds, after a time.
    Respond(Response<Bytes>, Duration),
}

type Plan = Box<dyn FnMut(&Request<Bytes>) -> Option<Fault> + Send>;

/// A simulator, with faults on the way to it.
#[derive(Clone)]
pub(crate) struct Faulty {
    simulator: Simulator,
    plan: Arc<Mutex<Plan>>,
    count: Arc<Mutex<usize>>,
}

impl Faulty {
    pub(crate) fn new(simulator: &Simulator) -> Self {
        let plan: Plan = Box::new(|_| None);
        Self { simulator: simulator.clone(), plan: Arc::new(Mutex::new(plan)), count: Arc::default() }
    }

    /// Decides from now on what goes wrong.
    pub(crate) fn plan(&self, plan: impl FnMut(&Request<Bytes>) -> Option<Fault> + Send + 'static) {
        *self.plan.lock().expect("no test panics while it holds the lock") = Box::new(plan);
    }

    /// How many requests were sent, whatever became of them.
    pub(crate) fn count(&self) -> usize {
        *self.count.lock().expect("no test panics while it holds the lock")
    }

    pub(crate) fn transport(&self) -> Transport {
        let faulty = self.clone();
        Transport::new(service_fn(move |request| faulty.send(request)))
    }

    /// Sends a request to the simulator, or has a fault befall it.
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = Result<Response<Bytes>, BoxError>> + Send + use<> {
        *self.count.lock().expect("no test panics while it holds the lock") += 1;
        let fault = (self.plan.lock().expect("no test panics while it holds the lock"))(&request);
        let simulator = self.simulator.clone();
        async move {
            match fault {
                None => Ok(simulator.handle(request).await?),
                Some(Fault::NotConnected) => Err(TransportError::NotConnected("no route".into()).into()),
                Some(Fault::CutBefore) => Err("cut".into()),
                Some(Fault::CutAfter) => {
                    simulator.handle(request).await?;
                    Err("cut".into())
                }
                Some(Fault::Silence) => std::future::pending().await,
                Some(Fault::Late) => {
                    pass(Duration::from_secs(1)).await;
                    Ok(simulator.handle(request).await?)
                }
                Some(Fault::LateResponse) => {
                    let response = simulator.handle(request).await?;
                    pass(Duration::from_secs(1)).await;
                    Ok(response)
                }
                Some(Fault::SlowResponse) => {
                    let response = simulator.handle(request).await?;
                    pass(Duration::from_secs(10)).await;
                    Ok(response)
                }
                Some(Fault::Change(change)) => Ok(change(simulator.handle(request).await?)),
                Some(Fault::Respond(response, time)) => {
                    pass(time).await;
                    Ok(response)
                }
            }
        }
    }
}

/// A response with headers and a body.
pub(crate) fn respond(status: u16, headers: &[(&str, &str)], body: &str) -> Fault {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    let response = response.body(Bytes::copy_from_slice(body.as_bytes())).expect("a response");
    Fault::Respond(response, Duration::ZERO)
}

/// What a proxy responds in place of the server.
pub(crate) fn proxy_page(status: u16) -> Fault {
    respond(status, &[("content-type", "text/html")], "a page of a proxy")
}

/// What the server responds, with its text changed on the way.
pub(crate) fn edit(change: impl FnOnce(String) -> String + Send + 'static) -> Fault {
    Fault::Change(Box::new(|response| {
        let mut response = response.map(|body| change(String::from_utf8(body.into()).expect("UCWA sends text")).into());
        response.headers_mut().remove("content-length");
        response
    }))
}

/// The same response, a second later.
pub(crate) fn late(fault: Fault) -> Fault {
    match fault {
        Fault::Respond(response, _) => Fault::Respond(response, Duration::from_secs(1)),
        other => other,
    }
}

/// Whether a request is for a token.
pub(crate) fn is_token_request(request: &Request<Bytes>) -> bool {
    request.uri().path() == "/WebTicket/oauthtoken"
}

pub(crate) fn simulator() -> Simulator {
    Simulator::new(SEED)
}

pub(crate) fn password_of(user: &str) -> Password {
    let accounts = Options::new(SEED).accounts;
    Password::new(accounts.into_iter().find(|account| account.address == user).expect("a user").password)
}

pub(crate) fn settings(format: Format) -> Settings {
    let mut settings = Settings::default();
    settings.format = format;
    settings.seed = Some(SEED);
    settings
}

pub(crate) async fn sign_in(faulty: &Faulty, format: Format) -> Result<Client, Error> {
    sign_in_as(ADA, faulty, format).await
}

pub(crate) async fn sign_in_as(user: &str, faulty: &Faulty, format: Format) -> Result<Client, Error> {
    Client::sign_in_with(faulty.transport(), settings(format), user, password_of(user)).await
}

/// The requests that the simulator received: method, host and path, and the token.
pub(crate) fn seen(simulator: &Simulator) -> Vec<String> {
    let line = |exchange: &Exchange| {
        let host = exchange.uri.host().unwrap_or_default().to_ascii_lowercase();
        let token = if exchange.headers.contains_key("authorization") { " with token" } else { "" };
        format!("{} {host}{}{token}", exchange.method, exchange.uri.path())
    };
    simulator.requests().iter().map(line).collect()
}

/// How many tokens were requested.
pub(crate) fn token_requests(simulator: &Simulator) -> usize {
    seen(simulator).iter().filter(|line| line.ends_with("/WebTicket/oauthtoken")).count()
}

/// Lets time go by.
pub(crate) async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

/// A runtime whose clock is paused, for tests in which one ends before the program does.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().expect("a runtime")
}
