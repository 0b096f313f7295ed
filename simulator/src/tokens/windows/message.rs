//! The three messages of NTLM, as far as a server reads and writes them (MS-NLMP, section 2.2.1).

/// What each message begins with.
const SIGNATURE: &[u8; 8] = b"NTLMSSP\0";

/// Names are in UTF-16.
const UNICODE: u32 = 0x0000_0001;

/// What the server offers: names in UTF-16, NTLM with extended security and 128 bits, and a description of the target.
const OFFERED: u32 = UNICODE | 0x4 | 0x200 | 0x8000 | 0x1_0000 | 0x8_0000 | 0x80_0000 | 0x200_0000 | 0xa000_0000;

/// The version of the server's system and of NTLM; for those who debug, says the specification.
const VERSION: [u8; 8] = [10, 0, 0x63, 0x45, 0, 0, 0, 15];

/// A message that a client sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NtlmMessage {
    /// The first: the client wants a challenge.
    Negotiate,
    /// The last: the client's response.
    Authenticate(Authenticate),
}

/// The client's response to a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authenticate {
    pub(super) domain: String,
    pub(super) user: String,
    /// The proof of the password, and what it was made from beside it.
    pub(super) response: Vec<u8>,
}

impl NtlmMessage {
    /// Reads a message; `None` for what is none that a client sends.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let kind = bytes.strip_prefix(SIGNATURE)?.first_chunk::<4>()?;
        match u32::from_le_bytes(*kind) {
            1 => Some(Self::Negotiate),
            3 => {
                let flags = u32::from_le_bytes(*bytes.get(60..)?.first_chunk()?);
                let text = |at| decode(field(bytes, at)?, flags);
                let (domain, user) = (text(28)?, text(36)?);
                Some(Self::Authenticate(Authenticate { domain, user, response: field(bytes, 20)?.to_vec() }))
            }
            _ => None,
        }
    }
}

/// What a field holds, whose length and place stand at an offset.
fn field(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let header = bytes.get(at..)?.first_chunk::<8>()?;
    let length = usize::from(u16::from_le_bytes([header[0], header[1]]));
    let begin = usize::try_from(u32::from_le_bytes([header[4], header[5], header[6], header[7]])).ok()?;
    bytes.get(begin..begin.checked_add(length)?)
}

fn decode(bytes: &[u8], flags: u32) -> Option<String> {
    if flags & UNICODE == 0 {
        return Some(bytes.iter().copied().map(char::from).collect());
    }
    let (units, rest) = bytes.as_chunks::<2>();
    let units: Vec<_> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    rest.is_empty().then(|| String::from_utf16_lossy(&units))
}

/// Text in UTF-16, least significant byte first.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// The server's message: what the client has to prove its password with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Challenge<'a> {
    pub(super) challenge: [u8; 8],
    /// The domain of the users, such as `contoso.com`.
    pub(super) domain: &'a str,
}

impl Challenge<'_> {
    /// Writes the message.
    pub(super) fn write(self) -> Vec<u8> {
        let target = self.domain.split('.').next().unwrap_or_default().to_uppercase();
        let server = format!("fe1.{}", self.domain);
        let names = [(2, target.as_str()), (1, "FE1"), (4, self.domain), (3, server.as_str()), (0, "")];
        let information: Vec<u8> = names.into_iter().flat_map(|(id, name)| pair(id, name)).collect();
        let target = utf16(&target);
        let begin = SIGNATURE.len() + 48;
        let fields = [header(target.len(), begin), header(information.len(), begin + target.len())];
        [
            &SIGNATURE[..],
            &2_u32.to_le_bytes(),
            &fields[0],
            &OFFERED.to_le_bytes(),
            &self.challenge,
            &[0; 8],
            &fields[1],
            &VERSION,
            &target,
            &information,
        ]
        .concat()
    }
}

/// The length of a field, twice, and its place.
fn header(length: usize, begin: usize) -> [u8; 8] {
    // Names of domains have at most 255 characters.
    let length = u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes();
    let begin = u32::try_from(begin).unwrap_or(u32::MAX).to_le_bytes();
    [length[0], length[1], length[0], length[1], begin[0], begin[1], begin[2], begin[3]]
}

/// A name of the target, by what it is: the id of MS-NLMP, section 2.2.2.1.
fn pair(id: u16, name: &str) -> Vec<u8> {
    let name = utf16(name);
    let length = u16::try_from(name.len()).unwrap_or(u16::MAX);
    [&id.to_le_bytes(), &length.to_le_bytes(), &name[..]].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_challenge_has_its_fields_where_the_specification_has_them() {
        let bytes = Challenge { challenge: *b"12345678", domain: "contoso.com" }.write();
        assert_eq!(bytes[..12], *b"NTLMSSP\0\x02\0\0\0");
        assert_eq!(field(&bytes, 12), Some(&utf16("CONTOSO")[..]));
        assert_eq!(bytes[24..32], *b"12345678");
        let information = field(&bytes, 40).expect("it describes the target");
        assert!(information.starts_with(&pair(2, "CONTOSO")) && information.ends_with(&[0; 4]));
        assert_eq!(bytes.len(), 56 + 14 + information.len());
    }

    /// The message of MS-NLMP, section 4.2.4.3, without what stands behind its names.
    #[test]
    fn the_message_of_the_specification_is_read() {
        let fields = [(0_u16, 0_u32), (4, 0x60), (12, 0x48), (8, 0x54), (0, 0), (0, 0)];
        let mut bytes = [&SIGNATURE[..], &3_u32.to_le_bytes()].concat();
        for (length, begin) in fields {
            bytes.extend([length.to_le_bytes(), length.to_le_bytes()].concat());
            bytes.extend(begin.to_le_bytes());
        }
        bytes.extend([0xe288_8235_u32.to_le_bytes(), [5, 1, 0x28, 0x0a], [0, 0, 0, 15]].concat());
        bytes.extend([utf16("Domain"), utf16("User"), vec![0; 4], b"true".to_vec()].concat());
        let expected = Authenticate { domain: "Domain".into(), user: "User".into(), response: b"true".to_vec() };
        assert_eq!(NtlmMessage::read(&bytes), Some(NtlmMessage::Authenticate(expected)));
        assert_eq!(NtlmMessage::read(&bytes[..99]), None, "a field that is cut off");
    }

    proptest! {
        #[test]
        fn nothing_that_is_sent_brings_the_reader_down(kind in 0_u32..5, rest in proptest::collection::vec(any::<u8>(), 0..100)) {
            let bytes = [&SIGNATURE[..], &kind.to_le_bytes(), &rest].concat();
            let read = NtlmMessage::read(&bytes);
            prop_assert_eq!(read == Some(NtlmMessage::Negotiate), kind == 1);
            prop_assert!(read.is_none() || kind == 1 || kind == 3);
        }
    }
}
