//! What reading and writing promise in every build: in debug builds and in those that users make.

mod discovery;
mod equality;
mod events;
mod formats;
mod identity;
mod lenient;
mod links;
mod model;
