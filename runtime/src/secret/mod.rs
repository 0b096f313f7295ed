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
mod encoded;
mod json;
mod line;
mod name;
mod pairs;
mod text;

use std::fmt;

use serde_json::Value as Json;

pub use address::redact_url;
pub use json::{Leaf, redact_json, redact_text, visit_json};
pub(crate) use line::printable;
pub use line::redact_line;
pub use name::{is_harmless_value, is_secret_name};
pub use text::{MASK, find_secrets, mask_parts};

/// The properties that no table lists, as `Debug` shows them: without secrets.
pub(crate) struct RedactedProperties<'a>(pub(crate) &'a [(String, Json)]);

impl fmt::Debug for RedactedProperties<'_> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_shown_without_secrets() {
        let properties = [("password".to_owned(), Json::from("hunter2")), ("mood".to_owned(), Json::from("sunny"))];
        let shown = format!("{:?}", RedactedProperties(&properties));
        assert!(shown.contains("[secret]") && shown.contains("sunny") && !shown.contains("hunter2"), "{shown}");
    }
}
