//! Whom a program follows: sets of contacts, and what it was told of them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::timeout;
use ucwa_client::presence::{Followed, FollowedContact, Presence, Standing};

/// Sets of contacts whom a program follows.
#[derive(Debug, Default)]
pub(super) struct Sets(Vec<Set>);

/// A set of contacts whom a program follows.
#[derive(Debug)]
pub(super) struct Set {
    followed: Followed,
    extent: Extent,
    wanted: BTreeSet<String>,
    /// What the stream said last of each.
    latest: BTreeMap<String, SeenContact>,
}

/// What is followed of the contacts of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Presence,
    /// Notes and locations as well.
    All,
}

/// What is known of a contact, as far as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SeenContact {
    pub(super) standing: &'static str,
    pub(super) availability: Option<String>,
    /// The note and the location, where they are followed.
    pub(super) words: Option<[String; 2]>,
}

impl SeenContact {
    fn of(contact: &FollowedContact, extent: Extent) -> Self {
        let standing = match contact.standing {
            Standing::Pending => "pending",
            Standing::Current => "current",
            Standing::Stale => "stale",
            Standing::Refused(_) => "refused",
            _ => "of another kind",
        };
        let presence = contact.presence.as_ref();
        let availability = presence.and_then(|presence| presence.availability.as_ref()).map(ToString::to_string);
        let note = contact.note.as_ref().and_then(|note| note.message.clone());
        let location = contact.location.as_ref().and_then(|location| location.location.clone());
        let words = (extent == Extent::All).then(|| [note, location].map(Option::unwrap_or_default));
        Self { standing, availability, words }
    }
}

impl Sets {
    pub(super) fn add(&mut self, presence: Presence, extent: Extent, whom: Vec<String>) {
        let presence = match extent {
            Extent::Presence => presence,
            Extent::All => presence.with_notes().with_locations(),
        };
        self.0.push(Set {
            followed: presence.follow(&whom),
            extent,
            wanted: whom.into_iter().collect(),
            latest: BTreeMap::new(),
        });
    }

    pub(super) fn get(&mut self, choice: usize) -> Option<&mut Set> {
        let at = choice.checked_rem(self.0.len())?;
        self.0.get_mut(at)
    }

    pub(super) fn remove(&mut self, choice: usize) {
        if let Some(at) = choice.checked_rem(self.0.len()) {
            self.0.swap_remove(at);
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Set> {
        self.0.iter_mut()
    }

    /// Whether all streams end, as they do when the application is closed.
    pub(super) async fn have_ended(&mut self) -> bool {
        for set in &mut self.0 {
            while let Some(next) = set.take().await {
                if next.is_none() {
                    break;
                }
            }
            if !matches!(timeout(Duration::ZERO, set.followed.next()).await, Ok(None)) {
                return false;
            }
        }
        true
    }
}

impl Set {
    pub(super) fn follow(&mut self, whom: Vec<String>) {
        self.followed.add(&whom);
        self.wanted.extend(whom);
    }

    pub(super) fn unfollow(&mut self, whom: &[String]) {
        self.followed.remove(whom);
        for address in whom {
            self.wanted.remove(address);
            self.latest.remove(address);
        }
    }

    /// Takes the next change, if there is one; nothing where the stream has ended.
    async fn take(&mut self) -> Option<Option<FollowedContact>> {
        timeout(Duration::ZERO, self.followed.next()).await.ok()
    }

    /// Takes all changes, and gives how many there were, or what is wrong about one.
    pub(super) async fn take_all(&mut self) -> Result<u64, String> {
        let mut count = 0;
        while let Some(Some(contact)) = self.take().await {
            count += 1;
            let address = contact.address.as_str().to_owned();
            if !self.wanted.contains(&address) {
                return Err(format!("told of {address}, who is not followed"));
            }
            self.latest.insert(address, SeenContact::of(&contact, self.extent));
        }
        Ok(count)
    }

    /// What is known of whom. It has to be what the stream said last.
    pub(super) fn known(&self) -> Result<BTreeMap<String, (SeenContact, FollowedContact)>, String> {
        let mut known = BTreeMap::new();
        for contact in self.followed.contacts() {
            let (address, seen) = (contact.address.as_str().to_owned(), SeenContact::of(&contact, self.extent));
            if self.latest.get(&address) != Some(&seen) {
                return Err(format!("told last that {address} is {:?}, who is {seen:?}", self.latest.get(&address)));
            }
            known.insert(address, (seen, contact));
        }
        if known.keys().ne(&self.wanted) {
            return Err(format!("follows {:?}, and should follow {:?}", known.keys(), self.wanted));
        }
        Ok(known)
    }
}
