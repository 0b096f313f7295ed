//! What a server asks for before it grants access: the header `WWW-Authenticate`.
//!
//! Servers write values that no grammar of HTTP allows, such as URLs without quotation marks and lists of grant types
//! with commas in them, so that readers for standard challenges refuse them.

use std::fmt;

use http::header::{HeaderMap, WWW_AUTHENTICATE};

use crate::http::quoted::{unquoted, unquoted_parts};
use crate::secret::{MASK, is_secret_name, redact_text, redact_url};

/// A way to be granted access, from the header `WWW-Authenticate`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Challenge {
    /// A token that another service issues, as in online topologies.
    Bearer {
        /// The issuers whose tokens the server trusts.
        trusted_issuers: Vec<String>,
        /// The identifier of the server, which a token has to be for.
        client_id: Option<String>,
        /// The URL at which users grant access.
        authorization_uri: Option<String>,
    },
    /// A token that the server itself issues.
    MsRtcOAuth {
        /// The URL that the token is requested from, by a `POST` of a form.
        href: String,
        /// The grant types that it takes, such as `password` and `urn:microsoft.rtc:windows`.
        grant_types: Vec<String>,
    },
    /// Any other scheme, such as `NTLM`.
    Other {
        /// The name of the scheme.
        scheme: String,
        /// The parameters, in the order of the header.
        parameters: Vec<(String, String)>,
    },
}

impl Challenge {
    /// The challenges of a response, in the order of its headers. A header may hold several.
    pub fn from_headers(headers: &HeaderMap) -> Vec<Self> {
        let values = headers.get_all(WWW_AUTHENTICATE).iter();
        values.flat_map(|value| Self::parse(&String::from_utf8_lossy(value.as_bytes()))).collect()
    }

    /// Reads the value of one header.
    pub fn parse(text: &str) -> Vec<Self> {
        let mut challenges: Vec<(String, Vec<(String, String)>)> = Vec::new();
        for part in unquoted_parts(text, ',') {
            let goes_on = challenges.last().is_some_and(|(_, parameters)| !parameters.is_empty());
            let (scheme, rest) = split_scheme(part, goes_on);
            if let Some(scheme) = scheme {
                challenges.push((scheme.to_owned(), Vec::new()));
            }
            let Some((_, parameters)) = challenges.last_mut() else { continue };
            match rest.split_once('=') {
                Some((name, value)) if is_token(name.trim()) => {
                    parameters.push((name.trim().to_ascii_lowercase(), unquoted(value)));
                }
                // A list without quotation marks goes on behind its comma.
                _ if scheme.is_none() && !rest.is_empty() => {
                    let Some((_, value)) = parameters.last_mut() else { continue };
                    value.push(',');
                    value.push_str(rest);
                }
                _ => {}
            }
        }
        challenges.into_iter().map(|(scheme, parameters)| Self::new(scheme, parameters)).collect()
    }

    fn new(scheme: String, parameters: Vec<(String, String)>) -> Self {
        let get = |name: &str| parameters.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone());
        let list = |name| {
            let values = get(name).unwrap_or_default();
            values.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
        };
        if scheme.eq_ignore_ascii_case("Bearer") {
            let (client_id, authorization_uri) = (get("client_id"), get("authorization_uri"));
            return Self::Bearer { trusted_issuers: list("trusted_issuers"), client_id, authorization_uri };
        }
        match get("href") {
            Some(href) if scheme.eq_ignore_ascii_case("MsRtcOAuth") => {
                Self::MsRtcOAuth { href, grant_types: list("grant_type") }
            }
            _ => Self::Other { scheme, parameters },
        }
    }
}

/// The name of a scheme, and what stands behind it. A part without a scheme is a parameter of the one before, or an item of
/// its last parameter: where a list can go on, a word of lower case does not begin a scheme.
fn split_scheme(part: &str, goes_on: bool) -> (Option<&str>, &str) {
    let (first, rest) = part.split_once(char::is_whitespace).unwrap_or((part, ""));
    let rest = rest.trim();
    let is_item = rest.is_empty() && goes_on && first.starts_with(|letter: char| letter.is_ascii_lowercase());
    let is_scheme = is_token(first) && !rest.starts_with('=') && !is_item;
    if is_scheme { (Some(first), rest) } else { (None, part) }
}

/// Whether a text is a name by the grammar of HTTP.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bearer { trusted_issuers, client_id, .. } => {
                f.write_str("a Bearer token")?;
                if let Some(client_id) = client_id {
                    write!(f, " for {client_id}")?;
                }
                if trusted_issuers.is_empty() {
                    return Ok(());
                }
                write!(f, " from {}", trusted_issuers.join(", "))
            }
            Self::MsRtcOAuth { href, grant_types } => {
                write!(f, "an MsRtcOAuth token from {} by {}", redact_url(href), grant_types.join(", "))
            }
            Self::Other { scheme, .. } => f.write_str(scheme),
        }
    }
}

impl fmt::Debug for Challenge {
    /// Addresses may have tokens in them, and so may what schemes of which nothing is known say.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bearer { trusted_issuers, client_id, authorization_uri } => f
                .debug_struct("Bearer")
                .field("trusted_issuers", trusted_issuers)
                .field("client_id", client_id)
                .field("authorization_uri", &authorization_uri.as_deref().map(redact_url))
                .finish(),
            Self::MsRtcOAuth { href, grant_types } => {
                f.debug_struct("MsRtcOAuth").field("href", &redact_url(href)).field("grant_types", grant_types).finish()
            }
            Self::Other { scheme, parameters } => {
                let shown = |(name, value): &(String, String)| {
                    let value = if is_secret_name(name) { MASK.into() } else { redact_text(value).into_owned() };
                    (name.clone(), value)
                };
                let parameters: Vec<_> = parameters.iter().map(shown).collect();
                f.debug_struct("Other").field("scheme", scheme).field("parameters", &parameters).finish()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_shown_without_secrets() {
        for text in [
            "MsRtcOAuth href=https://contoso.com/WebTicket?cwt=hunter2,grant_type=password",
            "Bearer trusted_issuers=\"a@b\", authorization_uri=\"https://contoso.com/?token=hunter2\"",
            "Custom realm=\"a\", token=\"hunter2\", at=\"https://lene:hunter2@contoso.com\"",
        ] {
            let challenges = Challenge::parse(text);
            assert_eq!(challenges.len(), 1, "{challenges:?}");
            let shown = format!("{challenges:?}");
            assert!(!shown.contains("hunter2") && shown.contains("[secret]"), "{shown}");
        }
    }
}
