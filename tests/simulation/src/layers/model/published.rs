//! What users publish: what it is, as far as the responses say.

use std::collections::BTreeSet;

/// The values that something may have at the server: one, or several where responses were lost.
#[derive(Debug, Clone)]
pub(crate) struct Possible<T>(BTreeSet<T>);

impl<T: Ord> Possible<T> {
    pub(crate) fn new(value: T) -> Self {
        Self([value].into())
    }

    /// Notes that a value was set, or, where that failed, that it may have been.
    pub(crate) fn set<E>(&mut self, value: T, result: &Result<(), E>) {
        if result.is_ok() {
            self.0.clear();
        }
        self.0.insert(value);
    }

    /// Notes that it may be a value as well.
    pub(crate) fn add(&mut self, value: T) {
        self.0.insert(value);
    }

    pub(crate) fn contains(&self, value: &T) -> bool {
        self.0.contains(value)
    }
}

/// What a user published.
#[derive(Debug, Clone)]
pub(crate) struct Publication {
    /// What the user chose; none where the server decides.
    pub(crate) chosen: Possible<Option<String>>,
    pub(crate) note: Possible<String>,
    pub(crate) location: Possible<String>,
}

impl Default for Publication {
    fn default() -> Self {
        Self { chosen: Possible::new(None), note: Possible::new(String::new()), location: Possible::new(String::new()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_may_have_been_done_and_what_succeeds_is_certain() {
        let mut note = Possible::new("");
        note.set("one", &Err(()));
        assert!(note.contains(&"") && note.contains(&"one"));
        note.set("two", &Ok::<_, ()>(()));
        assert!(note.contains(&"two") && !note.contains(&"one"));
    }
}
