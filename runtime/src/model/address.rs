//! Addresses: where an answer came from, and where its links lead.

use std::fmt;
use std::sync::{Arc, OnceLock};

use url::{Position, Url};

use crate::secret::{printable, redact_url};

/// An absolute address.
///
/// Most links name a path, and then what they lead to has the host of the answer and that path. So that following them costs no
/// more than it must, an address is text, and is only taken apart by those who ask for its parts.
pub(crate) struct Address {
    text: String,
    /// Where the path begins, if addresses on the same host can be made by putting another one there.
    path: Option<usize>,
    url: OnceLock<Url>,
}

/// An address that is no absolute URL and cannot be made one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid URL `{}`: {problem}", printable(href))]
pub struct AddressError {
    /// The address, without the credentials in it.
    pub href: String,
    /// What is wrong with it.
    pub problem: String,
}

impl From<Url> for Address {
    fn from(url: Url) -> Self {
        let path = matches!(url.scheme(), "http" | "https").then(|| url[..Position::BeforePath].len());
        Self { text: url.as_str().to_owned(), path, url: url.into() }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        redact_url(&self.text).fmt(f)
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Address {
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn url(&self) -> &Url {
        self.url.get_or_init(|| self.parsed())
    }

    pub(crate) fn into_url(self: Arc<Self>) -> Url {
        match Arc::try_unwrap(self) {
            Ok(mut address) => address.url.take().unwrap_or_else(|| address.parsed()),
            Err(shared) => shared.url().clone(),
        }
    }

    fn parsed(&self) -> Url {
        Url::parse(&self.text).expect("a plain path behind a host makes a URL of another")
    }

    /// Whether `href` is all that stands behind the host. Two slashes would begin with another host.
    fn has_path(&self, href: &str) -> bool {
        !href.starts_with("//") && self.path.is_some_and(|path| self.text.get(path..) == Some(href))
    }

    /// The address that a plain path leads to, on the same host.
    fn with_plain_path(&self, href: &str) -> Option<Self> {
        let host = self.text.get(..self.path?).filter(|_| is_plain_path(href))?;
        Some(Self { text: [host, href].concat(), path: self.path, url: OnceLock::new() })
    }
}

/// Resolves an address by RFC 3986. Nothing in it is changed or escaped anew.
pub(crate) fn resolve(base: Option<&Arc<Address>>, href: &str) -> Result<Arc<Address>, AddressError> {
    // Most resources say of themselves what they were asked by.
    if let Some(base) = base.filter(|base| base.has_path(href)) {
        return Ok(Arc::clone(base));
    }
    let plain = base.and_then(|base| base.with_plain_path(href));
    let address = match plain {
        Some(address) => address,
        None => join(base.map(|base| base.url()), href)?.into(),
    };
    Ok(Arc::new(address))
}

fn join(base: Option<&Url>, href: &str) -> Result<Url, AddressError> {
    let joined = base.map_or_else(|| Url::parse(href), |base| base.join(href));
    joined.map_err(|error| AddressError {
        href: redact_url(href).into_owned(),
        problem: match error {
            url::ParseError::RelativeUrlWithoutBase => {
                "it is relative and has no base; take the link from a fetched resource".into()
            }
            error => error.to_string(),
        },
    })
}

/// Whether an address is a path, perhaps with a query, that stands in a URL as it is: of letters, digits and such, without
/// steps that lead up, and without a second slash in front, behind which a host would stand.
fn is_plain_path(href: &str) -> bool {
    let mut before = 0;
    let is_plain = href.bytes().all(|byte| {
        let leads_up_or_out = before == b'/' && matches!(byte, b'/' | b'.');
        before = byte;
        PLAIN[usize::from(byte)] && !leads_up_or_out
    });
    is_plain && href.starts_with('/')
}

/// The characters that stand in a path and in a query as they are.
static PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let plain = *b"/-_.~=&?,:@+0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut index = 0;
    while index < plain.len() {
        table[plain[index] as usize] = true;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn resolved(base: &str, href: &str) -> Option<Url> {
        let base = Arc::new(Address::from(Url::parse(base).expect("a URL")));
        resolve(Some(&base), href).ok().map(|address| {
            assert_eq!(address.as_str(), address.url().as_str());
            address.url().clone()
        })
    }

    proptest! {
        #[test]
        fn an_address_leads_where_the_standard_says(
            base in "(https|http|ws|x-other)://[a-c]{1,3}(:81)?(/[a-b./%\\\\]{0,6}){0,3}(\\?[a-b=/]{0,3})?(#[ab]{0,2})?",
            href in "(https://d)?/{0,3}[a-b2eE./%\\\\:@?#+ '\t]{0,8}(\\?[a-b&=/?'#]{0,4})?",
        ) {
            prop_assert_eq!(resolved(&base, &href), Url::parse(&base).expect("a URL").join(&href).ok());
        }

        #[test]
        fn so_does_what_servers_send(href in "(/[a-zA-Z0-9:@._-]{1,8}){1,6}(\\?[a-z]{1,4}=[a-zA-Z0-9,+:-]{0,8}(&[a-z]=1)?)?") {
            const BASE: &str = "https://fe1.contoso.com:443/ucwa/v1/applications?x=1#y";
            prop_assert_eq!(resolved(BASE, &href), Url::parse(BASE).expect("a URL").join(&href).ok());
        }
    }

    #[test]
    fn two_slashes_begin_another_host_even_where_the_path_begins_so() {
        let found = resolved("https://fe1.contoso.com//fe2.contoso.com/a", "//fe2.contoso.com/a");
        assert_eq!(found.as_ref().map(Url::as_str), Some("https://fe2.contoso.com/a"));
    }

    #[test]
    fn a_plain_path_is_not_taken_apart() {
        let base = Arc::new(Address::from(Url::parse("https://fe1.contoso.com/ucwa/v1?x=1").expect("a URL")));
        let found = resolve(Some(&base), "/ucwa/v1/applications/192?a=b").expect("a path");
        assert_eq!((found.as_str(), found.url.get()), ("https://fe1.contoso.com/ucwa/v1/applications/192?a=b", None));
    }
}
