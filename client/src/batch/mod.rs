//! Batches: many requests in one, each with its typed response.

mod part;
mod place;

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, sleep_until};
use ucwa::general::{Batch as BatchResource, BatchInput, BatchPostError};
use ucwa::http::header::{DATE, Entry};
use ucwa::http::{HeaderValue, Request};
use ucwa::url::Url;
use ucwa::{BatchBody, Body, Limits, Link, OperationRequest, PostRequest, ReceivedAt, read_batch};

use self::part::{Again, Answer, BatchedRequest, SentTo, Typed, Way, broken};
use self::place::{RequestPlace, assign};
use crate::application::Application;
use crate::counting::record_repetition;
use crate::error::{Error, RefusedError};
use crate::request::Safety;
use crate::transport::TransportError;

/// How many requests a server takes at once.
const LARGEST: usize = 100;

/// How many requests that are no part of a batch are sent at the same time.
const AT_ONCE: usize = 8;

/// Many requests that are sent as one, which saves connections and time. The server executes them in any order.
///
/// ```no_run
/// # async fn program(application: ucwa_client::Application) -> Result<(), Box<dyn std::error::Error>> {
/// let me = application.me().await?.link().expect("it has a link");
/// let people = application.people().await?.link().expect("it has a link");
/// let mut batch = application.batch();
/// let me = batch.add(me.get());
/// let people = batch.add(people.get());
/// batch.send().await;
/// println!("{:?} {:?}", me.await?.name, people.await?.my_contacts().link());
/// # Ok(())
/// # }
/// ```
///
/// - More than 100 requests, the most that a server takes, are sent as several batches, one after the other.
/// - Where the server has too many requests already (429), it executes none of a batch; the batch is halved, and sent again after a delay.
/// - Where the response is larger than [the limit](crate::RequestLimits::body), the requests that can be repeated are sent again in two
///   batches of half the size.
/// - A request whose response says that it can be repeated is sent again by itself, after a delay, as is one whose token was refused, and
///   one whose response is missing. A POST that may have been executed is not.
/// - Photos, and requests to other hosts, cannot be part of a batch. They are sent by themselves, as are all where the user may not
///   send batches.
/// - Of the requests that are sent by themselves, eight are sent at the same time.
#[must_use = "a batch does nothing until it is sent"]
pub struct Batch {
    application: Application,
    parts: Vec<Box<dyn BatchedRequest>>,
}

/// The response to one request of a [`Batch`]. Awaiting it gives what [`Client::send`](crate::Client::send) would, but for what becomes of the
/// batch as a whole: one with a POST in it is not repeated where the server may have executed it, so that its GETs fail as well.
#[must_use = "responses, and errors, are here"]
pub struct BatchResponse<R: OperationRequest> {
    answer: oneshot::Receiver<Answer<R>>,
    sent_to: SentTo,
}

impl Application {
    /// A batch without requests.
    pub fn batch(&self) -> Batch {
        Batch { application: self.clone(), parts: Vec::new() }
    }

    /// Sends requests of one type as a [`Batch`], and returns the responses in the order of the requests.
    pub async fn send_all<R: OperationRequest + 'static>(
        &self,
        requests: impl IntoIterator<Item = R>,
    ) -> Vec<Result<R::Response, Error<R::Error>>> {
        let mut batch = self.batch();
        let responses: Vec<_> = requests.into_iter().map(|request| batch.add(request)).collect();
        batch.send().await;
        let mut all = Vec::with_capacity(responses.len());
        for response in responses {
            all.push(response.await);
        }
        all
    }
}

