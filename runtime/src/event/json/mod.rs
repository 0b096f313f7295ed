//! Event documents in JSON.

mod entries;
mod forgiving;
mod parts;
mod read;
mod reading;
mod write;

use crate::codec::json::read_document;
use crate::codec::{Context, DecodeError, Limits};
use crate::event::EventDocument;
use crate::model::Registry;
use read::DocumentSeed;
use reading::Reading;

/// Reads a document: in one go where all is well, and part by part where something is not.
pub(super) fn read(registry: &'static Registry, bytes: &[u8], limits: Limits) -> Result<EventDocument, DecodeError> {
    let context = Context::new(limits);
    let reading = Reading { registry, context: &context, document: None };
    match read_document(&context, bytes, DocumentSeed(reading)) {
        Err(error) if error.is_of_a_part() => {
            let context = Context::again(limits);
            let reading = Reading { registry, context: &context, document: Some(bytes) };
            read_document(&context, bytes, DocumentSeed(reading)).map_err(|again| again.or_first(error))
        }
        other => other,
    }
}
