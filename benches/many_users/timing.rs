//! How soon changes reach the program.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, SystemTime};

use tokio::time::sleep;

use super::server::Server;
use super::users::Users;

/// How long the server holds back events about presence, to collect several.
const HELD_BACK: Duration = Duration::from_secs(5);

/// How long to wait for the last change beyond that.
const REST: Duration = Duration::from_secs(3);

/// The times from server to program, in milliseconds, the shortest first.
pub(crate) struct Times(Vec<f64>);

impl Times {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The time within which a part of all changes arrived.
    pub(crate) fn part(&self, part: f64) -> f64 {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "small"
        )]
        let at = (self.0.len() as f64 * part) as usize;
        self.0.get(at.min(self.0.len().saturating_sub(1))).copied().unwrap_or(f64::INFINITY)
    }
}

/// Has presences changed, and measures how long after its due time each arrived. One that did not arrive took for ever.
pub(crate) async fn measure(users: &mut Users, server: &mut Server, rate: usize, seconds: usize) -> Times {
    users.arrivals();
    server.tell(&format!("change {rate} {seconds}"));
    sleep(Duration::from_secs(seconds as u64) + HELD_BACK + REST).await;
    let mut arrivals = HashMap::<usize, VecDeque<SystemTime>>::new();
    for (user, time) in users.arrivals() {
        arrivals.entry(user).or_default().push_back(time);
    }
    let mut times: Vec<f64> = Vec::new();
    for (user, changed) in server.changes() {
        let arrived = arrivals.get_mut(&user).and_then(VecDeque::pop_front);
        let time = arrived.map(|arrived| arrived.duration_since(changed + HELD_BACK).unwrap_or_default());
        times.push(time.map_or(f64::INFINITY, |time| time.as_secs_f64() * 1000.0));
    }
    times.sort_by(f64::total_cmp);
    Times(times)
}
