//! Which client a request is sent with, so that none waits for others.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::uri::{Authority, Scheme};
use http::{Uri, Version};
use tokio::time::Instant;

use super::TransportError;

/// For how long a client is kept that has no requests.
const SPARE_TIME: Duration = Duration::from_secs(60);

/// Makes another client of the same settings.
pub(super) type MakeClient<C> = dyn Fn() -> Result<C, TransportError> + Send + Sync;

/// Spreads requests over clients, each of which has one connection of HTTP/2 to each server.
///
/// Servers limit how many requests are open on a connection. A client whose connection has reached the limit lets further requests
/// wait instead of opening another connection, and polls of the event channel are open for minutes. So each client takes as
/// many requests to a server as that certainly allows, and then another client is made. With HTTP/1.1 each request has a connection of its
/// own, and the first client takes all.
pub(super) struct Spread<C> {
    make: Box<MakeClient<C>>,
    state: Mutex<SpreadState<C>>,
}

struct SpreadState<C> {
    /// The first one is kept for good.
    clients: Vec<Kept<C>>,
    servers: HashMap<Server, Requests>,
}

/// A client, and what it has to do.
struct Kept<C> {
    client: C,
    /// How many requests it has, to all servers.
    requests: usize,
    /// When one of them last ended.
    used: Instant,
}

/// The requests to these share connections.
type Server = (Option<Scheme>, Option<Authority>);

/// The requests that are open to one server.
#[derive(Default)]
struct Requests {
    /// How many of them each client has.
    counts: Vec<usize>,
    /// The version of HTTP that the server last responded with.
    version: Option<Version>,
}

impl<C: Clone> Spread<C> {
    /// Begins with one client.
    pub(super) fn new(first: C, make: Box<MakeClient<C>>) -> Self {
        let state = SpreadState { clients: vec![Kept::new(first)], servers: HashMap::new() };
        Self { make, state: Mutex::new(state) }
    }

    /// A client for a request to a server, which has fewer than `limit` requests to it if they share a connection. The client is
    /// taken until the lease is dropped.
    pub(super) fn lease(self: &Arc<Self>, uri: &Uri, limit: NonZeroUsize) -> Result<Lease<C>, TransportError> {
        let server = (uri.scheme().cloned(), uri.authority().cloned());
        let mut state = self.state();
        let index = state.servers.get(&server).map_or(0, |requests| requests.first_below(limit.get()));
        if index == state.clients.len() {
            let client = (self.make)()?;
            state.clients.push(Kept::new(client));
        }
        let kept = &mut state.clients[index];
        kept.requests += 1;
        let client = kept.client.clone();
        state.servers.entry(server.clone()).or_default().add(index);
        Ok(Lease { client, spread: Arc::clone(self), server, index })
    }

    fn state(&self) -> MutexGuard<'_, SpreadState<C>> {
        // Nothing between two changes of the counts can fail.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> Kept<C> {
    fn new(client: C) -> Self {
        Self { client, requests: 0, used: Instant::now() }
    }

    fn is_spare(&self, now: Instant) -> bool {
        self.requests == 0 && now.saturating_duration_since(self.used) >= SPARE_TIME
    }
}

impl Requests {
    /// The first client that takes another request; behind the last if none does.
    fn first_below(&self, limit: usize) -> usize {
        if self.version.is_some_and(|version| version < Version::HTTP_2) {
            return 0;
        }
        let full = self.counts.iter().take_while(|count| **count >= limit);
        full.count()
    }

    fn add(&mut self, index: usize) {
        if self.counts.len() <= index {
            self.counts.resize(index + 1, 0);
        }
        self.counts[index] += 1;
    }

    /// Takes a request out, and says whether there are others.
    fn remove(&mut self, index: usize) -> bool {
        self.counts[index] -= 1;
        while self.counts.last() == Some(&0) {
            self.counts.pop();
        }
        !self.counts.is_empty()
    }
}

/// A client that is taken for one request.
pub(super) struct Lease<C: Clone> {
    client: C,
    spread: Arc<Spread<C>>,
    server: Server,
    index: usize,
}

impl<C: Clone> Lease<C> {
    pub(super) fn client(&self) -> &C {
        &self.client
    }

