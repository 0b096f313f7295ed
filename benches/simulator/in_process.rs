//! Requests without a socket.

use super::desk::{Desk, paused_runtime, simulator};
use super::machine::Stopwatch;
use super::{RUNS, Row};

/// What is read: small resources that the state says much about, and one of the catalogue.
const PATHS: [&str; 4] = ["/me/note", "/me/presence", "/people/user1@contoso.com/contactPresence", "/photo"];

/// How many requests are sent in each run.
const REQUESTS: u16 = 40_000;

pub(crate) fn measure() -> Row {
    let times = paused_runtime().block_on(async {
        let simulator = simulator(2);
        let desk = Desk::sign_in(&simulator, "user0@contoso.com").await;
        let requests = PATHS.map(|path| desk.request("GET", path, ""));
        let mut times = Vec::new();
        for _ in 0..RUNS {
            let stopwatch = Stopwatch::start();
            for request in requests.iter().cycle().take(REQUESTS.into()) {
                desk.send(request).await;
            }
            times.push(stopwatch.stop());
        }
        times
    });
    Row::of_rates("small GETs in process, on one core", REQUESTS.into(), &times, "100,000/s")
}
