//! Stopping in an orderly way: at once while nothing is written, and else once the files are whole again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The exit status of a command that was stopped: 128 and the number of SIGINT, as shells report it.
pub const STOPPED: u8 = 130;

/// What a signal would interrupt. One for the process, as signals are.
static STATE: Mutex<State> = Mutex::new(State { held: Vec::new(), stage: Stage::Before, is_stopped: false });

/// What a signal would interrupt.
pub(crate) struct State {
    /// The lock files that this process holds.
    pub(crate) held: Vec<PathBuf>,
    stage: Stage,
    is_stopped: bool,
}

/// How far the process is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nothing was replaced.
    Before,
    /// What an earlier run had left was dealt with, and nothing else was replaced.
    Recovered,
    /// Files are being written.
    Writing,
    /// All files of a write are in place.
    Done,
}

/// The state. While it is held, a signal waits.
pub(crate) fn state() -> MutexGuard<'static, State> {
    // The state is whole between any two statements, so that a panic elsewhere does no harm to it.
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the user has asked to stop.
pub(crate) fn is_stopped() -> bool {
    state().is_stopped
}

/// A stretch of time in which a signal does not end the process, but asks it to stop.
pub(crate) struct Writing {
    /// What is so once it is over.
    outcome: Stage,
}

impl Writing {
    pub(crate) fn begin() -> Self {
        state().stage = Stage::Writing;
        Self { outcome: Stage::Before }
    }

    /// Says that what an earlier run had left was dealt with.
    pub(crate) fn end_recovery(mut self) {
        self.outcome = Stage::Recovered;
    }

    /// Says that all files are in place.
    pub(crate) fn end(mut self) {
        self.outcome = Stage::Done;
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        state().stage = self.outcome;
    }
}

/// Removes a lock file, and the folders that exist only for it.
pub(crate) fn remove_lock(path: &Path) {
    // Where somebody was faster or something else is in the folder, it stays, and that is no error.
    let _ = fs::remove_file(path);
    let _ = path.parent().map(fs::remove_dir);
}

/// Makes SIGINT and SIGTERM stop the process without leaving files behind, and says on the standard error what was replaced:
/// at once with the exit status [`STOPPED`] while nothing is written, and else by
/// [`FilesError::Stopped`](crate::FilesError::Stopped), unless all files are about to be in place.
#[cfg(feature = "signals")]
pub fn stop_on_signals() -> Result<(), std::io::Error> {
    use std::io::Write;

    let stop = || {
        let mut state = state();
        state.is_stopped = true;
        let outcome = match state.stage {
            Stage::Before => "nothing was replaced",
            Stage::Recovered => "what an earlier run had left has been completed or discarded",
            Stage::Writing => return,
            Stage::Done => "all files had been written",
        };
        state.held.iter().for_each(|path| remove_lock(path));
        // The standard error may be closed, and the process has to end all the same.
        let _ = writeln!(std::io::stderr(), "stopped; {outcome}");
        std::process::exit(STOPPED.into());
    };
    ctrlc::set_handler(stop).map_err(|error| match error {
        ctrlc::Error::System(error) => error,
        other => std::io::Error::other(other),
    })
}
