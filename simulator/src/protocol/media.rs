//! Media types: what a client takes, and what it sends.

use http::HeaderMap;
use http::header::ACCEPT;

/// The format of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// JSON.
    Json,
    /// XML.
    Xml,
}

/// The media type of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MediaType {
    pub(crate) format: Format,
    /// The text of `Content-Type`.
    pub(crate) header: &'static str,
}

impl MediaType {
    /// What clients get who do not mind.
    pub(crate) const JSON: Self = Self::new(Format::Json, "application/json; charset=utf-8");

    const UCWA_JSON: Self = Self::new(Format::Json, "application/vnd.microsoft.com.ucwa+json; charset=utf-8");
    const XML: Self = Self::new(Format::Xml, "application/xml; charset=utf-8");
    const UCWA_XML: Self = Self::new(Format::Xml, "application/vnd.microsoft.com.ucwa+xml; charset=utf-8");

    /// The media types of documents, with ranges that stand for the first of them.
    const KNOWN: [(&str, Self); 10] = [
        ("application/json", Self::JSON),
        ("*/*", Self::JSON),
        ("application/*", Self::JSON),
        ("text/json", Self::JSON),
        ("text/javascript", Self::JSON),
        ("application/vnd.microsoft.com.ucwa+json", Self::UCWA_JSON),
        ("application/xml", Self::XML),
        ("text/xml", Self::XML),
        ("application/xhtml+xml", Self::XML),
        ("application/vnd.microsoft.com.ucwa+xml", Self::UCWA_XML),
    ];

    const fn new(format: Format, header: &'static str) -> Self {
        Self { format, header }
    }

    /// The media type in which the client wants documents: the one that it prefers, JSON if it does not say, `None` if it wants
    /// none of them.
    pub(crate) fn wanted(headers: &HeaderMap) -> Option<Self> {
        let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut ranges =
            accepted.flat_map(|value| value.split(',')).filter(|range| !range.trim().is_empty()).peekable();
        if ranges.peek().is_none() {
            return Some(Self::JSON);
        }
        let mut best = None::<(u32, Self)>;
        for range in ranges {
            let (name, quality) = range_of(range);
            let known = Self::KNOWN.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
            if let Some((_, media_type)) = known.filter(|_| quality > best.map_or(0, |(best, _)| best)) {
                best = Some((quality, *media_type));
            }
        }
        best.map(|(_, media_type)| media_type)
    }
}

/// Whether a request comes from a person's browser: it takes HTML by name, and not a UCWA document by name.
pub(crate) fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges = accepted.flat_map(|value| value.split(',')).map(|range| range_of(range).0);
    let (mut takes_pages, mut takes_documents) = (false, false);
    for range in ranges {
        takes_pages |= range.eq_ignore_ascii_case("text/html");
        takes_documents |= range.to_ascii_lowercase().ends_with("json") || range.contains("ucwa");
    }
    takes_pages && !takes_documents
}

/// A range of media types and its quality in thousandths.
fn range_of(range: &str) -> (&str, u32) {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let quality = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q="))).map_or(1000, thousandths);
    (name, quality)
}

/// A number such as `0.75` in thousandths; whole where it cannot be read.
fn thousandths(text: &str) -> u32 {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<u32>(), fraction.parse::<u32>()) {
        (Ok(0), Ok(fraction)) => fraction,
        _ => 1000,
    }
}
