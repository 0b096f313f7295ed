//! The layers of the client in schedules of users and faults: presence, conversations, meetings, contacts and history, by public
//! calls alone.
//!
//! Each user's program does what its steps say. [Models](model) hold what the programs did and were told. When nothing has gone
//! wrong for long, they are compared with what the server knows:
//!
//! - what a follower knows of a contact is what the server knows, and no subscription ended for want of renewal,
//! - every message that the server accepted arrived once, in order; and what its sender was told of it is true,
//! - who is in a conversation, in its lobby, and leads it, is known to all in it; who left, or was put out, was told,
//! - guests come under the names that they said, and are muted or heard as the responses to those who did that say,
//! - what was published, scheduled and grouped is at the server, also where it was changed by several at the same time, who all succeed
//!   unless something else goes wrong; and the history has what was said last,
//! - who is in which group, and may see how much of the user, is what the responses say,
//! - invitations are given once,
//! - while nothing goes wrong, no stream of events tells of trouble, and who has nothing to do sends few requests,
//! - nothing is kept of what was let go, and nothing goes on after the application is closed.

mod act;
mod action;
mod audio;
mod check;
mod device;
mod follow;
mod guest;
mod meet;
mod model;
mod people;
mod program;
mod stage;
mod talk;

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};
use ucwa_client::Pace;
use ucwa_simulator::{ApplicationState, Told};

use self::action::{Answer, LayerAction};
use self::program::{Done, Program, ProgramCommand};
use self::stage::{Stage, conversation_in};
use crate::choice::choose;
use crate::record::is_received;
use crate::schedule::{Schedule, What};
use crate::steps::{AFTERMATH, Faults, PATIENCE, RECOVERY, check_aftermath, take_steps};
use crate::world::World;

/// How many contacts a presence subscription takes: mostly as many as servers usually do, sometimes fewer than are followed.
const CONTACTS: [usize; 4] = [200, 200, 2, 1];

/// How long nothing goes wrong before all is compared: longer than any subscription lasts that nobody renews.
const CALM: Duration = Duration::from_secs(35 * 60);

/// How many requests a client may send meanwhile: polls, reports that the user is active, and renewals of subscriptions and of the token.
const MOST_WHILE_CALM: u64 = 70;

/// Until all have been told of what was done last.
const NEWS: Duration = Duration::from_secs(5 * 60);

/// Draws the schedule of a seed.
pub(crate) fn schedule(seed: u64) -> Schedule<LayerAction> {
    let mut schedule = Schedule::draw(seed, action::action, action::fault);
    let (mut more, mut others) = (Rng::with_seed(!seed), Rng::with_seed(seed.reverse_bits()));
    let (mut third, mut fourth) = (Rng::with_seed(!seed.reverse_bits()), Rng::with_seed(!seed.rotate_left(32)));
    let pace = pace(&mut Rng::with_seed(!seed.rotate_left(16)));
    schedule.users.iter_mut().for_each(|user| user.pace.clone_from(&pace));
    schedule.server.contacts_per_subscription = *choose(&mut fourth, &CONTACTS);
    for user in &mut schedule.users {
        (user.low, user.medium) = (*choose(&mut fourth, &[15, 15, 5, 120]), *choose(&mut fourth, &[5, 5, 30]));
    }
    for step in &mut schedule.steps {
        match &mut step.what {
            What::Act { action, .. } => {
                *action = action::interrupted(action::varied(*action, &mut more), &mut third);
                *action = action::shared(*action, &mut fourth);
            }
            What::Fault(fault) => action::vary_fault(fault, &mut others),
        }
    }
    schedule
}

/// Few turns in a second, and few at the same time; mostly none at all.
fn pace(random: &mut Rng) -> Option<Pace> {
    let (turns, at_once) = (NonZeroU32::new(random.u32(1..4))?, NonZeroUsize::new(random.usize(1..4))?);
    (random.u8(..4) == 0).then(|| Pace::per_second(turns).with_at_once(at_once))
}

