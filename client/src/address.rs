//! Addresses of people.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use ucwa::people::Contact;

/// The address of a person, such as `ben@contoso.com` or `tel:+14255550100`. Two that differ by letter case, or by `sip:`, are the
/// same; so are `+14255550100` and `tel:+14255550100`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContactAddress(Arc<str>);

impl ContactAddress {
    /// The address of a contact; `None` where the server does not say.
    pub fn of(contact: &Contact) -> Option<Self> {
        contact.uri.as_ref().map(|uri| Self::from(uri.as_str()))
    }

    /// The address in lower case and without `sip:`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address as a URI, as servers take it: with `sip:` where it has no scheme of another kind.
    pub fn to_uri(&self) -> String {
        let has_scheme = ["tel:", "sips:"].iter().any(|scheme| self.0.starts_with(scheme));
        if has_scheme { self.0.to_string() } else { format!("sip:{}", self.0) }
    }
}

impl From<&str> for ContactAddress {
    fn from(text: &str) -> Self {
        let address = without_scheme(text);
        if is_number(address) { Self(format!("tel:{address}").into()) } else { Self(address.to_lowercase().into()) }
    }
}

/// Whether this is a telephone number with the code of its country.
fn is_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// An address without the spaces around it, and without `sip:`.
pub(crate) fn without_scheme(text: &str) -> &str {
    let text = text.trim();
    match text.split_at_checked("sip:".len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("sip:") => rest,
        _ => text,
    }
}

impl From<String> for ContactAddress {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl FromStr for ContactAddress {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

impl From<&String> for ContactAddress {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&Self> for ContactAddress {
    fn from(address: &Self) -> Self {
        address.clone()
    }
}

impl fmt::Display for ContactAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq<str> for ContactAddress {
    fn eq(&self, text: &str) -> bool {
        let other: Self = text.into();
        *self == other
    }
}

impl PartialEq<&str> for ContactAddress {
    fn eq(&self, text: &&str) -> bool {
        *self == **text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        for text in ["ben@contoso.com", "sip:ben@contoso.com", "SIP:Ben@Contoso.com", " sip:ben@contoso.com "] {
            assert_eq!(ContactAddress::from(text).to_uri(), "sip:ben@contoso.com");
            assert_eq!(ContactAddress::from(text), text);
        }
        for text in ["tel:+14255550100", "TEL:+14255550100", "+14255550100", " +14255550100"] {
            assert_eq!(ContactAddress::from(text).to_uri(), "tel:+14255550100");
        }
        assert_eq!(ContactAddress::from("+1@contoso.com").to_uri(), "sip:+1@contoso.com");
        assert_eq!(ContactAddress::from("sips:Ben@contoso.com").to_uri(), "sips:ben@contoso.com");
    }

    proptest! {
        #[test]
        fn a_uri_is_read_as_the_address_that_it_was_written_from(text: String) {
            let address = ContactAddress::from(text);
            let uri = address.to_uri();
            prop_assert!(["sip:", "sips:", "tel:"].iter().any(|scheme| uri.starts_with(scheme)), "{uri}");
            // What begins with `sip:` again, or with spaces, is no address in the first place.
            if !address.as_str().starts_with("sip:") && address.as_str().trim() == address.as_str() {
                prop_assert_eq!(ContactAddress::from(uri), address);
            }
        }
    }
}
