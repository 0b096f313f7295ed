//! Texts in texts: percent-encoded as in addresses, and in base64 as in `data:` addresses.

use std::borrow::Cow;
use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use memchr::memchr_iter;

/// A text with the percent-encoded letters of it decoded.
pub(super) struct Decoded<'t> {
    text: Cow<'t, str>,
    /// Where in the text that it was made from each byte comes from, and where that ends; `None` where it is that text.
    places: Option<Vec<usize>>,
}

impl<'t> Decoded<'t> {
    /// A text as it is.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text: text.into(), places: None }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where in the text that it was made from something stands.
    pub(super) fn place(&self, at: usize) -> usize {
        self.places.as_ref().map_or(at, |places| places[at])
    }

    /// The same decoded once more; `None` where there is nothing to decode. Letters beyond ASCII say nothing of where
    /// secrets are, and stay as they are.
    pub(super) fn decoded(&self) -> Option<Self> {
        let mut text = String::with_capacity(self.text.len());
        let mut places = Vec::with_capacity(self.text.len() + 1);
        let mut rest = &*self.text;
        while let Some(at) = memchr::memchr(b'%', rest.as_bytes()) {
            let start = self.text.len() - rest.len();
            let letter = letter(&rest[at + 1..]);
            text.push_str(&rest[..at]);
            text.push(letter.map_or('%', char::from));
            places.extend((start..=start + at).map(|place| self.place(place)));
            let length = if letter.is_some() { at + "%20".len() } else { at + "%".len() };
            rest = &rest[length..];
        }
        if text.len() + rest.len() == self.text.len() {
            return None;
        }
        let start = self.text.len() - rest.len();
        text.push_str(rest);
        places.extend((start..=self.text.len()).map(|place| self.place(place)));
        Some(Self { text: text.into(), places: Some(places) })
    }
}

/// The letter of ASCII that two digits behind a `%` stand for.
fn letter(text: &str) -> Option<u8> {
    let digits = text.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok().filter(u8::is_ascii)
}

/// The base64 of `data:` addresses, as in an offer of media, which may have keys in it: where it stands, and what it says.
pub(super) fn encoded_contents(text: &str) -> impl Iterator<Item = (Range<usize>, String)> {
    const MARK: &[u8] = b";base64";
    let bytes = text.as_bytes();
    let is_marked =
        |at: &usize| at.checked_sub(MARK.len()).is_some_and(|mark| bytes[mark..*at].eq_ignore_ascii_case(MARK));
    memchr_iter(b',', bytes).filter(is_marked).map(|at| {
        let is_in_content = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/=\r\n\t".contains(byte);
        let length = bytes[at + 1..].iter().take_while(is_in_content).count();
        let content = at + 1..at + 1 + length;
        let mut letters = bytes[content.clone()].to_vec();
        letters.retain(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte));
        // Where the end is missing, what is there is looked at.
        letters.truncate(letters.len() - usize::from(letters.len() % 4 == 1));
        let decoded = LENIENT.decode(letters).unwrap_or_default();
        (content, String::from_utf8_lossy(&decoded).into_owned())
    })
}

/// Base64 without what fills it up, which may end anywhere.
const LENIENT: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, NO_PAD.with_decode_allow_trailing_bits(true));
