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
        let parts = parts(&message, recording);
        let place = message.place.clone();
        recording.messages.push(message);
        let Some(mut parts) = parts else { continue };
        if depth == MAXIMUM_DEPTH {
            let problem = format!("batches are nested more than {MAXIMUM_DEPTH} deep");
            recording.errors.push(InputError::Body { place, problem });
            continue;
        }
        if parts.iter().flatten().any(|part| part.direction == Direction::Request) {
            let sent = |part: &Option<Message>| {
                part.as_ref().map_or((None, None), |part| (part.method.clone(), part.address.clone()))
            };
            asked = parts.iter().map(sent).collect();
        } else {
            for (part, (method, address)) in parts.iter_mut().zip(std::mem::take(&mut asked)) {
                if let Some(part) = part {
                    (part.method, part.address) = (method, address);
                }
            }
        }
        expand_into(parts.into_iter().flatten().collect(), depth + 1, recording);
    }
}

/// The parts of a batch, each at its position: one that is no message is `None`.
fn parts(message: &Message, recording: &mut Recording) -> Option<Vec<Option<Message>>> {
    let place = |index: usize| -> MessagePlace { message.place.within(format_args!("part {}", index + 1)) };
    match split_batch(message.media_type()?, &message.body) {
        Ok(parts) => {
            Some(parts.into_iter().enumerate().map(|(index, part)| read_part(&place(index), part, recording)).collect())
        }
        Err(error @ BatchError::TooMany { .. }) => {
            let problem = error.to_string();
            recording.errors.push(InputError::Body { place: message.place.clone(), problem });
            None
        }
        // It is no batch, or its body was not recorded.
        Err(_) => None,
    }
}
