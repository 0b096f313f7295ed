//! Which hosts may see a token. The only place that adds `Authorization`.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use ucwa::AddressError;
use ucwa::http::header::AUTHORIZATION;
use ucwa::http::uri::Scheme;
use ucwa::http::{Request, Uri};
use ucwa::url::Url;
use ucwa_runtime::secret::redact_url;

use super::token::Token;
use crate::error::RefusedError;
use crate::origin::Origin;

/// The hosts that may see the tokens of one user: those that discovery led to, and the one of the user's applications.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    trusted: Mutex<BTreeSet<Origin>>,
}

impl Guard {
    /// Lets a host see tokens from now on.
    pub(crate) fn trust(&self, url: &Url) -> Result<Origin, RefusedError> {
        let origin = Origin::of(url)?;
        self.trusted().insert(origin.clone());
        Ok(origin)
    }

    /// Lets a request pass that leads to a host that may see tokens.
    pub(crate) fn admit(&self, request: Request<Bytes>) -> Result<Admitted, RefusedError> {
        let origin = match self.origin_as_written(request.uri()) {
            Some(origin) => origin,
            None => self.origin(&url_of(request.uri())?)?,
        };
        Ok(Admitted { request, origin })
    }

    /// The host that a URL leads to, if it may see tokens.
    pub(crate) fn origin(&self, url: &Url) -> Result<Origin, RefusedError> {
        let origin = Origin::of(url)?;
        let is_trusted = self.trusted().contains(&origin);
        if is_trusted { Ok(origin) } else { Err(RefusedError::foreign(url)) }
    }

    /// The host that a URI leads to, if it may see tokens, and if the URI writes it letter for letter as the origin does. Nearly all do,
    /// and nobody can read such a URI as one that leads elsewhere, so that it need not be parsed as a URL.
    fn origin_as_written(&self, uri: &Uri) -> Option<Origin> {
        let authority = uri.authority().filter(|_| uri.scheme() == Some(&Scheme::HTTPS))?.as_str();
        let has_path = uri.path().starts_with('/');
        self.trusted().iter().find(|origin| has_path && origin.authority() == authority).cloned()
    }

