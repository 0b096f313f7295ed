//! What happens when the pages change: what is found, what it means, and whether that is true.

mod command;
mod common;
mod histories;
mod interruption;
mod proof;
mod readme;
mod reference;
mod update;
