//! The last message of NTLM, with the client's proof: MS-NLMP, section 2.2.1.3.

use super::message::{SIGNATURE, WANTED, short, utf16};
use super::proof::Proof;

/// Where the code over all messages stands in the last one, and what follows it.
const CODE: usize = 72;
const PAYLOAD: usize = 88;

/// What the last message consists of.
pub(super) struct Authenticate<'a> {
    pub(super) proof: &'a Proof,
    pub(super) domain: &'a str,
    pub(super) user: &'a str,
}

/// The last message: the client's proof.
pub(super) struct Message(Vec<u8>);

impl Authenticate<'_> {
    /// Writes the message. Its flags are those that the client wants and the server has.
    pub(super) fn write(&self, flags: u32) -> Message {
        let (domain, user) = (utf16(self.domain), utf16(self.user));
        // In the order of the header: the old response, the response, the domain, the user, the workstation, the session key.
        let fields: [&[u8]; 6] = [&self.proof.old_response, &self.proof.response, &domain, &user, &[], &[]];
        let mut message = [&SIGNATURE[..], &3_u32.to_le_bytes()].concat();
        let mut begin = PAYLOAD;
        for field in fields {
            message.extend([short(field.len()), short(field.len())].concat());
            message.extend(u32::try_from(begin).unwrap_or(u32::MAX).to_le_bytes());
            begin += field.len();
        }
        message.extend((WANTED & flags).to_le_bytes());
        // The version, which nobody needs, and the code.
        message.resize(PAYLOAD, 0);
        message.extend(fields.concat());
        Message(message)
    }
}

impl Message {
    /// Sets the code over all messages.
    pub(super) fn set_code(&mut self, code: [u8; 16]) {
        self.0[CODE..PAYLOAD].copy_from_slice(&code);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl std::ops::Deref for Message {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::message::{Challenge, Pair, TIME, field};
    use super::super::proof::Key;
    use super::*;

    #[test]
    fn a_response_has_its_fields_where_the_specification_has_them() {
        let target = Pair { id: TIME, value: &7_u64.to_le_bytes() }.write();
        let challenge = Challenge { nonce: *b"12345678", flags: WANTED, target: &target };
        let proof = Proof::new(&Key::new("Password", "User", "Domain"), &challenge, [0xaa; 8], 0);
        let mut written = Authenticate { proof: &proof, domain: "Domain", user: "User" }.write(challenge.flags);
        assert_eq!(written[..12], *b"NTLMSSP\0\x03\0\0\0");
        let fields: Vec<_> =
            [12, 20, 28, 36, 44, 52].into_iter().map(|at| field(&written, at).expect("a field")).collect();
        let expected: [&[u8]; 6] = [&[0; 24], &proof.response, &utf16("Domain"), &utf16("User"), b"", b""];
        assert_eq!(fields, expected);
        assert_eq!(written[60..64], WANTED.to_le_bytes());
        assert_eq!(written[CODE..PAYLOAD], [0; 16]);
        written.set_code([7; 16]);
        assert_eq!(written[CODE..PAYLOAD], [7; 16]);
        assert_eq!(written.len(), PAYLOAD + 24 + proof.response.len() + 12 + 8);
    }
}
