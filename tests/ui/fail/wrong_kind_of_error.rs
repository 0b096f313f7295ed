//! Each operation has its own errors.

use ucwa::OperationError;
use ucwa::people::{ContactPresenceGetError, ContactPrivacyRelationship2PutError};

fn is_forbidden(error: &OperationError<ContactPresenceGetError>) -> bool {
    error.is(ContactPrivacyRelationship2PutError::Forbidden)
}

fn main() {}