impl Batch {
    /// Adds a request, and returns where its response will be.
    pub fn add<R: OperationRequest + 'static>(&mut self, request: R) -> BatchResponse<R> {
        let (sender, answer) = oneshot::channel();
        let sent_to = SentTo::default();
        self.parts.push(Box::new(Typed { request, answer: sender, sent_to: SentTo::clone(&sent_to) }));
        BatchResponse { answer, sent_to }
    }

    /// How many requests there are.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether there are no requests.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Sends the requests. What became of each, also where all of them failed, is in its [`BatchResponse`].
    ///
    /// Dropping the future leaves those unsent whose turn had not come. The server may have executed the others.
    pub async fn send(self) {
        let Self { application, parts } = self;
        let link = application.resource().batch().link();
        let url = link.as_ref().and_then(|link| link.url().ok());
        let (ready, mut alone) = sort(&application, parts, url.as_ref());
        let mut again = Vec::new();
        match link {
            Some(link) if ready.len() > 1 => {
                let mut sending = BatchDelivery { application: &application, link, again };
                sending.run(ready).await;
                again = sending.again;
            }
            _ => alone.extend(ready.into_iter().map(|(part, _)| part)),
        }
        let begin = Instant::now();
        let at_once = alone.into_iter().map(|part| (part, Duration::ZERO));
        // Those that wait for longer do not take the places of the others.
        again.sort_by_key(|(_, delay)| *delay);
        let send = |(part, delay): Again| {
            let application = &application;
            async move {
                if !delay.is_zero() {
                    // If the application is closed meanwhile, the request says so.
                    let _ = application.until_closed(sleep_until(begin + delay)).await;
                }
                part.send_alone(application).await;
            }
        };
        stream::iter(at_once.chain(again)).for_each_concurrent(AT_ONCE, send).await;
    }
}

/// A request with what it is as HTTP.
type Ready = (Box<dyn BatchedRequest>, Request<Vec<u8>>);

/// Those that can be sent in a batch to `url`, and those that have to be sent by themselves.
fn sort(
    application: &Application,
    parts: Vec<Box<dyn BatchedRequest>>,
    url: Option<&Url>,
) -> (Vec<Ready>, Vec<Box<dyn BatchedRequest>>) {
    let format = application.client().settings().format;
    let (mut ready, mut alone) = (Vec::new(), Vec::new());
    for part in parts {
        match part.way(format) {
            Way::Batched(request) if is_there(&request, url) => ready.push((part, request)),
            Way::Batched(_) | Way::Alone => alone.push(part),
            Way::Refused(error) => part.refuse(error),
        }
    }
    (ready, alone)
}

/// Whether a request goes to the same host as the batch.
fn is_there(request: &Request<Vec<u8>>, url: Option<&Url>) -> bool {
    let own = Url::parse(&request.uri().to_string()).ok();
    own.zip(url).is_some_and(|(own, url)| own.origin() == url.origin())
}

/// A batch on its way.
struct BatchDelivery<'a> {
    application: &'a Application,
    link: Link<BatchResource>,
    /// What has to be sent again by itself.
    again: Vec<Again>,
}

impl BatchDelivery<'_> {
    /// Sends requests in as many batches as it takes.
    async fn run(&mut self, mut requests: Vec<Ready>) {
        let mut waiting = VecDeque::new();
        while !requests.is_empty() {
            let rest = requests.split_off(requests.len().min(LARGEST));
            waiting.push_back((std::mem::replace(&mut requests, rest), 1));
        }
        while let Some((mut requests, attempts)) = waiting.pop_front() {
            let error = match self.send(&requests, attempts).await {
                Ok((body, date)) => {
                    self.application.client().succeeded();
                    self.settle(&body, date.as_ref(), &mut requests);
                    continue;
                }
                Err(error) => error,
            };
            if requests.len() > 1 && is_too_large(&error) {
                for half in halves(repeatable(requests, &error)) {
                    waiting.push_front((half, attempts));
                }
                continue;
            }
            let Some(delay) = self.application.client().delay(&error, attempts, safety(&requests)) else {
                fail(requests, &error);
                continue;
            };
            record_repetition::<PostRequest<BatchResource>>();
            if self.application.until_closed(sleep(delay)).await.is_err() {
                for (part, _) in requests {
                    part.refuse(RefusedError::Closed);
                }
                continue;
            }
            if error.is_too_many_requests() {
                for half in halves(requests) {
                    waiting.push_front((half, attempts + 1));
                }
            } else {
                waiting.push_front((requests, attempts + 1));
            }
        }
    }

    /// Sends one batch once. Gives the response, and when the server sent it, as it says.
    async fn send(
        &self,
        requests: &[Ready],
        attempts: u32,
    ) -> Result<(Body, Option<HeaderValue>), Error<BatchPostError>> {
        let mut body = BatchBody::new();
        for (_, request) in requests {
            body.push(request.clone()).map_err(not_sent)?;
        }
        let post = self.link.post_with(BatchInput::new(body.into_body().map_err(not_sent)?));
        for (part, _) in requests {
            part.begin();
        }
        let sent = self.application.client().receive_once(&post, attempts);
        let response = self.application.while_open::<PostRequest<BatchResource>, _, _>(sent).await?;
        let date = response.headers().get(DATE).cloned();
        Ok((post.read(response.map(Vec::from))?, date))
    }

    /// Hands each request its response. `date` is when the server sent them.
    fn settle(&mut self, body: &Body, date: Option<&HeaderValue>, requests: &mut Vec<Ready>) {
        let mut limits = Limits::default();
        limits.size = limits.size.max(body.bytes.len());
        let parts = match read_batch(body, limits) {
            Ok(parts) => parts,
            Err(error) => {
                let missed = requests.drain(..).filter_map(|(part, _)| part.miss(error.clone().into()));
                self.again.extend(missed);
                return;
            }
        };
        let places: Vec<_> = requests.iter().map(|(_, request)| place(request)).collect();
        let received = ReceivedAt(self.application.client().time_of_day());
        for ((part, _), found) in requests.drain(..).zip(assign(&places, parts)) {
            self.again.extend(match found {
                Ok(mut response) => {
                    // What dates in a part are compared with, the whole response says.
                    if let (Entry::Vacant(own), Some(date)) = (response.headers_mut().entry(DATE), date) {
                        own.insert(date.clone());
                    }
                    response.extensions_mut().insert(received);
                    part.settle(response, self.application.client())
                }
                Err(why) => part.miss(why),
            });
        }
    }
}

