//! Keeping secrets of the traffic out of everything that is printed.

mod learn;
mod patterns;

use std::collections::BTreeSet;

pub use ucwa_runtime::secret::MASK;
use ucwa_runtime::secret::redact_url;

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
        Self { people, secrets: BTreeSet::new() }
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
        let mut text = text.to_owned();
        // Longer ones first, as a shorter one may be a part of them.
        let mut secrets: Vec<_> = self.secrets.iter().filter(|secret| text.contains(secret.as_str())).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        for secret in secrets {
            text = text.replace(secret.as_str(), MASK);
        }
        // Whatever the text is, it may hold an address.
        text = redact_url(&text).into_owned();
        match self.people {
            People::Shown => text,
            People::Masked => patterns::mask_people(&text),
        }
    }
}
