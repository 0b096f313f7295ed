//! One user whose presence many follow.

use tokio::task::JoinHandle;

use super::desk::{Desk, address, paused_runtime, simulator};
use super::machine::Stopwatch;
use super::{RUNS, Row};

/// How many follow the user.
const FOLLOWERS: usize = 1000;

/// From the request that changes a presence to the last response of an event channel that tells it. The time for which channels
/// hold such events back passes at once.
pub(crate) fn measure() -> Row {
    let times = paused_runtime().block_on(async {
        let simulator = simulator(FOLLOWERS + 1);
        let user = Desk::sign_in(&simulator, &address(0)).await;
        let mut followers = Vec::new();
        for number in 1..=FOLLOWERS {
            let follower = Desk::sign_in(&simulator, &address(number)).await;
            let input = format!(r#"{{"duration":30,"uris":["sip:{}"]}}"#, address(0));
            follower.send(&follower.request("POST", "/people/presenceSubscriptions", &input)).await;
            followers.push(follower);
        }
        // What signing in and subscribing lead to is told first.
        followers = told(polls(followers)).await;
        let mut times = Vec::new();
        for availability in ["Busy", "Online"].into_iter().cycle().take(RUNS) {
            let polls = polls(followers);
            // Every channel is open before the presence changes.
            tokio::task::yield_now().await;
            let input = format!(r#"{{"availability":"{availability}"}}"#);
            let stopwatch = Stopwatch::start();
            user.send(&user.request("POST", "/me/presence", &input)).await;
            followers = told(polls).await;
            times.push(stopwatch.stop());
        }
        times
    });
    Row::of_times("a change of presence told to 1,000 followers", &times, "50 ms")
}

/// Opens the event channels of some users.
fn polls(desks: Vec<Desk>) -> Vec<JoinHandle<Desk>> {
    let poll = |mut desk: Desk| async move {
        let events = desk.poll().await;
        let tells = events.windows(16).any(|part| part == b"/contactPresence");
        assert!(tells, "{events:?}");
        desk
    };
    desks.into_iter().map(|desk| tokio::spawn(poll(desk))).collect()
}

/// The users, once each event channel has told what it had to tell.
async fn told(polls: Vec<JoinHandle<Desk>>) -> Vec<Desk> {
    let mut desks = Vec::with_capacity(polls.len());
    for poll in polls {
        desks.push(poll.await.expect("it ends"));
    }
    desks
}
