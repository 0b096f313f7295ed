//! Schedules: all that happens is drawn from the seed before anything runs, so that leaving out a fault moves nothing else.

use std::time::Duration;

use fastrand::Rng;
use ucwa::Format;
use ucwa_client::{Credentials, Ntlm, Pace, Password, RequestLimits, RetryPolicy, Settings};
use ucwa_simulator::Account;

use crate::choice::choose;
use crate::fault::Fault;

/// How many steps a schedule has.
pub const STEPS: usize = 200;

/// How many requests servers usually take in a batch.
const LARGEST_BATCH: usize = 100;

/// How many contacts a presence subscription usually takes.
const CONTACTS: usize = 200;

/// The largest documents in responses.
const BODIES: [usize; 4] = [16 << 20, 16 << 20, 16 << 20, 16_000];

/// What a proxy responds with that does not reach the server; mostly there is no connection at all.
const PAGES: [Option<u16>; 9] = [None, None, None, Some(404), Some(500), Some(502), Some(503), Some(200), Some(403)];

/// What happens, and to whom.
#[derive(Debug, Clone)]
pub(crate) struct Schedule<A = Action> {
    pub(crate) users: Vec<UserSettings>,
    pub(crate) server: ServerSettings,
    pub(crate) steps: Vec<Step<A>>,
}

/// How a user's program is set up.
#[derive(Debug, Clone)]
pub(crate) struct UserSettings {
    pub(crate) format: Format,
    pub(crate) account_kind: AccountKind,
    /// The time-out of the event channel.
    pub(crate) timeout: Duration,
    /// For how many seconds the server collects events of low and of medium priority.
    pub(crate) low: i32,
    pub(crate) medium: i32,
    /// The seed of the client's random values.
    pub(crate) seed: u64,
    /// The longest time that a request, or a response, is on its way: each takes a random part of it.
    pub(crate) jitter: Duration,
    pub(crate) limits: RequestLimits,
    pub(crate) retry: RetryPolicy,
    /// What all users share, if they do. It has tasks of its own, which know nothing of the stream that a request is for.
    pub(crate) pace: Option<Pace>,
}

/// What a user signs in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountKind {
    /// The address and the password.
    Password,
    /// The Windows account and its password, by NTLM.
    Windows,
}

/// How the server is set up.
#[derive(Debug, Clone)]
pub(crate) struct ServerSettings {
    pub(crate) seed: u64,
    pub(crate) token_lifetime: Duration,
    pub(crate) latency: Duration,
    /// Whether each host has tokens of its own.
    pub(crate) has_token_for_each_host: bool,
    pub(crate) requests_per_batch: usize,
    pub(crate) contacts_per_subscription: usize,
    /// How long applications, the state of channels, and invitations live that nobody cares for.
    pub(crate) application_lifetime: Duration,
    pub(crate) channel_lifetime: Duration,
    pub(crate) invitation_lifetime: Duration,
}

/// Something that happens some time after the step before.
#[derive(Debug, Clone)]
pub(crate) struct Step<A = Action> {
    pub(crate) after: Duration,
    pub(crate) what: What<A>,
}

#[derive(Debug, Clone)]
pub(crate) enum What<A = Action> {
    /// A user's program does something.
    Act { user: usize, action: A },
    /// Something goes wrong.
    Fault(Fault),
}

/// What a user's program does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Sends a message in one of the user's conversations, or invites another user to a new one.
    Message { to: usize, choice: usize },
    /// Leaves a conversation.
    Leave { choice: usize },
    /// Publishes a presence.
    Presence { choice: usize },
    /// Publishes a note.
    Note,
    /// Follows the presence of the other users.
    Follow,
    /// Schedules a meeting, and joins it with another user.
    Meeting { with: usize },
    /// Sends several requests at the same time.
    Burst,
    /// Sends requests in a batch: some that read, and two that change something, of which one invites another user.
    Batch { to: usize, reads: usize },
    /// Stops in the middle of its events, and goes on from its cursor.
    Crash { items: usize, pause: Duration },
    /// Opens another stream of events.
    TakeOver,
    /// Takes its time for each event.
    Slow { pause: Duration },
    /// Closes the application, and comes back.
    Reopen { pause: Duration },
    /// Leaves the application to another process, which goes on from the stored cursor after a pause.
    HandOver { pause: Duration },
}

