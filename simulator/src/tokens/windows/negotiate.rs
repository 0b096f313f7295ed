//! `Negotiate`: messages of NTLM as they are, or inside SPNEGO (RFC 4178).

use memchr::memmem;

/// What stands around a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrapping {
    /// Nothing.
    None,
    /// A token of SPNEGO.
    Spnego,
}

/// The object identifier of NTLM, 1.3.6.1.4.1.311.2.2.10, with its tag and length.
const NTLM: [u8; 12] = [0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a];

/// The tags of SPNEGO's tokens: the first of a client, which GSS-API frames, and all others.
const TAGS: [u8; 2] = [0x60, 0xa1];

/// The message of NTLM in a token; `None` where there is none. A client that would rather use Kerberos sends another token first,
/// and is asked for this one by a challenge without a token.
pub(super) fn unwrap(token: &[u8]) -> Option<(&[u8], Wrapping)> {
    let at = memmem::find(token, b"NTLMSSP\0")?;
    match token.first() {
        Some(_) if at == 0 => Some((token, Wrapping::None)),
        Some(tag) if TAGS.contains(tag) => Some((&token[at..], Wrapping::Spnego)),
        _ => None,
    }
}

/// A token of SPNEGO that holds the server's message and says that the client has to go on.
pub(super) fn wrap(message: &[u8]) -> Vec<u8> {
    let state = element(0xa0, &element(0x0a, &[1]));
    let mechanism = element(0xa1, &NTLM);
    let message = element(0xa2, &element(0x04, message));
    element(0xa1, &element(0x30, &[state, mechanism, message].concat()))
}

/// An element of DER: a tag, a length, the content.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let significant = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    let head = match significant {
        [] => vec![tag, 0],
        [short] if *short < 0x80 => vec![tag, *short],
        // A length has at most eight bytes.
        long => [&[tag, 0x80 | u8::try_from(long.len()).unwrap_or(8)], long].concat(),
    };
    [&head, content].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_found_with_or_without_a_token_around_it() {
        let message = [&b"NTLMSSP\0"[..], &[7; 200]].concat();
        assert_eq!(unwrap(&message), Some((&message[..], Wrapping::None)));
        let wrapped = wrap(&message);
        assert_eq!(unwrap(&wrapped), Some((&message[..], Wrapping::Spnego)));
        assert_eq!(unwrap(b"\x60\x03abc"), None);
        assert_eq!(unwrap(b"xNTLMSSP\0"), None);
        assert_eq!(unwrap(b""), None);
    }

    #[test]
    fn lengths_are_written_as_der_has_them() {
        assert_eq!(element(4, b""), [4, 0]);
        assert_eq!(element(4, &[9; 127])[..2], [4, 127]);
        assert_eq!(element(4, &[9; 128])[..3], [4, 0x81, 128]);
        assert_eq!(element(4, &[9; 300])[..4], [4, 0x82, 1, 44]);
        let expected = [0xa1, 25, 0x30, 23, 0xa0, 3, 0x0a, 1, 1, 0xa1, 12];
        assert_eq!(wrap(b"")[..11], expected);
    }
}
