//! The control address, by which other programs do over HTTP what a test does by calls.

use bytes::Bytes;
use http::{Method, Request, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::callers::{self, Stranger};
use crate::control::ControlError;
use crate::faults::{Effect, Fault, Memory, Schedule};
use crate::simulator::Simulator;
use crate::watch::{Watch, page_response, snapshot};

/// What the paths of the control address begin with.
const PREFIX: &str = "/simulator/";

#[derive(Deserialize)]
struct PresenceRequest {
    user: String,
    availability: String,
}

#[derive(Deserialize)]
struct NoteRequest {
    user: String,
    note: String,
}

#[derive(Deserialize)]
struct MessageRequest {
    from: String,
    to: String,
    text: String,
}

#[derive(Deserialize)]
struct TokensRequest {
    user: String,
}

#[derive(Deserialize)]
struct RestartRequest {
    #[serde(default)]
    keep: bool,
}

/// Why a request to the control address failed.
enum Refusal {
    NotFound,
    Stranger(Stranger),
    Invalid(String),
}

impl From<ControlError> for Refusal {
    fn from(error: ControlError) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl From<Stranger> for Refusal {
    fn from(stranger: Stranger) -> Self {
        Self::Stranger(stranger)
    }
}

/// Answers a request to the control address; `None` for paths that are elsewhere.
pub(crate) fn answer(simulator: &Simulator, request: &Request<Bytes>) -> Option<Response<Bytes>> {
    let path = request.uri().path().strip_prefix(PREFIX)?;
    let allowed = callers::check(&simulator.world().options.topology, request);
    if allowed.is_ok() && Watch::of(request).is_some() {
        return None;
    }
    let result = allowed.map_err(Refusal::from).and_then(|()| act(simulator, request.method(), path, request.body()));
    let (status, body) = match result {
        Ok(body) => (200, body),
        Err(Refusal::NotFound) => (404, json!({ "error": "nothing is at this address" })),
        Err(Refusal::Stranger(error)) => (403, json!({ "error": error.to_string() })),
        Err(Refusal::Invalid(error)) => (400, json!({ "error": error })),
    };
    Some(page_response(status, &body))
}

fn act(simulator: &Simulator, method: &Method, path: &str, body: &[u8]) -> Result<Json, Refusal> {
    match (method, path) {
        (&Method::GET, "state") => Ok(snapshot(simulator)),
        (&Method::GET, "effects") => Ok(json!(Effect::samples())),
        (&Method::GET, "faults") => Ok(json!(simulator.faults())),
        (&Method::POST, "faults") => {
            simulator.inject(read::<Fault>(body)?);
            Ok(json!(simulator.faults()))
        }
        (&Method::DELETE, "faults") => {
            simulator.clear_faults();
            Ok(json!([]))
        }
        (&Method::GET, "schedule") => Ok(json!(simulator.fault_schedule())),
        (&Method::POST, "schedule") => {
            simulator.schedule_faults(Some(read::<Schedule>(body)?));
            Ok(json!(simulator.fault_schedule()))
        }
        (&Method::DELETE, "schedule") => {
            simulator.schedule_faults(None);
            Ok(Json::Null)
        }
        (&Method::POST, "presence") => {
            let PresenceRequest { user, availability } = read(body)?;
            simulator.set_presence(&user, &availability)?;
            Ok(json!({}))
        }
        (&Method::POST, "note") => {
            let NoteRequest { user, note } = read(body)?;
            simulator.set_note(&user, &note)?;
            Ok(json!({}))
        }
        (&Method::POST, "message") => {
            let MessageRequest { from, to, text } = read(body)?;
            Ok(json!({ "conversation": simulator.send_message(&from, &to, &text)? }))
        }
        (&Method::POST, "revoke") => {
            let TokensRequest { user } = read(body)?;
            simulator.revoke_tokens(&user)?;
            Ok(json!({}))
        }
        (&Method::POST, "restart") => {
            let RestartRequest { keep } = read(body)?;
            simulator.restart(if keep { Memory::Kept } else { Memory::Lost });
            Ok(json!({}))
        }
        _ => Err(Refusal::NotFound),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::Invalid(error.to_string()))
}
