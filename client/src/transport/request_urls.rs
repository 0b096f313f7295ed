//! The URLs of requests.

use std::sync::{Mutex, PoisonError};

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use ucwa::url::{ParseError, Url};

/// How many servers are remembered. Few programs send requests to more.
const REMEMBERED: usize = 8;

/// Makes the URLs that reqwest needs of the URIs of requests. Parsing the host is most of that work, and nearly all requests go to the
/// same few servers, so servers are remembered.
#[derive(Default)]
pub(super) struct RequestUrls {
    servers: Mutex<Vec<Server>>,
}

/// A server, as requests name it.
struct Server {
    scheme: Scheme,
    authority: Box<str>,
    root: Url,
}

impl RequestUrls {
    /// The URL of a request: what [`Url::parse`] makes of its URI.
    pub(super) fn url(&self, uri: &Uri) -> Result<Url, ParseError> {
        let scheme = uri.scheme().filter(|scheme| is_of_http(scheme));
        let authority = uri.authority().map(Authority::as_str).filter(|authority| !has_user(authority));
        let path = uri.path_and_query().map(PathAndQuery::as_str).filter(|path| is_path(path));
        let (Some(scheme), Some(authority), Some(path)) = (scheme, authority, path) else {
            return Url::parse(&uri.to_string());
        };
        // Nothing between two changes of the list can fail.
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = servers.iter().find(|server| *server.authority == *authority && server.scheme == *scheme)
        {
            return server.root.join(path);
        }
        let root = Url::parse(&format!("{scheme}://{authority}/"))?;
        let url = root.join(path);
        if servers.len() == REMEMBERED {
            servers.remove(0);
        }
        servers.push(Server { scheme: scheme.clone(), authority: authority.into(), root });
        url
    }
}

fn is_of_http(scheme: &Scheme) -> bool {
    *scheme == Scheme::HTTPS || *scheme == Scheme::HTTP
}

/// Whether there is a name or a password in front of the host, which nobody needs to remember.
fn has_user(authority: &str) -> bool {
    authority.contains('@')
}

/// Whether this is a path, and cannot be read as another host.
fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text[1..].starts_with(['/', '\\'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn assert_the_same(urls: &RequestUrls, text: &str) {
        if let Ok(uri) = text.parse::<Uri>() {
            // The second time the server is known.
            for _ in 0..2 {
                assert_eq!(urls.url(&uri), Url::parse(&uri.to_string()), "{text}");
            }
        }
    }

    #[test]
    fn a_path_that_looks_like_a_host_stays_one() {
        let urls = RequestUrls::default();
        for path in
            ["", "/", "//evil.example/a", "/\\evil.example/a", "/a/../../b?c=/d", "?a", "/.//evil.example", "/a:b@c"]
        {
            assert_the_same(&urls, &format!("https://pool1.contoso.com{path}"));
        }
    }

    #[test]
    fn servers_are_told_apart_however_many_there_are() {
        let urls = RequestUrls::default();
        for _ in 0..2 {
            for port in 1..2 * REMEMBERED {
                assert_the_same(&urls, &format!("https://pool1.contoso.com:{port}/a"));
                assert_the_same(&urls, &format!("http://pool1.contoso.com:{port}/a"));
            }
        }
        assert_eq!(urls.servers.lock().expect("no test fails within").len(), REMEMBERED);
    }

    #[test]
    fn a_password_is_not_remembered() {
        let urls = RequestUrls::default();
        assert_the_same(&urls, "https://user:secret@pool1.contoso.com/a");
        assert!(urls.servers.lock().expect("no test fails within").is_empty());
    }

    proptest! {
        #[test]
        fn a_url_is_what_parsing_the_whole_gives(
            servers in proptest::collection::vec(
                "(https?|HTTPS|ftp)://(a@)?(pool1|POOL1|p%6fol1|xn--pool1|10\\.1|\\[::1\\]|%zz)(\\.contoso\\.com)?\\.?(:(443|80|0444)?)?", 1..3
            ),
            paths in proptest::collection::vec("[/?#]?[/?#@a.\\\\:%2f|\"`{}^é-]{0,8}", 1..4),
        ) {
            let urls = RequestUrls::default();
            for path in &paths {
                for server in &servers {
                    assert_the_same(&urls, &format!("{server}{path}"));
                }
            }
        }
    }
}
