//! Spreading out what many users do at the same moment.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::counting::record;
use crate::occurrence::Occurrence;

/// Spreads out what costs a server most, where one process has many users: signing in, creating an application, also where
/// the server has lost it, and renewing a token that the server refuses.
///
/// Each of these takes one turn, and turns have equal distances. So ten thousand users do not sign in at the same moment, neither when
/// the process starts nor after a restart of the server. Turns are taken in the order in which they were asked for. Waiting for
/// a turn does not count towards any time-out.
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
    /// When the next turn is; nothing before the first.
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// So many turns a second. A user who signs in and creates an application takes two.
    pub fn per_second(turns: NonZeroU32) -> Self {
        let distance = Duration::from_secs(1) / turns.get();
        Self { turns: Arc::new(Turns { distance, next: Mutex::default() }) }
    }

    /// Waits for a turn. The first comes at once. A turn is used up even if the future is dropped while it waits.
    pub async fn turn(&self) {
        let now = Instant::now();
        let turn = self.turns.take(now);
        if turn > now {
            sleep_until(turn).await;
        }
        record(&Occurrence::Turn(turn - now));
    }
}

impl Turns {
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

    use super::*;

    /// When each of some turns came that were asked for at the same moment, in milliseconds.
    async fn turns(pace: &Pace, count: usize) -> Vec<u128> {
        let begin = Instant::now();
        let turn = async || {
            pace.turn().await;
            begin.elapsed().as_millis()
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
    async fn clones_share_the_turns() {
        let pace = pace();
        pace.turn().await;
        assert_eq!(turns(&pace.clone(), 2).await, [100, 200]);
    }

    #[tokio::test(start_paused = true)]
    async fn turns_that_nobody_took_are_not_made_up_for() {
        let pace = pace();
        pace.turn().await;
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(turns(&pace, 3).await, [0, 100, 200]);
    }
}