impl UserSettings {
    /// The settings of the client.
    pub(crate) fn client(&self) -> Settings {
        let mut settings = Settings::default();
        (settings.format, settings.seed) = (self.format, Some(self.seed));
        (settings.limits, settings.retry) = (self.limits.clone(), self.retry.clone());
        settings.pace.clone_from(&self.pace);
        settings
    }

    /// What the user of an account signs in with.
    pub(crate) fn credentials(&self, account: &Account) -> Credentials {
        match self.account_kind {
            AccountKind::Password => Password::new(account.password.as_str()).into(),
            AccountKind::Windows => Ntlm::new(&account.windows_name, account.password.as_str()).into(),
        }
    }

    /// Makes some of the client's limits other than usual, and the way to sign in.
    fn vary(&mut self, random: &mut Rng) {
        let seconds = |random: &mut Rng, all: &[u64]| Duration::from_secs(*choose(random, all));
        // No longer than programs wait before they sign in again, while the client before may still take leave.
        self.limits.request_time = seconds(random, &[30, 30, 30, 5, 20]);
        self.limits.poll_margin = seconds(random, &[30, 30, 30, 5, 90]);
        self.retry.attempts = *choose(random, &[4, 4, 4, 1, 8]);
        self.retry.budget = *choose(random, &[100, 100, 100, 0, 3]);
        self.retry.longest_retry_after = seconds(random, &[60, 60, 60, 0, 10]);
        self.jitter = Duration::from_millis(*choose(random, &[0, 0, 0, 20, 200, 1500]));
        self.account_kind = *choose(
            random,
            &[AccountKind::Password, AccountKind::Password, AccountKind::Password, AccountKind::Windows],
        );
    }
}

/// Draws something that happens among so many users.
type Draw<T> = fn(&mut Rng, usize) -> T;

impl Schedule {
    /// The schedule of a seed.
    pub(crate) fn of(seed: u64) -> Self {
        let mut schedule = Self::draw(seed, action, Fault::draw);
        // Those of other sources, so that what they decide moves nothing else.
        let (mut more, mut others) = (Rng::with_seed(!seed), Rng::with_seed(seed.reverse_bits()));
        schedule.server.requests_per_batch = *choose(&mut more, &[LARGEST_BATCH, LARGEST_BATCH, LARGEST_BATCH, 20]);
        let users = schedule.users.len();
        let mut third = Rng::with_seed(!seed.rotate_left(32));
        // What does not fit in, the program is told of.
        schedule.users.iter_mut().for_each(|user| user.limits.body = *choose(&mut third, &BODIES));
        let steps = schedule.steps.into_iter();
        let mut what = |what| handed_over(varied(what, &mut more, users), &mut others);
        schedule.steps = steps.map(|step| Step { what: what(step.what), ..step }).collect();
        schedule
    }
}

impl<A> Schedule<A> {
    /// The schedule of a seed, of actions and faults that are drawn one by one.
    pub(crate) fn draw(seed: u64, action: Draw<A>, fault: Draw<Fault>) -> Self {
        let mut random = Rng::with_seed(seed);
        let users = (0..random.usize(3..=5)).map(|_| user(&mut random)).collect::<Vec<_>>();
        let server = server(&mut random);
        let percent_of_faults = random.u32(5..40);
        let mut step = || {
            let after = pause(&mut random);
            let what = if random.u32(0..100) < percent_of_faults {
                What::Fault(fault(&mut random, users.len()))
            } else {
                What::Act { user: random.usize(0..users.len()), action: action(&mut random, users.len()) }
            };
            Step { after, what }
        };
        let steps = (0..STEPS).map(|_| step()).collect();
        let mut schedule = Self { users, server, steps };
        // From a source of its own, so that what it decides moves nothing else.
        let mut limits = Rng::with_seed(seed.rotate_left(32));
        schedule.users.iter_mut().for_each(|user| user.vary(&mut limits));
        schedule.server.vary(&mut limits);
        for step in &mut schedule.steps {
            if let What::Fault(Fault::Outage { page, .. }) = &mut step.what {
                *page = *choose(&mut limits, &PAGES);
            }
        }
        schedule
    }

