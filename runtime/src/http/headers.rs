//! The headers that UCWA gives a meaning of its own.

use std::borrow::Cow;

use http::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, LOCATION};

use crate::codec::Format;

/// The header that tells which revision of a resource was served.
pub(super) const SERVED_REVISION: HeaderName = HeaderName::from_static("x-ms-ucwaversion");

/// The header by which a later revision of a resource is asked for.
pub(super) const REQUIRED_REVISION: HeaderName = HeaderName::from_static("x-ms-requiresminresourceversion");

/// The state that a header names; an empty one names none.
pub(super) fn etag(headers: &HeaderMap) -> Option<&str> {
    text(headers, &ETAG).map(str::trim).filter(|etag| !etag.is_empty())
}

/// Where a header says that something was created; an empty one says nothing.
pub(super) fn location(headers: &HeaderMap) -> Option<&str> {
    text(headers, &LOCATION).map(str::trim).filter(|location| !location.is_empty())
}

/// The text of a header. Servers write more than ASCII, such as names of people and reasons in the language of a site.
pub(super) fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    str::from_utf8(headers.get(name)?.as_bytes()).ok()
}

/// The format of a response: what its header says, or what its first byte looks like where there is no header.
pub(super) fn format(headers: &HeaderMap, body: &[u8]) -> Option<Format> {
    match text(headers, &CONTENT_TYPE) {
        Some(media_type) => Format::of_media_type(media_type),
        None => match body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii_start().first() {
            Some(b'{') => Some(Format::Json),
            Some(b'<') => Some(Format::Xml),
            _ => None,
        },
    }
}

/// An ETag as `If-Match` takes it, which a weak one never matches. What compresses a response on its way makes its ETag weak, and
/// the server that gave it knows the strong one alone.
pub(super) fn strong(etag: &str) -> Cow<'_, str> {
    quoted(etag.strip_prefix("W/").filter(|strong| strong.starts_with('"')).unwrap_or(etag))
}

/// An ETag goes back in quotation marks, in which servers do not always give it.
pub(super) fn quoted(etag: &str) -> Cow<'_, str> {
    let is_quoted = etag.starts_with('"') || etag.starts_with("W/\"") || etag == "*";
    if is_quoted { etag.into() } else { format!("\"{etag}\"").into() }
}
