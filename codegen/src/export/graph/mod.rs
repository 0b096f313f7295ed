//! The resources and the links between them: as text for Graphviz, and as a page to search and click.

mod diagram;
mod dot;
mod html;
mod model;
mod svg;

pub use dot::dot;
pub use html::html;
