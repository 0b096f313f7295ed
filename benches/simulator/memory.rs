//! Users who are signed in, each with an open event channel.

use std::time::Duration;

use super::Row;
use super::desk::{Desk, address, paused_runtime, simulator};
use super::machine::resident;

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
    let memory = format!("{:.0} MiB, from {:.0} MiB", after / 1024.0, before / 1024.0);
    let what = "10,000 users signed in, with open event channels";
    Row { what, clock: memory, processor: String::new(), goal: "1024 MiB" }
}
