//! From a request to its response.

mod applications;
mod batch;
mod headers;
mod operation;
mod route;
mod step;

pub(crate) use step::Step;
