//! Seeded schedules of users and faults, and whether the client keeps its promises in them.
//!
//! A schedule is drawn from a seed: three to five users, each with a client and a program of its own, one simulated server, and 200
//! steps in which a program acts or something goes wrong. It runs under a paused clock on one thread, so that the same seed gives
//! the same trace. A record of what every user was promised says what broke a promise: see [`Violation`].
//!
//! There are two kinds of schedules, which try different [parts](Part) of the client: its core, and the layers on it.

mod actor;
mod address;
mod batches;
mod choice;
pub mod command;
mod ending;
mod fault;
mod layers;
mod listener;
mod network;
mod panics;
mod parts;
mod record;
mod reduce;
mod run;
mod schedule;
mod secrets;
mod steps;
mod unreadable;
mod user;
mod world;

pub use record::{Counts, Trace, Violation};
pub use reduce::reduce;
pub use run::{Part, Report, run};
pub use schedule::STEPS;
pub use steps::Faults;
