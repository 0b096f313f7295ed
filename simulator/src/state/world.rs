//! The world: users, and all that they do.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{
    Application, ApplicationId, Conversation, EventLog, Group, GroupKind, Identity, Invitation, Log, Meeting, Moment,
    Timer, Token, User, milliseconds,
};
use crate::faults::Effect;
use crate::options::Options;
use crate::protocol::Stamp;
use crate::random::Random;

/// How many conversations a user's log remembers.
const LOGS: usize = 1000;

/// The world.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) options: Options,
    pub(crate) random: Random,
    pub(crate) now: Moment,
    /// Users by address.
    pub(crate) users: BTreeMap<String, User>,
    pub(crate) tokens: BTreeMap<String, Token>,
    /// Who has signed in by a browser, by the value of its cookie, and until when.
    pub(crate) browser_sessions: BTreeMap<String, (Identity, Moment)>,
    /// Windows sign-ins that are under way, the oldest first.
    #[cfg(feature = "ntlm")]
    pub(crate) handshakes: VecDeque<super::Handshake>,
    pub(crate) applications: BTreeMap<ApplicationId, Application>,
    /// The applications of each address.
    pub(crate) applications_of: BTreeMap<String, BTreeSet<ApplicationId>>,
    /// The latest applications that expired by inactivity, with whose they were.
    pub(crate) expired: VecDeque<(ApplicationId, Identity)>,
    /// The applications that follow the presence of each address.
    pub(crate) followers: BTreeMap<String, BTreeSet<ApplicationId>>,
    pub(crate) conversations: BTreeMap<String, Conversation>,
    pub(crate) invitations: BTreeMap<String, Invitation>,
    /// Meetings by conference id.
    pub(crate) meetings: BTreeMap<String, Meeting>,
    /// What PUT requests wrote into the catalogue's instances.
    pub(crate) written: BTreeMap<(ApplicationId, String), BTreeMap<String, crate::document::Value>>,
    /// How often the server was restarted, which cuts all connections.
    pub(crate) restarts: u64,
    /// What the headers of all responses of the API say.
    pub(crate) stamp: Stamp,
    /// What documents say wrongly that are being written.
    pub(crate) distortion: Option<Effect>,
    /// What applications were told.
    pub(crate) events: EventLog,
    timers: BTreeMap<(Moment, u64), Timer>,
    counter: u64,
}

impl World {
    pub(crate) fn new(options: Options) -> Self {
        let users = options.accounts.iter().cloned().enumerate().map(|(number, account)| User::new(account, number));
        let mut world = Self {
            random: Random::new(options.seed),
            now: options.begin(),
            users: users.map(|user| (user.address.clone(), user)).collect(),
            tokens: BTreeMap::new(),
            browser_sessions: BTreeMap::new(),
            #[cfg(feature = "ntlm")]
            handshakes: VecDeque::new(),
            applications: BTreeMap::new(),
            applications_of: BTreeMap::new(),
            expired: VecDeque::new(),
            followers: BTreeMap::new(),
            conversations: BTreeMap::new(),
            invitations: BTreeMap::new(),
            meetings: BTreeMap::new(),
            written: BTreeMap::new(),
            restarts: 0,
            stamp: Stamp::new(&options.topology.domain),
            distortion: None,
            events: EventLog::new(options.event_log_length),
            timers: BTreeMap::new(),
            counter: 0,
            options,
        };
        let addresses: Vec<_> = world.users.keys().cloned().collect();
        for address in addresses {
            world.empower_delegates(&address);
        }
        world
    }

    /// Adds a user, or replaces one of the same address.
    pub(crate) fn add_user(&mut self, mut user: User) {
        let address = user.address.clone();
        if let Some(replaced) = self.users.get(&address) {
            (user.availability, user.activity) = (replaced.availability, replaced.activity.clone());
            user.phones.clone_from(&replaced.phones);
        }
        self.users.insert(address.clone(), user);
        for other in self.users.values_mut() {
            for group in other.groups.values_mut().filter(|group| group.kind == GroupKind::Delegators) {
                group.members.remove(&address);
            }
        }
        // The user may be a delegate of those who were there before.
        let addresses: Vec<_> = self.users.keys().cloned().collect();
        for address in addresses {
            self.empower_delegates(&address);
        }
    }

