//! What addresses say, without their hosts.

use ucwa::http::Uri;

/// The hosts that may see a token: those that discovery leads to, among them the one where it begins.
const TRUSTED: [&str; 3] = ["lyncdiscover.contoso.com", "lyncweb.contoso.com", "pool1.contoso.com"];

/// The id of the application that an address is below.
pub(crate) fn application_of(href: &str) -> Option<u64> {
    let (_, rest) = href.split_once("/applications/")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// An address without its host.
pub(crate) fn path_of(href: &str) -> &str {
    match href.split_once("//") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => href,
    }
}

/// Whether a request goes to where the user's token belongs.
pub(crate) fn is_trusted(uri: &Uri) -> bool {
    let is_https = uri.scheme_str() == Some("https");
    let authority = uri.authority().map(|authority| authority.as_str().to_ascii_lowercase());
    let authority = authority.unwrap_or_default();
    let host = authority.strip_suffix(":443").unwrap_or(&authority);
    is_https && TRUSTED.contains(&host)
}

/// Whether a link, which may be relative, leads to where the user's token does not belong.
pub(crate) fn leads_abroad(href: &str) -> bool {
    let Some((scheme, rest)) = href.split_once("//") else { return false };
    let scheme = if scheme.is_empty() { "https:" } else { scheme };
    !format!("{scheme}//{rest}").parse().is_ok_and(|uri| is_trusted(&uri))
}

/// Whether a request is a poll of an event channel.
pub(crate) fn is_poll(uri: &Uri) -> bool {
    uri.path().ends_with("/events")
}

/// Whether a request is for a batch.
pub(crate) fn is_batch(uri: &Uri) -> bool {
    uri.path().ends_with("/batch")
}

/// Whether a request is for a token.
pub(crate) fn is_token_request(uri: &Uri) -> bool {
    uri.path().eq_ignore_ascii_case("/WebTicket/oauthtoken")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_application_of_an_address_is_found() {
        assert_eq!(application_of("/ucwa/oauth/v1/applications/192/events?ack=1"), Some(192));
        assert_eq!(application_of("https://pool1.contoso.com/ucwa/oauth/v1/applications/192"), Some(192));
        assert_eq!(application_of("/ucwa/oauth/v1/applications"), None);
    }

    #[test]
    fn only_the_hosts_of_the_topology_are_trusted() {
        let is = |uri: &str| is_trusted(&uri.parse().expect("a URI"));
        assert!(is("https://LyncWeb.contoso.com/a") && is("https://pool1.contoso.com:443/a"));
        for uri in [
            "http://pool1.contoso.com/",
            "https://evil.example/",
            "https://pool1.contoso.com:8443/",
            "https://pool1.contoso.com@evil.example/",
            "https://lyncdiscover.contoso.example/",
        ] {
            assert!(!is(uri), "{uri}");
        }
    }

    #[test]
    fn links_are_at_home_unless_they_name_another_host() {
        for (href, is_abroad) in [
            ("/events?ack=1", false),
            ("//pool1.contoso.com/events", false),
            ("//evil.example/events", true),
            ("http://pool1.contoso.com/events", true),
        ] {
            assert_eq!(leads_abroad(href), is_abroad, "{href}");
        }
    }

    #[test]
    fn hosts_are_left_out_of_paths() {
        assert_eq!(path_of("https://evil.example/a/b"), "/a/b");
        assert_eq!(path_of("//evil.example/a"), "/a");
        assert_eq!(path_of("/a/b"), "/a/b");
    }
}
