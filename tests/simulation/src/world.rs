//! What the users of a schedule share: the server, the network, the record.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use fastrand::Rng;
use tokio::time::{Instant, sleep, timeout};
use ucwa::http::Request;
use ucwa::http::header::AUTHORIZATION;
use ucwa_client::Application;
use ucwa_simulator::{Account, Effect, Memory as ServerMemory, Options, Simulator, TokenScope};

use crate::address::application_of;
use crate::fault::{Fault, Memory, RedirectTo};
use crate::parts::PartFault;
use crate::record::{Record, Trace};
use crate::schedule::{Schedule, UserSettings};

/// Users, as many as a schedule can have.
const NAMES: [(&str, &str); 5] = [
    ("ada", "Ada Vale"),
    ("ben", "Ben Ortiz"),
    ("cho", "Cho Lindqvist"),
    ("dan", "Dan Moreau"),
    ("eve", "Eve Castell"),
];

/// Between two polls of a stranger.
const STRANGER_PAUSE: Duration = Duration::from_secs(5);

/// How long a stranger waits for events.
const STRANGER_TIME: Duration = Duration::from_secs(60);

/// What the users of a schedule share.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    pub(crate) record: Record,
    pub(crate) accounts: Vec<Account>,
    pub(crate) options: Options,
    weather: Mutex<Vec<Weather>>,
    distances: Mutex<Vec<Distance>>,
    /// How many connections there were.
    connections: AtomicU64,
    /// Users whose polls the server has reason to say of that they were replaced.
    replaced: Mutex<BTreeSet<usize>>,
    /// Applications of which the server said that it does not have them.
    denied: Mutex<BTreeSet<u64>>,
}

/// A time in which nothing comes from the server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outage {
    end: Instant,
    /// The status of the page that a proxy responds with. Without one there is no connection.
    pub(crate) page: Option<u16>,
}

/// How far away the server is for one user.
#[derive(Debug)]
struct Distance {
    random: Rng,
    jitter: Duration,
}

/// What is wrong with the network of one user.
#[derive(Debug, Default)]
pub(crate) struct Weather {
    outage: Option<Outage>,
    pub(crate) redirects: VecDeque<RedirectTo>,
    /// How many responses of the event channel will hold events that cannot be read.
    pub(crate) unreadable: u32,
    /// How many responses of the event channel will not say where it continues.
    pub(crate) lost_ways: u32,
    /// What will happen to the next responses to batches.
    pub(crate) parts: VecDeque<PartFault>,
}

impl Distance {
    fn of(user: &UserSettings) -> Self {
        Self { random: Rng::with_seed(!user.seed), jitter: user.jitter }
    }

    /// How long the next request is on its way, and its response.
    fn travel(&mut self) -> [Duration; 2] {
        [(); 2].map(|()| self.jitter.mul_f64(self.random.f64()))
    }
}

impl Weather {
    pub(crate) fn outage(&self) -> Option<Outage> {
        self.outage.filter(|outage| Instant::now() < outage.end)
    }
}

impl World {
    pub(crate) fn new<A>(schedule: &Schedule<A>, trace: Trace) -> Self {
        let names = &NAMES[..schedule.users.len()];
        let accounts: Vec<_> = names.iter().map(|(name, full)| account(names, name, full)).collect();
        let server = &schedule.server;
        let mut options = Options { accounts: accounts.clone(), log_length: 0, ..Options::new(server.seed) };
        options.event_log_length = usize::MAX;
        options.latency = server.latency;
        options.limits.token_lifetime = server.token_lifetime;
        options.limits.requests_per_batch = server.requests_per_batch;
        options.limits.contacts_per_subscription = server.contacts_per_subscription;
        options.limits.application_lifetime = server.application_lifetime;
        options.limits.channel_lifetime = server.channel_lifetime;
        options.limits.invitation_lifetime = server.invitation_lifetime;
        if server.has_token_for_each_host {
            options.topology.token_scope = TokenScope::Host;
        }
        let users = names.iter().zip(&accounts).zip(&schedule.users);
        let users = users.map(|(((name, _), account), user)| (*name, account.password.clone(), user));
        Self {
            simulator: Simulator::with_options(options.clone()),
            record: Record::new(trace, users),
            accounts,
            options,
            replaced: Mutex::default(),
            denied: Mutex::default(),
            connections: AtomicU64::new(0),
            weather: Mutex::new(schedule.users.iter().map(|_| Weather::default()).collect()),
            distances: Mutex::new(schedule.users.iter().map(Distance::of).collect()),
        }
    }

    /// How long the next request of a user is on its way, and its response.
    pub(crate) fn travel(&self, user: usize) -> [Duration; 2] {
        self.distances.lock().unwrap_or_else(PoisonError::into_inner)[user].travel()
    }

    /// Does something with the weather of a user.
    pub(crate) fn with_weather<T>(&self, user: usize, act: impl FnOnce(&mut Weather) -> T) -> T {
        act(&mut self.weather()[user])
    }

