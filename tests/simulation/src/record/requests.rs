//! What the client promises of its requests: where tokens go, what is repeated, how long it waits, and that it stops.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use memchr::memmem;
use tokio::time::Instant;
use ucwa::http::header::AUTHORIZATION;
use ucwa::http::{Method, Request, Response, StatusCode};

use super::parts::{requests_in, statuses_in};
use crate::address::{is_batch, is_poll, is_token_request, is_trusted};
use crate::schedule::UserSettings;
use crate::secrets;

/// How long a program may take for an item, during which nobody looks at the clock of a poll, or of what the stream sends for it.
const HANDLING: Duration = Duration::from_secs(20);

/// How long nothing may be on its way while the program waits for events: the longest `Retry-After` that is waited for, and the
/// longest delay.
const LONGEST_SILENCE: Duration = Duration::from_secs(60 + 30);

/// How many requests a user's client may send in a schedule. Those of a storm are more.
const MOST_REQUESTS: u64 = 50_000;

/// Whether a user's application is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Open,
    /// It is being closed, by one request.
    Closing,
    Closed,
    /// It was left to another process, which wants to hear all that this one did not.
    Left,
}

/// The requests of one user.
#[derive(Debug)]
pub(crate) struct Requests {
    /// How long a poll may take.
    poll_time: Duration,
    /// How long another request may take.
    request_time: Duration,
    /// The password, in all ways in which a request may have it.
    passwords: [String; 2],
    phase: Phase,
    count: u64,
    under_way: BTreeMap<u64, OpenRequest>,
    /// POST requests that must not be executed twice, by all that is in them.
    posts: BTreeMap<Post, Execution>,
    /// Since when nothing has been on its way, while the program waits for events.
    silent_since: Option<Instant>,
    /// Since when the program has waited for events, while it does.
    waiting_since: Option<Instant>,
}

/// Where it goes, without the host, and its body.
type Post = (String, Bytes);

/// Whether a server may have executed a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Execution {
    Impossible,
    Possible,
}

#[derive(Debug)]
struct OpenRequest {
    begin: Instant,
    is_poll: bool,
    is_for_token: bool,
    /// What it asks for: one request, or all of a batch.
    posts: Vec<Option<Post>>,
}

/// What became of a request.
#[derive(Debug)]
pub(crate) enum RequestOutcome<'r> {
    Response(&'r Response<Bytes>),
    /// There was no connection.
    NotSent,
    /// The connection broke, or nobody waited any longer.
    Unknown,
}

impl Requests {
    pub(crate) fn new(settings: &UserSettings, password: &str) -> Self {
        Self {
            poll_time: settings.timeout + settings.limits.poll_margin,
            request_time: settings.limits.request_time,
            passwords: secrets::spellings(password),
            phase: Phase::Closed,
            count: 0,
            under_way: BTreeMap::new(),
            posts: BTreeMap::new(),
            silent_since: None,
            waiting_since: None,
        }
    }

    /// Notes the phase. Gives the one before.
    pub(crate) fn set_phase(&mut self, phase: Phase) -> Phase {
        let before = std::mem::replace(&mut self.phase, phase);
        if before == Phase::Left {
            // Another process knows nothing of what the one before did, and may do it too.
            self.posts.clear();
        }
        before
    }

    /// Notes whether the program waits for events.
    pub(crate) fn set_waiting(&mut self, is_waiting: bool, now: Instant) {
        self.waiting_since = is_waiting.then_some(now);
        self.silent_since = (is_waiting && self.under_way.is_empty()).then_some(now);
    }

    /// Notes a request that was sent, and what is wrong about that.
    pub(crate) fn begin(&mut self, number: u64, request: &Request<Bytes>, now: Instant) -> Vec<String> {
        let mut wrong = Vec::new();
        self.count += 1;
        if self.count == MOST_REQUESTS {
            wrong.push(format!("{MOST_REQUESTS} requests of one user: a storm"));
        }
        wrong.extend(self.misplaced_secret(request));
        wrong.extend(self.after_the_end(request));
        wrong.extend(self.check_silence(now));
        let is_for_token = is_token_request(request.uri());
        if is_for_token && self.under_way.values().any(|other| other.is_for_token) {
            wrong.push("two requests for a token at the same time".into());
        }
        let posts = posts(request);
        for post in posts.iter().flatten() {
            match self.posts.get(post) {
                Some(Execution::Possible) => wrong.push(format!("sent twice, and perhaps executed twice: {}", post.0)),
                // Until there is an outcome, the server may be at work on it.
                Some(Execution::Impossible) | None => drop(self.posts.insert(post.clone(), Execution::Possible)),
            }
        }
        let is_poll = is_poll(request.uri());
        self.under_way.insert(number, OpenRequest { begin: now, is_poll, is_for_token, posts });
        self.silent_since = None;
        wrong
    }

    /// Notes what became of a request.
    pub(crate) fn end(&mut self, number: u64, outcome: &RequestOutcome<'_>, now: Instant) -> Option<String> {
        let under_way = self.under_way.remove(&number)?;
        let wrong = self.overdue(&under_way, now);
        let executions = executions(outcome, under_way.posts.len());
        for (post, execution) in under_way.posts.into_iter().zip(executions) {
            self.posts.extend(post.map(|post| (post, execution)));
        }
        if self.under_way.is_empty() && self.waiting_since.is_some() {
            self.silent_since = Some(now);
        }
        wrong
    }

