//! The simulator: a world, its clock, its faults and the log of its requests.

mod error;
mod log;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

pub use error::ConnectionError;
use log::RequestLog;
pub use log::{Answer, Exchange};

use crate::catalogue::Catalogue;
use crate::channel::Ticket;
use crate::faults::{Effect, Fault, Plan, Schedule, spoil};
use crate::options::{Options, Topology};
use crate::protocol::Call;
use crate::server::Step;
use crate::state::{ApplicationId, Moment, Told, World, milliseconds};

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
    log: Mutex<RequestLog>,
    plan: Mutex<Plan>,
    /// Wakes those who watch when something may have changed.
    changes: Notify,
    latency: Duration,
    topology: Topology,
    /// When the world began, by tokio's clock and by its own.
    start: Instant,
    epoch: Moment,
}

impl Simulator {
    /// A simulator with three users of `contoso.com`, all of whose random values come from a seed.
    pub fn new(seed: u64) -> Self {
        Self::with_options(Options::new(seed))
    }

    /// A simulator made as the options say.
    pub fn with_options(options: Options) -> Self {
        // Whoever has a simulator need not wait for it to read the schema.
        Catalogue::get();
        let (epoch, latency, topology) = (options.begin(), options.latency, options.topology.clone());
        let log = Mutex::new(RequestLog::new(options.log_length));
        let shared = Shared {
            world: Mutex::new(World::new(options)),
            log,
            plan: Mutex::default(),
            changes: Notify::new(),
            latency,
            topology,
            start: Instant::now(),
            epoch,
        };
        Self { shared: Arc::new(shared) }
    }

