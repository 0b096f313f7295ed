//! What the example programs share, so that each shows one thing.
//!
//! [`Start`] is the command line of the programs that use the client: it signs in at a real server, or at a simulated
//! [office](Scene) in the same process. [`Session`] is a user for the programs that use the bindings alone. [`Screen`] draws in a
//! terminal, [`println`] prints for as long as somebody reads, and [`Tap`] is a layer that sees what is sent and received.

mod office;
mod online;
mod output;
mod picture;
mod screen;
mod session;
mod start;
mod stored;
mod tap;

use std::error::Error;
use std::fmt;

pub use self::office::{Scene, hold_meeting};
pub use self::online::{Online, accept_all};
pub use self::output::print_line;
pub use self::picture::svg;
pub use self::screen::{Drawing, Input, Screen};
pub use self::session::{Session, create_application};
pub use self::start::{Connection, Start};
pub use self::stored::Stored;
pub use self::tap::{Exchange, Tap};

/// An error of any kind; a program with more than one way to fail would have an enum of its own.
pub struct AnyError(Box<dyn Error>);

impl<E: Into<Box<dyn Error>>> From<E> for AnyError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// What is printed of an error that `main` returns: its message, and not its fields.
impl fmt::Debug for AnyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The examples of the page about services.
#[cfg(doctest)]
#[doc = include_str!("../../docs/service.md")]
struct Service;
