//! The proof that somebody knows a password: MS-NLMP, section 3.3.2.

use hmac::{Hmac, KeyInit as _, Mac as _};
use md4::{Digest as _, Md4};
use md5::Md5;
use zeroize::Zeroizing;

use super::message::{AUTHENTICATED, Challenge, FLAGS, Nonce, Pair, utf16};

/// An MD5 digest, or a key of that length.
type Digest = [u8; 16];

/// What a password comes to for an account: `ResponseKeyNT`.
pub(super) struct Key(Zeroizing<Digest>);

impl Key {
    /// `NTOWFv2` of the specification.
    pub(super) fn new(password: &str, user: &str, domain: &str) -> Self {
        let password = Zeroizing::new(utf16(password));
        let hash: Zeroizing<Digest> = Zeroizing::new(Md4::digest(&*password).into());
        Self(Zeroizing::new(hmac(&*hash, &[&utf16(&upper_case(user)), &utf16(domain)])))
    }
}

/// The proof, in the form in which it is sent.
pub(super) struct Proof {
    /// `NtChallengeResponse`.
    pub(super) response: Vec<u8>,
    /// `LmChallengeResponse`.
    pub(super) old_response: [u8; 24],
    /// Whether the server expects a code over all messages.
    pub(super) has_code: bool,
    /// `SessionBaseKey`, which is `ExportedSessionKey` too where no other key is exchanged.
    session_key: Zeroizing<Digest>,
}

impl Proof {
    pub(super) fn new(key: &Key, challenge: &Challenge<'_>, nonce: Nonce, now: u64) -> Self {
        let time = challenge.time();
        // A server that says what time it is checks the code, and looks at no old response.
        let has_code = time.is_some();
        let target = if has_code { with_code_flag(challenge) } else { challenge.target.to_vec() };
        let time = time.unwrap_or(now).to_le_bytes();
        let rest = [&[1, 1, 0, 0, 0, 0, 0, 0][..], &time, &nonce, &[0; 4], &target, &[0; 4]].concat();
        let proof = hmac(&*key.0, &[&challenge.nonce, &rest]);
        let mut old_response = [0; 24];
        if !has_code {
            old_response[..16].copy_from_slice(&hmac(&*key.0, &[&challenge.nonce, &nonce]));
            old_response[16..].copy_from_slice(&nonce);
        }
        let session_key = Zeroizing::new(hmac(&*key.0, &[&proof]));
        Self { response: [&proof[..], &rest].concat(), old_response, has_code, session_key }
    }

    /// The code over all messages: `MIC`.
    pub(super) fn code(&self, messages: &[&[u8]]) -> Digest {
        hmac(&*self.session_key, messages)
    }
}

/// The description of the target, with the remark that a code over all messages follows.
fn with_code_flag(challenge: &Challenge<'_>) -> Vec<u8> {
    let mut pairs: Vec<u8> = challenge.pairs().filter(|pair| pair.id != FLAGS).flat_map(|pair| pair.write()).collect();
    pairs.extend(Pair { id: FLAGS, value: &(challenge.target_flags() | AUTHENTICATED).to_le_bytes() }.write());
    pairs.extend([0; 4]);
    pairs
}

/// A name in upper case, as Windows has it: letter by letter, so that one which would become two, such as `ß`, stays what it is.
fn upper_case(name: &str) -> String {
    let upper = |letter: char| {
        let mut upper = letter.to_uppercase();
        upper.next().filter(|_| upper.len() == 0).unwrap_or(letter)
    };
    name.chars().map(upper).collect()
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Digest {
    // HMAC takes keys of any length.
    let Ok(mut code) = Hmac::<Md5>::new_from_slice(key) else { return Digest::default() };
    for part in parts {
        code.update(part);
    }
    code.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::super::message::TIME;
    use super::*;

    const NONCE: Nonce = [0xaa; 8];

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<_> = text.chars().filter_map(|digit| digit.to_digit(16)).collect();
        digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).expect("two digits")).collect()
    }

    /// The target of the specification's examples: the domain `Domain` and the server `Server`.
    fn target() -> Vec<u8> {
        let (domain, server) = (utf16("Domain"), utf16("Server"));
        [Pair { id: 2, value: &domain }.write(), Pair { id: 1, value: &server }.write(), vec![0; 4]].concat()
    }

    fn challenge(target: &[u8]) -> Challenge<'_> {
        Challenge { nonce: [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef], flags: 0, target }
    }

    /// MS-NLMP, section 4.2.4.
    #[test]
    fn the_values_of_the_specification_come_out() {
        let key = Key::new("Password", "User", "Domain");
        assert_eq!(key.0.to_vec(), hex("0c868a403bfd7a93a3001ef22ef02e3f"));
        let target = target();
        let proof = Proof::new(&key, &challenge(&target), NONCE, 0);
        assert_eq!(proof.response[..16], hex("68cd0ab851e51c96aabc927bebef6a1c"));
        let rest = hex("0101000000000000 0000000000000000 aaaaaaaaaaaaaaaa 00000000
            02000c0044006f006d00610069006e00 01000c005300650072007600650072000000000000000000");
        assert_eq!(proof.response[16..], rest);
        assert_eq!(proof.old_response.to_vec(), hex("86c35097ac9cec102554764a57cccc19 aaaaaaaaaaaaaaaa"));
        assert_eq!(proof.session_key.to_vec(), hex("8de40ccadbc14a82f15cb0ad0de95ca3"));
        assert!(!proof.has_code);
    }

    #[test]
    fn a_server_that_says_the_time_gets_a_code_and_no_old_response() {
        let time = 0x01d9_0000_0000_0000_u64.to_le_bytes();
        let target = [Pair { id: 7, value: &time }.write(), target()].concat();
        let proof = Proof::new(&Key::new("Password", "User", "Domain"), &challenge(&target), NONCE, 0);
        assert_eq!((proof.has_code, proof.old_response), (true, [0; 24]));
        assert_eq!(proof.response[24..32], time, "the server's time counts");
        let flags = Pair { id: FLAGS, value: &[2, 0, 0, 0] }.write();
        assert!(proof.response.ends_with(&[&flags[..], &[0; 8]].concat()));
        let again = proof.code(&[b"one", b"two"]);
        assert_eq!(again, hmac(&*proof.session_key, &[b"onetwo"]));
    }

    #[test]
    fn flags_of_the_server_are_kept() {
        for (flags, expected) in [(&[1, 0, 0, 0][..], 3), (&[2, 0, 0, 0], 2), (&[5, 0, 0, 0x80], 0x8000_0007), (&[], 2)]
        {
            let pairs = [Pair { id: TIME, value: &[7; 8] }, Pair { id: FLAGS, value: flags }].map(|pair| pair.write());
            let target = [pairs.concat(), target()].concat();
            let with_code = with_code_flag(&challenge(&target));
            let read = challenge(&with_code);
            assert_eq!(read.target_flags(), expected, "{flags:?}");
            assert_eq!(read.pairs().filter(|pair| pair.id == FLAGS).count(), 1);
        }
    }

    #[test]
    fn names_of_users_are_the_same_in_upper_and_lower_case() {
        let key = |user| Key::new("Password", user, "Domain").0.to_vec();
        assert_eq!(key("User"), key("uSER"));
        assert_ne!(key("User"), key("Other"));
        assert_eq!(key("JOSÉ.GROß"), key("josé.groß"));
        assert_ne!(key("josé.groß"), key("josé.gross"));
    }
}