    /// Takes note of the version of HTTP that the server responded with.
    pub(super) fn note(&self, version: Version) {
        if let Some(requests) = self.spread.state().servers.get_mut(&self.server) {
            requests.version = Some(version);
        }
    }
}

impl<C: Clone> Drop for Lease<C> {
    fn drop(&mut self) {
        let mut state = self.spread.state();
        let now = Instant::now();
        let kept = &mut state.clients[self.index];
        kept.requests -= 1;
        kept.used = now;
        let has_others = state.servers.get_mut(&self.server).is_some_and(|requests| requests.remove(self.index));
        if !has_others {
            state.servers.remove(&self.server);
        }
        // Requests go to the first clients, so that the last ones are spare when there are fewer.
        while state.clients.len() > 1 && state.clients.last().is_some_and(|kept| kept.is_spare(now)) {
            state.clients.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::time::advance;

    use super::*;

    const LIMIT: NonZeroUsize = NonZeroUsize::new(2).expect("it is not zero");

    /// Clients that are numbers, in the order in which they are made.
    fn spread() -> Arc<Spread<usize>> {
        let next = AtomicUsize::new(1);
        Arc::new(Spread::new(0, Box::new(move || Ok(next.fetch_add(1, Ordering::SeqCst)))))
    }

    fn lease(spread: &Arc<Spread<usize>>, server: &'static str) -> Lease<usize> {
        spread.lease(&Uri::from_static(server), LIMIT).expect("a client")
    }

    fn take(spread: &Arc<Spread<usize>>, server: &'static str, count: usize) -> (Vec<Lease<usize>>, Vec<usize>) {
        let leases: Vec<_> = (0..count).map(|_| lease(spread, server)).collect();
        let clients = leases.iter().map(|lease| *lease.client()).collect();
        (leases, clients)
    }

    const POOL: &str = "https://pool1.contoso.com/a";
    const OTHER: &str = "https://pool2.contoso.com/a";

    #[test]
    fn no_client_has_more_requests_to_a_server_than_the_limit() {
        let spread = spread();
        let (mut leases, clients) = take(&spread, POOL, 5);
        assert_eq!(clients, [0, 0, 1, 1, 2]);
        // Another server has connections of its own.
        assert_eq!(take(&spread, OTHER, 3).1, [0, 0, 1]);
        drop(leases.remove(2));
        assert_eq!(take(&spread, POOL, 3).1, [1, 2, 3], "the first that has room takes the next one");
    }

    #[test]
    fn a_server_with_a_connection_for_each_request_needs_one_client() {
        let spread = spread();
        let first = lease(&spread, POOL);
        first.note(Version::HTTP_11);
        let (leases, clients) = take(&spread, POOL, 5);
        assert_eq!(clients, [0; 5]);
        // It may have learned HTTP/2 since.
        first.note(Version::HTTP_2);
        assert_eq!(take(&spread, POOL, 3).1, [1, 1, 2]);
        drop((first, leases));
        assert_eq!(take(&spread, POOL, 3).1, [0, 0, 1]);
    }

    #[tokio::test(start_paused = true)]
    async fn clients_that_had_nothing_to_do_for_long_are_dropped() {
        let spread = spread();
        let count = || spread.state().clients.len();
        let (mut leases, _) = take(&spread, POOL, 7);
        leases.truncate(3);
        assert_eq!(count(), 4, "they may be needed again soon");
        advance(SPARE_TIME).await;
        drop(lease(&spread, POOL));
        assert_eq!(count(), 2);
        drop(leases);
        advance(SPARE_TIME).await;
        drop(lease(&spread, POOL));
        assert_eq!((count(), spread.state().servers.len()), (1, 0));
    }

    #[test]
    fn a_client_that_cannot_be_made_fails_one_request() {
        let fail = || Err(TransportError::NotConnected("no more".into()));
        let spread = Arc::new(Spread::new(0, Box::new(fail)));
        let (mut leases, _) = take(&spread, POOL, 2);
        assert!(spread.lease(&Uri::from_static(POOL), LIMIT).is_err());
        leases.pop();
        assert_eq!(take(&spread, POOL, 1).1, [0]);
    }
}
