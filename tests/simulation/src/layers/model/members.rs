//! Who is in which group of contacts: what it is, as far as the responses say.

use std::collections::{BTreeMap, BTreeSet};

use super::Existence;

/// The members of groups, by the names of the groups.
#[derive(Debug, Clone, Default)]
pub(crate) struct Members(BTreeMap<String, Group>);

/// Those who are in a group, or may be. There is none of this where nobody knows which group has the name.
type Group = BTreeMap<String, Existence>;

impl Members {
    /// Notes that a group was to be created. If it was, it is empty.
    pub(crate) fn created<E>(&mut self, name: &str, result: &Result<(), E>) {
        if result.is_ok() {
            self.0.insert(name.to_owned(), Group::default());
        } else {
            // If there was none, the new one may be there now.
            self.0.entry(name.to_owned()).or_default();
        }
    }

    /// Notes that a group was to be deleted, or to have another name. If that was done, one of the name that is made later is empty.
    pub(crate) fn emptied<E>(&mut self, name: &str, result: &Result<(), E>) {
        let group = self.0.entry(name.to_owned()).or_default();
        if result.is_ok() {
            group.clear();
        }
        for existence in group.values_mut() {
            *existence = Existence::Unknown;
        }
    }

    /// Notes that somebody was to be in a group, or not to be in it.
    pub(crate) fn set<E>(&mut self, name: &str, who: &str, existence: Existence, result: &Result<(), E>) {
        let group = self.0.entry(name.to_owned()).or_default();
        let known = group.entry(who.to_owned()).or_insert(Existence::Absent);
        if result.is_ok() {
            *known = existence;
        } else if *known != existence {
            *known = Existence::Unknown;
        }
    }

    /// Notes that somebody was to be in no group.
    pub(crate) fn dismissed<E>(&mut self, who: &str, result: &Result<(), E>) {
        let names: Vec<_> = self.0.keys().cloned().collect();
        for name in names {
            self.set(&name, who, Existence::Absent, result);
        }
    }

    /// What is wrong about who is in a group.
    pub(crate) fn differs(&self, name: &str, found: &BTreeSet<String>) -> Option<String> {
        let group = self.0.get(name)?;
        let existence = |who: &str| group.get(who).copied().unwrap_or(Existence::Absent);
        let stranger = found.iter().find(|who| existence(who) == Existence::Absent);
        let mut expected = group.iter().filter(|(_, existence)| **existence == Existence::Present);
        let missing = expected.find(|(who, _)| !found.contains(*who)).map(|(who, _)| who);
        let wrong = |who: &String, what: &str| format!("{who} {what}");
        stranger.map(|who| wrong(who, "is none of them")).or_else(|| missing.map(|who| wrong(who, "is one of them")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_added_is_there_and_nobody_else() {
        const DONE: Result<(), ()> = Ok(());
        let mut members = Members::default();
        members.created("g", &DONE);
        members.set("g", "a", Existence::Present, &DONE);
        members.set("g", "b", Existence::Present, &Err(()));
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        for (found, is_right) in
            [(set(&["a"]), true), (set(&["a", "b"]), true), (set(&["b"]), false), (set(&["a", "c"]), false)]
        {
            assert_eq!(members.differs("g", &found).is_none(), is_right, "{found:?}");
        }
        members.dismissed("a", &DONE);
        assert!(members.differs("g", &set(&["a"])).is_some() && members.differs("g", &set(&[])).is_none());
        members.set("g", "a", Existence::Present, &DONE);
        members.emptied("g", &Err(()));
        assert!(members.differs("g", &set(&["a"])).is_none() && members.differs("g", &set(&[])).is_none());
        assert!(members.differs("other", &set(&["a"])).is_none());
    }
}
