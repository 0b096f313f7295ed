//! Batches: several requests in one.

use crate::protocol::{Call, Failure, Reply};
use crate::state::World;

/// Answers a batch.
pub(super) fn answer(_: &mut World, _: &Call) -> Result<Reply, Failure> {
    Err(Failure::not_found())
}
