//! Windows sign-in: NTLM, by itself or inside `Negotiate`, at the token endpoint.
//!
//! The server's side of the protocol is our own, as far as a UCWA server needs it: a challenge, and the check of an `NTLMv2`
//! response against the user's password. The crate that offers it, `sspi`, brings more than a hundred other crates, among them
//! pre-release cryptography, needs a newer compiler than the rest, and takes its challenges from the system's randomness, not
//! from the seed. `NTLMv1`, message integrity codes and signing are not modelled; the challenge has no time stamp in it, for
//! which reason clients send no such codes.
//!
//! NTLM signs a connection in, not a request. On a port, each request comes with the [`ConnectionId`] of its connection, and a
//! response is held against the challenge of the same connection alone: a client that sends the two over different connections
//! fails, as it does with a real server. Requests without an id, as a test in process sends them, are taken for those of one
//! connection that has many handshakes at once. A challenge is good for one response. A connection that has an id stays signed in,
//! and gets further tokens without a handshake, until it begins another.

mod message;
mod negotiate;
mod proof;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;

use super::responses::unauthorized;
use crate::protocol::{Call, ConnectionId, Reply};
use crate::state::{Handshake, Identity, Progress, World};
use message::{Authenticate, Challenge, NtlmMessage};
use negotiate::Wrapping;

/// How many handshakes are remembered. Of more, the oldest are forgotten.
const MAXIMUM_HANDSHAKES: usize = 1000;

/// A token of a handshake, as a request has it.
struct HandshakeToken {
    scheme: &'static str,
    bytes: Vec<u8>,
}

impl HandshakeToken {
    /// The token of a request, if it has one.
    fn of(call: &Call) -> Option<Self> {
        let (scheme, text) = call.header(AUTHORIZATION)?.split_once(' ')?;
        let scheme = ["NTLM", "Negotiate"].into_iter().find(|known| known.eq_ignore_ascii_case(scheme))?;
        Some(Self { scheme, bytes: STANDARD.decode(text.trim()).ok()? })
    }
}

/// Answers the first message of a handshake with a challenge; `None` for other requests. Clients send it without the form of
/// the request, for which they expect no response yet.
pub(super) fn challenge(world: &mut World, call: &Call) -> Option<Reply> {
    let token = HandshakeToken::of(call)?;
    let (message, wrapping) = negotiate::unwrap(&token.bytes)?;
    let Some(NtlmMessage::Negotiate) = NtlmMessage::read(message) else { return None };
    let challenge = world.random.challenge();
    remember(world, call.connection, Progress::Challenged(challenge));
    let bytes = Challenge { challenge, domain: &world.options.topology.domain }.write();
    let bytes = match wrapping {
        Wrapping::None => bytes,
        Wrapping::Spnego => negotiate::wrap(&bytes),
    };
    Some(unauthorized(&[&format!("{} {}", token.scheme, STANDARD.encode(bytes))]))
}

/// Remembers how far the handshake of a connection is.
fn remember(world: &mut World, connection: Option<ConnectionId>, progress: Progress) {
    forget(world, connection);
    if world.handshakes.len() == MAXIMUM_HANDSHAKES {
        world.handshakes.pop_front();
    }
    world.handshakes.push_back(Handshake { connection, progress });
}

/// Forgets the handshake of a connection: it has one at a time, unless nobody knows which connection it is.
fn forget(world: &mut World, connection: Option<ConnectionId>) {
    if connection.is_some() {
        world.handshakes.retain(|other| other.connection != connection);
    }
}

/// The user whom the last message of a handshake signs in, or who was signed in on the same connection before.
pub(super) fn signed_in(world: &mut World, call: &Call) -> Option<Identity> {
    match HandshakeToken::of(call) {
        Some(token) => finish(world, call.connection, &token),
        None => world.handshakes.iter().find_map(|handshake| match &handshake.progress {
            Progress::SignedIn(identity) if handshake.connection == call.connection => Some(identity.clone()),
            _ => None,
        }),
    }
}

/// Signs in the user who has responded to a challenge of the connection. One who cannot has to begin anew.
fn finish(world: &mut World, connection: Option<ConnectionId>, token: &HandshakeToken) -> Option<Identity> {
    let proven = prove(world, connection, token);
    forget(world, connection);
    let (at, identity) = proven?;
    if connection.is_some() {
        remember(world, connection, Progress::SignedIn(identity.clone()));
    } else {
        world.handshakes.remove(at);
    }
    Some(identity)
}

/// The challenge that a response meets, by its place among the handshakes, and the user whose password it proves.
fn prove(world: &World, connection: Option<ConnectionId>, token: &HandshakeToken) -> Option<(usize, Identity)> {
    let (message, _) = negotiate::unwrap(&token.bytes)?;
    let Some(NtlmMessage::Authenticate(response)) = NtlmMessage::read(message) else { return None };
    let (address, password) = account(world, &response)?;
    let is_met = |handshake: &Handshake| match &handshake.progress {
        Progress::Challenged(challenge) => {
            handshake.connection == connection && proof::is_proof(&response, password, *challenge)
        }
        Progress::SignedIn(_) => false,
    };
    let at = world.handshakes.iter().position(is_met)?;
    Some((at, Identity::User(address.clone())))
}

/// The address and the password of the user whom a client names as `DOMAIN\user`, as `user` alone, or by address.
fn account<'a>(world: &'a World, response: &Authenticate) -> Option<(&'a String, &'a String)> {
    let (domain, name) = (&response.domain, &response.user);
    let is_named = |known: &str| {
        let (known_domain, known_name) = known.split_once('\\').unwrap_or(("", known));
        let is_domain = domain.is_empty() || domain.eq_ignore_ascii_case(known_domain);
        is_domain && name.eq_ignore_ascii_case(known_name)
    };
    let mut users = world.users.values();
    let user = users.find(|user| is_named(&user.account.windows_name) || user.address.eq_ignore_ascii_case(name))?;
    Some((&user.address, &user.account.password))
}