    /// How many there were.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// How many requests a batch has that is on its way.
    pub(crate) fn batched(&self, number: u64) -> u64 {
        let length = self.under_way.get(&number).map_or(0, |under_way| under_way.posts.len());
        if length > 1 { length as u64 } else { 0 }
    }

    /// What is wrong when nothing more happens.
    pub(crate) fn check(&self, now: Instant) -> Option<String> {
        let overdue = self.under_way.values().find_map(|under_way| self.overdue(under_way, now));
        overdue.or_else(|| self.check_silence(now))
    }

    /// Whether a request took longer than any may.
    fn overdue(&self, under_way: &OpenRequest, now: Instant) -> Option<String> {
        let mut longest = if under_way.is_poll { self.poll_time } else { self.request_time };
        if self.waiting_since.is_none_or(|since| since > under_way.begin + longest) {
            longest += HANDLING;
        }
        let time = now - under_way.begin;
        (time > longest).then(|| format!("a request was waited for {time:?}, and not given up after {longest:?}"))
    }

    fn check_silence(&self, now: Instant) -> Option<String> {
        let time = now - self.silent_since?;
        (time > LONGEST_SILENCE).then(|| format!("no request for {time:?}, while the program waited for events"))
    }

    /// Whether a request carries a secret to a host that must not see it.
    fn misplaced_secret(&self, request: &Request<Bytes>) -> Option<String> {
        if is_trusted(request.uri()) {
            return None;
        }
        let has_token = request.headers().contains_key(AUTHORIZATION);
        let mut passwords = self.passwords.iter();
        let is_in_body = passwords.any(|password| memmem::find(request.body(), password.as_bytes()).is_some());
        let what = if has_token { "token" } else { "password" };
        (has_token || is_in_body).then(|| format!("the {what} went to {}", request.uri()))
    }

    /// Whether a request comes after the application was closed.
    fn after_the_end(&self, request: &Request<Bytes>) -> Option<String> {
        let is_allowed = match self.phase {
            Phase::Open => true,
            Phase::Closing => request.method() == Method::DELETE || is_token_request(request.uri()),
            Phase::Closed | Phase::Left => false,
        };
        (!is_allowed).then(|| format!("sent after the application was closed: {} {}", request.method(), request.uri()))
    }
}

/// What a request asks for that must not be executed twice: `None` for each request, be it one or those of a batch, that may be.
fn posts(request: &Request<Bytes>) -> Vec<Option<Post>> {
    if request.method() == Method::POST && is_batch(request.uri()) {
        requests_in(request).iter().map(post).collect()
    } else {
        vec![post(request)]
    }
}

/// A POST that must not be executed twice, by what makes it the one it is. The server makes sure that some do no harm, and some
/// programs do the same thing again.
fn post(request: &Request<Bytes>) -> Option<Post> {
    const REPEATABLE: [&str; 23] = [
        "addtopresencesubscription",
        "admit",
        "applications",
        "batch",
        "demote",
        "eject",
        "location",
        "makemeavailable",
        "markasread",
        "muteaudio",
        "mygroupmemberships",
        "mygroups",
        "note",
        "oauthtoken",
        "presence",
        "presencesubscriptions",
        "promote",
        "reject",
        "reportmyactivity",
        "resetcontactprivacyrelationship",
        "setistyping",
        "startorrefreshsubscriptiontocontactsandgroups",
        "unmuteaudio",
    ];
    let path = request.uri().path().to_ascii_lowercase();
    let mut segments = path.rsplit('/');
    // A subscription is renewed by a POST to it.
    let is_repeatable = segments.next().is_some_and(|last| REPEATABLE.contains(&last))
        || segments.next() == Some("presencesubscriptions");
    let is_one = request.method() == Method::POST && !is_repeatable;
    let address = || request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    is_one.then(|| (address(), request.body().clone()))
}

/// Whether the server may have executed each of the requests that one asked for.
fn executions(outcome: &RequestOutcome<'_>, requests: usize) -> Vec<Execution> {
    if let RequestOutcome::Response(response) = outcome
        && response.status() == StatusCode::OK
        && requests > 1
    {
        let statuses = statuses_in(response);
        if statuses.len() == requests {
            return statuses.into_iter().map(execution_by).collect();
        }
    }
    vec![execution(outcome); requests]
}

fn execution(outcome: &RequestOutcome<'_>) -> Execution {
    match outcome {
        RequestOutcome::NotSent => Execution::Impossible,
        RequestOutcome::Unknown => Execution::Possible,
        RequestOutcome::Response(response) => match response.status() {
            StatusCode::FORBIDDEN if response.headers().contains_key("x-ms-diagnostics") => Execution::Impossible,
            status => execution_by(status),
        },
    }
}

fn execution_by(status: StatusCode) -> Execution {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS => Execution::Impossible,
        _ => Execution::Possible,
    }
}
