//! The header `X-Ms-diagnostics`.

use std::fmt;

use http::header::{HeaderMap, HeaderName};

use crate::http::quoted::{unquoted, unquoted_parts};
use crate::secret::redact_text;

const DIAGNOSTICS: HeaderName = HeaderName::from_static("x-ms-diagnostics");

/// What the header `X-Ms-diagnostics` says, for logs: `28020;source="fe1.contoso.com";reason="No valid security token."`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostics {
    /// The number of the condition. Numbers from 28000 on are about tokens.
    pub code: u32,
    /// The host that the condition arose on.
    pub source: Option<String>,
    /// An explanation for people.
    pub reason: Option<String>,
    /// The header as it came.
    pub text: String,
}

impl Diagnostics {
    /// A token that is invalid, and has to be renewed.
    pub const INVALID_TOKEN: u32 = 28055;

    /// What the headers of a response say; `None` where they have no diagnostics.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        // The reason may be in any language and encoding.
        Self::parse(&String::from_utf8_lossy(headers.get(&DIAGNOSTICS)?.as_bytes()))
    }

    /// Reads the value of the header; `None` where it does not start with a number.
    pub fn parse(text: &str) -> Option<Self> {
        let (code, rest) = text.split_once([';', ',']).unwrap_or((text, ""));
        let parameter = |name: &str| {
            let mut parameters = unquoted_parts(rest, ';').filter_map(|part| part.split_once('='));
            let (_, value) = parameters.find(|(found, _)| found.trim().eq_ignore_ascii_case(name))?;
            Some(unquoted(value))
        };
        Some(Self {
            code: code.trim().parse().ok()?,
            source: parameter("source"),
            reason: parameter("reason"),
            text: text.to_owned(),
        })
    }
}

impl fmt::Debug for Diagnostics {
    /// A reason may repeat what the server got.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, source, reason, text } = self;
        let mut debug = f.debug_struct("Diagnostics");
        debug.field("code", code).field("source", source).field("reason", &reason.as_deref().map(redact_text));
        debug.field("text", &redact_text(text)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagnostics_are_shown_without_secrets() {
        let text = "28020;source=\"fe1\";reason=\"Refused: Bearer hunter2\"";
        let diagnostics = Diagnostics::parse(text).expect("it begins with a number");
        let shown = format!("{diagnostics:?}");
        assert!(!shown.contains("hunter2") && shown.contains("Refused: Bearer [secret]"), "{shown}");
    }

    #[test]
    fn quotation_marks_within_a_reason_do_not_end_it() {
        let text = r#"28020;reason="The \"token\"; \"ticket\"" ;Source = fe1"#;
        let diagnostics = Diagnostics::parse(text).expect("it begins with a number");
        assert_eq!(diagnostics.reason.as_deref(), Some(r#"The "token"; "ticket""#));
        assert_eq!(diagnostics.source.as_deref(), Some("fe1"));
        let text = r#"28020;reason="It is \"a; b";source="fe1""#;
        let diagnostics = Diagnostics::parse(text).expect("it begins with a number");
        assert_eq!(diagnostics.reason.as_deref(), Some(r#"It is "a; b"#));
        assert_eq!(diagnostics.source.as_deref(), Some("fe1"));
    }
}
