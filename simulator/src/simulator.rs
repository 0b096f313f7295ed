//! The simulator as a service.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use tokio::time::{Instant, sleep_until};
use tower::Service;

use crate::options::Options;
use crate::protocol::Call;
use crate::server::Step;
use crate::state::{Moment, World, milliseconds};
use crate::watch::{Exchange, Log};

/// A UCWA server.
///
/// Clones share one world. It is a [`tower::Service`]: a request goes in, and a response comes out, at once or, for a poll of the
/// event channel, when something has happened. Time is tokio's clock, and nothing runs on its own: what should have happened
/// by a moment happens before the next request is answered, or while a poll waits.
#[derive(Debug, Clone)]
pub struct Simulator {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    world: Mutex<World>,
    log: Mutex<Log>,
    latency: Duration,
    /// When the world began, by tokio's clock and by its own.
    start: Instant,
    epoch: Moment,
}

/// Why a request got no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionError {
    /// The simulator does not play this host.
    #[error("no host named `{0}`: send the request to a host of the topology")]
    UnknownHost(String),
    /// The connection was cut.
    #[error("the connection was cut")]
    Cut,
}

impl Simulator {
    /// A simulator with three users of `contoso.com`, all of whose random values come from a seed.
    pub fn new(seed: u64) -> Self {
        Self::with_options(Options::new(seed))
    }

    /// A simulator made as the options say.
    pub fn with_options(options: Options) -> Self {
        let (epoch, latency) = (options.epoch, options.latency);
        let log = Mutex::new(Log::new(options.log_length));
        let shared = Shared { world: Mutex::new(World::new(options)), log, latency, start: Instant::now(), epoch };
        Self { shared: Arc::new(shared) }
    }

    /// Answers a request. A poll of the event channel is answered when something has happened, or when its time is over.
    ///
    /// # Errors
    ///
    /// Fails where a client would see a broken connection and no response.
    pub async fn handle(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ConnectionError> {
        let number = self.log().begin(&request, self.now());
        if self.shared.latency > Duration::ZERO {
            tokio::time::sleep(self.shared.latency).await;
        }
        let outcome = self.answer(request).await;
        self.log().end(number, &outcome);
        outcome
    }

    async fn answer(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ConnectionError> {
        let call = Call::new(request);
        let mut step = {
            let mut world = self.world();
            if !world.options.topology.plays(&call.host) {
                return Err(ConnectionError::UnknownHost(call.host));
            }
            world.answer(&call)
        };
        loop {
            let wait = match step {
                Step::Done(response) => return Ok(response),
                Step::Wait(wait) => wait,
            };
            let notified = wait.notify.notified();
            tokio::pin!(notified);
            // What happens between the look above and the wait below must not be missed.
            notified.as_mut().enable();
            let looked = {
                let mut world = self.world();
                let step = world.resume(&call, wait.application, wait.ticket);
                let timer = world.next_timer();
                (step, timer)
            };
            step = match looked {
                (Step::Wait(wait), timer) => {
                    let until = timer.map_or(wait.until, |timer| timer.min(wait.until));
                    tokio::select! {
                        biased;
                        () = notified => {}
                        () = sleep_until(self.instant(until)) => {}
                    }
                    self.world().resume(&call, wait.application, wait.ticket)
                }
                (done, _) => done,
            };
        }
    }

    /// The world as it is now.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        // A request that panicked leaves plain data behind, which the next one can still use.
        let mut world = self.shared.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.advance(self.now());
        world
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.shared.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The latest requests with what became of them, the oldest first.
    pub fn requests(&self) -> Vec<Exchange> {
        self.log().entries()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.log().clear();
    }

    /// The moment that it is in the simulated world.
    fn now(&self) -> Moment {
        let elapsed = Instant::now().saturating_duration_since(self.shared.start);
        self.shared.epoch.saturating_add(milliseconds(elapsed))
    }

    fn instant(&self, moment: Moment) -> Instant {
        let elapsed = u64::try_from(moment.saturating_sub(self.shared.epoch)).unwrap_or(0);
        self.shared.start + Duration::from_millis(elapsed)
    }
}

impl Service<Request<Bytes>> for Simulator {
    type Response = Response<Bytes>;
    type Error = ConnectionError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, ConnectionError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectionError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let simulator = self.clone();
        Box::pin(async move { simulator.handle(request).await })
    }
}
