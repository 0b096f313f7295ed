//! Event documents in either format.

use std::sync::Arc;

use super::{EventDocument, json, xml};
use crate::codec::{DecodeError, EncodeError, Format, Limits};
use crate::model::{Address, Registry};

impl EventDocument {
    /// Reads a document within limits. `registry` lists the known resources; the crate `ucwa` has one.
    ///
    /// An event, sender or link that cannot be read does not spoil the others: its text is kept in
    /// [`Event::unreadable`](super::Event::unreadable), [`Sender::unreadable`](super::Sender::unreadable) or
    /// [`EventDocument::unreadable`], with what could be read of it. What is not JSON or XML, or no event document at all, is
    /// an error. To a [strict](Limits::strict) reader a link of the document that cannot be read is an error too, and an event
    /// that has a value which does not fit its type is one that cannot be read.
    pub fn decode(
        registry: &'static Registry,
        format: Format,
        bytes: &[u8],
        limits: Limits,
    ) -> Result<Self, DecodeError> {
        Self::decode_at(None, registry, format, bytes, limits)
    }

    /// Reads a document that came from an address.
    pub(crate) fn decode_at(
        base: Option<&Arc<Address>>,
        registry: &'static Registry,
        format: Format,
        bytes: &[u8],
        limits: Limits,
    ) -> Result<Self, DecodeError> {
        limits.check_size(bytes)?;
        let mut document = match format {
            Format::Json => json::read(registry, bytes, limits)?,
            Format::Xml => xml::read(registry, bytes, limits)?,
        };
        document.set_origins(base.cloned());
        Ok(document)
    }

    /// Writes a document. What could not be read is written as it came, if the document came in this format.
    pub fn encode(&self, format: Format) -> Result<String, EncodeError> {
        match format {
            Format::Json => crate::codec::json::write_document(self),
            Format::Xml => xml::write(self),
        }
    }
}
