//! Where a request goes.

use bytes::Bytes;
use http::{Request, Response, header};

use super::step::{Step, Wait};
use super::{applications, headers, operation};
use crate::address::locate;
use crate::channel::{Poll, Ticket};
use crate::discovery;
use crate::document::Marker;
use crate::faults::{Effect, Subject, distort_events, distort_resource, replacement};
use crate::flows::Outcome;
use crate::protocol::{
    Call, Failure, MediaType, PHOTO_COOKIE, PHOTOS, Reply, encode, encode_failure, set_header, token,
};
use crate::state::{Application, ApplicationId, Identity, World};
use crate::tokens;

impl World {
    /// Answers a request, or begins to wait.
    pub(crate) fn answer(&mut self, call: &Call) -> Step {
        let outcome = match headers::preflight(call) {
            Some(reply) => Ok(reply.into()),
            None => self.route(call),
        };
        match outcome {
            Ok(Outcome::Poll(application, poll)) => self.poll_step(call, application, poll),
            Ok(Outcome::Reply(reply, revision)) => {
                let mut response = self.respond(call, Ok(reply));
                set_header(&mut response, headers::UCWA_VERSION.clone(), revision);
                Step::Done(response)
            }
            Err(failure) => Step::Done(self.respond(call, Err(failure))),
        }
    }

    /// Looks again at a poll that is held open.
    pub(crate) fn resume(&mut self, call: &Call, application: ApplicationId, ticket: Ticket) -> Step {
        let now = self.now;
        let poll = match self.applications.get_mut(&application) {
            Some(found) => {
                let base = found.href();
                found.channel.resume(ticket, &base, now)
            }
            None => Poll::Ready(Err(Failure::application_not_found())),
        };
        self.poll_step(call, application, poll)
    }

    fn poll_step(&mut self, call: &Call, application: ApplicationId, poll: Poll) -> Step {
        match poll {
            Poll::Ready(result) => Step::Done(self.respond(call, result)),
            Poll::Wait { ticket, until, notify } => Step::Wait(Wait { application, ticket, until, notify }),
        }
    }

    /// Answers a request as a fault has it; `None` where the fault leaves the answer to the server.
    pub(crate) fn answer_instead(&mut self, call: &Call, effect: &Effect) -> Option<Response<Bytes>> {
        let result = match effect {
            Effect::Unauthorized => {
                let topology = &self.options.topology;
                let origin = if topology.is_pool(&call.host) { &topology.pool } else { &topology.web };
                Ok(tokens::challenge(self, origin))
            }
            other => replacement(other)?,
        };
        Some(self.respond(call, result))
    }

    /// The address of the user whose token a request shows.
    pub(crate) fn user_of<B>(&self, request: &Request<B>) -> Option<String> {
        let token = self.tokens.get(token(request.headers())?)?;
        Some(token.identity.address().to_owned())
    }

    /// What a request is about.
    pub(crate) fn subject(&self, call: &Call) -> Subject {
        let token = call.token().and_then(|token| self.tokens.get(token));
        let below = call.path.strip_prefix(Application::COLLECTION).map(|path| path.trim_matches('/'));
        let (id, path) = below.map_or(("", ""), |below| below.split_once('/').unwrap_or((below, "")));
        let application = id.parse().ok().and_then(|id| self.applications.get(&id));
        let resource = match (application, below) {
            (Some(application), _) => {
                locate(self, application, path).map(|item| item.name().to_owned()).unwrap_or_default()
            }
            (None, Some("")) => "applications".into(),
            (None, Some(_)) => String::new(),
            (None, None) if call.path == Application::ANONYMOUS_COLLECTION => "anonApplications".into(),
            (None, None) if call.path.eq_ignore_ascii_case(tokens::ENDPOINT) => "token".into(),
            (None, None) => discovery::resource(&call.path).unwrap_or_default().to_owned(),
        };
        Subject {
            method: call.method.to_string(),
            resource,
            user: token.map(|token| token.identity.address().to_owned()),
            application: application.map(|application| application.id),
        }
    }

    /// Answers a request with a failure.
    pub(super) fn refuse(&mut self, call: &Call, failure: Failure) -> Response<Bytes> {
        self.respond(call, Err(failure))
    }

    fn respond(&mut self, call: &Call, mut result: Result<Reply, Failure>) -> Response<Bytes> {
        if let (Some(Effect::EmbeddedEvents), Ok(Reply::Events(events))) = (&self.distortion, &mut result) {
            self.embed_targets(events);
        }
        let media_type = call.wanted.unwrap_or(MediaType::JSON);
        let marker = Marker { name: self.random.guid() };
        let is_application = matches!(&result, Ok(Reply::Resource { resource, .. }) if resource.rel == "application");
        let mut response = match result {
            Ok(mut reply) => {
                match (&self.distortion, &mut reply) {
                    (Some(effect), Reply::Resource { resource, .. }) => distort_resource(effect, resource),
                    (Some(effect), Reply::Events(events)) => distort_events(effect, events),
                    _ => {}
                }
                encode(reply, call, media_type, &marker)
            }
            Err(mut failure) => {
                failure.reason.debug_info.push(("correlationId", marker.name.clone()));
                encode_failure(&failure, media_type)
            }
        };
        if is_application {
            give_photo_cookie(call, &mut response);
        }
        headers::complete(self, call, &marker.name, &mut response);
        response
    }

    fn route(&mut self, call: &Call) -> Result<Outcome, Failure> {
        if let Some(reply) = tokens::answer(self, call).or_else(|| tokens::page(self, call)) {
            return Ok(reply.into());
        }
        if let Some(answer) = discovery::answer(self, call) {
            return answer.map(Outcome::from);
        }
        let below = call.path.strip_prefix("/ucwa/oauth/v1/").ok_or_else(Failure::not_found)?;
        let identity = match tokens::identify(self, call, &self.options.topology.pool) {
            Ok(identity) => identity,
            Err(challenge) => return Ok(challenge.into()),
        };
        let (collection, rest) = below.split_once('/').unwrap_or((below, ""));
        match (collection, rest) {
            ("applications" | "anonApplications", "") => applications::answer(self, call, collection, &identity),
            ("applications", rest) => {
                let (id, path) = rest.split_once('/').unwrap_or((rest, ""));
                let id = id.parse().map_err(|_| Failure::application_not_found())?;
                self.enter(id, &identity)?;
                operation::answer(self, call, id, path)
            }
            _ => Err(Failure::not_found()),
        }
    }

    /// Notes that an application is in use; fails if it is gone or another user's.
    fn enter(&mut self, id: ApplicationId, identity: &Identity) -> Result<(), Failure> {
        let now = self.now;
        match self.applications.get_mut(&id) {
            Some(application) if application.identity == *identity => {
                application.last_request = now;
                Ok(())
            }
            None if self.expired.iter().any(|(expired, of)| *expired == id && of == identity) => {
                Err(Failure::application_expired())
            }
            _ => Err(Failure::application_not_found()),
        }
    }
}

/// Has a browser show its token where the photos of an application are: for an image, it sends cookies alone.
fn give_photo_cookie(call: &Call, response: &mut Response<Bytes>) {
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    let place = location.unwrap_or(&call.path).trim_end_matches('/');
    if let Some(token) = call.token() {
        let cookie = format!("{PHOTO_COOKIE}={token}; path={place}/{PHOTOS}; secure; HttpOnly");
        set_header(response, header::SET_COOKIE, cookie);
    }
}
