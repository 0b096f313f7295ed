//! Who was muted, as far as the responses say.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Possible;

/// Who was muted, by conversation and link.
#[derive(Debug, Default)]
pub(crate) struct Mutes(BTreeMap<(String, String), Mute>);

/// Whether somebody is muted in a conversation.
#[derive(Debug)]
struct Mute {
    is_muted: Possible<bool>,
    /// When what was done last was begun.
    since: Duration,
    /// How many requests are on their way.
    running: u32,
    /// Whether several were on their way at the same time, so that nobody knows which was executed last.
    is_disputed: bool,
}

impl Mutes {
    fn mute(&mut self, conversation: &str, link: &str) -> &mut Mute {
        let unmuted = || Mute { is_muted: Possible::new(false), since: Duration::ZERO, running: 0, is_disputed: false };
        self.0.entry((conversation.to_owned(), link.to_owned())).or_insert_with(unmuted)
    }

    /// Notes that somebody is about to be muted or unmuted.
    pub(crate) fn begin(&mut self, conversation: &str, link: &str, time: Duration) {
        let mute = self.mute(conversation, link);
        mute.since = time;
        mute.running += 1;
        mute.is_disputed |= mute.running > 1;
    }

    /// Notes what that came to.
    pub(crate) fn end<E>(&mut self, conversation: &str, link: &str, is_muted: bool, result: &Result<(), E>) {
        let mute = self.mute(conversation, link);
        mute.running -= 1;
        if mute.is_disputed {
            mute.is_muted.add(true);
            mute.is_muted.add(false);
            mute.is_disputed = mute.running > 0;
        } else {
            mute.is_muted.set(is_muted, result);
        }
    }

    /// Whether somebody can be muted, or not, and since when.
    pub(crate) fn allows(&self, conversation: &str, link: &str, is_muted: bool) -> (bool, Duration) {
        let found = self.0.get(&(conversation.to_owned(), link.to_owned()));
        found.map_or((!is_muted, Duration::ZERO), |mute| (mute.is_muted.contains(&is_muted), mute.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_last_holds_unless_several_did_it_at_once() {
        let mut mutes = Mutes::default();
        let time = Duration::from_secs(1);
        assert!(mutes.allows("c", "/p", false).0 && !mutes.allows("c", "/p", true).0);
        mutes.begin("c", "/p", time);
        mutes.end("c", "/p", true, &Ok::<_, ()>(()));
        assert_eq!(mutes.allows("c", "/p", false), (false, time));
        mutes.begin("c", "/p", time);
        mutes.begin("c", "/p", time);
        mutes.end("c", "/p", true, &Ok::<_, ()>(()));
        mutes.end("c", "/p", false, &Ok::<_, ()>(()));
        assert!(mutes.allows("c", "/p", false).0 && mutes.allows("c", "/p", true).0);
        mutes.begin("c", "/p", time);
        mutes.end("c", "/p", false, &Ok::<_, ()>(()));
        assert!(!mutes.allows("c", "/p", true).0);
        mutes.begin("c", "/p", time);
        mutes.end("c", "/p", true, &Err(()));
        assert!(mutes.allows("c", "/p", true).0 && mutes.allows("c", "/p", false).0);
    }
}
