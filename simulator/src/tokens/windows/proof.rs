//! The proof that a client has the user's password: the `NTLMv2` response (MS-NLMP, section 3.3.2).

use hmac::{Hmac, KeyInit, Mac};
use md4::{Digest, Md4};
use md5::Md5;

use super::message::{Authenticate, utf16};

/// How long the proof is that a response begins with.
const LENGTH: usize = 16;

/// How long what follows the proof is at least: its version, a time, the client's challenge.
const MINIMUM_REST: usize = 28;

/// Whether a response to a challenge proves a password.
pub(super) fn is_proof(response: &Authenticate, password: &str, challenge: [u8; 8]) -> bool {
    let Some((proof, rest)) = response.response.split_at_checked(LENGTH) else { return false };
    let is_second_version = rest.len() >= MINIMUM_REST && rest.starts_with(&[1, 1]);
    let key = key(&response.user, &response.domain, password);
    is_second_version && hmac(&key, &[&challenge, rest]) == *proof
}

/// The key that a password gives: `NTOWFv2`.
fn key(user: &str, domain: &str, password: &str) -> [u8; LENGTH] {
    let hash = Md4::digest(utf16(password));
    hmac(&hash, &[&utf16(&upper_case(user)), &utf16(domain)])
}

/// A name in upper case, as Windows has it: letter by letter, so that one which would become two, such as `ß`, stays what it is.
fn upper_case(name: &str) -> String {
    let upper = |letter: char| {
        let mut upper = letter.to_uppercase();
        upper.next().filter(|_| upper.len() == 0).unwrap_or(letter)
    };
    name.chars().map(upper).collect()
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; LENGTH] {
    let mut mac = Hmac::<Md5>::new_from_slice(key).expect("a key of any length will do");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that are written in hexadecimal.
    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<_> = text.chars().filter_map(|digit| digit.to_digit(16)).collect();
        digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).expect("two digits")).collect()
    }

    /// The values of MS-NLMP, section 4.2.4: the challenges, the description of the target, and the proof.
    const CHALLENGE: [u8; 8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
    const REST: &str = "01010000 00000000 00000000 00000000 aaaaaaaa aaaaaaaa 00000000 02000c00 44006f00 6d006100 69006e00 \
        01000c00 53006500 72007600 65007200 00000000 00000000";
    const PROOF: &str = "68cd0ab8 51e51c96 aabc927b ebef6a1c";

    fn response() -> Authenticate {
        let response = [hex(PROOF), hex(REST)].concat();
        Authenticate { domain: "Domain".into(), user: "User".into(), response }
    }

    #[test]
    fn the_key_is_that_of_the_specification() {
        assert_eq!(Md4::digest(utf16("Password"))[..], hex("a4f49c40 6510bdca b6824ee7 c30fd852"));
        assert_eq!(key("User", "Domain", "Password")[..], hex("0c868a40 3bfd7a93 a3001ef2 2ef02e3f"));
    }

    #[test]
    fn the_proof_of_the_specification_holds_and_no_other() {
        assert!(is_proof(&response(), "Password", CHALLENGE));
        assert!(is_proof(&Authenticate { user: "uSER".into(), ..response() }, "Password", CHALLENGE));
        assert!(!is_proof(&response(), "password", CHALLENGE));
        assert!(!is_proof(&response(), "Password", [0; 8]));
        assert!(!is_proof(&Authenticate { domain: "Other".into(), ..response() }, "Password", CHALLENGE));
        for length in 0..response().response.len() {
            let mut cut = response();
            cut.response.truncate(length);
            assert!(!is_proof(&cut, "Password", CHALLENGE), "{length} bytes");
        }
    }
}
