//! Batches: HTTP messages as the parts of a body.

use memchr::memmem;

use super::http::read_part;
use super::{InputError, Recording};
use crate::message::{Direction, Message, Place};

/// How many bytes a boundary may have.
const MAXIMUM_BOUNDARY: usize = 200;

/// How deep batches may lie in batches. A server takes none in another.
const MAXIMUM_DEPTH: usize = 8;

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
    let messages = std::mem::take(&mut recording.messages);
    expand_into(messages, 0, recording);
}

fn expand_into(messages: Vec<Message>, depth: usize, recording: &mut Recording) {
    let mut asked = Vec::new();
    for message in messages {
        let parts = parts(&message);
        let place = message.place.clone();
        recording.messages.push(message);
        let Some(parts) = parts else { continue };
        if depth == MAXIMUM_DEPTH {
            let problem = format!("batches lie more than {MAXIMUM_DEPTH} deep in each other");
            recording.errors.push(InputError::Body { place, problem });
            continue;
        }
        let mut read = Vec::new();
        for part in parts {
            match part {
                Ok(part) => read.push(part),
                Err(error) => recording.errors.push(error),
            }
        }
        if read.iter().any(|part| part.direction == Direction::Request) {
            asked = read.iter().map(|part| (part.method.clone(), part.address.clone())).collect();
        } else {
            for (part, (method, address)) in read.iter_mut().zip(std::mem::take(&mut asked)) {
                (part.method, part.address) = (method, address);
            }
        }
        expand_into(read, depth + 1, recording);
    }
}

fn parts(message: &Message) -> Option<Vec<Result<Message, InputError>>> {
    let boundary = format!("--{}", boundary(message.media_type()?)?);
    let place = |index: usize| -> Place { message.place.within(format_args!("part {index}")) };
    let pieces = split(&message.body, boundary.as_bytes());
    // What stands before the first boundary is no part, and neither is what stands behind the last.
    let pieces = pieces.into_iter().enumerate().skip(1).take_while(|(_, piece)| !piece.starts_with(b"--"));
    Some(pieces.filter_map(|(index, piece)| read_part(&place(index), piece)).collect())
}

fn split<'a>(bytes: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for at in memmem::find_iter(bytes, boundary) {
        pieces.push(&bytes[start..at]);
        start = at + boundary.len();
    }
    pieces.push(&bytes[start..]);
    pieces
}
