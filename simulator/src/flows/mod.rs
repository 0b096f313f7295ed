//! What requests do to the world, by subject.

mod applications;
mod calls;
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
mod presence;
mod roster;
mod routing;
mod subscriptions;

use ucwa_schema::{Method, Operation};

pub(crate) use applications::create_application;
pub(crate) use generic::plain_text;
pub(crate) use get::{get, poll};
pub(crate) use subscriptions::address;

use crate::address::{Item, Place};
use crate::protocol::{Failure, Inputs, Reply};
use crate::state::{Application, ApplicationId, World};
use crate::views::render;

/// A request that changes something.
pub(crate) struct Change<'a> {
    pub(crate) id: ApplicationId,
    pub(crate) item: &'a Item,
    pub(crate) operation: &'a Operation,
    pub(crate) inputs: &'a Inputs,
}

impl Change<'_> {
    fn application<'w>(&self, world: &'w World) -> Result<&'w Application, Failure> {
        world.applications.get(&self.id).ok_or_else(Failure::application_not_found)
    }

    /// The address of the user of the application, without `sip:`.
    fn address(&self, world: &World) -> Result<String, Failure> {
        Ok(self.application(world)?.identity.address().to_owned())
    }

    /// Where something is that the request made.
    fn href(&self, world: &World, item: &Item) -> Result<String, Failure> {
        Ok(format!("{}/{}", self.application(world)?.href(), item.path))
    }

    /// 201, with the address of what was started.
    fn started(&self, world: &World, item: Option<Item>) -> Result<Reply, Failure> {
        Ok(Reply::created(self.href(world, &item.ok_or_else(Failure::not_found)?)?))
    }

    /// 201, with what was made.
    fn made(&self, world: &World, item: Option<Item>) -> Result<Reply, Failure> {
        let item = item.ok_or_else(Failure::not_found)?;
        let resource = render(world, self.application(world)?, &item)?;
        let location = Some(self.href(world, &item)?);
        Ok(Reply::Resource { status: 201, resource: Box::new(resource), location })
    }

    /// What a PUT answers: the resource as it is now where the reference has it so, or else nothing.
    fn replaced(&self, world: &World) -> Result<Reply, Failure> {
        if self.operation.response.resource.is_none() {
            return Ok(Reply::Done { status: 200, location: None });
        }
        Ok(Reply::resource(render(world, self.application(world)?, self.item)?))
    }

    /// The user, who must not have come anonymously.
    fn user<'w>(&self, world: &'w mut World) -> Result<&'w mut crate::state::User, Failure> {
        let address = self.address(world)?;
        world.users.get_mut(&address).ok_or_else(|| Failure::forbidden(Some("AnonymousNotAllowed")))
    }
}

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
