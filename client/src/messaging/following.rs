//! The conversations of an application as they begin.

use std::fmt;
use std::sync::Arc;

use futures_core::Stream;
use futures_util::stream;

use super::conversation::Conversation;
use super::registry::Registry;

/// The conversations of an application, in the order in which they began. Those that are over before the program takes them are left
/// out.
#[must_use = "no conversation is given unless somebody asks for the next one"]
pub struct Conversations {
    shared: Arc<Registry>,
    /// How many had begun when the program took the last one.
    taken: u64,
}

impl Conversations {
    pub(super) fn new(shared: Arc<Registry>) -> Self {
        Self { shared, taken: 0 }
    }

    /// The next conversation; `None` once the application is closed. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Conversation> {
        let mut begun = self.shared.book.begun.watch();
        loop {
            if let Some((record, taken)) = self.shared.book.next(self.taken) {
                record.looked_up().await;
                self.taken = taken;
                #[cfg(ucwa_planted)]
                if crate::planted::Planted::UntoldConversation.is_made() && record.known().doubt.has_been() {
                    continue;
                }
                if record.known().end().is_none() {
                    return Some(Conversation::new(&self.shared, record));
                }
                continue;
            }
            if self.shared.application.is_closed() {
                return None;
            }
            begun.changed().await;
        }
    }

    /// The conversations as a [`Stream`].
    pub fn into_stream(self) -> impl Stream<Item = Conversation> + Send {
        stream::unfold(self, |mut conversations| async {
            let next = conversations.next().await?;
            Some((next, conversations))
        })
    }
}

impl fmt::Debug for Conversations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversations").finish_non_exhaustive()
    }
}
