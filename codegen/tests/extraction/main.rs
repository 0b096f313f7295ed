//! From pages to the schema, through the library and through the command.

mod command;
mod common;
mod damage;
mod dialects;
mod flatten;
mod pages;
mod reference;
mod robustness;
mod seeds;
