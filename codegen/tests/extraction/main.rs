//! From pages to the schema, through the library and through the command.

mod command;
mod common;
mod dialects;
mod flatten;
mod pages;
mod reference;
mod robustness;
mod seeds;
