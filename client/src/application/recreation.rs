//! Creating the application again after the server lost it: once for all who ask for it.

use std::sync::Arc;

use super::shared::{Removal, Shared};
use crate::error::{Error, RefusedError};

/// How many times the server may refuse to make the user available in the new application before it is believed.
const MOST_REFUSALS: u32 = 10;

impl Shared {
    /// Creates the application again, unless somebody else has since it had `generation`.
    pub(super) async fn recreate_after(self: &Arc<Self>, generation: u64) -> Result<(), Error> {
        while !self.is_whole_since(generation) {
            let shared = Arc::clone(self);
            if let Some(result) = self.recreation.join(async move { shared.recreate().await }).await {
                return result;
            }
        }
        Ok(())
    }

    /// Whether the application was created again since it had `generation`, and the user made available.
    fn is_whole_since(&self, generation: u64) -> bool {
        let state = self.state();
        state.generation != generation && !state.has_to_be_restored
    }

    async fn recreate(&self) -> Result<(), Error> {
        // What comes after the end could be taken for another process that goes on with the endpoint.
        let (available, identity) = self.until_closed(self.replace()).await??;
        self.parts.lost(identity);
        if self.check_open().is_err() {
            let is_left = self.state().removal == Removal::Waived;
            if !is_left {
                self.delete().await?;
            }
            return Err(RefusedError::Closed.into());
        }
        #[cfg(ucwa_planted)]
        let available = available.filter(|_| !crate::planted::Planted::NoRestoration.is_made());
        if let Some(input) = available {
            let restored = self.until_closed(self.make_available(input)).await?;
            restored.inspect_err(|error| self.note_refusal(error))?;
        }
        let mut state = self.state();
        (state.has_to_be_restored, state.refusals) = (false, 0);
        Ok(())
    }

    /// Notes why the user cannot be made available. Whom the server refuses several times has an application all the same, which goes on
    /// without that.
    fn note_refusal(&self, error: &Error) {
        let mut state = self.state();
        if error.is_final() {
            state.refusals += 1;
        }
        if state.refusals >= MOST_REFUSALS {
            (state.has_to_be_restored, state.refusals) = (false, 0);
        }
    }
}
