//! The collection of applications, which is where they are created.

use ucwa_schema::Method;

use super::operation::{find_operation, metadata, revise};
use crate::address::{Item, Place};
use crate::catalogue::Catalogue;
use crate::document::{Name, OneOrMany, Resource};
use crate::flows::{self, Outcome};
use crate::protocol::{Call, Failure, Reply, read_inputs};
use crate::state::{Application, Identity, World};
use crate::views::render;

/// Answers a request for the collection.
pub(super) fn answer(
    world: &mut World,
    call: &Call,
    collection: &str,
    identity: &Identity,
) -> Result<Outcome, Failure> {
    let resource = Catalogue::get().resource(collection).ok_or_else(Failure::not_found)?;
    let resource = revise(call, resource, &Place::Application)?;
    let (operation, method) = find_operation(call, resource)?;
    call.negotiate()?;
    let reply = match method {
        Method::Options => metadata(resource),
        Method::Post => flows::create_application(world, identity, &read_inputs(call, operation)?)?,
        _ => list(world, identity)?,
    };
    Ok(Outcome::Reply(reply, resource.revision))
}

/// The user's applications.
fn list(world: &World, identity: &Identity) -> Result<Reply, Failure> {
    let item = Item::application().ok_or_else(Failure::not_found)?;
    let own = world.applications.values().filter(|application| application.identity == *identity);
    let rendered = own.map(|application| {
        let mut resource = render(world, application, &item)?;
        resource.shows_etag = true;
        Ok(resource)
    });
    let applications = OneOrMany::Many(rendered.collect::<Result<_, Failure>>()?);
    let mut resource = Resource::new("applications", Application::COLLECTION);
    resource.embedded.push((Name::Borrowed("application"), applications));
    Ok(Reply::resource(resource))
}
