//! Users, hosts and limits of a simulator.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::de::Error as _;

/// A user of the simulated organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The SIP address, without `sip:`.
    pub address: String,
    /// The display name.
    pub name: String,
    /// The password; also the one for Windows authentication.
    pub password: String,
    /// The account name for Windows authentication and for passwords, such as `CONTOSO\ada`.
    pub windows_name: String,
    /// The SIP addresses of the user's contacts, without `sip:`. They need not be users.
    pub contacts: Vec<String>,
    /// The SIP addresses of users who may act for this one, without `sip:`.
    pub delegates: Vec<String>,
}

impl Account {
    /// A user with an address such as `ada@contoso.com`, without contacts.
    pub fn new(address: impl Into<String>, name: impl Into<String>, password: impl Into<String>) -> Self {
        let address = address.into();
        let (user, domain) = address.split_once('@').unwrap_or((&address, ""));
        let domain = domain.split('.').next().unwrap_or_default().to_ascii_uppercase();
        let windows_name = format!("{domain}\\{user}");
        Self {
            name: name.into(),
            password: password.into(),
            windows_name,
            contacts: Vec::new(),
            delegates: Vec::new(),
            address,
        }
    }

    /// Reads users from JSON: a list of objects with `address`, `name`, `password` and, if need be, `windowsName`, `contacts` and
    /// `delegates`.
    ///
    /// # Errors
    ///
    /// Fails where the text is something else, and the error says where; where there are no users; and where two have the same
    /// address or one has no domain.
    pub fn from_json(text: &str) -> Result<Vec<Self>, serde_json::Error> {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        struct Entry {
            address: String,
            name: String,
            password: String,
            windows_name: Option<String>,
            #[serde(default)]
            contacts: Vec<String>,
            #[serde(default)]
            delegates: Vec<String>,
        }
        let entries: Vec<Entry> = serde_json::from_str(text)?;
        let account = |entry: Entry| {
            let account = Self::new(entry.address, entry.name, entry.password).with_contacts(entry.contacts);
            let account = account.with_delegates(entry.delegates);
            Self { windows_name: entry.windows_name.unwrap_or(account.windows_name.clone()), ..account }
        };
        let accounts: Vec<_> = entries.into_iter().map(account).collect();
        check(&accounts).map_err(serde_json::Error::custom)?;
        Ok(accounts)
    }

    /// Sets the contacts.
    #[must_use]
    pub fn with_contacts<T: Into<String>>(mut self, contacts: impl IntoIterator<Item = T>) -> Self {
        self.contacts = contacts.into_iter().map(Into::into).collect();
        self
    }

    /// Sets who may act for the user.
    #[must_use]
    pub fn with_delegates<T: Into<String>>(mut self, delegates: impl IntoIterator<Item = T>) -> Self {
        self.delegates = delegates.into_iter().map(Into::into).collect();
        self
    }
}

/// Finds what nobody could sign in with.
fn check(accounts: &[Account]) -> Result<(), String> {
    if accounts.is_empty() {
        return Err("there are no users: list at least one".into());
    }
    let mut seen = BTreeSet::new();
    for Account { address, .. } in accounts {
        let is_address = address.split_once('@').is_some_and(|(user, domain)| !user.is_empty() && !domain.is_empty());
        if !is_address || address.to_ascii_lowercase().starts_with("sip:") {
            return Err(format!("`{address}` is not an address such as `dee@contoso.com`"));
        }
        if !seen.insert(address.to_lowercase()) {
            return Err(format!("`{address}` is the address of two users"));
        }
    }
    Ok(())
}

/// The hosts that a simulator stands for, as origins such as `https://lyncweb.contoso.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topology {
    /// The domain of the users.
    pub domain: String,
    /// Where discovery begins. Its response redirects to `web`.
    pub discovery: String,
    /// Hosts of the `user` resource and of the token endpoint.
    pub web: String,
    /// The host of applications.
    pub pool: String,
    /// What happens to requests for other hosts.
    pub other_hosts: OtherHosts,
    /// For which hosts a token is valid.
    pub token_scope: TokenScope,
}

/// What happens to requests for hosts that the simulator does not stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherHosts {
    /// They fail as connections to unknown hosts do.
    Unreachable,
    /// They are treated as requests to the host that their path belongs to. This is what a server on one port does.
    Accepted,
}

/// For which hosts a token is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenScope {
    /// All hosts of the topology, as on premises.
    Topology,
    /// The host that issued it, as online: the pool names an endpoint of its own.
    Host,
}

impl Topology {
    /// The hosts of a domain: `lyncdiscover.DOMAIN`, `LyncWeb.DOMAIN` and `pool1.DOMAIN`, over https.
    pub fn of_domain(domain: &str) -> Self {
        Self {
            domain: domain.into(),
            discovery: format!("https://lyncdiscover.{domain}"),
            web: format!("https://LyncWeb.{domain}"),
            pool: format!("https://pool1.{domain}"),
            other_hosts: OtherHosts::Unreachable,
            token_scope: TokenScope::Topology,
        }
    }

