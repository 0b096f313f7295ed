//! Bodies of HTTP messages: where they end, and how they were coded on the way.

use std::io::{self, Read};

use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};
use memchr::memmem;
use ucwa::Limits;
use ucwa_runtime::batch_boundary;

use super::lines::{is_start, lines, next_start};
use crate::message::Message;

/// How a compressed file of gzip begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Why a body cannot be brought into the form that it was written in.
#[derive(Debug, thiserror::Error)]
pub(super) enum CodingError {
    #[error("the body has the content coding `{coding}`, which is not supported; record it decompressed")]
    Unknown { coding: String },
    #[error("the body cannot be decompressed as `{coding}`: {source}; record it decompressed")]
    Broken { coding: String, source: io::Error },
    #[error("the body is larger than {} MiB when it is decompressed, which is more than the bindings read", .limit >> 20)]
    TooLong { limit: usize },
}

/// Where the body ends that begins with `bytes`. Dumps that were edited or joined from several places have lengths that are not
/// true any more: one is believed if another message, or nothing, begins behind it.
pub(super) fn end(message: &Message, bytes: &[u8]) -> usize {
    let chunks = || is_chunked(message).then(|| join_chunks(bytes)).flatten().map(|(_, end)| end);
    let length = || message.header("content-length")?.trim().parse().ok().filter(|length| is_end(bytes, *length));
    let parts = || {
        let closing = format!("--{}--", batch_boundary(message.media_type()?)?);
        memmem::find(bytes, closing.as_bytes()).map(|start| start + closing.len())
    };
    chunks().or_else(length).or_else(parts).or_else(|| next_start(bytes)).unwrap_or(bytes.len())
}

fn is_end(bytes: &[u8], length: usize) -> bool {
    bytes.get(length..).is_some_and(|behind| {
        let behind = behind.trim_ascii_start();
        behind.is_empty() || lines(behind).next().is_some_and(is_start)
    })
}

fn is_chunked(message: &Message) -> bool {
    codings(message, "transfer-encoding").last().is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
}

/// The codings that a header lists, in the order in which they were applied.
fn codings(message: &Message, header: &str) -> Vec<String> {
    let listed = message.header(header).unwrap_or_default().split(',');
    listed.map(|coding| coding.trim().to_owned()).filter(|coding| !coding.is_empty()).collect()
}

/// Gives a message its body as it was written: chunks joined, decompressed.
pub(super) fn set(message: &mut Message, bytes: &[u8]) -> Result<(), CodingError> {
    // Most tools join the chunks and leave the header.
    let joined = is_chunked(message).then(|| join_chunks(bytes)).flatten();
    let mut body = joined.map_or_else(|| bytes.to_vec(), |(body, _)| body);
    let mut applied = codings(message, "content-encoding");
    applied.extend(codings(message, "transfer-encoding"));
    if applied.is_empty() && body.starts_with(&GZIP) {
        applied.push("gzip".to_owned());
    }
    for coding in applied.into_iter().rev() {
        // Most tools decompress too, and leave that header as well.
        if is_text(&body) {
            break;
        }
        body = decompress(coding, &body)?;
    }
    // What compressed bytes end with may look like white space.
    message.body = if is_text(&body) { body.trim_ascii().to_vec() } else { body };
    Ok(())
}

/// Whether a body is text already. Servers take other controls than those of ASCII for letters, and compressed bytes have some of
/// ASCII.
fn is_text(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok_and(|text| !text.contains(|c: char| c < ' ' && !c.is_whitespace()))
}

fn decompress(coding: String, body: &[u8]) -> Result<Vec<u8>, CodingError> {
    let result = match coding.to_ascii_lowercase().as_str() {
        "chunked" | "identity" => return Ok(body.to_vec()),
        "gzip" | "x-gzip" => read(GzDecoder::new(body)),
        // The standard asks for zlib, and some servers send what is in it without its frame.
        "deflate" => read(ZlibDecoder::new(body)).or_else(|_| read(DeflateDecoder::new(body))),
        _ => return Err(CodingError::Unknown { coding }),
    };
    let limit = Limits::default().size;
    match result {
        Ok(body) if body.len() > limit => Err(CodingError::TooLong { limit }),
        other => other.map_err(|source| CodingError::Broken { coding, source }),
    }
}

/// Decompresses one byte more than the bindings read at most, so that small files cannot become large ones.
fn read(decoder: impl Read) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    decoder.take(Limits::default().size as u64 + 1).read_to_end(&mut body)?;
    Ok(body)
}

/// Joins the chunks of a body, and says where they end; `None` where there are none.
fn join_chunks(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (mut joined, mut rest) = (Vec::new(), bytes);
    loop {
        let line = lines(rest).next()?;
        let size = std::str::from_utf8(line).ok()?.trim();
        let size = usize::from_str_radix(size.split(';').next()?.trim_end(), 16).ok()?;
        rest = &rest[line.len()..];
        if size == 0 {
            return Some((joined, bytes.len() - rest.len()));
        }
        joined.extend_from_slice(rest.get(..size)?);
        let behind = &rest[size..];
        rest = behind.strip_prefix(b"\r\n").or_else(|| behind.strip_prefix(b"\n")).unwrap_or(behind);
    }
}
