//! What requests do to the world, by subject.

mod applications;
mod generic;
mod lifetimes;

use ucwa_schema::{Method, Operation};

pub(crate) use applications::create_application;
pub(crate) use generic::plain_text;

use crate::address::{Item, Place};
use crate::channel::Poll;
use crate::protocol::{Call, Failure, Inputs, Reply};
use crate::server::Outcome;
use crate::state::{ApplicationId, World};
use crate::views::render;

/// Reads a resource.
pub(crate) fn get(
    world: &mut World,
    id: ApplicationId,
    item: &Item,
    operation: &Operation,
    _inputs: &Inputs,
) -> Result<Reply, Failure> {
    let application = world.applications.get(&id).ok_or_else(Failure::application_not_found)?;
    let shown = operation.answer.resource.as_deref().filter(|name| *name != item.name());
    let item = shown.and_then(|name| item.seen_as(name)).unwrap_or_else(|| item.clone());
    render(world, application, &item).map(Reply::resource)
}

/// Changes something, or starts something.
pub(crate) fn act(
    world: &mut World,
    id: ApplicationId,
    item: &Item,
    operation: &Operation,
    inputs: &Inputs,
) -> Result<Reply, Failure> {
    match (operation.method, item.name(), &item.place) {
        (Method::Delete, "application", Place::Application) => {
            world.end_application(id);
            Ok(Reply::done())
        }
        _ => generic::act(world, id, item, operation, inputs),
    }
}

/// Polls the event channel.
pub(crate) fn poll(world: &mut World, id: ApplicationId, call: &Call, inputs: &Inputs) -> Outcome {
    let now = world.now;
    let ack = call.parameter("ack").and_then(|text| text.parse().ok());
    let poll = match world.applications.get_mut(&id) {
        Some(application) => {
            let base = application.href();
            application.channel.begin(ack, inputs, &base, now)
        }
        None => Poll::Ready(Err(Failure::application_not_found())),
    };
    Outcome::Poll(id, poll)
}
