//! What goes wrong.

use std::time::Duration;

use fastrand::Rng;
use ucwa_simulator::{Effect, Fault as ServerFault};

use crate::choice::choose;
use crate::parts::PartFault;

/// Hosts that must never see a token, as links are made to lead there.
const HOSTILE: [&str; 6] = [
    "https://evil.example",
    "//evil.example",
    "http://pool1.contoso.com",
    "https://pool1.contoso.com@evil.example",
    "https://pool1.contoso.com.evil.example",
    "https://pool1.contoso.com:8443",
];

/// The resources whose requests faults are about.
const RESOURCES: [&str; 12] = [
    "events",
    "events",
    "events",
    "application",
    "applications",
    "me",
    "makeMeAvailable",
    "reportMyActivity",
    "messaging",
    "sendMessage",
    "startMessaging",
    "presenceSubscriptions",
];

/// Resources that operations and batches need.
const OF_OPERATIONS: [&str; 6] = ["batch", "batch", "batch", "startMessaging", "joinOnlineMeeting", "sendMessage"];

/// Something that goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fault {
    /// A fault of the simulator, which waits for the next request that it is about: of a user, or of anybody, with a token or
    /// without one.
    Server { user: Option<usize>, fault: ServerFault },
    /// A user has no network, or nobody has; or a proxy does not reach the server, and responds to everything with a page of a status.
    Outage { user: Option<usize>, time: Duration, page: Option<u16> },
    /// The next request that reads, or is for a token, gets a redirect to another host, or to another place of the same one.
    Redirect { user: usize, to: RedirectTo },
    /// The next events hold some that cannot be read.
    UnreadableEvents { user: usize },
    /// The next responses of the event channel do not say where it continues.
    LostWay { user: usize, times: u32 },
    /// The next response to a batch lacks a part, or has one that the server did not send.
    SpoiledParts { user: usize, fault: PartFault },
    /// The user's tokens are good no more.
    RevokedTokens { user: usize },
    /// The user's applications are lost.
    LostApplications { user: usize },
    /// The conversations and subscriptions of the user's applications are lost.
    LostState { user: usize },
    /// The server restarts, and knows all that it knew, or users and meetings alone.
    Restart(Memory),
    /// Another process polls the user's event channel, several times in a row.
    Stranger { user: usize, polls: u32 },
}

/// What a restarted server remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Memory {
    Kept,
    Lost,
}

/// Where a redirect leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedirectTo {
    /// To a host that must not see a token.
    Elsewhere,
    /// To where the request came from, once more.
    Itself,
}

impl Fault {
    pub(crate) fn draw(random: &mut Rng, users: usize) -> Self {
        Self::draw_about(random, users, &RESOURCES)
    }

    /// A fault, which is about one of some resources where it is about one.
    pub(crate) fn draw_about(random: &mut Rng, users: usize, resources: &[&str]) -> Self {
        let user = random.usize(0..users);
        match random.u32(0..100) {
            0..52 => {
                let effect = effect(random);
                Self::Server {
                    user: Some(user).filter(|_| random.u8(0..4) > 0),
                    fault: server_fault(random, effect, resources),
                }
            }
            52..58 => Self::Server { user: Some(user), fault: hostile_links(random, resources) },
            58..64 => {
                Self::Outage { user: Some(user).filter(|_| random.u8(0..3) > 0), time: outage(random), page: None }
            }
            64..69 => {
                let to = if random.u8(0..3) > 0 { RedirectTo::Elsewhere } else { RedirectTo::Itself };
                Self::Redirect { user, to }
            }
            69..75 => Self::UnreadableEvents { user },
            75..81 => Self::RevokedTokens { user },
            81..87 => Self::LostApplications { user },
            87..91 => Self::LostState { user },
            91..96 => Self::Restart(if random.bool() { Memory::Kept } else { Memory::Lost }),
            _ => Self::Stranger { user, polls: random.u32(1..4) },
        }
    }
}

impl Fault {
    /// Events that say the same in another way that the documentation shows: received messages by another kind of event, operations by
    /// their last event alone, and more or less of what events are about along with them.
    pub(crate) fn told_otherwise(random: &mut Rng) -> Self {
        let ways = [Effect::StartedMessages, Effect::SkippedEvents, Effect::LinkedEvents, Effect::EmbeddedEvents];
        let fault = ServerFault::new(choose(random, &ways).clone()).on("events").times(random.u32(1..40));
        Self::Server { user: None, fault }
    }

