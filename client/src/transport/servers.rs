//! The URLs that reqwest takes, made of the URIs that requests have.

use std::sync::{Mutex, PoisonError};

use http::Uri;
use http::uri::{Authority, Scheme};
use ucwa::url::{ParseError, Url};

/// How many servers are known at the same time. A user's requests go to one, and at sign-in to a few more.
const KNOWN: usize = 16;

/// The servers that requests went to.
///
/// Most of the work of parsing a URL is the host, and nearly all requests go to few hosts. So the URLs of these are kept, and each request
/// adds its path.
#[derive(Default)]
pub(super) struct Servers {
    /// The one that a request was made for last stands in front.
    known: Mutex<Vec<Server>>,
}

/// A server, as a URI writes it and as a URL does.
struct Server {
    scheme: Scheme,
    authority: Authority,
    url: Url,
}

impl Servers {
    /// The URL that a URI is read as.
    ///
    /// # Errors
    ///
    /// Fails where the URI is not valid as a URL.
    pub(super) fn url(&self, uri: &Uri) -> Result<Url, ParseError> {
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Url::parse(&uri.to_string());
        };
        let mut url = match self.known(scheme, authority) {
            Some(url) => url,
            None => self.learn(scheme, authority)?,
        };
        url.set_path(uri.path());
        url.set_query(uri.query());
        Ok(url)
    }

    fn known(&self, scheme: &Scheme, authority: &Authority) -> Option<Url> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let index = known.iter().position(|server| server.is(scheme, authority))?;
        known[..=index].rotate_right(1);
        known.first().map(|server| server.url.clone())
    }

    fn learn(&self, scheme: &Scheme, authority: &Authority) -> Result<Url, ParseError> {
        let url = Url::parse(&format!("{scheme}://{authority}/"))?;
        let server = Server { scheme: scheme.clone(), authority: authority.clone(), url: url.clone() };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.truncate(KNOWN - 1);
        known.insert(0, server);
        Ok(url)
    }
}

impl Server {
    /// Whether a URI writes the server in the same way, letter for letter.
    fn is(&self, scheme: &Scheme, authority: &Authority) -> bool {
        self.scheme == *scheme && self.authority.as_str() == authority.as_str()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same as a parser makes it of the URI as a whole.
    fn parsed(uri: &Uri) -> Result<Url, ParseError> {
        Url::parse(&uri.to_string())
    }

    proptest! {
        #[test]
        fn a_uri_is_read_as_the_url_that_it_is(
            uris in proptest::collection::vec(
                "(https|http|HTTPS|x)://(a:b@)?(pool1\\.contoso\\.com|POOL1|p%6fol1|127\\.1|\\[::1\\]|x\\.\\.y)(:[0-9]{0,4})?\
                 (/[a-zA-Z0-9./%\\\\:@~\"{}|^ü!$&'()*+,;=_-]{0,9}){0,3}(\\?[a-z0-9&=/?'%\"{}|^:@ü.]{0,8})?",
                1..4,
            )
        ) {
            let servers = Servers::default();
            for uri in uris.iter().filter_map(|uri| uri.parse::<Uri>().ok()) {
                for _ in 0..2 {
                    prop_assert_eq!(servers.url(&uri), parsed(&uri), "{}", uri);
                }
            }
        }
    }

    #[test]
    fn the_servers_of_the_last_requests_are_known() {
        let servers = Servers::default();
        let uri = |index: usize| format!("https://pool{index}.contoso.com/a").parse::<Uri>().expect("a URI");
        let is_known = |index: usize| {
            let uri = uri(index);
            let known = servers.known.lock().expect("no thread panicked");
            known.iter().any(|server| Some(&server.authority) == uri.authority())
        };
        for index in 0..KNOWN {
            servers.url(&uri(index)).expect("a URL");
        }
        assert!(is_known(0) && is_known(1));
        servers.url(&uri(0)).expect("a URL");
        servers.url(&uri(KNOWN)).expect("a URL");
        assert!(is_known(0) && !is_known(1) && is_known(KNOWN));
        assert_eq!(servers.known.lock().expect("no thread panicked").len(), KNOWN);
    }
}
