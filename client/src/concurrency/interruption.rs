//! What has to be done for a task that ends before it is done, as tokio's runtime was shut down.

/// Does something when it is dropped, unless what it belongs to is [done](Self::done) by then. A task owns it from before it begins.
#[must_use = "it acts when it is dropped"]
pub(crate) struct OnInterruption<F: FnMut()> {
    act: F,
    is_done: bool,
}

impl<F: FnMut()> OnInterruption<F> {
    pub(crate) fn new(act: F) -> Self {
        Self { act, is_done: false }
    }

    /// There is nothing to do any more.
    pub(crate) fn done(mut self) {
        self.is_done = true;
    }
}

impl<F: FnMut()> Drop for OnInterruption<F> {
    fn drop(&mut self) {
        if !self.is_done {
            (self.act)();
        }
    }
}
