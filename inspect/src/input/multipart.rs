//! Batches: HTTP messages as the parts of a body.

use ucwa::BatchError;
use ucwa_runtime::split_batch;

use super::error::InputError;
use super::http::read_part;
use super::recording::Recording;
use crate::message::{Direction, Message, MessagePlace};

/// How deep batches may lie in batches. A server takes none in another.
const MAXIMUM_DEPTH: usize = 8;

/// Puts the parts of batches behind their batches. A part of a response belongs to the part of the request at its position.
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
            let problem = format!("batches are nested more than {MAXIMUM_DEPTH} deep");
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
    let place = |index: usize| -> MessagePlace { message.place.within(format_args!("part {}", index + 1)) };
    let parts = match split_batch(message.media_type()?, &message.body) {
        Ok(parts) => parts,
        Err(error @ BatchError::TooMany { .. }) => {
            let problem = error.to_string();
            return Some(vec![Err(InputError::Body { place: message.place.clone(), problem })]);
        }
        // It is no batch, or its body was not recorded.
        Err(_) => return None,
    };
    Some(parts.into_iter().enumerate().filter_map(|(index, part)| read_part(&place(index), part)).collect())
}