    /// Answers a request to a host of the topology, and keeps it in the log.
    pub(crate) async fn answer_logged(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ConnectionError> {
        let user = self.world().user_of(&request);
        let number = self.log().begin(&request, user, self.now());
        self.shared.changes.notify_waiters();
        if self.shared.latency > Duration::ZERO {
            sleep(self.shared.latency).await;
        }
        let outcome = self.answer(request).await;
        self.log().end(number, &outcome, self.now());
        self.shared.changes.notify_waiters();
        outcome
    }

    async fn answer(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ConnectionError> {
        let call = Call::new(request);
        if !self.shared.topology.plays(&call.host) {
            return Err(ConnectionError::UnknownHost(call.host));
        }
        match self.draw(&call) {
            Some(effect) => self.answer_faulty(&call, &effect).await,
            None => self.act(&call, None).await,
        }
    }

    /// What fault a request meets.
    fn draw(&self, call: &Call) -> Option<Effect> {
        if self.plan().is_empty() {
            return None;
        }
        let subject = self.world().subject(call);
        let effect = self.plan().draw(&subject)?;
        let mut world = self.world();
        if effect == Effect::DocumentedError {
            return world.draw_documented_error(&subject);
        }
        match (&effect, subject.application) {
            (Effect::Restart { memory }, _) => world.restart(*memory),
            (Effect::LostApplication, Some(id)) => world.end_application(id),
            (Effect::LostState, Some(id)) => world.lose_state(id),
            (Effect::RepeatedEvents, Some(id)) => world.repeat_events(id),
            (Effect::LostAcknowledgement, Some(id)) => world.lose_acknowledgement(id),
            _ => {}
        }
        Some(effect)
    }

    /// Answers a request that meets a fault.
    async fn answer_faulty(&self, call: &Call, effect: &Effect) -> Result<Response<Bytes>, ConnectionError> {
        match effect {
            Effect::CutBefore | Effect::Restart { .. } => return Err(ConnectionError::Cut),
            Effect::HalfOpen => std::future::pending().await,
            _ => {}
        }
        let instead = self.world().answer_instead(call, effect);
        if let Some(response) = instead {
            return Ok(response);
        }
        let response = self.act(call, Some(effect)).await?;
        match effect {
            Effect::CutAfter => return Err(ConnectionError::Cut),
            Effect::Latency { milliseconds } => sleep(Duration::from_millis(*milliseconds)).await,
            _ => {}
        }
        Ok(spoil(effect, response))
    }

    /// Does what a request asks for. Documents say what the effect makes of them.
    async fn act(&self, call: &Call, effect: Option<&Effect>) -> Result<Response<Bytes>, ConnectionError> {
        let (restarts, mut step) = self.step(effect, |world| (world.restarts, world.answer(call)));
        loop {
            let wait = match step {
                Step::Done(response) => return Ok(response),
                Step::Wait(wait) => wait,
            };
            let notified = wait.notify.notified();
            tokio::pin!(notified);
            // What happens between the look above and the wait below must not be missed.
            notified.as_mut().enable();
            step = self.step(effect, |world| world.resume(call, wait.application, wait.ticket));
            if let Step::Wait(wait) = step {
                let until = self.world().next_timer().map_or(wait.until, |timer| timer.min(wait.until));
                let held = Held { simulator: self, application: wait.application, ticket: wait.ticket };
                tokio::select! {
                    biased;
                    () = notified => {}
                    () = sleep_until(self.instant(until)) => {}
                }
                held.go_on();
                if self.world().restarts != restarts {
                    return Err(ConnectionError::Cut);
                }
                step = self.step(effect, |world| world.resume(call, wait.application, wait.ticket));
            }
        }
    }

    /// Does something in the world, whose documents say what the effect makes of them.
    fn step<T>(&self, effect: Option<&Effect>, act: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world();
        world.distortion = effect.cloned();
        let step = act(&mut world);
        world.distortion = None;
        step
    }

    /// Makes a fault happen to requests to come. Of several that are about the same request, the first happens.
    pub fn inject(&self, fault: Fault) {
        self.plan().inject(fault);
        self.shared.changes.notify_waiters();
    }

    /// The faults that were injected and have still to happen.
    pub fn faults(&self) -> Vec<Fault> {
        self.plan().injected().to_vec()
    }

    /// Makes faults happen by chance, or ends that.
    pub fn schedule_faults(&self, schedule: Option<Schedule>) {
        self.plan().set_schedule(schedule);
        self.shared.changes.notify_waiters();
    }

    /// The faults that happen by chance, if they do.
    pub fn fault_schedule(&self) -> Option<Schedule> {
        self.plan().schedule().cloned()
    }

    /// Ends all faults.
    pub fn clear_faults(&self) {
        self.plan().clear();
        self.shared.changes.notify_waiters();
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.shared.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The world as it is now.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        // A request that panicked leaves plain data behind, which the next one can still use.
        let mut world = self.shared.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.advance(self.now());
        world
    }

    /// The world as it is now, to be changed other than by a request. Those who watch look again.
    pub(crate) fn change(&self) -> MutexGuard<'_, World> {
        let world = self.world();
        // They wait for the lock.
        self.shared.changes.notify_waiters();
        world
    }

    /// Wakes when something may have changed.
    pub(crate) fn changes(&self) -> &Notify {
        &self.shared.changes
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, RequestLog> {
        self.shared.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The latest requests with what became of them, the oldest first.
    pub fn requests(&self) -> Vec<Exchange> {
        self.log().entries()
    }

    /// The latest events that applications were told, or were to be told before they were lost, the oldest first.
    pub fn told(&self) -> Vec<Told> {
        self.world().events.entries()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.log().clear();
    }

    /// The moment that it is in the simulated world.
    pub(crate) fn now(&self) -> Moment {
        let elapsed = Instant::now().saturating_duration_since(self.shared.start);
        self.shared.epoch.saturating_add(milliseconds(elapsed))
    }

    pub(crate) fn instant(&self, moment: Moment) -> Instant {
        let elapsed = u64::try_from(moment.saturating_sub(self.shared.epoch)).unwrap_or(0);
        self.shared.start + Duration::from_millis(elapsed)
    }
}

/// A poll that is held open. When it is dropped, its client has given it up, as if the connection had been closed.
struct Held<'s> {
    simulator: &'s Simulator,
    application: ApplicationId,
    ticket: Ticket,
}

impl Held<'_> {
    /// The poll is looked at again.
    fn go_on(self) {
        std::mem::forget(self);
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut world = self.simulator.world();
        let now = world.now;
        if let Some(application) = world.applications.get_mut(&self.application) {
            application.channel.abandon(self.ticket, now);
        }
    }
}
