//! What readers of the parts of a document share.

use crate::codec::Context;
use crate::model::Registry;

/// What readers of the parts of a document share.
#[derive(Clone, Copy)]
pub(super) struct Reading<'c> {
    pub(super) registry: &'static Registry,
    pub(super) context: &'c Context,
    /// The document, where a part that cannot be read is to be kept as it stands there.
    pub(super) document: Option<&'c [u8]>,
}
