//! The two representations of a message, and the media types that name them.

/// The representation of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// `application/json` and `application/vnd.microsoft.com.ucwa+json`.
    Json,
    /// `application/xml` and `application/vnd.microsoft.com.ucwa+xml`.
    Xml,
}

impl Format {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Json, Self::Xml];

    /// The format that a `Content-Type` names; `None` for anything but a UCWA document, such as the HTML of a proxy.
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        let (kind, subtype) = essence.split_once('/')?;
        let is_application = kind.eq_ignore_ascii_case("application");
        let is = |format: &str| subtype.eq_ignore_ascii_case(format);
        let ends = |end: &str| {
            let start = subtype.len().checked_sub(end.len());
            start.and_then(|start| subtype.get(start..)).is_some_and(|part| part.eq_ignore_ascii_case(end))
        };
        if !is_application && !kind.eq_ignore_ascii_case("text") {
            None
        } else if is("json") || is_application && ends("+json") {
            Some(Self::Json)
        } else if is("xml") || is_application && ends("+xml") && !ends("xhtml+xml") {
            Some(Self::Xml)
        } else {
            None
        }
    }

    /// The media type for `Accept` and `Content-Type`.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml",
        }
    }
}