    /// How many of the steps are faults.
    pub(crate) fn faults(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step.what, What::Fault(_))).count()
    }
}

fn user(random: &mut Rng) -> UserSettings {
    UserSettings {
        account_kind: AccountKind::Password,
        format: if random.bool() { Format::Json } else { Format::Xml },
        timeout: Duration::from_secs(*choose(random, &[180, 180, 300, 900])),
        low: 15,
        medium: 5,
        seed: random.u64(..),
        jitter: Duration::ZERO,
        limits: RequestLimits::default(),
        retry: RetryPolicy::default(),
        pace: None,
    }
}

fn server(random: &mut Rng) -> ServerSettings {
    ServerSettings {
        seed: random.u64(..),
        token_lifetime: Duration::from_secs(*choose(random, &[8 * 3600, 8 * 3600, 3600, 600])),
        latency: Duration::from_millis(*choose(random, &[0, 5, 40, 300])),
        has_token_for_each_host: random.u8(0..4) == 0,
        requests_per_batch: LARGEST_BATCH,
        contacts_per_subscription: CONTACTS,
        application_lifetime: Duration::from_secs(30 * 60),
        channel_lifetime: Duration::from_secs(10 * 60),
        invitation_lifetime: Duration::from_secs(30),
    }
}

impl ServerSettings {
    /// Makes some lifetimes other than usual.
    fn vary(&mut self, random: &mut Rng) {
        let seconds = |random: &mut Rng, all: &[u64]| Duration::from_secs(*choose(random, all));
        self.application_lifetime = seconds(random, &[1800, 1800, 1800, 600, 3600]);
        self.channel_lifetime = seconds(random, &[600, 600, 600, 60, 1800]);
        self.invitation_lifetime = seconds(random, &[30, 30, 30, 10, 120]);
    }
}

/// A batch in place of some actions, and faults that are about batches and operations in place of some others.
fn varied(what: What, random: &mut Rng, users: usize) -> What {
    match what {
        What::Act { user, .. } if random.u8(0..12) == 0 => {
            let reads = if random.u8(0..12) == 0 { random.usize(90..240) } else { random.usize(1..10) };
            What::Act { user, action: Action::Batch { to: random.usize(0..users), reads } }
        }
        What::Act { .. } => what,
        What::Fault(fault) => What::Fault(fault.varied(random)),
    }
}

/// Another process in place of some actions: mostly after a moment, sometimes when the server may have lost the application.
fn handed_over(what: What, random: &mut Rng) -> What {
    match what {
        What::Act { user, .. } if random.u8(0..50) == 0 => {
            let longest = if random.u8(0..6) == 0 { 3600 } else { 90 };
            What::Act { user, action: Action::HandOver { pause: Duration::from_secs(random.u64(0..longest)) } }
        }
        other => other,
    }
}

/// Mostly a moment, sometimes minutes.
fn pause(random: &mut Rng) -> Duration {
    let longest = match random.u32(0..100) {
        0..50 => 500,
        50..75 => 10_000,
        75..92 => 60_000,
        92..99 => 300_000,
        _ => 2_400_000,
    };
    Duration::from_millis(random.u64(0..longest))
}

fn action(random: &mut Rng, users: usize) -> Action {
    let seconds = |random: &mut Rng, longest| Duration::from_secs(random.u64(0..longest));
    match random.u32(0..100) {
        0..44 => Action::Message { to: random.usize(0..users), choice: random.usize(0..16) },
        44..49 => Action::Leave { choice: random.usize(0..16) },
        49..59 => Action::Presence { choice: random.usize(..) },
        59..69 => Action::Note,
        69..75 => Action::Follow,
        75..79 => Action::Meeting { with: random.usize(0..users) },
        79..84 => Action::Burst,
        84..91 => Action::Crash { items: random.usize(0..4), pause: seconds(random, 90) },
        91..94 => Action::TakeOver,
        94..97 => Action::Slow { pause: seconds(random, 20) },
        _ => Action::Reopen { pause: seconds(random, 600) },
    }
}
