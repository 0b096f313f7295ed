//! Concluding what no single page states: the types of values, and the collections that events are about.

pub(super) mod collection;
mod enumeration_match;
pub(super) mod known;
mod observed;
pub(super) mod statement;
pub(super) mod types;
