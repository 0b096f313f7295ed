//! Placing what stands in one page: which row, sample and sentence means what. Nothing is concluded from other pages.

mod catalogue;
mod complete;
mod context;
pub(super) mod draft;
mod page;
mod resource;

pub(super) use context::is_name;
pub(super) use page::draft;
