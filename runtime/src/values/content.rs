//! Content that a link carries in place, as a `data:` URI.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::secret::{redact_text, redact_url};

/// What is written into a `data:` URI as it is: letters, digits and the marks that no reader takes for anything else.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Content inside a link: a message, an SDP offer or answer, or anything else that an application sends.
///
/// Mostly a `data:` URI, and then [`media_type`](Self::media_type) and [`decode`](Self::decode) say what it holds. A server
/// may give the address of the content instead; [`href`](Self::href) is what came in either case.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Content(String);

impl Content {
    /// Plain text.
    pub fn plain_text(text: &str) -> Self {
        Self::of_text("text/plain", text)
    }

    /// Text in HTML.
    pub fn html(text: &str) -> Self {
        Self::of_text("text/html", text)
    }

    fn of_text(media_type: &str, text: &str) -> Self {
        Self(format!("data:{media_type};charset=utf-8,{}", utf8_percent_encode(text, ESCAPED)))
    }

    /// An offer or answer in the Session Description Protocol.
    pub fn sdp(text: &str) -> Self {
        Self::bytes("application/sdp", text.as_bytes())
    }

    /// Content of any media type, such as `multipart/alternative;boundary=9BCE36B8`.
    pub fn bytes(media_type: &str, bytes: &[u8]) -> Self {
        Self(format!("data:{media_type};base64,{}", STANDARD.encode(bytes)))
    }

    /// Content at an address: a `data:` URI, or where the content can be fetched.
    pub fn from_href(href: impl Into<String>) -> Self {
        Self(href.into())
    }

    /// The address as it came.
    pub fn href(&self) -> &str {
        &self.0
    }

    /// The media type with its parameters; `None` if the address is not a `data:` URI.
    pub fn media_type(&self) -> Option<&str> {
        let (header, _) = self.split()?;
        let media_type = without_base64(header).unwrap_or(header);
        Some(if media_type.is_empty() { "text/plain" } else { media_type })
    }

    /// The bytes that a `data:` URI holds.
    pub fn decode(&self) -> Result<Vec<u8>, ContentError> {
        let (header, data) = self.split().ok_or(ContentError::Elsewhere)?;
        // Servers write a space as `+`, the way forms do; one that is meant comes as `%2B`. In base64 it stands for itself.
        if without_base64(header).is_some() {
            let bytes: Vec<u8> = percent_decode_str(data).filter(|byte| !byte.is_ascii_whitespace()).collect();
            let bytes = bytes.strip_suffix(b"==").or_else(|| bytes.strip_suffix(b"=")).unwrap_or(&bytes);
            return STANDARD_NO_PAD.decode(bytes).map_err(|_| ContentError::Base64);
        }
        Ok(percent_decode_str(&data.replace('+', " ")).collect())
    }

    /// The text that a `data:` URI holds, which has to be UTF-8.
    pub fn text(&self) -> Result<String, ContentError> {
        String::from_utf8(self.decode()?).map_err(|_| ContentError::Utf8)
    }

    fn split(&self) -> Option<(&str, &str)> {
        let scheme = self.0.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:"))?;
        self.0[scheme.len()..].split_once(',')
    }
}

/// What stands before `;base64`, if the header of a `data:` URI ends in that.
fn without_base64(header: &str) -> Option<&str> {
    let (media_type, mark) = header.split_at_checked(header.len().checked_sub(";base64".len())?)?;
    mark.eq_ignore_ascii_case(";base64").then_some(media_type)
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        redact_url(&self.0).fmt(f)
    }
}

/// Why content could not be taken from a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContentError {
    /// The link leads to the content instead of containing it.
    #[error("the link is not a data: URI; fetch the content from its address")]
    Elsewhere,
    /// The content is declared as base64, but is not valid.
    #[error("the content is not valid base64")]
    Base64,
    /// The content is not UTF-8 text.
    #[error("the content is not UTF-8 text; decode it as bytes")]
    Utf8,
}

/// Bytes that are sent as they are, such as an SDP answer; where they have to be text, as base64. Unlike [`Content`] they have
/// no media type.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Bytes {
    bytes: Vec<u8>,
    base64: String,
}

