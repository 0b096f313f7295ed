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
//! connection that has many handshakes at once. A challenge is good for one token; what comes later on the connection has to be
//! signed in anew.

mod message;
mod negotiate;
mod proof;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;

use super::endpoint::unauthorized;
use crate::protocol::{Call, Reply};
use crate::state::{Identity, World};
use message::{Authenticate, Challenge, Message};
use negotiate::Wrapping;

/// The connection on which a request came.
///
/// [`serve`](crate::serve) adds it to the extensions of each request. A test in process does the same to try clients that mix up
/// connections; without it, all requests are taken for those of one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// How many handshakes may be under way. Of more, the oldest are forgotten.
const MAXIMUM_HANDSHAKES: usize = 1000;

/// A handshake that waits for the client's response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Handshake {
    connection: Option<ConnectionId>,
    challenge: [u8; 8],
}

/// A token of a handshake, as a request has it.
struct Token {
    scheme: &'static str,
    bytes: Vec<u8>,
}

impl Token {
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
    let token = Token::of(call)?;
    let (message, wrapping) = negotiate::unwrap(&token.bytes)?;
    let Some(Message::Negotiate) = Message::read(message) else { return None };
    let challenge = world.random.challenge();
    if world.handshakes.len() == MAXIMUM_HANDSHAKES {
        world.handshakes.pop_front();
    }
    let connection = call.connection;
    // A connection has one handshake at a time.
    world.handshakes.retain(|other| connection.is_none() || other.connection != connection);
    world.handshakes.push_back(Handshake { connection, challenge });
    let bytes = Challenge { challenge, domain: &world.options.topology.domain }.write();
    let bytes = match wrapping {
        Wrapping::None => bytes,
        Wrapping::Spnego => negotiate::wrap(&bytes),
    };
    Some(unauthorized(&[&format!("{} {}", token.scheme, STANDARD.encode(bytes))]))
}

/// The user whom the last message of a handshake signs in.
pub(super) fn signed_in(world: &mut World, call: &Call) -> Option<Identity> {
    let token = Token::of(call)?;
    let (message, _) = negotiate::unwrap(&token.bytes)?;
    let Some(Message::Authenticate(response)) = Message::read(message) else { return None };
    let account = account(world, &response)?;
    let (address, password) = (account.0.clone(), account.1.clone());
    let is_answer = |handshake: &Handshake| {
        handshake.connection == call.connection && proof::is_proof(&response, &password, handshake.challenge)
    };
    let found = world.handshakes.iter().position(is_answer);
    match found {
        Some(at) => drop(world.handshakes.remove(at)),
        // A connection that failed begins anew.
        None => world.handshakes.retain(|other| other.connection.is_none() || other.connection != call.connection),
    }
    found.map(|_| Identity::User(address))
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