    /// Another fault in place of some, about operations, batches and events.
    pub(crate) fn varied(self, random: &mut Rng) -> Self {
        match self {
            Self::Server { .. } if random.u8(0..10) == 0 => Self::told_otherwise(random),
            Self::Server { user, .. } if random.u8(0..12) == 0 => {
                let resources = if random.bool() { &RESOURCES[..] } else { &OF_OPERATIONS };
                let resource = *choose(random, resources);
                Self::Server { user, fault: ServerFault::new(Effect::DocumentedError).on(resource) }
            }
            Self::Server { user, fault } if random.u8(0..8) == 0 => {
                Self::Server { user, fault: fault.on(*choose(random, &OF_OPERATIONS)) }
            }
            Self::UnreadableEvents { user } if random.bool() => {
                let faults =
                    [PartFault::Missing, PartFault::Status(503), PartFault::Status(429), PartFault::Status(401)];
                Self::SpoiledParts { user, fault: *choose(random, &faults) }
            }
            Self::UnreadableEvents { user } if random.u8(0..4) == 0 => {
                Self::LostWay { user, times: *choose(random, &[1, 1, 2, 4, 5, 9]) }
            }
            other => other,
        }
    }
}

/// Mostly a minute, sometimes an hour.
fn outage(random: &mut Rng) -> Duration {
    let longest = if random.u8(0..4) == 0 { 5400 } else { 120 };
    Duration::from_secs(random.u64(1..longest))
}

fn server_fault(random: &mut Rng, effect: Effect, resources: &[&str]) -> ServerFault {
    let fault = ServerFault::new(effect).times(if random.u8(0..5) == 0 { random.u32(2..6) } else { 1 });
    if random.u8(0..3) == 0 { fault } else { fault.on(*choose(random, resources)) }
}

/// Links to other hosts, in resources that are read with a token: what discovery names, it names.
fn hostile_links(random: &mut Rng, resources: &[&str]) -> ServerFault {
    let origin = (*choose(random, &HOSTILE)).to_owned();
    ServerFault::new(Effect::HostileLinks { origin }).on(*choose(random, resources))
}

fn effect(random: &mut Rng) -> Effect {
    let error = |status, code: &str, subcode: Option<&str>| Effect::Error {
        status,
        code: code.into(),
        subcode: subcode.map(Into::into),
    };
    match random.u32(0..100) {
        0..10 => Effect::Latency { milliseconds: random.u64(0..60_000) },
        10..18 => Effect::CutBefore,
        18..28 => Effect::CutAfter,
        28..34 => Effect::HalfOpen,
        34..40 => Effect::Truncated { bytes: random.usize(0..400) },
        40..45 => Effect::Garbage,
        45..50 => Effect::Proxy { status: *choose(random, &[200, 401, 403, 404, 502, 503]) },
        50..55 => Effect::Unauthorized,
        55..59 => Effect::InvalidToken,
        59..67 => Effect::RetryAfter {
            status: *choose(random, &[429, 503]),
            value: (*choose(random, &["1", "20", "59", "3600", "0", "soon", "Mon, 05 Jan 2026 10:30:00 GMT"])).into(),
        },
        67..70 => error(500, "ServiceFailure", Some("ServiceTimeout")),
        70..72 => error(500, "ServiceFailure", None),
        72..74 => error(504, "Timeout", None),
        74..75 => error(410, "Gone", Some("InactiveApplicationExpired")),
        75..80 => Effect::LostApplication,
        80..83 => Effect::LostState,
        83..86 => Effect::LostAcknowledgement,
        86..89 => Effect::RepeatedEvents,
        89..91 => Effect::MediaType { value: (*choose(random, &["text/html", "application/octet-stream"])).into() },
        91..92 => Effect::ByteOrderMark,
        92..93 => Effect::WrongTypes,
        93..94 => Effect::UnknownValues,
        94..95 => Effect::UnknownProperties,
        95..96 => Effect::UnknownRelations,
        96..98 => Effect::UnknownEvents,
        98..99 => Effect::NoProperties,
        _ => Effect::NoLinks,
    }
}
