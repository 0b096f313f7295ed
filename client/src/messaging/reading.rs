//! Reading what events may change meanwhile.

use super::conversation::Conversation;
use super::known::KnownConversation;
use crate::error::Error;

/// How often something is read at most where it changes meanwhile.
pub(super) const READINGS: usize = 5;

impl Conversation {
    /// Reads a part of the conversation and has it noted by `learn`. Where `changes` counts something that was heard of it meanwhile, it
    /// is read again, as nobody knows whether that is older than what was read.
    ///
    /// Returns what was read last, if that happened each time. Then it is not noted.
    pub(super) async fn read_unchanged<T, F: Future<Output = Result<T, Error>>>(
        &self,
        changes: impl Fn(&KnownConversation) -> u64,
        read: impl Fn() -> F,
        learn: impl Fn(&mut KnownConversation, T),
    ) -> Result<Option<T>, Error> {
        let mut found = None;
        for _ in 0..READINGS {
            let before = changes(&self.record().known());
            let latest = read().await?;
            found = self.record().change(|known| {
                if changes(known) != before {
                    return Some(latest);
                }
                learn(known, latest);
                None
            });
            if found.is_none() {
                break;
            }
        }
        Ok(found)
    }
}