/// Runs a schedule.
pub(crate) async fn drive(world: &Arc<World>, schedule: &Schedule<LayerAction>, faults: &Faults) {
    let stage = Arc::new(Stage::new(Arc::clone(world)));
    let programs: Vec<_> = (schedule.users.iter().enumerate())
        .map(|(index, settings)| {
            let (sender, receiver) = mpsc::unbounded_channel();
            let program = Program::new(Arc::clone(&stage), index, settings.clone(), sender.downgrade());
            tokio::spawn(program.run(receiver));
            sender
        })
        .collect();
    let programs = Programs { stage, programs };
    take_steps(world, schedule, faults, |user, action, number| {
        programs.tell(user, ProgramCommand::Act(*action, number));
    })
    .await;
    world.clear();
    world.record.note(format_args!("no more faults"));
    if !programs.tell_all(ProgramCommand::Settle).await {
        return;
    }
    // Nobody prepares an answer any more.
    programs.stage.model().users.iter_mut().for_each(|user| user.answer = Answer::Accept);
    sleep(RECOVERY).await;
    let calm = programs.stage.world.simulator.told().len();
    let requests = programs.requests();
    programs.stage.model().is_calm = true;
    sleep(CALM).await;
    programs.check_calm(&requests);
    if !programs.tell_all(ProgramCommand::Stir).await {
        return;
    }
    sleep(NEWS).await;
    programs.check(calm);
    if !programs.tell_all(ProgramCommand::Check).await || !programs.tell_all(ProgramCommand::LetGo).await {
        return;
    }
    sleep(NEWS).await;
    if programs.tell_all(ProgramCommand::CheckEmpty).await && programs.tell_all(ProgramCommand::Close).await {
        drop(programs);
        sleep(AFTERMATH).await;
        check_aftermath(world);
    }
}

/// The programs of all users.
struct Programs {
    stage: Arc<Stage>,
    programs: Vec<mpsc::UnboundedSender<ProgramCommand>>,
}

impl Programs {
    fn tell(&self, user: usize, command: ProgramCommand) {
        // A program that has ended is told nothing.
        let _ = self.programs[user].send(command);
    }

    /// Has all programs do something, and waits until they have. Gives whether they did.
    async fn tell_all(&self, command: impl Fn(Done) -> ProgramCommand) -> bool {
        let mut all_did = true;
        for user in 0..self.programs.len() {
            let (done, is_done) = oneshot::channel();
            let command = command(done);
            let name = format!("{command:?}");
            self.tell(user, command);
            if !matches!(timeout(PATIENCE, is_done).await, Ok(Ok(()))) {
                let name = name.split('(').next().unwrap_or_default();
                self.stage.violate(user, format!("the program hangs: {name}"));
                all_did = false;
            }
        }
        all_did
    }

    /// How many requests each user's client has sent.
    fn requests(&self) -> Vec<u64> {
        (0..self.programs.len()).map(|user| self.stage.world.record.requests(user)).collect()
    }

    /// Looks whether clients that have nothing to do send requests all the same.
    fn check_calm(&self, before: &[u64]) {
        for (user, (after, before)) in self.requests().into_iter().zip(before).enumerate() {
            let sent = after - before;
            if sent > MOST_WHILE_CALM {
                self.stage.violate(user, format!("{sent} requests, although nothing goes on"));
            }
        }
    }

    /// Looks for broken promises in what the server told: `calm` is how much it had told when nothing went wrong any longer.
    fn check(&self, calm: usize) {
        let told = self.stage.world.simulator.told();
        let applications = self.stage.world.simulator.applications();
        let owner = |found: ApplicationState| Some((found.id, self.stage.user_of(&found.user)?));
        let owners = applications.into_iter().filter_map(owner).collect();
        self.check_words(&told, &owners);
        for told in &told[calm.min(told.len())..] {
            if told.rel == "presenceSubscription"
                && told.kind == "added"
                && let Some(user) = owners.get(&told.application)
            {
                let what = "subscribed anew, although nothing goes wrong: what was there was not renewed";
                self.stage.violate(*user, what.into());
            }
        }
    }

    /// `owners` are the users of the applications that are open.
    fn check_words(&self, told: &[Told], owners: &BTreeMap<u64, usize>) {
        let epoch = self.stage.world.options.epoch;
        let wrong = {
            let model = self.stage.model();
            let mut wrong = model.words.check(told, owners);
            for told in told.iter().filter(|told| is_received(told)) {
                let (Some(&user), Some(text)) = (owners.get(&told.application), &told.text) else { continue };
                let time = Duration::from_millis(u64::try_from(told.time - epoch).unwrap_or_default());
                let found = &model.users[user];
                let room = conversation_in(&told.href).and_then(|id| found.rooms.get(id));
                let is_excused =
                    found.last_loss.is_some_and(|loss| loss >= time) || room.is_none_or(|room| room.excuses(time));
                if !is_excused && !model.words.is_known(user, text) {
                    wrong.push((user, format!("never heard {text:?}")));
                }
            }
            wrong
        };
        for (user, what) in wrong {
            self.stage.violate(user, what);
        }
    }
}
