//! The way of a request from a user's client to the server, where it is recorded and where some go astray.

use std::cell::Cell;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::sleep;
use tower::service_fn;
use ucwa::general::Events;
use ucwa::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use ucwa::http::{HeaderValue, Method, Request, Response, StatusCode};
use ucwa::{Link, OperationRequest as _};
use ucwa_client::{BodyLimit, BoxError, SameConnection, Transport, TransportError};
use ucwa_simulator::{ConnectionError, ConnectionId};

use crate::address::{application_of, is_batch, is_poll, is_token_request};
use crate::fault::RedirectTo;
use crate::parts::with_spoiled_parts;
use crate::record::{Document, RequestOutcome, Stream};
use crate::unreadable::{with_unreadable, without_way};
use crate::world::{Weather, World};

tokio::task_local! {
    /// The stream of events that this task polls.
    pub(crate) static STREAM: Cell<Stream>;
}

/// The network as one user has it.
#[derive(Debug, Clone)]
pub(crate) struct UserNetwork {
    world: Arc<World>,
    user: usize,
}

/// A request that is on its way, until it has an outcome or nobody waits for it any longer.
struct SentRequest<'n> {
    network: &'n UserNetwork,
    number: u64,
    is_over: bool,
}

impl SentRequest<'_> {
    fn end(mut self, outcome: &RequestOutcome<'_>) {
        self.is_over = true;
        self.network.world.record.response(self.network.user, self.number, outcome);
    }
}

impl Drop for SentRequest<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.network.world.record.response(self.network.user, self.number, &RequestOutcome::Unknown);
        }
    }
}

impl UserNetwork {
    pub(crate) fn new(world: Arc<World>, user: usize) -> Self {
        Self { world, user }
    }

    /// What a client sends its requests by.
    pub(crate) fn transport(self) -> Transport {
        Transport::new(service_fn(move |request| {
            let stream = STREAM.try_with(Cell::get).ok();
            self.clone().carry(request, stream)
        }))
    }

    async fn carry(self, request: Request<Bytes>, stream: Option<Stream>) -> Result<Response<Bytes>, BoxError> {
        let number = self.world.record.request(self.user, &request);
        let under_way = SentRequest { network: &self, number, is_over: false };
        let (uri, is_poll, is_batch) = (request.uri().clone(), is_poll(request.uri()), is_batch(request.uri()));
        let is_creation = request.method() == Method::POST && uri.path().ends_with("/applications");
        let is_removal = request.method() == Method::DELETE;
        if let (true, Some(stream)) = (is_poll, stream) {
            self.world.record.polled(self.user, stream);
        }
        let limit = request.extensions().get().map_or(usize::MAX, |BodyLimit(limit)| *limit);
        let result = self.respond(request).await.and_then(|response| whole(response, limit));
        let outcome = match &result {
            Ok(response) => RequestOutcome::Response(response),
            Err(TransportError::NotConnected(_)) => RequestOutcome::NotSent,
            Err(_) => RequestOutcome::Unknown,
        };
        under_way.end(&outcome);
        if let (Ok(response), true, Some(id)) = (&result, is_removal, application_of(uri.path()))
            && !response.status().is_success()
            && uri.path().ends_with(&format!("/{id}"))
        {
            self.world.deny(id);
        }
        if let (Ok(response), true, Some(stream)) = (&result, is_creation, stream)
            && response.status().is_success()
        {
            self.world.record.recreated(self.user, stream);
        }
        if let (Ok(response), true, Some(stream)) = (&result, is_poll, stream)
            && response.status() == StatusCode::OK
            && let Some(application) = application_of(uri.path())
            && let Ok(document) = Link::<Events>::new(uri.to_string()).get().read(response.clone().map(Vec::from))
        {
            match Document::of(application, &document) {
                Some(received) => {
                    self.world.record.told(self.user, stream, &document);
                    self.world.record.received(self.user, stream, received);
                }
                None => self.world.record.went_astray(self.user, stream),
            }
        }
        // What the record has is what the server did.
        let spoiled = result.map(|response| if is_batch { self.spoil_parts(response) } else { response });
        spoiled.map_err(Into::into)
    }

