//! Bodies that are content as it is and not a UCWA document.

use std::fmt;

use crate::values::{Content, ContentError};

/// Content as it is: a photo, the text of a message, an SDP offer, a batch. In a link it is [`Content`].
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// The media type with its parameters.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Body {
    /// Content of any media type.
    pub fn new(media_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { media_type: media_type.into(), bytes: bytes.into() }
    }

    /// Plain text.
    pub fn plain_text(text: impl Into<String>) -> Self {
        Self::new("text/plain;charset=utf-8", text.into())
    }

    /// Text in HTML.
    pub fn html(text: impl Into<String>) -> Self {
        Self::new("text/html;charset=utf-8", text.into())
    }

    /// An offer or answer in the Session Description Protocol.
    pub fn sdp(text: impl Into<String>) -> Self {
        Self::new("application/sdp", text.into())
    }

    /// The content as text, which has to be UTF-8.
    pub fn text(&self) -> Result<&str, ContentError> {
        std::str::from_utf8(&self.bytes).map_err(|_| ContentError::Utf8)
    }

    /// The media type without parameters, in lower case.
    pub fn essence(&self) -> String {
        self.media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}

/// Content that a link carries, taken out of it.
impl TryFrom<&Content> for Body {
    type Error = ContentError;

    fn try_from(content: &Content) -> Result<Self, ContentError> {
        let bytes = content.decode()?;
        Ok(Self::new(content.media_type().ok_or(ContentError::Elsewhere)?, bytes))
    }
}

/// Content as a link carries it, in a `data:` URI.
impl From<&Body> for Content {
    fn from(body: &Body) -> Self {
        Self::bytes(&body.media_type, &body.bytes)
    }
}

impl fmt::Debug for Body {
    /// Photos are long and messages are private: only how much there is of what is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of {}", self.bytes.len(), self.media_type)
    }
}
