//! Users.

use std::collections::{BTreeMap, BTreeSet};

use super::{Group, GroupKind, Log, Moment};
use crate::options::Account;

/// A user of the organization.
#[derive(Debug, Clone)]
pub(crate) struct User {
    /// The address, without `sip:` and in lower case.
    pub(crate) address: String,
    pub(crate) account: Account,
    /// What the user chose to be: a value of `PreferredAvailability`; none where the server decides.
    pub(crate) preferred: Option<String>,
    /// What others see: a value of `Availability`.
    pub(crate) availability: &'static str,
    /// What the user is doing, as text.
    pub(crate) activity: Option<String>,
    pub(crate) last_active: Moment,
    pub(crate) note: String,
    pub(crate) location: String,
    pub(crate) phones: BTreeMap<String, Phone>,
    pub(crate) forwarding: CallForwarding,
    pub(crate) groups: BTreeMap<String, Group>,
    /// Levels that the user chose, by address.
    pub(crate) privacy: BTreeMap<String, String>,
    pub(crate) logs: BTreeMap<u64, Log>,
    pub(crate) voice_mails: u32,
    /// The meeting that the user has for all purposes, by its conference id; it may have been deleted.
    pub(crate) assigned_meeting: Option<String>,
}

/// A telephone number of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phone {
    pub(crate) number: String,
    pub(crate) is_listed: bool,
}

/// What happens to incoming calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CallForwarding {
    pub(crate) active_setting: String,
    pub(crate) active_period: String,
    /// What the user wants to become of calls that nobody takes: a value of `UnansweredCallHandling`.
    pub(crate) unanswered_handling: String,
    pub(crate) immediate_target: String,
    pub(crate) simultaneous_target: String,
    pub(crate) simultaneous_delay: i64,
    pub(crate) unanswered_target: String,
    pub(crate) unanswered_delay: i64,
    /// The contact that each target of `Contact` means.
    pub(crate) contacts: BTreeMap<&'static str, String>,
}

impl CallForwarding {
    /// Whether calls that nobody takes go elsewhere. Where all are forwarded at once, none is left for that.
    pub(crate) fn handles_unanswered(&self) -> bool {
        self.active_setting != "ImmediateForward" && self.unanswered_handling != "Disabled"
    }
}

impl Default for CallForwarding {
    fn default() -> Self {
        Self {
            active_setting: "None".into(),
            active_period: "Always".into(),
            unanswered_handling: "Enabled".into(),
            immediate_target: "None".into(),
            simultaneous_target: "None".into(),
            simultaneous_delay: 0,
            unanswered_target: "Voicemail".into(),
            unanswered_delay: 20,
            contacts: BTreeMap::new(),
        }
    }
}

impl User {
    pub(crate) fn new(account: Account, number: usize) -> Self {
        let address = account.address.to_ascii_lowercase();
        let digits = 100 + number % 100;
        let phones =
            [("work", "1425555", true), ("mobile", "1425556", true), ("home", "1425557", false), ("other", "", false)];
        let phones = phones.map(|(kind, start, is_listed)| {
            let number = if start.is_empty() { String::new() } else { format!("tel:+{start}0{digits}") };
            (kind.to_owned(), Phone { number, is_listed })
        });
        let mut user = Self {
            preferred: None,
            availability: "Offline",
            activity: None,
            last_active: 0,
            note: String::new(),
            location: String::new(),
            phones: phones.into(),
            forwarding: CallForwarding::default(),
            groups: BTreeMap::new(),
            privacy: BTreeMap::new(),
            logs: BTreeMap::new(),
            voice_mails: 0,
            assigned_meeting: None,
            address,
            account,
        };
        user.add_groups();
        user
    }

    fn add_groups(&mut self) {
        let contacts: BTreeSet<_> = self.account.contacts.iter().map(|contact| contact.to_ascii_lowercase()).collect();
        let domain = self.address.split('@').nth(1).unwrap_or_default().to_owned();
        let favorites: BTreeSet<_> = contacts.iter().take(1).cloned().collect();
        let others: BTreeSet<_> = contacts.iter().skip(1).cloned().collect();
        let delegates = self.account.delegates.iter().map(|delegate| delegate.to_ascii_lowercase()).collect();
        let groups = [
            (GroupKind::Default, "other".to_owned(), "Other Contacts", others),
            (GroupKind::Pinned, "pinned".to_owned(), "Pinned Contacts", favorites),
            (GroupKind::Own, "1".to_owned(), "Team", contacts.clone()),
            (GroupKind::Delegates, "delegates".to_owned(), "My Delegates", delegates),
            (GroupKind::Delegators, "delegators".to_owned(), "My Managers", BTreeSet::new()),
            (GroupKind::Distribution, format!("everyone@{domain}"), "Everyone", BTreeSet::new()),
            (GroupKind::Organization, "organization".to_owned(), "My Group", contacts),
        ];
        for (kind, id, name, members) in groups {
            self.groups.insert(id.clone(), Group { id, name: name.into(), kind, members });
        }
    }

    /// The contacts: members of the groups that hold contacts.
    pub(crate) fn contacts(&self) -> BTreeSet<&str> {
        let groups = self.groups.values().filter(|group| group.kind.holds_contacts());
        groups.flat_map(|group| group.members.iter().map(String::as_str)).collect()
    }

    /// The members of the group of a kind of which there is one.
    pub(crate) fn members(&self, kind: GroupKind) -> impl Iterator<Item = &String> {
        self.group_of(kind).into_iter().flat_map(|group| &group.members)
    }

    /// The level that another person has with this user.
    pub(crate) fn level_of(&self, address: &str) -> &str {
        self.privacy.get(address).map_or("Colleagues", String::as_str)
    }

    /// The group of a kind of which there is one.
    pub(crate) fn group_of(&self, kind: GroupKind) -> Option<&Group> {
        self.groups.values().find(|group| group.kind == kind)
    }
}

/// An address without `sip:` and in lower case.
pub(crate) fn address(uri: &str) -> String {
    let uri = uri.trim().to_ascii_lowercase();
    uri.strip_prefix("sip:").unwrap_or(&uri).to_owned()
}
