//! Faults between client and server, injected on purpose.

mod distort;
mod plan;
mod wire;

use serde::{Deserialize, Serialize};

pub(crate) use distort::{distort_events, distort_resource};
pub(crate) use plan::Plan;
pub use plan::Schedule;
pub(crate) use wire::{replacement, spoil};

/// A fault, and the requests that it happens to.
///
/// ```
/// use ucwa_simulator::{Effect, Fault, Simulator};
///
/// let simulator = Simulator::new(1);
/// // The second message arrives, but its sender receives no response.
/// simulator.inject(Fault::new(Effect::CutAfter).on("sendMessage").after(1));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Fault {
    /// What happens.
    pub effect: Effect,
    /// The method of the requests; any where there is none.
    #[serde(default)]
    pub method: Option<String>,
    /// The name of the resource that requests are for, as the schema has it; `token` for the token endpoint. Any where there is
    /// none.
    #[serde(default)]
    pub resource: Option<String>,
    /// The SIP address of the user whose token requests show, without `sip:`; any where there is none.
    #[serde(default)]
    pub user: Option<String>,
    /// How many requests are let through before it begins (default none).
    #[serde(default)]
    pub skip: u32,
    /// How many requests it happens to (default 1).
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// A fault that happens to the next request, whatever it is for.
    pub fn new(effect: Effect) -> Self {
        Self { effect, method: None, resource: None, user: None, skip: 0, times: 1 }
    }

    /// Makes it happen to requests for a resource alone, by its name in the schema; `token` is the token endpoint.
    #[must_use]
    pub fn on(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// Makes it happen to requests with a method alone.
    #[must_use]
    pub fn with_method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Makes it happen to requests of a user alone, by the user's address.
    #[must_use]
    pub fn of_user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// Lets some requests through before it begins.
    #[must_use]
    pub fn after(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// Makes it happen to several requests.
    #[must_use]
    pub fn times(mut self, requests: u32) -> Self {
        self.times = requests;
        self
    }
}

/// What a fault does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
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
        /// The HTTP status.
        status: u16,
        /// The code, such as `Conflict`.
        code: String,
        /// The subcode, such as `AlreadyExists`.
        subcode: Option<String>,
    },
    /// Responds with an error and a `Retry-After` header instead of acting.
    RetryAfter {
        /// The HTTP status: 429 or 503.
        status: u16,
        /// The value of the header: seconds, a date, or what no server should send.
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
    /// Responds with a page of HTML, as a proxy does, instead of acting.
    Proxy {
        /// The HTTP status.
        status: u16,
    },
    /// Acts, and sends the beginning of the body alone under the length of the whole; on a port, the connection is cut there.
    Truncated {
        /// How many bytes of the body are sent.
        bytes: usize,
    },
    /// Acts, and sends bytes that are not text.
    Garbage,
    /// Acts, and names another media type.
    MediaType {
        /// The value of `Content-Type`.
        value: String,
    },
    /// Acts, and puts a byte order mark before the body.
    ByteOrderMark,
    /// Acts, and compresses the body.
    Gzip,
    /// Acts, and leaves out `Content-Length`; on a port, the body comes in chunks.
    Chunked,
    /// Acts, and sends links to another host.
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
    /// Acts, and leaves out all properties.
    NoProperties,
    /// Acts, and leaves out all links but those of the event channel.
    NoLinks,
    /// Sends the last events once more, before the next.
    RepeatedEvents,
    /// Forgets that the client has acknowledged the last events, and responds with `resync`.
    LostAcknowledgement,
}

/// What a request is about, as far as faults mind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) method: String,
    pub(crate) resource: String,
    pub(crate) user: Option<String>,
    pub(crate) application: Option<crate::state::ApplicationId>,
}

impl Fault {
    /// Whether the fault is about requests like this.
    pub(crate) fn matches(&self, subject: &Subject) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found.is_some_and(|found| wanted.eq_ignore_ascii_case(found)))
        };
        is(&self.method, Some(&subject.method))
            && is(&self.resource, Some(&subject.resource))
            && is(&self.user, subject.user.as_deref())
    }
}
