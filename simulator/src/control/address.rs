//! The control address, by which other programs do over HTTP what a test does by calls.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use crate::control::{ControlError, Memory};
use crate::faults::Fault;
use crate::simulator::Simulator;

/// What the paths of the control address begin with.
const PREFIX: &str = "/simulator/";

#[derive(Deserialize)]
struct Presence {
    user: String,
    availability: String,
}

#[derive(Deserialize)]
struct Note {
    user: String,
    note: String,
}

#[derive(Deserialize)]
struct Message {
    from: String,
    to: String,
    text: String,
}

#[derive(Deserialize)]
struct Tokens {
    user: String,
}

#[derive(Deserialize)]
struct Restart {
    #[serde(default)]
    keep: bool,
}

/// Why a request to the control address failed.
enum Refusal {
    NotFound,
    Invalid(String),
}

impl From<ControlError> for Refusal {
    fn from(error: ControlError) -> Self {
        Self::Invalid(error.to_string())
    }
}

/// Answers a request to the control address; `None` for paths that are elsewhere.
pub(crate) fn answer(simulator: &Simulator, request: &Request<Bytes>) -> Option<Response<Bytes>> {
    let path = request.uri().path().strip_prefix(PREFIX)?;
    let (status, body) = match act(simulator, request.method(), path, request.body()) {
        Ok(body) => (StatusCode::OK, body),
        Err(Refusal::NotFound) => (StatusCode::NOT_FOUND, json!({ "error": "nothing is at this address" })),
        Err(Refusal::Invalid(error)) => (StatusCode::BAD_REQUEST, json!({ "error": error })),
    };
    let body = Bytes::from(body.to_string());
    let mut response = Response::new(body.clone());
    *response.status_mut() = status;
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/json"));
    response.headers_mut().insert("content-length", body.len().into());
    Some(response)
}

fn act(simulator: &Simulator, method: &Method, path: &str, body: &[u8]) -> Result<Json, Refusal> {
    match (method, path) {
        (&Method::GET, "state") => Ok(state(simulator)),
        (&Method::GET, "faults") => Ok(json!(simulator.faults())),
        (&Method::POST, "faults") => {
            simulator.inject(read::<Fault>(body)?);
            Ok(json!(simulator.faults()))
        }
        (&Method::DELETE, "faults") => {
            simulator.clear_faults();
            Ok(json!([]))
        }
        (&Method::POST, "presence") => {
            let Presence { user, availability } = read(body)?;
            simulator.set_presence(&user, &availability)?;
            Ok(json!({}))
        }
        (&Method::POST, "note") => {
            let Note { user, note } = read(body)?;
            simulator.set_note(&user, &note)?;
            Ok(json!({}))
        }
        (&Method::POST, "message") => {
            let Message { from, to, text } = read(body)?;
            Ok(json!({ "conversation": simulator.send_message(&from, &to, &text)? }))
        }
        (&Method::POST, "revoke") => {
            let Tokens { user } = read(body)?;
            simulator.revoke_tokens(&user)?;
            Ok(json!({}))
        }
        (&Method::POST, "restart") => {
            let Restart { keep } = read(body)?;
            simulator.restart(if keep { Memory::Kept } else { Memory::Lost });
            Ok(json!({}))
        }
        _ => Err(Refusal::NotFound),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::Invalid(error.to_string()))
}

/// Users, applications, and the latest requests; of these no header and no body, so that no token is shown.
fn state(simulator: &Simulator) -> Json {
    let users = simulator.users().into_iter().map(|user| {
        json!({
            "address": user.address, "name": user.name, "availability": user.availability, "note": user.note,
            "applications": user.applications,
        })
    });
    let applications = simulator.applications().into_iter().map(|application| {
        json!({
            "id": application.id, "user": application.user, "userAgent": application.user_agent,
            "isAvailable": application.is_available, "isPolling": application.is_polling,
            "waitingEvents": application.waiting_events, "subscriptions": application.subscriptions,
            "conversations": application.conversations,
        })
    });
    let requests = simulator.requests().into_iter().rev().take(100).map(|exchange| {
        json!({
            "number": exchange.number, "time": exchange.time, "method": exchange.method.as_str(),
            "path": exchange.uri.path(), "status": exchange.status(),
        })
    });
    json!({
        "users": users.collect::<Json>(),
        "applications": applications.collect::<Json>(),
        "requests": requests.collect::<Json>(),
    })
}
