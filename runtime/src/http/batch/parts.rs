//! The parts of a body, as MIME frames them.

use memchr::memmem;

use crate::http::quoted::{unquoted, unquoted_parts};

/// How many bytes a boundary may have. MIME allows 70.
const MAXIMUM_BOUNDARY: usize = 200;

/// How many parts are read. A server allows a user 100 requests at once.
const MAXIMUM_PARTS: usize = 1000;

/// Why the body of a batch cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The body is of another media type, or its media type names no boundary.
    #[error("expected `multipart/batching` with a boundary, found `{media_type}`")]
    MediaType {
        /// The media type.
        media_type: String,
    },
    /// The boundary is nowhere in the body.
    #[error("the body does not contain its boundary; it may have been cut off")]
    NoParts,
    /// The body is longer than the caller allows.
    #[error("the body has {size} bytes and the limit is {limit}; raise `Limits::size` to read it")]
    TooLong {
        /// How long it is.
        size: usize,
        /// How long it may be.
        limit: usize,
    },
    /// The body has more parts than any batch.
    #[error("the body has more than {limit} parts")]
    TooMany {
        /// How many there may be.
        limit: usize,
    },
}

/// Returns the boundary that a media type names, if it is one of bodies with parts.
pub fn batch_boundary(media_type: &str) -> Option<String> {
    let (essence, parameters) = media_type.split_once(';')?;
    if !essence.trim().get(..10)?.eq_ignore_ascii_case("multipart/") {
        return None;
    }
    let found = unquoted_parts(parameters, ';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| unquoted(value))
    })?;
    (1..=MAXIMUM_BOUNDARY).contains(&found.len()).then_some(found)
}

/// Splits a body into its parts, each with the headers of the part and without the line breaks around it.
///
/// What stands before the first boundary and behind the last one is no part. A body that is cut off gives the parts that
/// it has. A boundary of more than 200 bytes is none, and more than 1000 parts are an error.
pub fn split_batch<'b>(media_type: &str, body: &'b [u8]) -> Result<Vec<&'b [u8]>, BatchError> {
    let boundary = batch_boundary(media_type).ok_or_else(|| BatchError::MediaType { media_type: media_type.into() })?;
    let delimiter = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut start = None;
    for at in memmem::find_iter(body, delimiter.as_bytes()) {
        let is_at_line_start = at == 0 || body[at - 1] == b'\n';
        let behind = &body[at + delimiter.len()..];
        let is_last = behind.starts_with(b"--");
        let Some(line) = line_end(behind).filter(|_| is_at_line_start).or(is_last.then_some(0)) else { continue };
        if let Some(start) = start.take() {
            parts.push(without_last_break(&body[start..at.max(start)]));
        }
        if parts.len() > MAXIMUM_PARTS {
            return Err(BatchError::TooMany { limit: MAXIMUM_PARTS });
        }
        if is_last {
            return Ok(parts);
        }
        start = Some(at + delimiter.len() + line);
    }
    if let Some(start) = start {
        parts.push(without_last_break(&body[start..]));
    } else {
        return Err(BatchError::NoParts);
    }
    Ok(parts)
}

/// How long the rest of a line is that has nothing but spaces in it.
fn line_end(bytes: &[u8]) -> Option<usize> {
    let end = bytes.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    match end {
        None => Some(bytes.len()),
        Some(end) => (bytes[end] == b'\n').then_some(end + 1),
    }
}

/// A part without the line break that belongs to the boundary behind it.
fn without_last_break(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_are_read_quoted_or_not_and_only_of_bodies_with_parts() {
        for (media_type, boundary) in [
            ("multipart/batching; boundary=abc", Some("abc")),
            ("Multipart/Batching;charset=x; BOUNDARY = \"a b\" ", Some("a b")),
            ("multipart/mixed; boundary=abc;x=y", Some("abc")),
            ("multipart/mixed; boundary=\"a;b\"", Some("a;b")),
            ("multipart/mixed; boundary=\"a;b\"; x=y", Some("a;b")),
            ("multipart/mixed; type=\"x; boundary=y\"; boundary=abc", Some("abc")),
            ("multipart/mixed; x=\"\\\"; boundary=y\"; boundary=abc", Some("abc")),
            ("multipart/mixed; boundary=\"a\\:\\\"b\"", Some("a:\"b")),
            ("multipart/mixed;; x; boundary=a=b", Some("a=b")),
            ("multipart/mixed; boundary=\"abc", Some("abc")),
            ("multipart/mixed; boundary=\"\"", None),
            ("multipart/batching; boundary=", None),
            ("multipart/batching", None),
            ("multi; boundary=abc", None),
            ("application/json; boundary=abc", None),
        ] {
            assert_eq!(batch_boundary(media_type).as_deref(), boundary, "{media_type}");
        }
        assert!(batch_boundary(&format!("multipart/batching; boundary={}", "x".repeat(200))).is_some());
        assert!(batch_boundary(&format!("multipart/batching; boundary={}", "x".repeat(201))).is_none());
    }

    #[test]
    fn a_body_is_split_at_boundaries_that_have_a_line_of_their_own() {
        let split = |body: &'static str| {
            let parts = split_batch("multipart/batching; boundary=b", body.as_bytes());
            parts.map(|parts| parts.into_iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect())
        };
        for (body, parts) in [
            ("--b\r\none\r\n--b\r\ntwo\r\n--b--", Ok(vec!["one", "two"])),
            ("before\n--b \t\none\n\n--b--\nafter --b\nx", Ok(vec!["one\n"])),
            ("--b\na --b and --bc\n--bc\n--b--", Ok(vec!["a --b and --bc\n--bc"])),
            ("--b\none\n--b\ncut o", Ok(vec!["one", "cut o"])),
            ("--b\none", Ok(vec!["one"])),
            ("--b--", Ok(vec![])),
            ("--b\n\n--b--", Ok(vec![""])),
            ("--b\n--b--", Ok(vec![""])),
            ("", Err(BatchError::NoParts)),
            ("x--b\nx", Err(BatchError::NoParts)),
        ] {
            assert_eq!(
                split(body),
                parts.map(|parts| parts.into_iter().map(str::to_owned).collect::<Vec<_>>()),
                "{body}"
            );
        }
        let all = "--b\nx\n".repeat(MAXIMUM_PARTS) + "--b--";
        let found = split_batch("multipart/batching; boundary=b", all.as_bytes());
        assert_eq!(found.map(|parts| parts.len()), Ok(MAXIMUM_PARTS));
        let many = "--b\n".repeat(MAXIMUM_PARTS + 2);
        let found = split_batch("multipart/batching; boundary=b", many.as_bytes());
        assert_eq!(found, Err(BatchError::TooMany { limit: MAXIMUM_PARTS }));
        assert!(matches!(split_batch("text/plain", b"--b"), Err(BatchError::MediaType { .. })));
    }
}
