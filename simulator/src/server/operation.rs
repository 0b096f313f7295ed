//! Operations on what an application has.

use http::HeaderName;
use ucwa_schema::{Method, Operation, Resource};

use super::batch;
use crate::address::{Place, locate};
use crate::catalogue::Catalogue;
use crate::document::etag;
use crate::flows::{self, Outcome};
use crate::protocol::{Call, Failure, Reply, check_match, read_inputs};
use crate::state::{ApplicationId, World};
use crate::views::render;

/// The least revision of a resource that the client takes.
static WANTED_REVISION: HeaderName = HeaderName::from_static("x-ms-requiresminresourceversion");

/// Answers a request for something below an application.
pub(super) fn answer(world: &mut World, call: &Call, id: ApplicationId, path: &str) -> Result<Outcome, Failure> {
    let application = world.applications.get(&id).ok_or_else(Failure::application_not_found)?;
    let mut item = locate(world, application, path)?;
    item.resource = revise(call, item.resource, &item.place)?;
    let (operation, method) = find_operation(call, item.resource)?;
    if operation.response.content.is_none() {
        call.negotiate()?;
    }
    if method == Method::Options {
        return Ok(metadata(item.resource).into());
    }
    if method == Method::Put {
        check_match(call, &etag(&render(world, application, &item)?))?;
    }
    let inputs = read_inputs(call, operation)?;
    let reply = match (item.name(), method) {
        ("events", Method::Get) => return Ok(flows::poll(world, id, call, &inputs)),
        ("batch", Method::Post) => batch::answer(world, call),
        (_, Method::Get) => flows::get(world, id, &item, operation, &inputs),
        _ => flows::act(world, id, &item, operation, &inputs),
    };
    Ok(Outcome::Reply(reply?, item.resource.revision))
}

/// The resource in the revision that the client asks for: the latest that it wants at least, the first if it does not say.
pub(super) fn revise(call: &Call, resource: &'static Resource, place: &Place) -> Result<&'static Resource, Failure> {
    let Some(wanted) = call.header(&WANTED_REVISION) else { return Ok(resource) };
    let refused = || {
        let failure = Failure::new(404, "NotFound", Some("APIVersionNotSupported"));
        failure.saying("The server has no such version of the resource.")
    };
    let wanted: u32 = wanted.trim().parse().map_err(|_| refused())?;
    if *place == Place::Catalogue && resource.revision >= wanted {
        return Ok(resource);
    }
    let mut revisions = Catalogue::get().revisions(&resource.rel);
    revisions.find(|other| other.revision >= wanted.max(resource.revision)).ok_or_else(refused)
}

/// The operation that a request is for.
pub(super) fn find_operation(
    call: &Call,
    resource: &'static Resource,
) -> Result<(&'static Operation, Method), Failure> {
    let catalogue = Catalogue::get();
    let found = method(call).and_then(|method| Some((catalogue.operation(resource, method)?, method)));
    found.ok_or_else(|| {
        let methods: Vec<_> = catalogue.methods(resource).into_iter().map(Method::name).collect();
        Failure::new(405, "MethodNotAllowed", None).with_header("allow", methods.join(", "))
    })
}

/// What a resource can be asked.
pub(super) fn metadata(resource: &'static Resource) -> Reply {
    let catalogue = Catalogue::get();
    let methods = catalogue.methods(resource).into_iter().filter_map(|method| {
        let operation = catalogue.operation(resource, method)?;
        let parameters = operation.query.iter().chain(&operation.input).map(|row| row.name.as_str()).collect();
        Some((method.name(), parameters))
    });
    Reply::Metadata(methods.collect())
}

/// The method of a request in the words of the schema; `None` for those that no resource has.
fn method(call: &Call) -> Option<Method> {
    match call.method {
        http::Method::GET => Some(Method::Get),
        http::Method::POST => Some(Method::Post),
        http::Method::PUT => Some(Method::Put),
        http::Method::DELETE => Some(Method::Delete),
        http::Method::OPTIONS => Some(Method::Options),
        _ => None,
    }
}
