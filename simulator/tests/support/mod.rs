//! A client that knows HTTP and nothing else.

#![allow(dead_code, reason = "each test takes what it needs")]

mod known;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use ucwa_schema::Schema;
use ucwa_simulator::{Account, ConnectionError, Options, Simulator};

/// The seed of tests that do not try several.
pub(crate) const SEED: u64 = 7;

/// The users of a simulator that was made from [`SEED`].
pub(crate) fn accounts() -> Vec<Account> {
    Options::new(SEED).accounts
}

/// The schema, read from its files.
pub(crate) fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
        Schema::load(&folder).expect("the repository has a schema")
    })
}

/// A response with its body read as JSON, if it is JSON.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) response: Response<Bytes>,
    pub(crate) json: Value,
}

impl Answer {
    /// An answer, which `ucwa` has to know.
    pub(crate) fn new(response: Response<Bytes>) -> Self {
        let unknown = known::unknown_in(&response);
        assert!(unknown.is_empty(), "unknown to `ucwa`: {unknown:?} in {response:?}");
        let json = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
        Self { response, json }
    }

    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.response.body()).into_owned()
    }

    /// Where a relation leads.
    pub(crate) fn link(&self, rel: &str) -> String {
        link(&self.json, rel)
    }

    /// The answer, which has to have a status.
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status(), status, "{}", self.text());
        self
    }

    /// The events: sender, type, rel and address of the target, and the event itself.
    pub(crate) fn events(&self) -> Vec<PolledEvent> {
        let mut found = Vec::new();
        for sender in self.json["sender"].as_array().into_iter().flatten() {
            for event in sender["events"].as_array().into_iter().flatten() {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                found.push(PolledEvent {
                    sender: text(&sender["rel"]),
                    kind: text(&event["type"]),
                    rel: text(&event["link"]["rel"]),
                    href: text(&event["link"]["href"]),
                    event: event.clone(),
                });
            }
        }
        found
    }
}

/// Where a relation of a resource leads.
pub(crate) fn link(resource: &Value, rel: &str) -> String {
    let href = resource["_links"][rel]["href"].as_str();
    href.unwrap_or_else(|| panic!("no link `{rel}` in {resource:#}")).to_owned()
}

/// An event.
#[derive(Debug, Clone)]
pub(crate) struct PolledEvent {
    pub(crate) sender: String,
    pub(crate) kind: String,
    pub(crate) rel: String,
    pub(crate) href: String,
    pub(crate) event: Value,
}

impl PolledEvent {
    /// `type rel`, which is how tests name events.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.kind, self.rel)
    }

    /// The resource that the event brings.
    pub(crate) fn resource(&self) -> &Value {
        &self.event["_embedded"][&self.rel]
    }
}

/// The names of events.
pub(crate) fn names(events: &[PolledEvent]) -> Vec<String> {
    events.iter().map(PolledEvent::name).collect()
}

/// A request.
pub(crate) fn request(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Request<Bytes> {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Bytes::copy_from_slice(body)).expect("a request")
}

/// Sends a request.
pub(crate) async fn send(
    simulator: &Simulator,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer, ConnectionError> {
    simulator.handle(request(method, url, headers, body)).await.map(Answer::new)
}

/// A signed-in user with an application.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) simulator: Simulator,
    pub(crate) token: String,
    pub(crate) host: String,
    pub(crate) application: Value,
    /// The links with which the event channel continues.
    pub(crate) next: String,
    pub(crate) accept: String,
}

