//! A request that changes something, and the replies to such requests.

use ucwa_schema::Operation;

use crate::address::Item;
use crate::protocol::{Failure, Inputs, Reply};
use crate::state::{Application, ApplicationId, User, World};
use crate::views::render;

/// A request that changes something.
pub(super) struct Change<'a> {
    pub(super) id: ApplicationId,
    pub(super) item: &'a Item,
    pub(super) operation: &'a Operation,
    pub(super) inputs: &'a Inputs,
}

impl Change<'_> {
    pub(super) fn application<'w>(&self, world: &'w World) -> Result<&'w Application, Failure> {
        world.applications.get(&self.id).ok_or_else(Failure::application_not_found)
    }

    /// The address of the user of the application, without `sip:`.
    pub(super) fn address(&self, world: &World) -> Result<String, Failure> {
        Ok(self.application(world)?.identity.address().to_owned())
    }

    /// Where something is that the request made.
    pub(super) fn href(&self, world: &World, item: &Item) -> Result<String, Failure> {
        Ok(format!("{}/{}", self.application(world)?.href(), item.path))
    }

    /// 201, with the address of what was started.
    pub(super) fn started(&self, world: &World, item: Option<Item>) -> Result<Reply, Failure> {
        Ok(Reply::created(self.href(world, &item.ok_or_else(Failure::not_found)?)?))
    }

    /// 201, with what was made.
    pub(super) fn made(&self, world: &World, item: Option<Item>) -> Result<Reply, Failure> {
        let item = item.ok_or_else(Failure::not_found)?;
        let resource = render(world, self.application(world)?, &item)?;
        let location = Some(self.href(world, &item)?);
        Ok(Reply::Resource { status: 201, resource: Box::new(resource), location })
    }

    /// What a PUT answers: the resource as it is now where the reference has it so, or else nothing.
    pub(super) fn replaced(&self, world: &World) -> Result<Reply, Failure> {
        if self.operation.response.resource.is_none() {
            return Ok(Reply::Done { status: 200, location: None });
        }
        Ok(Reply::resource(render(world, self.application(world)?, self.item)?))
    }

    /// The user, who must not have come anonymously.
    pub(super) fn user<'w>(&self, world: &'w mut World) -> Result<&'w mut User, Failure> {
        let address = self.address(world)?;
        world.users.get_mut(&address).ok_or_else(|| Failure::forbidden(Some("AnonymousNotAllowed")))
    }
}
