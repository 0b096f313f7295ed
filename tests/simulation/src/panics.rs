//! Panics of tasks. The runtime takes them for an end like another, and most tasks are not waited for.

use std::cell::RefCell;
use std::panic;
use std::sync::Once;

thread_local! {
    /// The panics in the schedule that runs in this thread.
    static SEEN: RefCell<Vec<String>> = RefCell::default();
}

/// Begins to note what panics in this thread.
pub(crate) fn watch() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let seen = panic.to_string().replace('\n', " ");
            // A thread that ends has no schedule any more.
            let _ = SEEN.try_with(|all| all.borrow_mut().push(seen));
            before(panic);
        }));
    });
    SEEN.with_borrow_mut(Vec::clear);
}

/// What has panicked.
pub(crate) fn seen() -> Vec<String> {
    SEEN.with_borrow_mut(std::mem::take)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_panic_of_a_task_that_nobody_waits_for_is_seen() {
        watch();
        assert_eq!(seen(), [""; 0]);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            drop(tokio::spawn(async { panic!("on purpose") }));
            tokio::task::yield_now().await;
        });
        assert!(matches!(&seen()[..], [panic] if panic.ends_with("on purpose")));
    }
}
