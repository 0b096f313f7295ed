//! What documents are.

/// What a document is: a resource, or the body of a request, which has no address and no relations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Resource,
    Input,
}
