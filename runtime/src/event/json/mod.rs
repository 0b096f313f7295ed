//! Event documents in JSON.

mod entries;
mod forgiving;
mod parts;
mod read;
mod write;

use crate::codec::json::read_document;
use crate::codec::{Context, DecodeError, DecodeProblem, Limits};
use crate::event::EventDocument;
use crate::model::Registry;
use read::DocumentSeed;

/// Reads a document: in one go where all is well, and part by part where something is not.
pub(super) fn read(registry: &'static Registry, bytes: &[u8], limits: Limits) -> Result<EventDocument, DecodeError> {
    let context = Context::new(limits);
    let reading = Reading { registry, context: &context, document: None };
    match read_document(&context, bytes, DocumentSeed(reading)) {
        Err(error) if error.is_of_a_value() || matches!(error.problem, DecodeProblem::TooDeep { .. }) => {
            let context = Context::again(limits);
            let reading = Reading { registry, context: &context, document: Some(bytes) };
            read_document(&context, bytes, DocumentSeed(reading)).map_err(|_| error)
        }
        other => other,
    }
}

/// What readers of the parts of a document share.
#[derive(Clone, Copy)]
struct Reading<'c> {
    registry: &'static Registry,
    context: &'c Context,
    /// The document, where a part that cannot be read is to be kept as it stands there.
    document: Option<&'c [u8]>,
}
