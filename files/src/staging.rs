//! Where files wait for a write.

/// The folder in which files wait until all of them are written. There is none between writes.
pub const STAGING: &str = ".ucwa-staging";