impl Bytes {
    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes as text, which has to be UTF-8.
    pub fn text(&self) -> Result<&str, ContentError> {
        std::str::from_utf8(&self.bytes).map_err(|_| ContentError::Utf8)
    }

    /// Reads base64; `None` if the text is not valid base64.
    pub fn from_base64(text: &str) -> Option<Self> {
        STANDARD.decode(text.trim()).ok().map(Self::from)
    }

    /// The bytes as base64.
    pub fn as_base64(&self) -> &str {
        &self.base64
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self { base64: STANDARD.encode(&bytes), bytes }
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes().to_vec())
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        redact_text(&String::from_utf8_lossy(&self.bytes)).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_are_text_and_base64_as_well() {
        let bytes = Bytes::from("v=0");
        assert_eq!((bytes.as_slice(), bytes.text(), bytes.as_base64()), (&b"v=0"[..], Ok("v=0"), "dj0w"));
        assert_eq!(Bytes::from_base64(" dj0w\n"), Some(bytes));
        assert_eq!(Bytes::from_base64("v=0"), None);
        assert_eq!(Bytes::from(vec![0xFF]).text(), Err(ContentError::Utf8));
        assert_eq!(format!("{:?}", Bytes::from("token=hunter2")), r#""token=[secret]""#);
    }

    #[test]
    fn content_is_shown_without_secrets() {
        const KEY: &str = "v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:hunter2hunter2hunter2\r\n";
        assert_eq!(format!("{:?}", Content::from_href("https://a/?token=hunter2")), r#""https://a/?token=[secret]""#);
        let shown = format!("{:?} {:?}", Content::sdp(KEY), Bytes::from(KEY));
        assert!(
            shown.starts_with(r#""data:application/sdp;base64,[secret]" "v=0"#) && !shown.contains("hunter2"),
            "{shown}"
        );
        let sdp = Content::sdp("v=0");
        assert_eq!((sdp.media_type(), sdp.text().as_deref()), (Some("application/sdp"), Ok("v=0")));
    }

    #[test]
    fn what_servers_were_seen_to_send_is_read() {
        let content = Content::from_href("data:text/plain;charset=utf-8,Hi+Tosh%0d%0a");
        assert_eq!(content.media_type(), Some("text/plain;charset=utf-8"));
        assert_eq!(content.text().as_deref(), Ok("Hi Tosh\r\n"));
        let content = Content::from_href("data:application/sdp;base64,dj0wDQo=");
        assert_eq!((content.media_type(), content.text().as_deref()), (Some("application/sdp"), Ok("v=0\r\n")));
        let content = Content::from_href("DATA:application/sdp;BASE64,dj0wDQo=");
        assert_eq!((content.media_type(), content.text().as_deref()), (Some("application/sdp"), Ok("v=0\r\n")));
        assert_eq!(
            Content::from_href("data:text/html,a,b").text().as_deref(),
            Ok("a,b"),
            "the first comma ends the type"
        );
    }

    #[test]
    fn what_is_no_content_says_why() {
        assert_eq!(Content::from_href("/messages/1").decode(), Err(ContentError::Elsewhere));
        assert_eq!(
            Content::from_href("data:application/sdp;base64,base64-encoded").decode(),
            Err(ContentError::Base64)
        );
        assert_eq!(Content::from_href("data:,%ff").text(), Err(ContentError::Utf8));
    }

    #[test]
    fn text_is_escaped_so_that_no_reader_can_mistake_it() {
        assert_eq!(Content::plain_text("a+b & c\r\n").href(), "data:text/plain;charset=utf-8,a%2Bb%20%26%20c%0D%0A");
    }

    proptest! {
        #[test]
        fn what_is_put_in_comes_out(text: String, bytes: Vec<u8>) {
            prop_assert_eq!(Content::plain_text(&text).text(), Ok(text.clone()));
            prop_assert_eq!(Content::html(&text).text(), Ok(text));
            prop_assert_eq!(Content::bytes("application/octet-stream", &bytes).decode(), Ok(bytes));
        }

        #[test]
        fn no_address_panics(href: String) {
            let content = Content::from_href(href);
            let _ = (content.media_type(), content.decode());
        }
    }
}
