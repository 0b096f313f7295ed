//! Addresses within an application, and what is there.

mod locate;
mod place;

pub(crate) use locate::locate;
pub(crate) use place::{Item, Place, segment};
