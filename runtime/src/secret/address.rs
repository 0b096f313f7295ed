//! Credentials in addresses.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::percent_decode_str;

use super::name::{is_harmless_value, is_secret_name};
use super::text::{MASK, find_secrets, mask_parts};

/// Returns an address without the credentials in it, absolute or relative.
///
/// A credential is the password before the `@`, and the value of a parameter for which [`is_secret_name`] is true: in the
/// query, in the fragment and behind a `;` of the path, with the name percent-encoded or not.
pub fn redact_url(address: &str) -> Cow<'_, str> {
    let mut parts = find_secrets(address);
    parts.extend(password(address));
    parts.extend(parameters(address));
    mask_parts(address, parts)
}

/// The password of an address as lenient readers find it: `\` counts as `/`, an absolute address of the web needs no `//`, and
/// there may be spaces.
fn password(address: &str) -> Option<Range<usize>> {
    let rest = address.trim_start_matches(|c: char| c <= ' ');
    let is_slash = |c| matches!(c, '/' | '\\');
    let scheme = rest.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let is_web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    let behind = match rest[scheme.len()..].strip_prefix(':') {
        Some(behind) if is_web => behind,
        _ if rest.starts_with(is_slash) && rest[1..].starts_with(is_slash) => rest,
        _ => return None,
    };
    let behind = behind.trim_start_matches(is_slash);
    let authority = behind.split(|c| is_slash(c) || matches!(c, '?' | '#')).next().unwrap_or_default();
    let (user, _) = authority.rsplit_once('@')?;
    let (name, password) = user.split_once(':').filter(|(_, password)| *password != MASK)?;
    let start = address.len() - behind.len() + name.len() + 1;
    Some(start..start + password.len())
}

/// The values of parameters with the names of secrets.
fn parameters(address: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let pieces = address.split(['?', '#', '&', ';']).map(move |piece| {
        let at = start;
        start += piece.len() + 1;
        (at, piece)
    });
    pieces.skip(1).filter_map(|(at, piece)| {
        let (name, value) = piece.split_once('=')?;
        let is_secret = is_secret_name(&percent_decode_str(name).decode_utf8_lossy()) && !is_harmless_value(value);
        is_secret.then(|| at + name.len() + 1..at + piece.len())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_shown_without_credentials() {
        for (address, shown) in [
            ("https://lene:pass@contoso.com/a", "https://lene:[secret]@contoso.com/a"),
            ("https://lene:p@ss:w@contoso.com/a", "https://lene:[secret]@contoso.com/a"),
            ("//lene:pass@contoso.com", "//lene:[secret]@contoso.com"),
            // All of these are read as addresses with a password, too.
            (r"https:\\lene:pass@contoso.com/a", r"https:\\lene:[secret]@contoso.com/a"),
            (r"\\lene:pass@contoso.com/a", r"\\lene:[secret]@contoso.com/a"),
            (" HTTPS:/lene:pass@contoso.com", " HTTPS:/lene:[secret]@contoso.com"),
            ("https:lene:pass@contoso.com?b", "https:lene:[secret]@contoso.com?b"),
            ("https://lene a:p ss@contoso.com/a", "https://lene a:[secret]@contoso.com/a"),
            ("https://:pass@contoso.com#a", "https://:[secret]@contoso.com#a"),
            ("/a?access_token=x", "/a?access_token=[secret]"),
            ("/a?access%5Ftoken=x&b=c", "/a?access%5Ftoken=[secret]&b=c"),
            ("/a?b=c&cwt=x%3D#id_token=y", "/a?b=c&cwt=[secret]"),
            ("/a?b=c#id_token=y", "/a?b=c#id_token=[secret]"),
            ("/a?cwt=x=y==", "/a?cwt=[secret]"),
            ("/a;sid=x/b", "/a;sid=[secret]"),
            ("/a?password=(x)", "/a?password=[secret]"),
            ("/a?b=%7B%22password%22%3A%22x%22%7D", "/a?b=%7B%22password%22%3A%22[secret]%22%7D"),
            ("/a?return=https%3A%2F%2Fb%3Ftoken%3Dx%26c%3Dd", "/a?return=https%3A%2F%2Fb%3Ftoken%3D[secret]%26c%3Dd"),
        ] {
            assert_eq!(redact_url(address), shown);
            assert_eq!(redact_url(shown), shown, "what was redacted stays as it is");
        }
    }

    #[test]
    fn addresses_without_credentials_are_shown_as_they_are() {
        for address in [
            "",
            "/ucwa/v1/applications/192/events?ack=1&key=aGVsbG8%3D",
            "https://lene@contoso.com:8443/a?b=c",
            "sip:lene@contoso.com;gruu;opaque=app:conf:focus:id:X7",
            "https://contoso.com:443/a:b@c",
            "people/a:b@c",
            "/a?token_type=Bearer&tokenRequired=true&password=",
            "/a/token/b@c",
        ] {
            assert!(matches!(redact_url(address), Cow::Borrowed(shown) if shown == address), "{address}");
        }
    }

    proptest! {
        #[test]
        fn no_password_and_no_token_gets_through(
            user in "[a-z]{0,5}", path in "(/[a-z;=?]{0,4}){0,3}", value in "QQ[a-zA-Z0-9%._~-]{1,12}",
        ) {
            let password = format!("https://{user}:{value}@host{path}");
            prop_assert!(!redact_url(&password).contains("QQ"), "{password}");
            let token = format!("https://host{path}?a=b&token={value}&c=d");
            prop_assert!(!redact_url(&token).contains("QQ"), "{token}");
        }

        #[test]
        fn any_text_can_be_redacted_and_again(address in "[a-z:/?#&;=@%3dDé\\[\\]\"' ]{0,40}") {
            let once = redact_url(&address).into_owned();
            redact_url(&once);
        }
    }
}
