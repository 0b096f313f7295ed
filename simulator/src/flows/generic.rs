//! What the schema alone says of an operation: for instances of the catalogue, and for what the world does not model.

use ucwa_schema::Method;

use super::change::Change;
use crate::address::{Item, Place};
use crate::protocol::{Failure, Reply};
use crate::state::World;
use crate::views::render;

/// Answers as the reference's samples do.
pub(super) fn act(world: &mut World, change: &Change<'_>) -> Result<Reply, Failure> {
    let Change { id, item, operation, inputs } = change;
    if operation.method == Method::Put {
        let values = inputs.iter().map(|(name, value)| (name.clone(), value.clone()));
        world.written.entry((*id, item.path.clone())).or_default().extend(values);
    }
    let application = world.applications.get(id).ok_or_else(Failure::application_not_found)?;
    // Fails where there is nothing at the address.
    let current = render(world, application, item)?;
    let status = operation.response.status.unwrap_or(204);
    let made = operation.response.resource.as_deref();
    if operation.method == Method::Put {
        return Ok(match made {
            Some(_) => Reply::Resource { status, resource: Box::new(current), location: None },
            None => Reply::Done { status, location: None },
        });
    }
    match made.and_then(|name| Item::new(name, Place::Catalogue, name)) {
        Some(made) if operation.response.location => {
            Ok(Reply::Done { status, location: Some(format!("{}/{}", application.href(), made.path)) })
        }
        Some(made) => {
            let resource = Box::new(render(world, application, &made)?);
            Ok(Reply::Resource { status, resource, location: None })
        }
        None => Ok(Reply::Done { status, location: None }),
    }
}
