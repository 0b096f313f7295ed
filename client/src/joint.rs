//! Work that is done once for all who wait for it.

use std::future::Future;

use futures_util::FutureExt as _;
use futures_util::future::{Shared, WeakShared};

/// Joins the work that is under way, or else what `start` begins. It goes on until nobody waits for it any more. Each of those who wait
/// drives it: one who is not polled, as a stream between two items, does not hold it up.
pub(crate) fn join<F: Future<Output: Clone>>(
    under_way: &mut Option<WeakShared<F>>,
    start: impl FnOnce() -> F,
) -> Shared<F> {
    let running = under_way.as_ref().and_then(WeakShared::upgrade);
    running.filter(|running| running.peek().is_none()).unwrap_or_else(|| {
        let started = start().shared();
        *under_way = started.downgrade();
        started
    })
}
