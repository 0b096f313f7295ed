//! Keeping secrets of the traffic out of everything that is printed.

mod learn;
mod patterns;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
pub use ucwa_runtime::secret::MASK;
use ucwa_runtime::secret::{mask_parts, redact_url};

/// Shorter texts are part of too many words to be looked for.
const SHORTEST: usize = 3;

/// Whom masking protects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum People {
    /// Addresses of people are shown.
    #[default]
    Shown,
    /// Addresses and phone numbers of people are masked too.
    Masked,
}

/// Masks what must not be printed: the secrets it has seen, and all that looks like one.
#[derive(Default)]
pub struct Masker {
    people: People,
    secrets: BTreeSet<String>,
    /// What finds the secrets all at once, made when it is needed: there can be as many as messages, and as many texts to mask.
    finder: OnceLock<Option<AhoCorasick>>,
}

/// Debug output is output.
impl std::fmt::Debug for Masker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Masker").field("people", &self.people).finish_non_exhaustive()
    }
}

impl Masker {
    /// A masker that has seen nothing.
    pub fn new(people: People) -> Self {
        Self { people, ..Self::default() }
    }

    /// The text without secrets. It may name files.
    pub fn mask(&self, text: &str) -> String {
        patterns::mask_mixed(&self.mask_known(text))
    }

    /// The same for text that a client or server made up, such as a name or value, in which less is taken for harmless.
    pub fn mask_sent(&self, text: &str) -> String {
        patterns::mask_mixed_runs(&self.mask_known(text))
    }

    /// The same for text that could not be read, in which anything long may be a secret.
    pub fn mask_unread(&self, text: &str) -> String {
        patterns::mask_runs(&self.mask_sent(text))
    }

    fn mask_known(&self, text: &str) -> String {
        let text = self.without_secrets(text);
        // Whatever the text is, it may hold an address.
        let text = redact_url(&text).into_owned();
        match self.people {
            People::Shown => text,
            People::Masked => patterns::mask_people(&text),
        }
    }

    /// The text with a mask in place of each secret. Where secrets overlap, all of them are covered.
    fn without_secrets(&self, text: &str) -> String {
        // Other kinds find a few short secrets sooner, and take several hundred bytes of memory for each byte of a long one.
        let kind = Some(AhoCorasickKind::ContiguousNFA);
        let finder = self.finder.get_or_init(|| AhoCorasick::builder().kind(kind).build(&self.secrets).ok());
        let Some(finder) = finder else {
            // There are too many to look for, so that nothing of the text is known to be none.
            return MASK.to_owned();
        };
        let secrets = finder.find_overlapping_iter(text).map(|found| found.range()).collect();
        mask_parts(text, secrets).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_that_overlap_are_masked_from_the_first_to_the_last() {
        let mut masker = Masker::default();
        for secret in ["geheim", "heimlich", "lich", "mask"] {
            masker.add(secret);
        }
        let shown = masker.mask_sent("ein geheimlich, geheimgeheim und lichs");
        assert_eq!(shown, "ein [secret], [secret][secret] und [secret]s");
        masker.add("ein ");
        assert_eq!(masker.mask_sent("ein Wort"), "[secret] Wort", "also what was learned after something was masked");
    }

    /// A file of a megabyte may be one secret.
    #[test]
    fn looking_for_a_long_secret_takes_memory_in_proportion_to_it() {
        let secret: String = (0..20_000_u32).map(|number| char::from(b'!' + (number.pow(2) % 89) as u8)).collect();
        let mut masker = Masker::default();
        masker.add(&secret);
        assert_eq!(masker.mask_sent(&format!("a {secret} b")), "a [secret] b");
        let length: usize = masker.secrets.iter().map(String::len).sum();
        let finder = masker.finder.get().and_then(Option::as_ref).expect("it was looked for");
        assert!(finder.memory_usage() < 50 * length, "{} for {length}", finder.memory_usage());
    }
}
