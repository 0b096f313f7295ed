//! One request: how it is sent, and when it is repeated.

mod exchange;
mod retry;

pub(crate) use self::exchange::{Exchange, came_from, redirect};
pub(crate) use self::retry::{Retries, Safety, may_have_run};
