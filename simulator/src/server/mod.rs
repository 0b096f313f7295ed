//! From a request to its response.

mod applications;
mod batch;
mod headers;
mod operation;
mod route;

pub(crate) use headers::Stamp;
pub(crate) use route::{Outcome, Step};
