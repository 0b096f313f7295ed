//! A module emitted by a build script from a schema with every name that could do harm.
//!
//! That it compiles is most of the test; that its documentation does is another part.

/// What was emitted.
pub mod hostile {
    include!(concat!(env!("OUT_DIR"), "/hostile/mod.rs"));
}
