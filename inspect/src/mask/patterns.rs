//! What tokens and names of people look like in text where nothing names them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::MASK;

/// A pattern that was written here and is known to be one.
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this file")
}

/// A run of characters without a sign between them.
static RUN: LazyLock<Regex> = LazyLock::new(|| pattern(r"[A-Za-z0-9_\-+=~%]{20,}"));

/// The same with signs that base64 has too, and names of files.
static LONG_RUN: LazyLock<Regex> = LazyLock::new(|| pattern(r"[A-Za-z0-9_\-+/=.~%]{20,}"));

/// What looks like a token in text that no one could read: a long run without a space.
static UNREAD: LazyLock<Regex> = LazyLock::new(|| pattern(r"[A-Za-z0-9_\-+/=.~%]{24,}"));

/// What names people: addresses of mail and `sip:`, and phone numbers.
static PEOPLE: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        pattern(r"(?i)(?:sips?(?::|%3a))?[a-z0-9._%+\-]+(?:@|%40)[a-z0-9.\-]+"),
        pattern(r"(?i)tel(?::|%3a)[+0-9().;=a-z\-]+"),
        pattern(r"\+[0-9][0-9 ().\-]{5,}[0-9]"),
    ]
});

/// The text without what is as mixed as only tokens are. Names of files and folders stay apart.
pub(super) fn mask_mixed(text: &str) -> String {
    RUN.replace_all(text, mask_if_mixed).into_owned()
}

/// The same for text that names no files, where signs that tokens may have do not end them.
pub(super) fn mask_mixed_runs(text: &str) -> String {
    LONG_RUN.replace_all(text, mask_if_mixed).into_owned()
}

/// A run from its first mixed part to its last: what stands around them is a path or the name of a file.
fn mask_if_mixed(found: &Captures<'_>) -> String {
    let run = &found[0];
    let mixed: Vec<_> = parts(run).filter(|part| is_mixed(&run[part.clone()])).collect();
    let (Some(first), Some(last)) = (mixed.first(), mixed.last()) else { return run.to_owned() };
    format!("{}{MASK}{}", &run[..first.start], &run[last.end..])
}

/// The places of what stands between dots and slashes.
fn parts(run: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    run.split(['.', '/']).map(move |part| {
        let place = start..start + part.len();
        start = place.end + 1;
        place
    })
}

/// Whether letters and digits take turns somewhere, as they do in tokens and hardly in names.
fn is_mixed(part: &str) -> bool {
    let pairs = part.as_bytes().windows(2).filter(|pair| pair.iter().all(u8::is_ascii_alphanumeric));
    pairs.filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count() >= 3
}

/// The text without long runs of any kind.
pub(super) fn mask_runs(text: &str) -> String {
    UNREAD.replace_all(text, MASK).into_owned()
}

/// The text without what names people.
pub(super) fn mask_people(text: &str) -> String {
    PEOPLE.iter().fold(text.to_owned(), |text, people| people.replace_all(&text, MASK).into_owned())
}
