//! Runs a schedule.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

use crate::actor::Actor;
use crate::layers;
use crate::panics;
use crate::record::{Counts, Trace, Violation};
use crate::schedule::Schedule;
use crate::secrets;
use crate::steps::{AFTERMATH, Faults, PATIENCE, RECOVERY, check_aftermath, take_steps};
use crate::user::{Command, User};
use crate::world::World;

/// Until the users have been told of what happens in the quiet at the end.
const QUIET: Duration = Duration::from_secs(5 * 60);

/// One of so many schedules looks for secrets in all that the client shows, which takes time.
const LOOKS_FOR_SECRETS: u64 = 8;

/// The part of the client that schedules try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Requests, applications and the event channel.
    Core,
    /// Presence, conversations, meetings, contacts and history.
    Layers,
}

/// What became of a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// The promises that were broken, in the order in which they were.
    pub violations: Vec<Violation>,
    /// How much happened.
    pub counts: Counts,
    /// The hash of the trace: the same whenever the same happened.
    pub hash: u64,
    /// The trace, if it was to be kept.
    pub trace: Vec<String>,
}

/// Runs the schedule of a seed, on a runtime of its own.
///
/// # Panics
///
/// Panics if the simulation itself does. A panic of the client or of the simulator in one of their tasks is a violation.
pub fn run(part: Part, seed: u64, faults: &Faults, trace: Trace) -> Report {
    match part {
        Part::Core => execute(seed, &Schedule::of(seed), faults, trace, drive),
        Part::Layers => execute(seed, &layers::schedule(seed), faults, trace, layers::drive),
    }
}

fn execute<A>(
    seed: u64,
    schedule: &Schedule<A>,
    faults: &Faults,
    trace: Trace,
    drive: impl AsyncFnOnce(&Arc<World>, &Schedule<A>, &Faults),
) -> Report {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    // A runtime without input and output needs nothing from the system.
    let runtime = runtime.expect("a runtime of one thread can be made");
    runtime.block_on(async {
        let world = Arc::new(World::new(schedule, trace));
        let looks_for_secrets = seed.is_multiple_of(LOOKS_FOR_SECRETS);
        let secrets = world.accounts.iter().filter(|_| looks_for_secrets).map(|account| account.password.clone());
        secrets::watch(&secrets.collect::<Vec<_>>());
        panics::watch();
        drive(&world, schedule, faults).await;
        for seen in secrets::seen().into_iter().chain(panics::seen()) {
            world.record.violate(0, seen);
        }
        let alive = tokio::runtime::Handle::current().metrics().num_alive_tasks();
        if alive > 0 {
            world.record.violate(0, format!("{alive} tasks are left"));
        }
        let (hash, trace, violations, mut counts) = world.record.finish();
        counts.steps = schedule.steps.len() as u64;
        counts.faults = match faults {
            Faults::All => schedule.faults(),
            Faults::Only(numbers) => numbers.len(),
        } as u64;
        Report { seed, violations, counts, hash, trace }
    })
}

/// The number of faults in the schedule of a seed.
pub(crate) fn faults_of(part: Part, seed: u64) -> usize {
    match part {
        Part::Core => Schedule::of(seed).faults(),
        Part::Layers => layers::schedule(seed).faults(),
    }
}

async fn drive(world: &Arc<World>, schedule: &Schedule, faults: &Faults) {
    let (users, receivers): (Vec<_>, Vec<_>) = (schedule.users.iter().enumerate())
        .map(|(index, settings)| {
            let (sender, receiver) = mpsc::unbounded_channel();
            (Arc::new(User::new(Arc::clone(world), index, settings.clone(), sender)), receiver)
        })
        .unzip();
    let users: Arc<[_]> = users.into();
    for (index, receiver) in receivers.into_iter().enumerate() {
        tokio::spawn(Actor::new(Arc::clone(&users), index).run(receiver));
    }
    take_steps(world, schedule, faults, |user, action, number| {
        users[user].command(Command::Act(*action, number));
    })
    .await;
    world.clear();
    world.record.note(format_args!("no more faults"));
    if !ask_all(&users, Command::Settle).await {
        return;
    }
    sleep(RECOVERY).await;
    check_quiet(world, &users).await;
    if ask_all(&users, Command::Close).await {
        drop(users);
        sleep(AFTERMATH).await;
        check_aftermath(world);
    }
}

/// Has all programs do something, and waits until they have. Gives whether they did.
async fn ask_all(users: &[Arc<User>], command: impl Fn(oneshot::Sender<()>) -> Command) -> bool {
    let mut all_did = true;
    for user in users {
        let (done, is_done) = oneshot::channel();
        let command = command(done);
        let name = command.to_string();
        user.command(command);
        if !matches!(timeout(PATIENCE, is_done).await, Ok(Ok(()))) {
            user.world.record.violate(user.index, format!("the program hangs: it does not {name}"));
            all_did = false;
        }
    }
    all_did
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Settle(_) => "settle",
            Self::Close(_) => "close",
            _ => "act",
        })
    }
}

/// Looks whether all is as it should be when nothing has gone wrong for long.
async fn check_quiet(world: &Arc<World>, users: &[Arc<User>]) {
    let before: Vec<_> = users.iter().map(|user| world.record.notes(user.index)).collect();
    for account in &world.accounts {
        // All of them are users.
        let _ = world.simulator.set_note(&account.address, "all is well");
    }
    sleep(QUIET).await;
    for (user, before) in users.iter().zip(before) {
        if world.record.notes(user.index) == before {
            world.record.violate(user.index, "is told nothing any more, and not that the stream ended".into());
        }
    }
    let applications = world.simulator.applications();
    for user in users {
        let address = &world.accounts[user.index].address;
        for application in applications.iter().filter(|application| application.user == *address) {
            if application.is_polling && !application.is_available {
                world.record.violate(user.index, "is not available, although the program had made them so".into());
            }
        }
    }
    let epoch = world.options.epoch;
    let since_epoch = |time: i64| Duration::from_millis(u64::try_from(time - epoch).unwrap_or_default());
    let told: Vec<_> = world.simulator.told().into_iter().map(|told| (since_epoch(told.time), told)).collect();
    let own: BTreeSet<_> = users
        .iter()
        .flat_map(|user| world.applications_of(user.index).into_iter().map(|id| (user.index, id)))
        .collect();
    world.record.check_quiet(&told, |user, application| own.contains(&(user, application)));
}
