//! The first two messages of NTLM, and what all of them consist of: MS-NLMP, section 2.2.1.

/// What each message begins with.
pub(super) const SIGNATURE: [u8; 8] = *b"NTLMSSP\0";

/// A value that is used once, by which a proof differs from all others.
pub(super) type Nonce = [u8; 8];

/// What the client wants: names in UTF-16 (1), the target's name (4), NTLM (0x200) with its extended form (0x80000), a signature where there
/// are any (0x8000), which HTTP does not have, a description of the target (0x800000), and 128-bit keys (0x20000000).
pub(super) const WANTED: u32 = 0x2088_8205;

/// The flag that the target is described.
const DESCRIBED: u32 = 0x0080_0000;

/// The id of the flags in the description of a target.
pub(super) const FLAGS: u16 = 6;

/// The flag that a code over all messages follows.
pub(super) const AUTHENTICATED: u32 = 2;

/// The id of the time in the description of a target.
pub(super) const TIME: u16 = 7;

/// Why a message of the server cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server's token is no NTLM challenge: {0}")]
pub(super) struct ChallengeError(&'static str);

/// The first message: what the client wants.
pub(super) fn negotiate() -> [u8; 32] {
    let mut message = [0; 32];
    message[..8].copy_from_slice(&SIGNATURE);
    message[8] = 1;
    message[12..16].copy_from_slice(&WANTED.to_le_bytes());
    message
}

/// The second message: what the server wants to be proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Challenge<'a> {
    pub(super) nonce: Nonce,
    pub(super) flags: u32,
    /// The description of the target, as it came.
    pub(super) target: &'a [u8],
}

impl<'a> Challenge<'a> {
    pub(super) fn read(message: &'a [u8]) -> Result<Self, ChallengeError> {
        if !message.starts_with(&SIGNATURE) {
            return Err(ChallengeError("it has another signature"));
        }
        let number = |at: usize| Some(u32::from_le_bytes(*message.get(at..)?.first_chunk()?));
        if number(8) != Some(2) {
            return Err(ChallengeError("it is another message"));
        }
        let read = || {
            let (flags, nonce) = (number(20)?, *message.get(24..)?.first_chunk()?);
            // A server that does not describe the target may have no field for that, or anything in it.
            let is_described = message.len() >= 48 && flags & DESCRIBED != 0;
            let target = if is_described { field(message, 40)? } else { &[] };
            Some(Self { nonce, flags, target })
        };
        read().ok_or(ChallengeError("it is cut off"))
    }

    /// What the description of the target consists of.
    pub(super) fn pairs(&self) -> impl Iterator<Item = Pair<'a>> + use<'a> {
        let mut rest = self.target;
        std::iter::from_fn(move || {
            let (id, length) = (rest.first_chunk()?, rest.get(2..)?.first_chunk()?);
            let (id, length) = (u16::from_le_bytes(*id), usize::from(u16::from_le_bytes(*length)));
            let value = rest.get(4..4 + length)?;
            rest = &rest[4 + length..];
            (id != 0).then_some(Pair { id, value })
        })
    }

    /// What time it is on the server, where it says so.
    pub(super) fn time(&self) -> Option<u64> {
        let pair = self.pairs().find(|pair| pair.id == TIME)?;
        Some(u64::from_le_bytes(pair.value.try_into().ok()?))
    }

    /// The flags in the description of the target; 0 where there are none.
    pub(super) fn target_flags(&self) -> u32 {
        let pair = self.pairs().find(|pair| pair.id == FLAGS);
        pair.and_then(|pair| pair.value.try_into().ok()).map_or(0, u32::from_le_bytes)
    }
}

/// A part of the description of a target: `AV_PAIR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair<'a> {
    pub(super) id: u16,
    pub(super) value: &'a [u8],
}

impl Pair<'_> {
    pub(super) fn write(&self) -> Vec<u8> {
        [&self.id.to_le_bytes()[..], &short(self.value.len()), self.value].concat()
    }
}

