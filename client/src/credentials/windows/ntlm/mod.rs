//! NTLM with a name and a password: version 2 of MS-NLMP, without signing, which HTTP does not have.

mod authenticate;
mod message;
mod proof;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use self::authenticate::Authenticate;
use self::message::{Challenge, Nonce, negotiate};
use self::proof::{Key, Proof};
use super::security::{WindowsHandshake, WindowsRequest, WindowsScheme, WindowsSecurity, WindowsToken};
use crate::credentials::Secret;
use crate::transport::BoxError;

/// The name and the password of a Windows account, proved by NTLM version 2. The password itself is not sent.
///
/// The proof is not bound to the TLS connection: a server that requires Extended Protection refuses it.
#[derive(Debug, Clone)]
pub struct Ntlm {
    domain: String,
    user: String,
    password: Secret,
}

impl Ntlm {
    /// An account by its name, `DOMAIN\user` or `user@domain`, and its password.
    pub fn new(user_name: &str, password: impl Into<Secret>) -> Self {
        let (domain, user) = user_name.split_once('\\').unwrap_or(("", user_name));
        Self { domain: domain.into(), user: user.into(), password: password.into() }
    }
}

impl WindowsSecurity for Ntlm {
    fn begin(&self, request: WindowsRequest) -> Result<Box<dyn WindowsHandshake>, BoxError> {
        let scheme = [WindowsScheme::Ntlm, WindowsScheme::Negotiate];
        let scheme = scheme.into_iter().find(|scheme| request.schemes.contains(scheme));
        let scheme = scheme.ok_or("the server takes neither NTLM nor Negotiate")?;
        Ok(Box::new(Handshake { account: self.clone(), scheme }))
    }
}

/// A handshake: the client's first message, the server's challenge, and the client's proof.
struct Handshake {
    account: Ntlm,
    scheme: WindowsScheme,
}

impl WindowsHandshake for Handshake {
    fn scheme(&self) -> WindowsScheme {
        self.scheme
    }

    fn next<'a>(&'a mut self, received: Option<&'a [u8]>) -> WindowsToken<'a> {
        let token = match received {
            None => Ok(negotiate().to_vec()),
            Some(received) => self.account.respond(received),
        };
        Box::pin(std::future::ready(token))
    }
}

impl Ntlm {
    /// The response to a challenge.
    fn respond(&self, received: &[u8]) -> Result<Vec<u8>, BoxError> {
        let challenge = Challenge::read(received)?;
        let mut nonce = Nonce::default();
        getrandom::fill(&mut nonce)?;
        Ok(self.prove(received, &challenge, nonce, file_time(SystemTime::now())))
    }

    fn prove(&self, received: &[u8], challenge: &Challenge<'_>, nonce: Nonce, now: u64) -> Vec<u8> {
        let key = Key::new(self.password.expose(), &self.user, &self.domain);
        let proof = Proof::new(&key, challenge, nonce, now);
        let mut message = Authenticate { proof: &proof, domain: &self.domain, user: &self.user }.write(challenge.flags);
        if proof.has_code {
            let code = proof.code(&[&negotiate(), received, &message]);
            message.set_code(code);
        }
        message.into_bytes()
    }
}

/// A time as Windows counts it, in units of 100 nanoseconds since 1601.
fn file_time(time: SystemTime) -> u64 {
    const BEFORE_1970: Duration = Duration::from_secs(11_644_473_600);
    let since_1601 = time.duration_since(UNIX_EPOCH).unwrap_or_default() + BEFORE_1970;
    u64::try_from(since_1601.as_nanos() / 100).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::message::{Pair, SIGNATURE, TIME, WANTED, field, short, utf16};
    use super::*;

    #[test]
    fn an_account_is_named_in_either_form() {
        for (name, domain, user) in [("CONTOSO\\ada", "CONTOSO", "ada"), ("ada@contoso.com", "", "ada@contoso.com")] {
            let account = Ntlm::new(name, "hunter2");
            assert_eq!((account.domain.as_str(), account.user.as_str()), (domain, user));
            assert!(!format!("{account:?}").contains("hunter2"));
        }
    }

    #[test]
    fn times_are_counted_as_windows_does() {
        assert_eq!(file_time(UNIX_EPOCH), 116_444_736_000_000_000);
        assert_eq!(file_time(UNIX_EPOCH + Duration::from_micros(1)), 116_444_736_000_000_010);
    }

    /// A challenge that says what time it is, with the names of the specification's examples.
    fn challenge() -> Vec<u8> {
        let (domain, server) = (utf16("Domain"), utf16("Server"));
        let time = 0x01d9_0000_0000_0000_u64.to_le_bytes();
        let pairs = [Pair { id: TIME, value: &time }, Pair { id: 2, value: &domain }, Pair { id: 1, value: &server }];
        let target = [pairs.map(|pair| pair.write()).concat(), vec![0; 4]].concat();
        let nonce = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
        let head = [&SIGNATURE[..], &2_u32.to_le_bytes(), &[0; 8], &WANTED.to_le_bytes(), &nonce, &[0; 8]].concat();
        let length = short(target.len());
        [&head[..], &length, &length, &48_u32.to_le_bytes(), &target].concat()
    }

    #[test]
    fn the_proof_and_the_code_are_those_that_other_implementations_expect() {
        // Computed apart from this code, with pyspnego, which accepts messages that are made this way.
        const PROOF: u128 = 0xeb7a_8c72_0f1a_8200_88e2_0fb2_e540_bc72;
        const CODE: u128 = 0xf322_f2bc_4cf0_6ae7_96cd_1d70_53c0_90f1;
        let received = challenge();
        let read = Challenge::read(&received).expect("it is one");
        let message = Ntlm::new("Domain\\User", "Password").prove(&received, &read, [0xaa; 8], 0);
        assert_eq!((message.len(), &message[72..88]), (236, &CODE.to_be_bytes()[..]));
        let response = field(&message, 20).expect("a field");
        assert_eq!(response[..16], PROOF.to_be_bytes());
    }

    #[test]
    fn a_scheme_is_chosen_that_the_server_takes() {
        let begin = |schemes: &[WindowsScheme]| {
            let url = ucwa::url::Url::parse("https://fe1.contoso.com").expect("a URL");
            let origin = crate::origin::Origin::of(&url).expect("it is https");
            Ntlm::new("a", "b").begin(WindowsRequest { origin, schemes: schemes.into() }).map(|found| found.scheme())
        };
        let (ntlm, negotiate) = (WindowsScheme::Ntlm, WindowsScheme::Negotiate);
        assert_eq!(begin(&[negotiate, ntlm]).expect("there are two"), ntlm);
        assert_eq!(begin(&[negotiate]).expect("there is one"), negotiate);
        assert!(begin(&[]).is_err());
    }
}