impl Desk {
    /// Signs a user in and creates an application.
    pub(crate) async fn new(simulator: &Simulator, account: &Account) -> Self {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "password")
            .append_pair("username", &account.address)
            .append_pair("password", &account.password)
            .finish();
        let endpoint = "https://lyncweb.contoso.com/WebTicket/oauthtoken";
        let answer = send(simulator, "POST", endpoint, &[], form.as_bytes()).await.expect("an answer").expect(200);
        let token = answer.json["access_token"].as_str().expect("a token").to_owned();
        Self::with_token(simulator, token, "applications", &account.address).await
    }

    /// Creates an application with a token.
    pub(crate) async fn with_token(simulator: &Simulator, token: String, collection: &str, endpoint: &str) -> Self {
        let mut desk = Self {
            simulator: simulator.clone(),
            token,
            host: "https://pool1.contoso.com".into(),
            application: Value::Null,
            next: String::new(),
            accept: "application/json".into(),
        };
        let mut input = json!({ "userAgent": "desk", "culture": "en-US" });
        if collection == "applications" {
            input["endpointId"] = endpoint.into();
        }
        let path = format!("/ucwa/oauth/v1/{collection}");
        let answer = desk.post(&path, &input).await;
        assert!(matches!(answer.status(), 200 | 201), "{}", answer.text());
        desk.next = answer.link("events");
        desk.application = answer.json;
        desk
    }

    /// Signs a user in, creates an application, and makes the user available.
    pub(crate) async fn available(simulator: &Simulator, account: &Account) -> Self {
        let desk = Self::new(simulator, account).await;
        let me = &desk.application["_embedded"]["me"];
        // Another desk of the endpoint may have done so.
        if me["_links"]["presence"].is_null() {
            let input = json!({ "supportedModalities": ["Messaging", "Audio"], "signInAs": "Online" });
            desk.post(&link(me, "makeMeAvailable"), &input).await.expect(204);
        }
        desk
    }

    /// An address, which may be relative to the host.
    pub(crate) fn url(&self, href: &str) -> String {
        if href.starts_with("http") { href.to_owned() } else { format!("{}{href}", self.host) }
    }

    /// The address of something below the application.
    pub(crate) fn below(&self, path: &str) -> String {
        format!("{}/{path}", link(&self.application, "self"))
    }

    pub(crate) async fn send(&self, method: &str, href: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let authorization = format!("Bearer {}", self.token);
        let mut all = vec![("authorization", authorization.as_str())];
        if !headers.iter().any(|(name, _)| *name == "accept") && !self.accept.is_empty() {
            all.push(("accept", self.accept.as_str()));
        }
        all.extend(headers);
        send(&self.simulator, method, &self.url(href), &all, body).await.expect("an answer")
    }

    pub(crate) async fn get(&self, href: &str) -> Answer {
        self.send("GET", href, &[], b"").await
    }

    pub(crate) async fn delete(&self, href: &str) -> Answer {
        self.send("DELETE", href, &[], b"").await
    }

    pub(crate) async fn post(&self, href: &str, input: &Value) -> Answer {
        self.send("POST", href, &[("content-type", "application/json")], input.to_string().as_bytes()).await
    }

    /// A POST of the second revision of a resource.
    pub(crate) async fn post2(&self, href: &str, input: &Value) -> Answer {
        let headers = [("content-type", "application/json"), ("x-ms-requiresminresourceversion", "2")];
        self.send("POST", href, &headers, input.to_string().as_bytes()).await
    }

    /// A POST without a body.
    pub(crate) async fn press(&self, href: &str) -> Answer {
        self.send("POST", href, &[("content-length", "0")], b"").await
    }

    /// Follows the event channel once.
    pub(crate) async fn poll(&mut self) -> Vec<PolledEvent> {
        let answer = self.get(&self.next.clone()).await.expect(200);
        self.next = answer.link("next");
        answer.events()
    }

    /// Follows the event channel until nothing comes any more.
    pub(crate) async fn until_quiet(&mut self) {
        while !self.poll().await.is_empty() {}
    }

    /// Follows the event channel until an event of this name has come, such as `started messagingInvitation`.
    pub(crate) async fn until(&mut self, name: &str) -> PolledEvent {
        let mut seen = Vec::new();
        for _ in 0..10 {
            let events = self.poll().await;
            if let Some(found) = events.iter().find(|event| event.name() == name) {
                return found.clone();
            }
            seen.extend(names(&events));
        }
        panic!("no `{name}` among {seen:?}");
    }
}

/// How often each name occurs.
pub(crate) fn counts(names: &[String]) -> BTreeMap<&str, usize> {
    names.iter().fold(BTreeMap::new(), |mut counts, name| {
        *counts.entry(name.as_str()).or_default() += 1;
        counts
    })
}
