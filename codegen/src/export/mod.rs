//! A schema for readers of other formats: [`openapi`], [`json_schema`] and the [`graph`] of resources and links.

mod described;
pub mod graph;
pub mod json_schema;
pub mod openapi;
