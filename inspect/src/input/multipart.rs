//! Batches: HTTP messages as the parts of a body.

use super::Recording;
use super::http::read_part;
use crate::message::{Direction, Message, Place};

/// How many bytes a boundary may have.
const MAXIMUM_BOUNDARY: usize = 200;

/// The boundary that a media type names, if it is one of bodies in parts.
pub(super) fn boundary(media_type: &str) -> Option<&str> {
    let (essence, parameters) = media_type.split_once(';')?;
    if !essence.trim().get(..10)?.eq_ignore_ascii_case("multipart/") {
        return None;
    }
    let found = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
    })?;
    (1..=MAXIMUM_BOUNDARY).contains(&found.len()).then_some(found)
}

/// Puts the parts of batches behind their batches. A part of an answer answers the part of the request at its position.
pub(super) fn expand(recording: &mut Recording) {
    let mut asked = Vec::new();
    let mut messages = Vec::new();
    for message in std::mem::take(&mut recording.messages) {
        let parts = parts(&message);
        messages.push(message);
        let Some(parts) = parts else { continue };
        let (mut good, mut errors) = (Vec::new(), Vec::new());
        for part in parts {
            match part {
                Ok(part) => good.push(part),
                Err(error) => errors.push(error),
            }
        }
        recording.errors.extend(errors);
        if good.iter().any(|part| part.direction == Direction::Request) {
            asked = good.iter().map(|part| (part.method.clone(), part.address.clone())).collect();
        } else {
            for (part, (method, address)) in good.iter_mut().zip(std::mem::take(&mut asked)) {
                (part.method, part.address) = (method, address);
            }
        }
        messages.extend(good);
    }
    recording.messages = messages;
}

fn parts(message: &Message) -> Option<Vec<Result<Message, super::InputError>>> {
    let boundary = format!("--{}", boundary(message.media_type()?)?);
    let place = |index: usize| -> Place { message.place.within(format_args!("part {index}")) };
    let pieces = split(&message.body, boundary.as_bytes());
    // What stands before the first boundary is no part, and neither is what stands behind the last.
    let pieces = pieces.into_iter().enumerate().skip(1).take_while(|(_, piece)| !piece.starts_with(b"--"));
    Some(pieces.filter_map(|(index, piece)| read_part(&place(index), piece)).collect())
}

fn split<'a>(mut bytes: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while let Some(at) = bytes.windows(boundary.len()).position(|window| window == boundary) {
        pieces.push(&bytes[..at]);
        bytes = &bytes[at + boundary.len()..];
    }
    pieces.push(bytes);
    pieces
}
