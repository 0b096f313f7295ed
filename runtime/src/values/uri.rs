//! Absolute addresses: `sip:`, `tel:`, `https:` and others.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use crate::secret::redact_url;

/// An absolute URI, kept as the server wrote it.
///
/// Addresses of people and meetings are compared and sent back as text, so nothing is normalised or escaped here, and
/// what is not a URI at all is kept too.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uri(String);

impl Uri {
    /// The address as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The scheme, such as `sip` or `tel`; `None` if there is none.
    pub fn scheme(&self) -> Option<&str> {
        let (scheme, _) = self.0.split_once(':')?;
        let mut letters = scheme.chars();
        let starts = letters.next().is_some_and(|first| first.is_ascii_alphabetic());
        let goes_on = letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.'));
        (starts && goes_on).then_some(scheme)
    }

    /// Whether the scheme is `scheme`, whatever the case of its letters.
    pub fn has_scheme(&self, scheme: &str) -> bool {
        self.scheme().is_some_and(|found| found.eq_ignore_ascii_case(scheme))
    }

    /// The part after the scheme and its colon; all of it if there is no scheme.
    pub fn without_scheme(&self) -> &str {
        self.scheme().map_or(&self.0, |scheme| &self.0[scheme.len() + 1..])
    }
}

impl From<String> for Uri {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Uri {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<&String> for Uri {
    fn from(text: &String) -> Self {
        Self(text.clone())
    }
}

impl From<&Uri> for Uri {
    fn from(uri: &Uri) -> Self {
        uri.clone()
    }
}

impl From<Uri> for String {
    fn from(uri: Uri) -> Self {
        uri.0
    }
}

impl FromStr for Uri {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

impl AsRef<str> for Uri {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Uri {
    fn eq(&self, text: &str) -> bool {
        self.0 == text
    }
}

impl PartialEq<&str> for Uri {
    fn eq(&self, text: &&str) -> bool {
        self.0 == *text
    }
}

impl PartialEq<Uri> for str {
    fn eq(&self, uri: &Uri) -> bool {
        self == uri.0
    }
}

impl PartialEq<Uri> for &str {
    fn eq(&self, uri: &Uri) -> bool {
        *self == uri.0
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        redact_url(&self.0).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_is_the_text_that_it_came_as() {
        let uris = [Uri::from("sip:a"), Uri::from("sip:a".to_owned()), Uri::from(&"sip:a".to_owned())];
        for uri in uris.iter().map(Uri::from).chain(["sip:a".parse().expect("any text is one")]) {
            assert_eq!((uri.as_str(), uri.as_ref(), uri.to_string().as_str()), ("sip:a", "sip:a", "sip:a"));
            assert_eq!(uri, "sip:a");
            assert_eq!("sip:a", uri);
            assert_eq!(uri, *"sip:a");
            assert_eq!(*"sip:a", uri);
            assert_ne!(uri, "sip:b");
            assert_ne!("sip:b", uri);
            assert_ne!(uri, *"sip:b");
            assert_ne!(*"sip:b", uri);
            assert_eq!(String::from(uri), "sip:a");
        }
        assert_eq!(format!("{:?}", Uri::from("https://a/?token=b")), r#""https://a/?token=[secret]""#);
    }

    #[test]
    fn the_scheme_is_what_a_uri_starts_with() {
        let uri = Uri::from("SIP:jane@contoso.com;gruu");
        assert_eq!((uri.scheme(), uri.without_scheme()), (Some("SIP"), "jane@contoso.com;gruu"));
        assert!(uri.has_scheme("sip") && !uri.has_scheme("tel"));
        for odd in ["", ":", "jane@contoso.com", "1a:x", "a b:c"] {
            assert_eq!((Uri::from(odd).scheme(), Uri::from(odd).without_scheme()), (None, odd));
        }
    }
}