    async fn respond(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        // Those have secrets, in their headers or in their bodies.
        let is_read = request.method() == Method::GET && request.headers().contains_key(AUTHORIZATION);
        let is_redirected = is_read || is_token_request(request.uri());
        let (outage, redirect) = self.world.with_weather(self.user, |weather| {
            let outage = weather.outage();
            (outage, if is_redirected && outage.is_none() { weather.redirects.pop_front() } else { None })
        });
        if let Some(outage) = outage {
            let no_network = || TransportError::NotConnected("no network".into());
            return outage.page.map(page).ok_or_else(no_network);
        }
        if let Some(to) = redirect {
            return Ok(redirected(&request, to));
        }
        let connection = self.connection(&request);
        request.extensions_mut().insert(connection);
        let is_poll = is_poll(request.uri());
        let [there, back] = self.world.travel(self.user);
        travel(there).await;
        let response = self.world.simulator.handle(request).await.map_err(|error| match error {
            ConnectionError::UnknownHost(_) => TransportError::NotConnected(error.into()),
            error => TransportError::Broken(error.into()),
        })?;
        travel(back).await;
        if !is_poll || response.status() != StatusCode::OK {
            return Ok(response);
        }
        let has_no_way = self.takes_one(|weather| &mut weather.lost_ways);
        let response = if has_no_way { without_way(response) } else { response };
        let is_unreadable = self.takes_one(|weather| &mut weather.unreadable);
        Ok(if is_unreadable { with_unreadable(response) } else { response })
    }

    /// The connection of a request: that of those before, where the client says that it has to be the same.
    fn connection(&self, request: &Request<Bytes>) -> ConnectionId {
        let next = || Ok::<_, Infallible>(self.world.next_connection());
        let same = request.extensions().get::<SameConnection>().map(|same| same.get_or_make(next));
        let Ok(number) = same.unwrap_or_else(next);
        ConnectionId(number)
    }

    /// Spoils a response to a batch, if that is to happen.
    fn spoil_parts(&self, response: Response<Bytes>) -> Response<Bytes> {
        if response.status() != StatusCode::OK {
            return response;
        }
        match self.world.with_weather(self.user, |weather| weather.parts.pop_front()) {
            Some(fault) => with_spoiled_parts(response, fault),
            None => response,
        }
    }

    /// Whether something is to happen to this response that is to happen to some.
    fn takes_one(&self, count: impl FnOnce(&mut Weather) -> &mut u32) -> bool {
        self.world.with_weather(self.user, |weather| {
            let count = count(weather);
            let left = count.checked_sub(1);
            *count = left.unwrap_or_default();
            left.is_some()
        })
    }
}

/// A response whose body is as long as its header says, and no longer than a limit. Over a connection, what is shorter never ends, and
/// nobody reads what is longer.
fn whole(response: Response<Bytes>, limit: usize) -> Result<Response<Bytes>, TransportError> {
    if response.body().len() > limit {
        return Err(TransportError::BodyTooLarge { limit });
    }
    let length = response.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    match length {
        Some(length) if response.body().len() < length => Err(TransportError::Broken("the body is cut short".into())),
        _ => Ok(response),
    }
}

async fn travel(time: Duration) {
    if !time.is_zero() {
        sleep(time).await;
    }
}

/// What a proxy responds that does not reach the server.
fn page(status: u16) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(b"<html>The site is down.</html>"));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

fn redirected(request: &Request<Bytes>, to: RedirectTo) -> Response<Bytes> {
    let location = match to {
        RedirectTo::Elsewhere => format!("https://evil.example{}", request.uri().path()),
        RedirectTo::Itself => request.uri().to_string(),
    };
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    if let Ok(location) = location.parse() {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}
