//! How the simulated world looks as resources: the schema says what a resource has, the state says what is in it.

mod calls;
mod communication;
mod conversation;
mod describe;
mod invitation;
mod leg;
mod logs;
mod me;
mod meetings;
mod people;
mod render;
mod shape;

pub(crate) use leg::leg;
pub(crate) use logs::latest as latest_logs;
pub(crate) use meetings::own as own_meeting;
pub(crate) use people::{check_photo, memberships_in, search};
pub(crate) use render::{render, render_shape};
pub(crate) use shape::Shape;

use shape::{Rest, Target};