    fn trusted(&self) -> MutexGuard<'_, BTreeSet<Origin>> {
        self.trusted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that leads to a host that may see tokens, as was seen in the request itself.
#[derive(Debug)]
pub(crate) struct Admitted {
    request: Request<Bytes>,
    origin: Origin,
}

impl Admitted {
    /// The host that it leads to.
    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The request with a token. A token that it had before is removed in any case.
    pub(crate) fn authorized(mut self, token: Option<&Token>) -> Request<Bytes> {
        let headers = self.request.headers_mut();
        match token {
            Some(token) => headers.insert(AUTHORIZATION, token.header()),
            None => headers.remove(AUTHORIZATION),
        };
        self.request
    }
}

/// Where a request goes, as those who send it read it.
pub(crate) fn url_of(uri: &Uri) -> Result<Url, RefusedError> {
    let uri = uri.to_string();
    Url::parse(&uri).map_err(|error| {
        let href = redact_url(&uri).into_owned();
        RefusedError::Address(AddressError { href, problem: error.to_string() })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ucwa::Link;
    use ucwa::me::Me;

    use super::*;

    const TRUSTED: &str = "https://pool1.contoso.com/ucwa/v1/applications/192";

    fn guard() -> Guard {
        let guard = Guard::default();
        guard.trust(&Url::parse(TRUSTED).expect("a URL")).expect("it is https");
        guard
    }

    fn admits(href: &str) -> bool {
        let link = Link::<Me>::new(href).based_on(Url::parse(TRUSTED).expect("a URL"));
        link.url().is_ok_and(|url| guard().origin(&url).is_ok())
    }

    #[test]
    fn links_on_the_same_host_are_followed() {
        for href in ["/a", "a/b", "https://POOL1.contoso.com:443/a", "//Pool1.Contoso.com/a", "?x=//evil.example/"] {
            assert!(admits(href), "{href}");
        }
    }

    #[test]
    fn hostile_links_are_not() {
        for href in [
            "//evil.example/a",
            "\\\\evil.example\\a",
            "/\\evil.example/a",
            "https:evil.example",
            "https://evil.example/https://pool1.contoso.com/",
            "https://pool1.contoso.com@evil.example/",
            "https://pool1.contoso.com:x@pool1.contoso.com/",
            "https://pool1.contoso.com.evil.example/",
            "https://pool1.contoso.com./",
            "https://pool1.contoso.com:8443/",
            "http://pool1.contoso.com/",
            "https://[::1]/",
            "//[2001:db8::1]/",
            "https://pool1\u{ff0e}contoso.com.evil.example/",
            "javascript:alert(1)",
            "data:,x",
        ] {
            // `https:evil.example` is relative to a base of the same scheme, and stays on its host.
            assert_eq!(admits(href), href == "https:evil.example", "{href}");
        }
    }

    /// A host in one of the forms in which it can be written: in mixed case, and a letter as an escape.
    fn disguised(host: &'static str) -> impl Strategy<Value = String> {
        proptest::collection::vec(0_u8..3, host.len()).prop_map(move |choices| {
            let letters = host.chars().zip(choices);
            letters
                .map(|(letter, choice)| match choice {
                    0 => letter.to_string(),
                    1 => letter.to_ascii_uppercase().to_string(),
                    _ if letter.is_ascii_alphabetic() => format!("%{:02x}", letter as u32),
                    _ => letter.to_string(),
                })
                .collect()
        })
    }

    /// The hosts of one user's servers, with a port and as addresses.
    const HOSTS: [&str; 4] = ["pool1.contoso.com", "pool1.contoso.com:8443", "10.1.2.3", "[2001:db8::1]:444"];

    proptest! {
        #[test]
        fn the_same_host_is_known_in_whatever_form(host in disguised("pool1.contoso.com"), port in "(:443|:0443|:)?") {
            let same = format!("//{host}{port}/a");
            prop_assert!(admits(&same), "{same}");
            let others = [format!("//{host}:444/a"), format!("http://{host}/")];
            prop_assert!(!others.iter().any(|other| admits(other)), "{others:?}");
        }

        #[test]
        fn each_host_and_port_is_one_of_its_own(trusted in 0_usize..4, asked in 0_usize..4) {
            let guard = Guard::default();
            let url = |index: usize| Url::parse(&format!("https://{}/a", HOSTS[index])).expect("a URL");
            guard.trust(&url(trusted)).expect("it is https");
            prop_assert_eq!(guard.origin(&url(asked)).is_ok(), trusted == asked);
        }

        #[test]
        fn what_is_no_host_of_the_user_is_not_made_one(
            before in "[a-z0-9.@-]{0,6}", after in "(\\.[a-z]{1,4}|[a-z0-9-]{1,4}|:[1-9][0-9]{0,3})",
        ) {
            prop_assume!(after != ":443");
            let other = format!("https://{before}pool1.contoso.com{after}/");
            prop_assert!(!admits(&other), "{other}");
        }

        #[test]
        fn the_place_of_a_token_is_where_the_request_goes(
            authority in "(a:b@|pool1\\.contoso\\.com@)?(pool1\\.contoso\\.com|POOL1\\.contoso\\.com|evil\\.example|\\[::1\\])(:[0-9]{1,4})?"
        ) {
            // What is sent is looked at, and not what it was made from.
            if let Ok(request) = Request::get(format!("https://{authority}/")).body(Bytes::new()) {
                let sent_to = Url::parse(&format!("https://{authority}/"));
                let is_there = sent_to.is_ok_and(|url| {
                    url.host_str() == Some("pool1.contoso.com") && url.port().is_none() && url.username().is_empty()
                });
                prop_assert_eq!(guard().admit(request).is_ok(), is_there);
            }
        }

        #[test]
        fn a_request_is_admitted_exactly_where_its_url_is(
            uri in "(https|HTTPS|http)://(a@)?(pool1|POOL1|p%6fol1)\\.contoso\\.com\\.?(:(443|444)?)?[/?#@a.\\\\:%2f]{0,6}"
        ) {
            if let Ok(uri) = uri.parse::<Uri>() {
                let url = Url::parse(&uri.to_string());
                let by_url = url.ok().and_then(|url| guard().origin(&url).ok());
                let request = Request::get(uri).body(Bytes::new()).expect("a request");
                prop_assert_eq!(guard().admit(request).ok().map(|admitted| admitted.origin), by_url);
            }
        }

        #[test]
        fn no_link_leads_a_token_elsewhere(
            href in "(https:|http:|ftp:)?[/\\\\]{0,3}(pool1\\.contoso\\.com)?[@:.\\\\/?#]{0,2}(evil\\.example)?[/:@a0-9]{0,4}"
        ) {
            let link = Link::<Me>::new(href).based_on(Url::parse(TRUSTED).expect("a URL"));
            if let Ok(url) = link.url() && guard().origin(&url).is_ok() {
                prop_assert_eq!((url.scheme(), url.host_str(), url.port()), ("https", Some("pool1.contoso.com"), None));
            }
        }
    }
}