    /// Lets a user's delegates know for whom they may act.
    fn empower_delegates(&mut self, address: &str) {
        let delegates = self.users.get(address).map(|user| user.members(GroupKind::Delegates).cloned().collect());
        let delegates: Vec<_> = delegates.unwrap_or_default();
        for delegate in delegates {
            if let Some(delegators) = self.delegators_of(&delegate) {
                delegators.members.insert(address.to_owned());
            }
        }
    }

    /// The group of those for whom a user may act.
    pub(crate) fn delegators_of(&mut self, address: &str) -> Option<&mut Group> {
        let groups = self.users.get_mut(address)?.groups.values_mut();
        groups.into_iter().find(|group| group.kind == GroupKind::Delegators)
    }

    /// The members of a group. Those of a distribution group are all users of its domain.
    pub(crate) fn members_of(&self, group: &Group) -> BTreeSet<String> {
        if group.kind != GroupKind::Distribution {
            return group.members.clone();
        }
        let domain = group.id.split('@').nth(1);
        self.users.keys().filter(|address| address.split('@').nth(1) == domain).cloned().collect()
    }

    /// Remembers that an application expired by inactivity, and forgets those of long ago.
    pub(crate) fn remember_expired(&mut self, id: ApplicationId, identity: Identity) {
        self.expired.push_back((id, identity));
        if self.expired.len() > self.options.limits.expired_applications {
            self.expired.pop_front();
        }
    }

    /// Another number that was never used before.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// Makes something happen later.
    pub(crate) fn schedule(&mut self, delay: std::time::Duration, timer: Timer) {
        let number = self.next_number();
        self.timers.insert((self.now.saturating_add(milliseconds(delay)), number), timer);
    }

    /// Makes something happen at a moment.
    pub(crate) fn schedule_at(&mut self, moment: Moment, timer: Timer) {
        let number = self.next_number();
        self.timers.insert((moment, number), timer);
    }

    /// When the next timer runs out.
    pub(crate) fn next_timer(&self) -> Option<Moment> {
        self.timers.keys().next().map(|(moment, _)| *moment)
    }

    /// Takes the next timer that has run out by a moment.
    pub(crate) fn take_timer(&mut self, by: Moment) -> Option<(Moment, Timer)> {
        let entry = self.timers.first_entry().filter(|entry| entry.key().0 <= by)?;
        let ((moment, _), timer) = entry.remove_entry();
        Some((moment, timer))
    }

    /// The display name of an address.
    pub(crate) fn name_of(&self, address: &str) -> String {
        let account = self.users.get(address).map(|user| user.account.name.as_str());
        let unnamed = || address.split('@').next().unwrap_or(address);
        account.or_else(|| self.guest_name_of(address)).unwrap_or_else(unnamed).to_owned()
    }

    /// The name under which somebody joined a meeting who is anonymous; `None` for all others.
    pub(crate) fn guest_name_of(&self, address: &str) -> Option<&str> {
        let ids = self.applications_of.get(address)?.iter();
        ids.filter_map(|id| self.applications.get(id)).find_map(|application| application.guest_name.as_deref())
    }

    /// Adds an entry to a user's log of conversations, which forgets the oldest where there are too many.
    pub(crate) fn add_log(&mut self, address: &str, mut log: Log) {
        log.id = self.next_number();
        if let Some(user) = self.users.get_mut(address) {
            user.logs.insert(log.id, log);
            if user.logs.len() > LOGS {
                user.logs.pop_first();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::LogStatus;

    #[test]
    fn a_users_log_remembers_the_latest_conversations() {
        let log = Log {
            id: 0,
            created: 0,
            direction: "Incoming",
            subject: String::new(),
            importance: "Normal".into(),
            thread_id: String::new(),
            status: LogStatus::Missed,
            is_read: false,
            modalities: vec!["Messaging"],
            meeting: None,
            recipients: vec!["ben@contoso.com".into()],
            messages: Vec::new(),
        };
        let mut world = World::new(Options::new(1));
        for number in 0..LOGS + 5 {
            world.add_log("ada@contoso.com", Log { subject: number.to_string(), ..log.clone() });
        }
        let logs = &world.users["ada@contoso.com"].logs;
        assert_eq!(logs.len(), LOGS);
        assert_eq!(logs.values().next().map(|log| log.subject.as_str()), Some("5"));
    }
}