/// What cannot be sent for what it is. Requests are looked at before, so that this is about the batch alone.
fn not_sent(error: ucwa::BatchBodyError) -> RefusedError {
    match error {
        ucwa::BatchBodyError::Request(error) => error.into(),
        _ => RefusedError::NotInBatch { operation: "POST batch".into() },
    }
}

fn place(request: &Request<Vec<u8>>) -> RequestPlace {
    RequestPlace { method: request.method().clone(), url: Url::parse(&request.uri().to_string()).ok() }
}

/// A batch is repeated as the least safe of its requests.
fn safety(requests: &[Ready]) -> Safety {
    let all_idempotent = requests.iter().all(|(part, _)| part.safety() == Safety::Idempotent);
    if all_idempotent { Safety::Idempotent } else { Safety::OnlyOnce }
}

/// Whether the response is too large, so that those to fewer requests may not be.
fn is_too_large(error: &Error<BatchPostError>) -> bool {
    matches!(error, Error::Transport(failure) if matches!(failure.source, TransportError::BodyTooLarge { .. }))
}

/// Those of some requests that can be repeated, although they were executed. The others have failed.
fn repeatable(requests: Vec<Ready>, error: &Error<BatchPostError>) -> Vec<Ready> {
    let (repeatable, others): (Vec<_>, Vec<_>) =
        requests.into_iter().partition(|(part, _)| part.safety() == Safety::Idempotent);
    fail(others, error);
    repeatable
}

fn fail(requests: Vec<Ready>, error: &Error<BatchPostError>) {
    for (part, _) in requests {
        part.fail(error);
    }
}

/// The halves of some requests, the second first.
fn halves(mut requests: Vec<Ready>) -> impl Iterator<Item = Vec<Ready>> {
    let second = requests.split_off(requests.len().div_ceil(2));
    [second, requests].into_iter().filter(|half| !half.is_empty())
}

impl<R: OperationRequest + 'static> IntoFuture for BatchResponse<R> {
    type Output = Result<R::Response, Error<R::Error>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { answer, sent_to } = self;
        // The sender is gone with the batch.
        let given_up = move || match sent_to.get() {
            Some(url) => broken::<R>(url, "the batch was dropped before its response came".into()),
            None => RefusedError::BatchNotSent.into(),
        };
        Box::pin(async move { answer.await.unwrap_or_else(|_| Err(given_up())) })
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("requests", &self.parts.len()).finish_non_exhaustive()
    }
}

impl<R: OperationRequest> fmt::Debug for BatchResponse<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchResponse").field("operation", &R::operation()).finish_non_exhaustive()
    }
}
