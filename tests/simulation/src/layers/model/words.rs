//! Who said what: each message that the server accepted arrives once and in order, and what became of it is said truly.

use std::collections::{BTreeMap, BTreeSet};

use ucwa_simulator::Told;

/// All messages of a schedule, by their texts, which are never the same.
#[derive(Debug, Default)]
pub(crate) struct Words {
    said: BTreeMap<String, Said>,
    /// What was heard, by listener, conversation and speaker, in that order.
    heard: BTreeMap<(Listener, String, usize), Vec<String>>,
    /// Who heard what.
    known: BTreeSet<(Listener, String)>,
    /// In how many processes each user was before.
    processes: BTreeMap<usize, u32>,
}

/// A user in one of several processes, the later of which may hear once more what the earlier heard last.
type Listener = (usize, u32);

#[derive(Debug)]
struct Said {
    by: usize,
    fate: Fate,
}

/// What became of a message, as its sender was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The sender was told nothing yet.
    Untold,
    /// It came with an invitation, of which the sender is told.
    Invitation,
    /// The server has certainly not accepted it.
    Refused,
    /// The server has accepted it.
    Accepted,
    /// Nobody knows.
    Unknown,
}

impl Words {
    /// Notes that somebody says something.
    pub(crate) fn say(&mut self, by: usize, text: &str, fate: Fate) {
        self.said.insert(text.to_owned(), Said { by, fate });
    }

    /// Notes what the sender was told. What was accepted stays so.
    pub(crate) fn tell(&mut self, text: &str, fate: Fate) {
        if let Some(said) = self.said.get_mut(text)
            && said.fate != Fate::Accepted
        {
            said.fate = fate;
        }
    }

    /// Notes that the sender does not wait to be told. What it was told stays so.
    pub(crate) fn abandon(&mut self, text: &str) {
        if let Some(said) = self.said.get_mut(text)
            && said.fate == Fate::Untold
        {
            said.fate = Fate::Unknown;
        }
    }

    /// Notes that nobody waits to be told of what begins in some way.
    pub(crate) fn abandon_all(&mut self, prefix: &str) {
        let texts: Vec<_> = self.said.keys().filter(|text| text.starts_with(prefix)).cloned().collect();
        for text in &texts {
            self.abandon(text);
        }
    }

    /// Notes that a user goes on in another process.
    pub(crate) fn hand_over(&mut self, user: usize) {
        *self.processes.entry(user).or_default() += 1;
    }

    /// Whether a user was in another process before.
    pub(crate) fn has_been_handed_over(&self, user: usize) -> bool {
        self.process(user) > 0
    }

    fn process(&self, user: usize) -> u32 {
        self.processes.get(&user).copied().unwrap_or_default()
    }

    /// Notes that somebody heard something in a conversation.
    pub(crate) fn hear(&mut self, listener: usize, conversation: &str, text: &str) -> Result<(), String> {
        let Some(said) = self.said.get(text) else { return Err(format!("heard what nobody said: {text:?}")) };
        if said.by == listener {
            return Err(format!("heard their own message: {text:?}"));
        }
        let by = said.by;
        let listener = (listener, self.process(listener));
        if !self.known.insert((listener, text.to_owned())) {
            return Err(format!("heard twice: {text:?}"));
        }
        let place = (listener, conversation.to_owned(), by);
        self.heard.entry(place).or_default().push(text.to_owned());
        Ok(())
    }

    /// Who said something; `None` for what nobody said.
    pub(crate) fn speaker(&self, text: &str) -> Option<usize> {
        self.said.get(text).map(|said| said.by)
    }

    /// Whether somebody heard something.
    pub(crate) fn is_known(&self, listener: usize, text: &str) -> bool {
        (0..=self.process(listener)).any(|process| self.known.contains(&((listener, process), text.to_owned())))
    }

    /// What somebody heard, or said and was told that the server accepted, of what begins in some way.
    pub(crate) fn known_to(&self, user: usize, prefix: &str) -> BTreeSet<String> {
        let heard = self.known.iter().filter(|((listener, _), _)| *listener == user).map(|(_, text)| text);
        let said = self.said.iter().filter(|(_, said)| said.by == user && said.fate == Fate::Accepted);
        let all = heard.chain(said.map(|(text, _)| text));
        all.filter(|text| text.starts_with(prefix)).cloned().collect()
    }

    /// What is wrong, with the user whom it concerns. `told` is all that the server told of messages; `owners` are
    /// the users of the applications that are open.
    pub(crate) fn check(&self, told: &[Told], owners: &BTreeMap<u64, usize>) -> Vec<(usize, String)> {
        let accepted: BTreeSet<_> = told.iter().filter_map(|told| told.text.as_deref()).collect();
        let mut wrong: Vec<_> =
            self.said.iter().filter_map(|(text, said)| Some((said.by, misjudged(text, said, &accepted)?))).collect();
        // When the server told each user of each message for the first time.
        let mut order = BTreeMap::new();
        for (number, told) in told.iter().enumerate() {
            if let (Some(&user), Some(text)) = (owners.get(&told.application), &told.text) {
                order.entry((user, text.as_str())).or_insert(number);
            }
        }
        for (((listener, _), _, _), texts) in &self.heard {
            let numbers = texts.iter().filter_map(|text| Some((order.get(&(*listener, text.as_str()))?, text)));
            let numbers: Vec<_> = numbers.collect();
            if let Some(pair) = numbers.windows(2).find(|pair| pair[0].0 > pair[1].0) {
                wrong.push((*listener, format!("heard out of order: {:?} before {:?}", pair[0].1, pair[1].1)));
            }
        }
        wrong
    }
}

fn misjudged(text: &str, said: &Said, accepted: &BTreeSet<&str>) -> Option<String> {
    match (said.fate, accepted.contains(text)) {
        (Fate::Refused, true) => Some(format!("said to be refused, and accepted by the server: {text:?}")),
        (Fate::Accepted, false) => Some(format!("said to be accepted, and unknown to the server: {text:?}")),
        (Fate::Untold, _) => Some(format!("never told what became of {text:?}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_heard_twice_or_never_said_is_noticed() {
        let mut words = Words::default();
        words.say(0, "a", Fate::Untold);
        assert!(words.hear(1, "c", "a").is_ok());
        assert!(words.hear(2, "c", "a").is_ok());
        assert!(words.hear(1, "d", "a").is_err_and(|wrong| wrong.contains("twice")));
        assert!(words.hear(1, "c", "b").is_err() && words.hear(0, "c", "a").is_err());
        assert_eq!(words.known_to(1, "a"), BTreeSet::from(["a".to_owned()]));
        assert!(words.known_to(1, "b").is_empty() && words.known_to(0, "a").is_empty(), "nobody accepted it");
        words.hand_over(1);
        assert!(words.is_known(1, "a"));
        assert!(words.hear(1, "c", "a").is_ok(), "another process may hear it again");
        assert!(words.hear(1, "c", "a").is_err());
    }

    #[test]
    fn what_the_sender_is_told_is_compared_with_what_the_server_did() {
        let mut words = Words::default();
        for (text, fate) in [("a", Fate::Untold), ("b", Fate::Accepted), ("c", Fate::Unknown), ("d", Fate::Invitation)]
        {
            words.say(0, text, Fate::Untold);
            words.tell(text, fate);
        }
        let wrong = words.check(&[], &BTreeMap::new());
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        words.tell("b", Fate::Unknown);
        assert_eq!(words.check(&[], &BTreeMap::new()).len(), 2, "what was accepted stays so");
    }
}
