//! What requests do to the world, by subject.

mod applications;
mod calls;
mod change;
mod contacts;
mod conversations;
mod endings;
mod forwarding;
mod generic;
mod get;
mod groups;
mod invitations;
mod joining;
mod lifetimes;
mod logs;
mod media;
mod meetings;
mod messages;
mod myself;
mod outcome;
mod photo;
mod presence;
mod roster;
mod routing;
mod subscriptions;
mod tell;

use ucwa_schema::{Method, Operation};

pub(crate) use applications::create_application;
pub(crate) use get::{get, poll};
pub(crate) use outcome::Outcome;

use change::Change;

use crate::address::{Item, Place};
use crate::protocol::{Failure, Inputs, Reply};
use crate::state::{ApplicationId, World};

/// Changes something, or starts something.
pub(crate) fn act(
    world: &mut World,
    id: ApplicationId,
    item: &Item,
    operation: &Operation,
    inputs: &Inputs,
) -> Result<Reply, Failure> {
    let change = Change { id, item, operation, inputs };
    if item.place == Place::Catalogue {
        return generic::act(world, &change);
    }
    if operation.method == Method::Delete && item.name() == "application" {
        world.end_application(id);
        return Ok(Reply::done());
    }
    let subjects = [
        myself::act,
        forwarding::act,
        contacts::act,
        groups::act,
        subscriptions::act,
        messages::act,
        media::act,
        calls::act,
        invitations::act,
        conversations::act,
        roster::act,
        joining::act,
        meetings::act,
        logs::act,
    ];
    for subject in subjects {
        if let Some(reply) = subject(world, &change) {
            return reply;
        }
    }
    generic::act(world, &change)
}
