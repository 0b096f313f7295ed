//! What several tasks share: changes that they wait for, work that is done once for all of them or goes on without them, and tasks that
//! end early.

mod changes;
mod interruption;
mod joint;
mod kept;

pub(crate) use self::changes::{Changes, Watcher};
pub(crate) use self::interruption::OnInterruption;
pub(crate) use self::joint::{Turns, join};
pub(crate) use self::kept::Kept;
