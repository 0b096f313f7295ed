//! Users who are signed in, each with an open event channel.

use std::fs;
use std::time::Duration;

use super::Row;
use super::desk::{Desk, address, paused_runtime, simulator};

/// How many users there are.
const USERS: usize = 10_000;

pub(crate) fn measure() -> Row {
    let before = resident();
    let after = paused_runtime().block_on(async {
        let simulator = simulator(USERS);
        let mut channels = tokio::task::JoinSet::new();
        for number in 0..USERS {
            let mut desk = Desk::sign_in(&simulator, &address(number)).await;
            channels.spawn(async move {
                // What signing in leads to is told first; then the channel stays open.
                desk.poll().await;
                desk.poll().await
            });
        }
        tokio::time::sleep(Duration::from_secs(60)).await;
        let open = simulator.applications().iter().filter(|application| application.is_polling).count();
        assert_eq!(open, USERS);
        resident()
    });
    let measured = format!("{after:.0} MiB, from {before:.0} MiB");
    Row { what: "10,000 users signed in, with open event channels", measured, goal: "1024 MiB" }
}

/// The resident set of this process, in MiB.
fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("this measures on Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the resident set");
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kibibytes / 1024.0
}
