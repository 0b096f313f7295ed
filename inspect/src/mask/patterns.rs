//! What secrets look like in text of which nothing else is known.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::MASK;
use super::names::{PARTS, WHOLE, is_secret};

/// A pattern that was written here and is known to be one.
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this file")
}

/// What makes a name that of a secret.
pub(super) static PART: LazyLock<Regex> = LazyLock::new(|| pattern(PARTS));

/// A value with its name before it. The second group is the name and the last the value.
static NAMED: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    let name = format!(r"[\w.:\-]*(?:{PARTS})[\w\-]*|\b(?:{WHOLE})");
    [
        // name=value, "name": "value", \"name\":\"value\", name='value', name%3Dvalue
        pattern(&format!(r#"(?i)(({name})[\\"']*\s*(?:[=:]|%3d)\s*[\\"']*)([^\s"'&;,<>\\\[\]{{}}()]+)"#)),
        // <property name="name">value, <propertyList name="name"><item>value
        pattern(r#"(?i)(<[^<>]*\bname\s*=\s*["']([^"']+)["'][^<>]*>\s*(?:<item>)?)([^<>\[]+)"#),
        // <name>value
        pattern(r"(?i)(<([\w:.\-]+)[^<>]*>)([^<>\[]+)"),
        // "name":"name","value":"value"
        pattern(r#"(?i)("name"\s*:\s*"([^"]+)"\s*,\s*"value"\s*:\s*")([^"\[]+)"#),
    ]
});

/// A value that says itself that it is a secret, in the last group.
static SELF_EVIDENT: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        pattern(r#"(?i)(\b(?:bearer|basic|negotiate|ntlm)(?:\s+|%20))([^\s"',;\\\[]{2,})"#),
        // https://user:password@host
        pattern(r#"(://[^/\s:@"]*:)([^/\s@"\[]+)@"#),
        // A token of JSON, in base64.
        pattern(r"(\b)(eyJ[\w\-]{5,}\.[\w\-]{5,}(?:\.[\w\-]*)?)"),
    ]
});

/// Whether there can be a secret in a text at all, which is told much faster than where.
static SUSPICIOUS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"(?i){PARTS}|\b(?:{WHOLE})\b|\b(?:bearer|basic|negotiate|ntlm)\b|://[^/\s]*@|\beyJ"))
});

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

/// The secrets in a text that have names, or that say themselves that they are some.
pub(super) fn secrets(text: &str) -> impl Iterator<Item = &str> {
    let text = if SUSPICIOUS.is_match(text) { text } else { "" };
    let named = NAMED.iter().flat_map(|named| named.captures_iter(text));
    let named = named.filter(|found| is_secret(&found[2])).filter_map(|found| found.get(3));
    let evident = SELF_EVIDENT.iter().flat_map(|evident| evident.captures_iter(text)).filter_map(|found| found.get(2));
    named.chain(evident).map(|found| found.as_str())
}

/// The text without secrets that have names, or that say themselves that they are some.
pub(super) fn mask(text: &str) -> String {
    let mut text = text.to_owned();
    for named in &*NAMED {
        let masked = |found: &Captures<'_>| {
            if is_secret(&found[2]) && !found[3].starts_with(MASK) {
                format!("{}{MASK}", &found[1])
            } else {
                found[0].to_owned()
            }
        };
        text = named.replace_all(&text, masked).into_owned();
    }
    for evident in &*SELF_EVIDENT {
        let masked = |found: &Captures<'_>| found[0].replacen(&found[2], MASK, 1);
        text = evident.replace_all(&text, masked).into_owned();
    }
    text
}

/// The text without what is as mixed as only tokens are. Names of files and folders stay apart.
pub(super) fn mask_mixed(text: &str) -> String {
    RUN.replace_all(text, mask_if_mixed).into_owned()
}

/// The same for text that names no files, where signs that tokens may have do not end them.
pub(super) fn mask_mixed_runs(text: &str) -> String {
    LONG_RUN.replace_all(text, mask_if_mixed).into_owned()
}

fn mask_if_mixed(found: &Captures<'_>) -> String {
    if is_mixed(&found[0]) { MASK.to_owned() } else { found[0].to_owned() }
}

/// Whether letters and digits take turns somewhere, as they do in tokens and hardly in names.
fn is_mixed(run: &str) -> bool {
    run.split(['.', '/']).any(|part| {
        let pairs = part.as_bytes().windows(2).filter(|pair| pair.iter().all(u8::is_ascii_alphanumeric));
        pairs.filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count() >= 3
    })
}

/// The text without long runs of any kind.
pub(super) fn mask_runs(text: &str) -> String {
    UNREAD.replace_all(text, MASK).into_owned()
}

/// The text without what names people.
pub(super) fn mask_people(text: &str) -> String {
    PEOPLE.iter().fold(text.to_owned(), |text, people| people.replace_all(&text, MASK).into_owned())
}