    /// Whether the topology has a host, and plays it.
    pub(crate) fn plays(&self, host: &str) -> bool {
        let origins = [&self.discovery, &self.web, &self.pool];
        self.other_hosts == OtherHosts::Accepted || origins.iter().any(|origin| is_host(origin, host))
    }

    /// Whether a host is that of applications.
    pub(crate) fn is_pool(&self, host: &str) -> bool {
        is_host(&self.pool, host)
    }

    /// The hosts of a server on one port of this machine, with a scheme of `http` or `https`. Discovery is at `127.0.0.1`, all
    /// else at `LocalHost`.
    pub fn local(domain: &str, scheme: &str, port: u16) -> Self {
        let host = format!("{scheme}://LocalHost:{port}");
        Self {
            discovery: format!("{scheme}://127.0.0.1:{port}"),
            web: host.clone(),
            pool: host,
            other_hosts: OtherHosts::Accepted,
            ..Self::of_domain(domain)
        }
    }
}

/// The first and the last moment for which there are dates, in milliseconds since 1970.
const DATES: (i64, i64) = (-62_135_596_800_000, 253_402_300_799_999);

/// Whether a host is that of an origin. The default port is often written out.
fn is_host(origin: &str, host: &str) -> bool {
    let (known, port) = match origin.strip_prefix("http://") {
        Some(known) => (known, ":80"),
        None => (origin.strip_prefix("https://").unwrap_or(origin), ":443"),
    };
    known.eq_ignore_ascii_case(host.strip_suffix(port).unwrap_or(host))
}

/// Lifetimes and maximum numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerLimits {
    /// How long a token is valid (default 8 hours).
    pub token_lifetime: Duration,
    /// How long a token of an anonymous meeting is valid (default 1 hour).
    pub anonymous_token_lifetime: Duration,
    /// After how long without a request an application expires (default 30 minutes).
    pub application_lifetime: Duration,
    /// After how long without a poll the event channel drops conversations and subscriptions, and responds with
    /// `resume` (default 10 minutes).
    pub channel_lifetime: Duration,
    /// How long an invitation waits to be accepted or declined (default 30 seconds).
    pub invitation_lifetime: Duration,
    /// How many applications one user may have (default 20).
    pub applications_per_user: usize,
    /// How many applications that expired by inactivity the server remembers, to answer 410 `InactiveApplicationExpired` for
    /// them (default 1000). For those that it has forgotten, it answers 404 `ApplicationNotFound`.
    pub expired_applications: usize,
    /// How many contacts one presence subscription may follow (default 200).
    pub contacts_per_subscription: usize,
    /// How many requests one batch may have (default 100).
    pub requests_per_batch: usize,
    /// How many groups a user may make (default 64).
    pub groups_per_user: usize,
    /// How many online meetings a user may have (default 1000).
    pub meetings_per_user: usize,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            token_lifetime: Duration::from_secs(8 * 3600),
            anonymous_token_lifetime: Duration::from_secs(3600),
            application_lifetime: Duration::from_secs(30 * 60),
            channel_lifetime: Duration::from_secs(10 * 60),
            invitation_lifetime: Duration::from_secs(30),
            applications_per_user: 20,
            expired_applications: 1000,
            contacts_per_subscription: 200,
            requests_per_batch: 100,
            groups_per_user: 64,
            meetings_per_user: 1000,
        }
    }
}

/// The settings of a simulator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The source of every random value: the same seed and the same requests give the same bytes.
    pub seed: u64,
    /// The users.
    pub accounts: Vec<Account>,
    /// The hosts.
    pub topology: Topology,
    /// Lifetimes and maximum numbers.
    pub limits: ServerLimits,
    /// How many of the latest requests the log keeps (default 1000).
    pub log_length: usize,
    /// How many of the latest events that applications were told the simulator keeps (default 1000).
    pub event_log_length: usize,
    /// How long each response is held back (default: not at all).
    pub latency: Duration,
    /// The moment at which the simulated world begins, in milliseconds since 1970 (default: 5 January 2026, 9:00 UTC). From then
    /// on its clock runs with tokio's. A moment before the year 1 is taken for the first of that year, and one after the year
    /// 9999 for the last of that one, as dates know no others.
    pub epoch: i64,
}

impl Options {
    /// The moment at which the world begins, for which there is a date.
    pub(crate) fn begin(&self) -> i64 {
        self.epoch.clamp(DATES.0, DATES.1)
    }

    /// Three users of `contoso.com`, who are each other's contacts.
    pub fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed ^ 0x5eed);
        let people =
            [("ada@contoso.com", "Ada Vale"), ("ben@contoso.com", "Ben Ortiz"), ("cho@contoso.com", "Cho Lindqvist")];
        let accounts = people.map(|(address, name)| {
            let first = name.split(' ').next().unwrap_or_default().to_lowercase();
            let others = people.iter().map(|(other, _)| *other).filter(|other| *other != address);
            Account::new(address, name, format!("{first}-{:04}", random.u16(0..10_000))).with_contacts(others)
        });
        Self {
            seed,
            accounts: accounts.into(),
            topology: Topology::of_domain("contoso.com"),
            limits: ServerLimits::default(),
            log_length: 1000,
            event_log_length: 1000,
            latency: Duration::ZERO,
            epoch: 1_767_603_600_000,
        }
    }
}
