//! Origins: scheme, host and port, by which it is decided who may see a token.

use std::fmt;
use std::sync::Arc;

use ucwa::url::Url;

use crate::error::RefusedError;

/// The scheme, the host and the port of an https URL, in the form in which two of the same are equal: the host in lower case, the
/// default port left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(Arc<str>);

impl Origin {
    /// The origin of an https URL.
    ///
    /// # Errors
    ///
    /// The URL is not https, or it holds a user name or a password.
    pub fn of(url: &Url) -> Result<Self, RefusedError> {
        if url.scheme() != "https" || !url.has_host() {
            return Err(RefusedError::insecure(url));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RefusedError::with_credentials(url));
        }
        Ok(Self(url.origin().ascii_serialization().into()))
    }

    /// The origin as text, such as `https://pool1.contoso.com`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host, and the port where it is not the default one.
    pub(crate) fn authority(&self) -> &str {
        self.0.strip_prefix("https://").unwrap_or_default()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(url: &str) -> Option<String> {
        Origin::of(&Url::parse(url).expect("a URL")).ok().map(|origin| origin.to_string())
    }

    #[test]
    fn the_same_origin_is_recognized_in_all_its_forms() {
        for url in ["https://Pool1.Contoso.com/a?b", "https://pool1.contoso.com:443", "HTTPS://POOL1.CONTOSO.COM#x"] {
            assert_eq!(origin(url).as_deref(), Some("https://pool1.contoso.com"), "{url}");
        }
        assert_eq!(origin("https://[2001:DB8::0:1]:443/").as_deref(), Some("https://[2001:db8::1]"));
        assert_eq!(origin("https://pool1.contoso.com:8443/").as_deref(), Some("https://pool1.contoso.com:8443"));
    }

    #[test]
    fn what_is_not_https_or_holds_credentials_has_none() {
        for url in
            ["http://pool1.contoso.com/", "ftp://pool1.contoso.com/", "data:,x", "https://a:b@pool1.contoso.com/"]
        {
            assert_eq!(origin(url), None, "{url}");
        }
    }
}
