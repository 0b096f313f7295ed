//! What the example programs share, so that each shows one thing.
//!
//! [`Start`] is the command line of the programs that use the client: it signs in at a real server, or at a simulated
//! [office](Scene) in the same process. [`Session`] is a user for the programs that use the bindings alone. [`Screen`] draws in a
//! terminal, and [`Tap`] is a layer that sees what is sent and received.

mod office;
mod online;
mod picture;
mod screen;
mod session;
mod start;
mod tap;

use std::error::Error;

pub use self::office::{Scene, hold_meeting};
pub use self::online::Online;
pub use self::picture::svg;
pub use self::screen::{Drawing, Input, Screen};
pub use self::session::{Session, create_application};
pub use self::start::{Connection, Start};
pub use self::tap::{Exchange, Tap};

/// An error of any kind; a program with more than one way to fail would have an enum of its own.
pub type AnyError = Box<dyn Error>;

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The examples of the page about services.
#[cfg(doctest)]
#[doc = include_str!("../../docs/service.md")]
struct Service;
