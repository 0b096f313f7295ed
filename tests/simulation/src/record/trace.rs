//! What happened, as lines of text, and their hash, which is the same for the same seed.

use std::fmt::{self, Write as _};
use std::hash::Hasher as _;
use std::time::Duration;

use fnv::FnvHasher;

/// Whether the lines are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trace {
    /// Their hash alone.
    Hashed,
    /// The lines too.
    Kept,
}

/// What happened so far.
pub(super) struct Lines {
    hasher: FnvHasher,
    lines: Option<Vec<String>>,
}

/// A hasher that text can be written to.
struct Hashing<'h>(&'h mut FnvHasher);

impl fmt::Write for Hashing<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").field("hash", &self.hash()).finish_non_exhaustive()
    }
}

impl Lines {
    pub(super) fn new(trace: Trace) -> Self {
        Self { hasher: FnvHasher::default(), lines: (trace == Trace::Kept).then(Vec::new) }
    }

    /// Adds a line.
    pub(super) fn add(&mut self, time: Duration, line: fmt::Arguments<'_>) {
        let milliseconds = time.as_millis();
        // A hasher takes any text.
        let _ = writeln!(Hashing(&mut self.hasher), "{milliseconds} {line}");
        if let Some(lines) = &mut self.lines {
            let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
            lines.push(format!("{seconds:>7}.{rest:03} {line}"));
        }
    }

    pub(super) fn hash(&self) -> u64 {
        self.hasher.finish()
    }

    pub(super) fn take(&mut self) -> Vec<String> {
        self.lines.take().unwrap_or_default()
    }
}
