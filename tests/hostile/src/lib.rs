//! A module emitted by a build script from a schema with every name that could do harm.
//!
//! That it compiles is most of the test; that its documentation does is another part.

/// What was emitted.
#[expect(clippy::similar_names, clippy::too_many_arguments, reason = "the schema is as bad as can be")]
pub mod hostile {
    include!(concat!(env!("OUT_DIR"), "/hostile/mod.rs"));
}