/// The bytes of a field, whose length and place stand at `at`.
pub(super) fn field(message: &[u8], at: usize) -> Option<&[u8]> {
    let length = usize::from(u16::from_le_bytes(*message.get(at..)?.first_chunk()?));
    if length == 0 {
        return Some(&[]);
    }
    let begin = usize::try_from(u32::from_le_bytes(*message.get(at + 4..)?.first_chunk()?)).ok()?;
    message.get(begin..begin.checked_add(length)?)
}

/// A length as messages have it. Names and descriptions are far shorter than the largest one.
pub(super) fn short(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes()
}

/// Text in UTF-16, least significant byte first. It never moves while it grows, so that no copy of a password stays behind.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    // No letter has more units of UTF-16 than bytes of UTF-8.
    let mut bytes = Vec::with_capacity(2 * text.len());
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn challenge(target: &[u8]) -> Vec<u8> {
        let length = short(target.len());
        let head =
            [&SIGNATURE[..], &2_u32.to_le_bytes(), &[0; 8], &WANTED.to_le_bytes(), b"12345678", &[0; 8]].concat();
        [&head[..], &length, &length, &48_u32.to_le_bytes(), target].concat()
    }

    #[test]
    fn a_challenge_is_read() {
        let pairs = [Pair { id: 2, value: b"ab" }, Pair { id: TIME, value: &7_u64.to_le_bytes() }];
        let target = [pairs[0].write(), pairs[1].write(), vec![0; 4], vec![9; 9]].concat();
        let message = challenge(&target);
        let read = Challenge::read(&message).expect("it is one");
        assert_eq!((read.nonce, read.flags, read.target), (*b"12345678", WANTED, &target[..]));
        assert_eq!(read.pairs().collect::<Vec<_>>(), pairs);
        assert_eq!(read.time(), Some(7));
        let plain = Challenge::read(&message[..40]).expect("an old server describes nothing");
        assert_eq!((plain.target, plain.time()), (&[][..], None));
    }

    #[test]
    fn where_there_is_no_description_of_the_target_its_place_does_not_matter() {
        let mut message = challenge(&[]);
        message[44..48].copy_from_slice(&[0xff; 4]);
        assert_eq!(Challenge::read(&message).expect("it describes nothing").target, b"");
        // A server that does not describe the target may have anything there.
        message[22] &= !0x80;
        message[40] = 7;
        assert_eq!(Challenge::read(&message).expect("it describes nothing").target, b"");
        message[22] |= 0x80;
        assert!(Challenge::read(&message).is_err(), "it is cut off");
    }

    #[test]
    fn what_is_no_challenge_is_an_error() {
        let message = challenge(&[1; 20]);
        for wrong in [&message[..67], &message[..30], &message[..9], b"", b"NTLMSSP\0\x01\0\0\0", b"SPNEGO__\x02\0\0\0"]
        {
            assert!(Challenge::read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_first_message_has_the_flags_that_the_specification_requires() {
        // MS-NLMP, section 3.1.5.1.1: names in UTF-16, the target's name, NTLM, and a signature where there are any.
        assert_eq!(negotiate()[12..16], WANTED.to_le_bytes());
        assert_eq!(WANTED & 0x8205, 0x8205);
    }

    proptest! {
        #[test]
        fn text_never_moves_while_it_is_written(text in "\\PC{0,40}") {
            let written = utf16(&text);
            prop_assert_eq!(written.capacity(), 2 * text.len());
            let (units, rest) = written.as_chunks::<2>();
            let units: Vec<_> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
            prop_assert_eq!((String::from_utf16(&units).ok(), rest), (Some(text), &[][..]));
        }

        #[test]
        fn no_token_of_a_server_brings_the_reader_down(rest in proptest::collection::vec(any::<u8>(), 0..120)) {
            let message = [&SIGNATURE[..], &2_u32.to_le_bytes(), &rest].concat();
            if let Ok(challenge) = Challenge::read(&message) {
                let length: usize = challenge.pairs().map(|pair| pair.value.len() + 4).sum();
                prop_assert!(length <= challenge.target.len());
            }
        }
    }
}
