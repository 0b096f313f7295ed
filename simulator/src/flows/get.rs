//! Reading.

use ucwa_schema::Operation;

use super::outcome::Outcome;
use super::photo;
use crate::address::{Item, Place};
use crate::channel::Poll;
use crate::discovery;
use crate::protocol::{Call, Failure, Inputs, Reply};
use crate::state::{ApplicationId, User, World};
use crate::views::{self, render, render_shape};

/// Reads a resource.
pub(crate) fn get(
    world: &World,
    id: ApplicationId,
    item: &Item,
    operation: &Operation,
    inputs: &Inputs,
) -> Result<Reply, Failure> {
    let application = world.applications.get(&id).ok_or_else(Failure::application_not_found)?;
    match item.name() {
        "photo" | "contactPhoto" => {
            let person = match &item.place {
                Place::Person(address) => address,
                _ => application.identity.address(),
            };
            views::check_photo(world, application, person)?;
            let (bytes, etag) = photo::of(person);
            return Ok(Reply::Content { media_type: "image/jpeg".into(), bytes, etag: Some(etag) });
        }
        "conversationLogs" if item.place == Place::Application => {
            let limit = inputs.number("limit").and_then(|limit| usize::try_from(limit).ok());
            let shape = views::latest_logs(world, application, limit.unwrap_or(usize::MAX));
            return render_shape(world, application, item, &shape).map(Reply::resource);
        }
        "myGroupMemberships" | "myGroupMemberships2" if item.place == Place::Application => {
            if let Some(id) = inputs.text("groupId").filter(|id| !id.is_empty()) {
                let user = world.users.get(application.identity.address()).ok_or_else(|| Failure::forbidden(None))?;
                let shape = views::memberships_in(item.name(), user, id)?;
                return render_shape(world, application, item, &shape).map(Reply::resource);
            }
        }
        "xframe" => return Ok(discovery::frame()),
        "search" | "search2" if item.place == Place::Application => {
            let user = world.users.get(application.identity.address()).ok_or_else(|| Failure::forbidden(None))?;
            let shape = search(world, user, inputs)?;
            return render_shape(world, application, item, &shape).map(Reply::resource);
        }
        _ => {}
    }
    let shown = operation.response.resource.as_deref().filter(|name| *name != item.name());
    let item = shown.and_then(|name| item.seen_as(name)).unwrap_or_else(|| item.clone());
    render(world, application, &item).map(Reply::resource)
}

fn search(world: &World, user: &User, inputs: &Inputs) -> Result<views::Shape, Failure> {
    let query = inputs.text("query").or(inputs.text("mail")).unwrap_or_default();
    if query.is_empty() {
        return Err(Failure::parameter("query", "The parameter is required."));
    }
    let limit = inputs.number("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100);
    Ok(views::search(world, user, query, limit))
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
