//! What happens when the pages change: what is found, what it means, and whether that is true.

mod command;
mod common;
mod damage;
mod edges;
mod histories;
mod interruption;
mod proof;
mod reference;
mod update;
mod walk_through;
