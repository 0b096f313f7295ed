//! Users of a simulator, without a socket.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use ucwa_simulator::{Account, Options, Simulator};

/// The host of applications.
const POOL: &str = "https://pool1.contoso.com";

/// A simulator with so many users.
pub(crate) fn simulator(users: usize) -> Simulator {
    let account = |number| Account::new(address(number), format!("User {number}"), "secret");
    let accounts = (0..users).map(account).collect();
    Simulator::with_options(Options { accounts, ..Options::new(1) })
}

pub(crate) fn address(number: usize) -> String {
    format!("user{number}@contoso.com")
}

/// A user who is signed in and available.
#[derive(Clone)]
pub(crate) struct Desk {
    simulator: Simulator,
    authorization: String,
    /// The address of the application.
    pub(crate) application: String,
    events: String,
}

impl Desk {
    pub(crate) async fn sign_in(simulator: &Simulator, user: &str) -> Self {
        let token = simulator.issue_token(user).expect("it is a user");
        let mut desk = Self {
            simulator: simulator.clone(),
            authorization: format!("Bearer {token}"),
            application: format!("{POOL}/ucwa/oauth/v1/applications"),
            events: String::new(),
        };
        let input = r#"{"userAgent":"bench","culture":"en-US","endpointId":"1"}"#;
        let application = desk.send(&desk.request("POST", "", input)).await;
        let application: Value = serde_json::from_slice(application.body()).expect("an application");
        let link = |rel: &str| {
            let href = application["_links"][rel]["href"].as_str().expect("an address");
            format!("{POOL}{href}")
        };
        (desk.application, desk.events) = (link("self"), link("events"));
        desk.send(&desk.request("POST", "/me/makeMeAvailable", r#"{"signInAs":"Online"}"#)).await;
        desk
    }

    /// A request below the application.
    pub(crate) fn request(&self, method: &str, path: &str, body: &str) -> Request<Bytes> {
        self.request_at(method, &format!("{}{path}", self.application), body)
    }

    fn request_at(&self, method: &str, address: &str, body: &str) -> Request<Bytes> {
        let request = Request::builder().method(method).uri(address).header("authorization", &self.authorization);
        let request = request.header("accept", "application/json").header("content-type", "application/json");
        request.body(Bytes::copy_from_slice(body.as_bytes())).expect("a request")
    }

    /// Sends a request, which has to succeed.
    pub(crate) async fn send(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let response = self.simulator.handle(request.clone()).await.expect("a response");
        assert!(response.status().is_success(), "{response:?}");
        response
    }

    /// Polls the event channel once; gives the body of the response.
    pub(crate) async fn poll(&mut self) -> Bytes {
        let response = self.send(&self.request_at("GET", &self.events, "")).await;
        let events: Value = serde_json::from_slice(response.body()).expect("events");
        let next = events["_links"]["next"]["href"].as_str().expect("the way on");
        self.events = format!("{POOL}{next}");
        response.into_body()
    }
}

/// A current-thread runtime; all time that nobody works through passes at once.
pub(crate) fn paused_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime")
}