    fn weather(&self) -> MutexGuard<'_, Vec<Weather>> {
        self.weather.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether somebody else may have taken a user's event channel, or the server may say so.
    pub(crate) fn may_be_replaced(&self, user: usize) -> bool {
        self.replaced().contains(&user)
    }

    /// The number of another connection.
    pub(crate) fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed)
    }

    /// Notes that the server has reason to say that a user's poll was replaced.
    pub(crate) fn expect_replacement(&self, user: usize) {
        self.replaced().insert(user);
    }

    fn replaced(&self) -> MutexGuard<'_, BTreeSet<usize>> {
        self.replaced.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ids of a user's applications.
    pub(crate) fn applications_of(&self, user: usize) -> Vec<u64> {
        let address = &self.accounts[user].address;
        let applications = self.simulator.applications().into_iter();
        applications.filter(|found| found.user == *address).map(|found| found.id).collect()
    }

    /// Notes that the server says that it does not have an application, be that so or not.
    pub(crate) fn deny(&self, application: u64) {
        self.denied().insert(application);
    }

    fn denied(&self) -> MutexGuard<'_, BTreeSet<u64>> {
        self.denied.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks whether the server has an application that the client says it has removed, and did not say otherwise.
    pub(crate) fn check_removed(&self, user: usize, application: &Application) {
        let link = application.resource().link();
        let id = link.as_ref().and_then(|link| application_of(link.href()));
        let is_there = |id: &u64| self.applications_of(user).contains(id) && !self.denied().contains(id);
        if let Some(id) = id.filter(is_there) {
            self.record.violate(user, format!("application {id} is there, and was said to be removed"));
        }
    }

    /// Makes something go wrong.
    pub(crate) fn strike(self: &Arc<Self>, fault: &Fault) {
        match fault {
            Fault::Server { user, fault } => {
                if fault.effect == Effect::DocumentedError {
                    self.replaced().extend(0..self.accounts.len());
                }
                let fault = fault.clone();
                let address = user.map(|user| self.accounts[user].address.clone());
                self.simulator.inject(match address {
                    Some(address) => fault.of_user(address),
                    None => fault,
                });
            }
            Fault::Outage { user, time, page } => {
                let outage = Some(Outage { end: Instant::now() + *time, page: *page });
                let mut weather = self.weather();
                match user {
                    Some(user) => weather[*user].outage = outage,
                    None => weather.iter_mut().for_each(|weather| weather.outage = outage),
                }
            }
            Fault::Redirect { user, to } => self.with_weather(*user, |weather| weather.redirects.push_back(*to)),
            Fault::UnreadableEvents { user } => self.with_weather(*user, |weather| weather.unreadable += 1),
            Fault::LostWay { user, times } => self.with_weather(*user, |weather| weather.lost_ways += times),
            Fault::SpoiledParts { user, fault } => self.with_weather(*user, |weather| weather.parts.push_back(*fault)),
            Fault::RevokedTokens { user } => {
                // All users exist, here and below.
                let _ = self.simulator.revoke_tokens(&self.accounts[*user].address);
            }
            Fault::LostApplications { user } => {
                for id in self.applications_of(*user) {
                    let _ = self.simulator.lose_application(id);
                }
            }
            Fault::LostState { user } => {
                for id in self.applications_of(*user) {
                    let _ = self.simulator.lose_state(id);
                }
            }
            Fault::Restart(memory) => self.simulator.restart(match memory {
                Memory::Kept => ServerMemory::Kept,
                Memory::Lost => ServerMemory::Lost,
            }),
            Fault::Stranger { user, polls } => {
                self.expect_replacement(*user);
                tokio::spawn(be_stranger(Arc::clone(self), *user, *polls));
            }
        }
    }

    /// Ends all faults.
    pub(crate) fn clear(&self) {
        self.simulator.clear_faults();
        self.weather().iter_mut().for_each(|weather| *weather = Weather::default());
    }
}

/// A user, who knows all others.
fn account(names: &[(&str, &str)], name: &str, full: &str) -> Account {
    let address = |name: &str| format!("{name}@contoso.com");
    let others = names.iter().filter(|(other, _)| *other != name).map(|(other, _)| address(other));
    Account::new(address(name), full, format!("{name} knows: & +{{%}}")).with_contacts(others)
}

/// Polls a user's event channel as another process would that has the user's password.
async fn be_stranger(world: Arc<World>, user: usize, polls: u32) {
    let address = &world.accounts[user].address;
    let Ok(token) = world.simulator.issue_token(address) else { return };
    for _ in 0..polls {
        if let Some(id) = world.applications_of(user).first() {
            let url = format!("https://pool1.contoso.com/ucwa/oauth/v1/applications/{id}/events");
            let request = Request::get(url).header(AUTHORIZATION, format!("Bearer {token}")).body(Bytes::new());
            if let Ok(request) = request {
                world.record.note_of(user, format_args!("has a stranger who polls"));
                let _ = timeout(STRANGER_TIME, world.simulator.handle(request)).await;
            }
        }
        sleep(STRANGER_PAUSE).await;
    }
}
