//! What faults do.

use serde::{Deserialize, Serialize};

use super::Memory;
use super::read::{header, status};

/// What a fault does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Effect {
    /// Holds the response back; the server acts at once.
    Latency {
        /// For how long, in milliseconds.
        milliseconds: u64,
    },
    /// Cuts the connection before the server acts.
    CutBefore,
    /// Cuts the connection after the server has acted.
    CutAfter,
    /// Sends no response and leaves the connection open. The server does not act.
    HalfOpen,
    /// Responds with an error of the server instead of acting.
    Error {
        /// The HTTP status, from 200 to 599.
        #[serde(deserialize_with = "status")]
        status: u16,
        /// The code, such as `Conflict`.
        code: String,
        /// The subcode, such as `AlreadyExists`.
        subcode: Option<String>,
    },
    /// Answers with an error that the reference documents for the operation, drawn from the seed, instead of acting. The server
    /// acts where no error is documented.
    DocumentedError,
    /// Responds with an error and a `Retry-After` header instead of acting.
    RetryAfter {
        /// The HTTP status: 429 or 503.
        #[serde(deserialize_with = "status")]
        status: u16,
        /// The value of the header: seconds, a date, or what no server should send.
        #[serde(deserialize_with = "header")]
        value: String,
    },
    /// Responds as to a request without a token.
    Unauthorized,
    /// Responds with 403 and the diagnostics of an invalid token.
    InvalidToken,
    /// Loses the application before the request.
    LostApplication,
    /// Loses conversations and subscriptions of the application before the request: the next response of its event
    /// channel has a link `resume`.
    LostState,
    /// Restarts the server instead of acting. The connection of the request is cut, and those of open polls.
    Restart {
        /// What the server remembers.
        memory: Memory,
    },
    /// Responds with a page of HTML, as a proxy does, instead of acting.
    Proxy {
        /// The HTTP status, from 200 to 599.
        #[serde(deserialize_with = "status")]
        status: u16,
    },
    /// Answers with a redirect instead of acting.
    Redirect {
        /// The HTTP status: 301, 302, 303, 307 or 308.
        #[serde(deserialize_with = "status")]
        status: u16,
        /// Where it leads, such as `https://evil.example/`.
        #[serde(deserialize_with = "header")]
        location: String,
    },
    /// Acts, and sends the beginning of the body alone under the length of the whole; on a port, the connection is cut there.
    Truncated {
        /// How many bytes of the body are sent.
        bytes: usize,
    },
    /// Acts, and sends the body slowly: some bytes, a pause, some more. Without a socket, the response is held back for as long as
    /// all pauses take.
    SlowDrip {
        /// How many bytes are sent at a time; 0 is taken for 1.
        bytes: usize,
        /// How long each pause is, in milliseconds.
        milliseconds: u64,
    },
    /// Acts, and sends bytes that are not text.
    Garbage,
    /// Acts, and names another media type.
    MediaType {
        /// The value of `Content-Type`.
        #[serde(deserialize_with = "header")]
        value: String,
    },
    /// Acts, and puts a byte order mark before the body.
    ByteOrderMark,
    /// Acts, and compresses the body, which makes the ETag weak.
    Gzip,
    /// Acts, and leaves out `Content-Length`; on a port, the body comes in chunks.
    Chunked,
    /// Acts, and sends links to another host, also in `Location`.
    HostileLinks {
        /// The part of links before their path, such as `https://evil.example`, `//evil.example` or
        /// `http://evil.example`.
        origin: String,
    },
    /// Acts, and sends values of the wrong type.
    WrongTypes,
    /// Acts, and sends values of enumerations that no page lists.
    UnknownValues,
    /// Acts, and sends properties that no page lists.
    UnknownProperties,
    /// Acts, and sends relations that no page lists.
    UnknownRelations,
    /// Acts, and sends events that no page lists.
    UnknownEvents,
    /// Acts, and tells of received messages that they began instead of that they are completed. The guides have servers say the one,
    /// and the reference lists the other alone.
    StartedMessages,
    /// Acts, and leaves out the events that operations of the user began or go on, which servers may skip: that they are completed is told.
    SkippedEvents,
    /// Acts, and sends events that only link to what they are about, as those of the reference do.
    LinkedEvents,
    /// Acts, and sends what events are about along with all of them, but for what is deleted. Without this, what they say of invitations,
    /// conversations, messaging, messages and the local participant comes along, and the rest is to be read.
    EmbeddedEvents,
    /// Acts, and leaves out all properties.
    NoProperties,
    /// Acts, and leaves out all links but those of the event channel.
    NoLinks,
    /// Sends the last events once more, before the next.
    RepeatedEvents,
    /// Forgets that the client has acknowledged the last events, and responds with `resync`.
    LostAcknowledgement,
}

impl Effect {
    /// One of each effect, with parameters to start from. It is what the control address lists, and what
    /// [`Schedule::chaos`](crate::Schedule::chaos) draws from.
    pub fn samples() -> Vec<Self> {
        vec![
            Self::Latency { milliseconds: 2000 },
            Self::CutBefore,
            Self::CutAfter,
            Self::HalfOpen,
            Self::Error { status: 409, code: "Conflict".into(), subcode: Some("AlreadyExists".into()) },
            Self::DocumentedError,
            Self::RetryAfter { status: 429, value: "3".into() },
            Self::Unauthorized,
            Self::InvalidToken,
            Self::LostApplication,
            Self::LostState,
            Self::Restart { memory: Memory::Kept },
            Self::Proxy { status: 502 },
            Self::Redirect { status: 302, location: "https://evil.example/".into() },
            Self::Truncated { bytes: 20 },
            Self::SlowDrip { bytes: 16, milliseconds: 100 },
            Self::Garbage,
            Self::MediaType { value: "text/plain".into() },
            Self::ByteOrderMark,
            Self::Gzip,
            Self::Chunked,
            Self::HostileLinks { origin: "https://evil.example".into() },
            Self::WrongTypes,
            Self::UnknownValues,
            Self::UnknownProperties,
            Self::UnknownRelations,
            Self::UnknownEvents,
            Self::StartedMessages,
            Self::SkippedEvents,
            Self::LinkedEvents,
            Self::EmbeddedEvents,
            Self::NoProperties,
            Self::NoLinks,
            Self::RepeatedEvents,
            Self::LostAcknowledgement,
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_is_a_sample_of_each_effect() {
        let error = serde_json::from_str::<Effect>("\"nothing\"").expect_err("it is none").to_string();
        // The error lists all effects between `backticks`, the first of which is what was found.
        let known: BTreeSet<_> = error.split('`').skip(3).step_by(2).map(str::to_owned).collect();
        let name = |effect: &Effect| match serde_json::to_value(effect) {
            Ok(serde_json::Value::String(name)) => name,
            Ok(serde_json::Value::Object(object)) => object.keys().next().cloned().unwrap_or_default(),
            other => panic!("{other:?}"),
        };
        let samples: BTreeSet<_> = Effect::samples().iter().map(name).collect();
        assert_eq!(samples, known, "{error}");
        let read = serde_json::to_string(&Effect::samples()).and_then(|text| serde_json::from_str::<Vec<_>>(&text));
        assert_eq!(read.ok(), Some(Effect::samples()));
    }
}
