//! What must not be shown: the names and shapes of credentials, and texts without them.
//!
//! All `Debug` output of this crate, all errors, and tools that print recorded traffic decide here what a secret is.
//!
//! ```
//! use ucwa_runtime::secret::{is_secret_name, redact_text, redact_url};
//!
//! assert!(is_secret_name("accessToken") && !is_secret_name("tokenType"));
//! assert_eq!(redact_url("https://lene:pw@contoso.com/a?b=c&cwt=AAEB"), "https://lene:[secret]@contoso.com/a?b=c&cwt=[secret]");
//! assert_eq!(redact_text("refused: Bearer AAEB"), "refused: Bearer [secret]");
//! ```

mod address;
mod json;
mod name;
mod text;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde_json::Value as Json;

pub use address::redact_url;
pub use json::{Leaf, redact_json, visit_json};
pub use name::{is_harmless_value, is_secret_name};
pub use text::find_secrets;

/// The text that replaces a secret.
pub const MASK: &str = "[secret]";

/// Returns a text without the credentials in it.
///
/// A credential is the value behind a name for which [`is_secret_name`] is true (`password=x`, `"accessToken":"x"`,
/// `<property name="password">x`), what follows `Bearer`, `Basic`, `Negotiate` or `NTLM`, the password before the `@` of
/// an address, and a JSON web token. A text that is a JSON document is searched by its structure.
pub fn redact_text(text: &str) -> Cow<'_, str> {
    if text.trim_start().starts_with(['{', '['])
        && let Ok(document) = serde_json::from_str::<Json>(text)
    {
        let redacted = redact_json(&document);
        return if redacted == document { text.into() } else { redacted.to_string().into() };
    }
    replace(text, find_secrets(text))
}

/// The properties that no table lists, as `Debug` shows them: without secrets.
pub(crate) struct Properties<'a>(pub(crate) &'a [(String, Json)]);

impl fmt::Debug for Properties<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(name, value)| (name, shown(name, value)))).finish()
    }
}

/// The value of a property, as `Debug` shows it: without secrets.
pub(crate) fn shown(name: &str, value: &Json) -> Shown {
    Shown(json::redact_property(name, value))
}

/// A value without secrets, which `Debug` shows as JSON.
pub(crate) struct Shown(Json);

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Replaces parts of a text, which are in order and apart.
fn replace(text: &str, parts: Vec<Range<usize>>) -> Cow<'_, str> {
    if parts.is_empty() {
        return text.into();
    }
    let (mut redacted, mut end) = (String::with_capacity(text.len()), 0);
    for part in parts {
        redacted.push_str(&text[end..part.start]);
        redacted.push_str(MASK);
        end = part.end;
    }
    redacted.push_str(&text[end..]);
    redacted.into()
}

/// Brings parts of a text into order. Those that overlap become one.
fn merged(mut parts: Vec<Range<usize>>) -> Vec<Range<usize>> {
    parts.sort_by_key(|part| (part.start, part.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(parts.len());
    for part in parts {
        match merged.last_mut() {
            Some(last) if part.start < last.end => last.end = last.end.max(part.end),
            _ => merged.push(part),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_overlap_become_one_and_those_that_touch_do_not() {
        assert_eq!(merged(vec![4..6, 0..2, 1..3]), [0..3, 4..6]);
        assert_eq!(merged(vec![0..2, 2..4]), [0..2, 2..4]);
        assert_eq!(merged(vec![0..5, 1..2]), std::slice::from_ref(&(0..5)));
    }

    #[test]
    fn properties_are_shown_without_secrets() {
        let properties = [("password".to_owned(), Json::from("hunter2")), ("mood".to_owned(), Json::from("sunny"))];
        let shown = format!("{:?}", Properties(&properties));
        assert!(shown.contains("[secret]") && shown.contains("sunny") && !shown.contains("hunter2"), "{shown}");
    }
}
