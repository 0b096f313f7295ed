//! Bodies of HTTP messages: how they were coded on the way.

use std::io::{self, Read};

use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};
use ucwa::Limits;

use super::lines::lines;
use crate::message::Message;

/// How a compressed file of gzip begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// How long the line may be that holds the size of a chunk.
const LONGEST_SIZE: usize = 8 << 10;

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

/// Whether a message says that its body is cut into chunks.
pub(super) fn is_chunked(message: &Message) -> bool {
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
    let mut body = joined.unwrap_or_else(|| bytes.to_vec());
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

/// Joins the chunks of a body; `None` where there are none.
fn join_chunks(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut joined, mut rest) = (Vec::new(), bytes);
    loop {
        let (content, behind) = chunk(rest)?;
        if content.is_empty() {
            return Some(joined);
        }
        joined.extend_from_slice(content);
        rest = &rest[behind..];
    }
}

/// The chunk that `bytes` begin with, which is empty where it is the last one, and where what is behind it begins.
pub(super) fn chunk(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let line = lines(&bytes[..bytes.len().min(LONGEST_SIZE)]).next().filter(|line| line.len() < LONGEST_SIZE)?;
    let size = std::str::from_utf8(line).ok()?.trim();
    let size = usize::from_str_radix(size.split(';').next()?.trim_end(), 16).ok()?;
    let rest = &bytes[line.len()..];
    let content = rest.get(..size)?;
    if content.is_empty() {
        return Some((content, line.len()));
    }
    let behind = &rest[size..];
    let behind = behind.strip_prefix(b"\r\n").or_else(|| behind.strip_prefix(b"\n")).unwrap_or(behind);
    Some((content, bytes.len() - behind.len()))
}
