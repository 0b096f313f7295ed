//! Spreading out what many users do at the same moment.

use std::num::{NonZeroU32, NonZeroUsize};
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tracing::Instrument as _;

use crate::counting::{Occurrence, Stopwatch, record};
use crate::transport::TransportError;

/// Spreads out what costs a server most, where one process has many users: signing in, creating an application, also where
/// the server has lost it, and renewing a token that the server refuses.
///
/// Each of these takes one turn. Turns begin at equal distances, and a server that is slow gets fewer: no more than a number of sign-ins
/// and creations are under way at the same time. So ten thousand users do not sign in at the same moment, neither when the process
/// starts nor after a restart of the server. Turns are taken in the order in which they were asked for. Waiting for a turn does
/// not count towards any time-out.
///
/// What the client does in a turn is done by a task on tokio's runtime, so that a program which keeps such a future and does not poll it,
/// as a buffered stream of futures does between two items, holds up no other user. Dropping the future cancels the task.
///
/// Clones share the turns. Give one to the [`Settings`](crate::Settings::pace) of all clients whose users are on the same pool of
/// servers:
///
/// ```no_run
/// # use std::num::NonZeroU32;
/// # use ucwa_client::{Client, Error, Pace, Password, Settings, Transport};
/// # async fn program(transport: Transport, users: Vec<(String, Password)>) -> Result<(), Error> {
/// let mut settings = Settings::default();
/// settings.pace = NonZeroU32::new(50).map(Pace::per_second);
/// for (address, password) in users {
///     let (transport, settings) = (transport.clone(), settings.clone());
///     tokio::spawn(async move {
///         let client = Client::sign_in_with(transport, settings, &address, password).await;
///         // ...
///     });
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Pace {
    turns: Arc<Turns>,
}

#[derive(Debug)]
struct Turns {
    distance: Duration,
    /// When the next turn begins; nothing before the first.
    next: Mutex<Option<Instant>>,
    /// How many more can be under way.
    places: Arc<Semaphore>,
}

/// A turn of a [`Pace`], which lasts until it is dropped.
#[derive(Debug)]
#[must_use = "the turn lasts until it is dropped"]
pub struct Turn {
    _place: Option<OwnedSemaphorePermit>,
}

impl Pace {
    /// So many turns a second at most, and as many at the same time. A user who signs in and creates an application takes two.
    pub fn per_second(turns: NonZeroU32) -> Self {
        Self::new(Duration::from_secs(1) / turns.get(), usize::try_from(turns.get()).unwrap_or(usize::MAX))
    }

    /// Sets how many turns there are at the same time (default: as many as in a second). Clones that were made before are another
    /// pace.
    #[must_use]
    pub fn with_at_once(self, turns: NonZeroUsize) -> Self {
        Self::new(self.turns.distance, turns.get())
    }

    fn new(distance: Duration, at_once: usize) -> Self {
        let places = Arc::new(Semaphore::new(at_once.min(Semaphore::MAX_PERMITS)));
        Self { turns: Arc::new(Turns { distance, next: Mutex::default(), places }) }
    }

    /// Waits for a turn. The first begins at once. A turn may be used up even if the future is dropped while it waits. Others wait for
    /// a turn that has come to a future which is kept and not polled.
    ///
    /// The client takes its turns by itself; this is for what else a program wants to spread out. Whoever has a turn must not sign in or
    /// create an application, which would wait for another one.
    pub async fn turn(&self) -> Turn {
        let stopwatch = Stopwatch::start();
        // Nobody closes the semaphore, so that there always is a place.
        let place = Arc::clone(&self.turns.places).acquire_owned().await.ok();
        self.turns.next().await;
        record(&Occurrence::Turn(stopwatch.elapsed()));
        Turn { _place: place }
    }

    /// Does something in a turn, as a task: it goes on, and gives up its place, even if nobody polls the future meanwhile. An error says that
    /// the runtime was shut down.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, TransportError> {
        let pace = self.clone();
        let in_turn = async move {
            let _turn = pace.turn().await;
            work.await
        };
        // Dropping the set cancels the task.
        let mut tasks = JoinSet::new();
        tasks.spawn(in_turn.in_current_span());
        match tasks.join_next().await {
            Some(Ok(done)) => Ok(done),
            Some(Err(error)) if error.is_panic() => resume_unwind(error.into_panic()),
            _ => Err(TransportError::NotConnected("tokio's runtime was shut down".into())),
        }
    }

    /// Waits for a turn that takes no place. It is for what happens within a turn of somebody who has one, or who has none.
    pub(crate) async fn turn_within(&self) {
        let stopwatch = Stopwatch::start();
        self.turns.next().await;
        record(&Occurrence::Turn(stopwatch.elapsed()));
    }
}

impl Turns {
    /// Waits until the next turn begins.
    async fn next(&self) {
        let now = Instant::now();
        let turn = self.take(now);
        if turn > now {
            sleep_until(turn).await;
        }
    }

    /// When the turn is of the one who asks now.
    fn take(&self, now: Instant) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.map_or(now, |next| next.max(now));
        *next = Some(turn + self.distance);
        turn
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;
    use tokio::time::sleep;

    use super::*;

    /// When each of some turns of half a second began that were asked for at the same moment, in milliseconds.
    async fn turns(pace: &Pace, count: usize) -> Vec<u128> {
        let begin = Instant::now();
        let turn = async || {
            let _turn = pace.turn().await;
            let passed = begin.elapsed().as_millis();
            sleep(Duration::from_millis(500)).await;
            passed
        };
        join_all((0..count).map(|_| turn())).await
    }

    fn pace() -> Pace {
        Pace::per_second(NonZeroU32::new(10).expect("it is not 0"))
    }

    #[tokio::test(start_paused = true)]
    async fn turns_come_in_order_and_at_equal_distances() {
        assert_eq!(turns(&pace(), 5).await, [0, 100, 200, 300, 400]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_long_gets_fewer_turns() {
        let pace = pace().with_at_once(NonZeroUsize::new(2).expect("it is not 0"));
        assert_eq!(turns(&pace, 6).await, [0, 100, 500, 600, 1000, 1100]);
        // What happens within a turn does not wait for a place.
        let (_first, _second) = (pace.turn().await, pace.turn().await);
        pace.turn_within().await;
    }

    #[tokio::test(start_paused = true)]
    async fn clones_share_the_turns() {
        let pace = pace();
        drop(pace.turn().await);
        assert_eq!(turns(&pace.clone(), 2).await, [100, 200]);
    }

    #[tokio::test(start_paused = true)]
    async fn turns_that_nobody_took_are_not_made_up_for() {
        let pace = pace();
        drop(pace.turn().await);
        sleep(Duration::from_secs(60)).await;
        assert_eq!(turns(&pace, 3).await, [0, 100, 200]);
    }
}
