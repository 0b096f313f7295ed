//! Credentials in text of which nothing else is known.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr_iter, memchr2, memchr2_iter, memmem};

use super::encoded::{Decoded, encoded_contents};
use super::name::{is_harmless_value, is_secret_name};
use super::pairs::Pairs;

/// The text that replaces a secret.
pub const MASK: &str = "[secret]";

/// The authentication schemes whose credentials stand behind their names.
const SCHEMES: [&str; 4] = ["bearer", "basic", "negotiate", "ntlm"];

/// Words that follow `Bearer` in prose.
const PROSE: [&str; 4] = ["token", "tokens", "authentication", "authorization"];

/// How often text is percent-encoded over again where secrets are still looked for.
const LEVELS: usize = 3;

/// Returns where the credentials of a text are, in order and apart. See [`redact_text`](super::redact_text) for what they are.
pub fn find_secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut level = Decoded::new(text);
    for _ in 0..=LEVELS {
        let mut parts = find_in_plain(level.text());
        let contents = encoded_contents(level.text()).filter(|(_, content)| !find_in_plain(content).is_empty());
        parts.extend(contents.map(|(place, _)| place));
        found.extend(parts.into_iter().map(|part| level.place(part.start)..level.place(part.end)));
        let Some(next) = level.decoded() else { break };
        level = next;
    }
    merged(found)
}

/// Where the credentials are that stand in a text as they are.
fn find_in_plain(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    Pairs::new(text).find(&mut found);
    elements(text, &mut found);
    credentials(text, &mut found);
    passwords(text, &mut found);
    web_tokens(text, &mut found);
    found.retain(|part| !is_harmless_value(&text[part.clone()]));
    found
}

/// The content of XML elements: `<property name="name">value`, `<propertyList name="name"><item>value`, `<name>value`.
fn elements(text: &str, found: &mut Vec<Range<usize>>) {
    let mut rest = 0;
    while let Some(at) = memchr::memchr(b'<', &text.as_bytes()[rest..]) {
        let start = rest + at + 1;
        rest = start;
        let Some(end) = memchr2(b'<', b'>', &text.as_bytes()[start..]).map(|length| start + length) else { continue };
        let tag = &text[start..end];
        let is_named = attribute(tag, "name").is_some_and(|name| is_secret_name(&tag[name]));
        // Forms of HTML have the value beside the name.
        let value = if is_named { attribute(tag, "value") } else { None };
        found.extend(value.map(|value| start + value.start..start + value.end));
        if !text[end..].starts_with('>') || tag.ends_with('/') {
            continue;
        }
        let element = tag.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
        let is_tag = element.starts_with(|c: char| c.is_alphabetic());
        if is_tag && (is_secret_name(element) || is_named) {
            let closing = format!("</{element}");
            let content = memmem::find(&text.as_bytes()[end..], closing.as_bytes()).map_or(text.len(), |at| end + at);
            texts(text, end + 1..content, found);
            rest = content;
        }
    }
}

/// Where in a tag the value of an attribute stands, which is in quotation marks.
fn attribute(tag: &str, name: &str) -> Option<Range<usize>> {
    memmem::find_iter(tag.as_bytes(), name.as_bytes()).find_map(|at| {
        let is_whole = tag[..at].ends_with(char::is_whitespace);
        let value = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        let mark = value.chars().next().filter(|mark| is_whole && matches!(mark, '"' | '\''))?;
        let start = tag.len() - value.len() + 1;
        // Where the mark at the end is missing, all that is there is taken for the value.
        Some(start..start + tag[start..].find(mark).unwrap_or(tag.len() - start))
    })
}

/// The texts in a part of an XML document, those of elements in it too.
fn texts(text: &str, part: Range<usize>, found: &mut Vec<Range<usize>>) {
    let mut start = part.start;
    while start < part.end {
        let rest = &text[start..part.end];
        let length = if let Some(content) = rest.strip_prefix("<![CDATA[") {
            let length = content.find("]]>").unwrap_or(content.len());
            found.push(start + 9..start + 9 + length);
            9 + length + "]]>".len()
        } else if rest.starts_with('<') {
            rest.find('>').map_or(rest.len(), |end| end + 1)
        } else {
            let length = rest.find('<').unwrap_or(rest.len());
            let content = rest[..length].trim();
            let at = start + (rest[..length].len() - rest[..length].trim_start().len());
            found.push(at..at + content.len());
            length
        };
        start += length;
    }
}

/// What follows the name of an authentication scheme.
fn credentials(text: &str, found: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    for at in memchr2_iter(b' ', b'\t', bytes) {
        let Some(scheme) = SCHEMES.into_iter().find(|scheme| ends_with_word(&text[..at], scheme)) else { continue };
        let rest = text[at + 1..].trim_start();
        let start = text.len() - rest.len();
        let is_end = |c: char| c.is_whitespace() || "\"',;\\[<>".contains(c);
        let length = rest.find(is_end).unwrap_or(rest.len());
        // Servers name the scheme with what they want, clients with what they have.
        let is_challenge = rest[..length].ends_with('=') && rest[length..].starts_with(['"', '\'']);
        if length >= 2 && !is_challenge && is_credential(scheme, &rest[..length]) {
            found.push(start..start + length);
        }
    }
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let Some(start) = text.len().checked_sub(word.len()) else { return false };
    let bytes = text.as_bytes();
    bytes[start..].eq_ignore_ascii_case(word.as_bytes())
        && start.checked_sub(1).is_none_or(|before| !bytes[before].is_ascii_alphanumeric())
}

/// Whether a word behind the name of a scheme is a credential and no prose.
fn is_credential(scheme: &str, word: &str) -> bool {
    if scheme == "bearer" {
        return !PROSE.iter().any(|prose| word.eq_ignore_ascii_case(prose));
    }
    word.len() >= 20
        || word.contains(|c: char| c.is_ascii_digit() || c == '=')
        || word.chars().skip(1).any(|c| c.is_ascii_uppercase())
}

/// Passwords before the `@` of an address: `https://user:password@host`.
fn passwords(text: &str, found: &mut Vec<Range<usize>>) {
    for at in memmem::find_iter(text.as_bytes(), b"//") {
        let start = at + 2;
        let is_end = |c: char| c.is_whitespace() || "/?#\"'<>\\".contains(c);
        let authority = text[start..].split(is_end).next().unwrap_or_default();
        let Some((user, _)) = authority.rsplit_once('@') else { continue };
        let Some((name, password)) = user.split_once(':').filter(|(_, password)| *password != MASK) else { continue };
        let start = start + name.len() + 1;
        found.push(start..start + password.len());
    }
}

/// JSON web tokens: two or three words of base64, of which the first is an object.
fn web_tokens(text: &str, found: &mut Vec<Range<usize>>) {
    let is_in_token = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let mut end = 0;
    for start in memchr_iter(b'e', text.as_bytes()) {
        let bytes = text.as_bytes();
        let is_word = start.checked_sub(1).is_none_or(|before| !is_in_token(&bytes[before]));
        if start < end || !is_word || !bytes[start..].starts_with(b"eyJ") {
            continue;
        }
        let word = |at: usize| bytes[at..].iter().take_while(|byte| is_in_token(byte)).count();
        let header = word(start);
        end = start + header;
        if bytes.get(end) != Some(&b'.') || header < 8 || word(end + 1) < 5 {
            continue;
        }
        end += 1 + word(end + 1);
        if bytes.get(end) == Some(&b'.') {
            end += 1 + word(end + 1);
        }
        found.push(start..end);
    }
}

/// Replaces parts of a text by the [`MASK`], in whatever order they are. Those that overlap are replaced as one.
///
/// # Panics
///
/// Panics if a part is not in the text, or begins or ends within a character.
pub fn mask_parts(text: &str, parts: Vec<Range<usize>>) -> Cow<'_, str> {
    replace(text, merged(parts))
}

/// Replaces parts of a text, which are in order and apart.
pub(super) fn replace(text: &str, parts: Vec<Range<usize>>) -> Cow<'_, str> {
    if parts.is_empty() {
        return text.into();
    }
    let (mut redacted, mut end) = (String::with_capacity(text.len()), 0);
    for part in parts {
        redacted.push_str(&text[end..part.start]);
        redacted.push_str(MASK);
        end = part.end;
    }
    redacted.push_str(&text[end..]);
    redacted.into()
}

/// Brings parts of a text into order. Those that overlap become one.
fn merged(mut parts: Vec<Range<usize>>) -> Vec<Range<usize>> {
    parts.sort_by_key(|part| (part.start, part.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(parts.len());
    for part in parts {
        match merged.last_mut() {
            Some(last) if part.start < last.end => last.end = last.end.max(part.end),
            _ => merged.push(part),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::super::redact_text;
    use super::*;

    #[test]
    fn parts_that_overlap_become_one_and_those_that_touch_do_not() {
        assert_eq!(merged(vec![4..6, 0..2, 1..3]), [0..3, 4..6]);
        assert_eq!(merged(vec![0..2, 2..4]), [0..2, 2..4]);
        assert_eq!(merged(vec![0..5, 1..2]), std::slice::from_ref(&(0..5)));
    }

    const SDP: &str = "v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAABBBBCCCCDDDD+/|2^31|1:1\r\na=ice-ufrag:a\r\na=ice-pwd:b\r\n";
    const SHOWN_SDP: &str =
        "v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:[secret]\r\na=ice-ufrag:a\r\na=ice-pwd:[secret]\r\n";

    #[test]
    fn content_in_base64_is_not_shown_where_secrets_are_in_it() {
        let encoded = STANDARD.encode(SDP);
        for content in [encoded.clone(), encoded.replace("YQ", "\r\nYQ"), encoded[..encoded.len() - 7].to_owned()] {
            for mark in [";base64,", ";BASE64,", "%3Bbase64%2c"] {
                let text = format!("see data:application/sdp{mark}{content} for more");
                assert_eq!(redact_text(&text), format!("see data:application/sdp{mark}[secret] for more"));
            }
        }
    }

    /// If each value were followed to its end, this would take hours.
    #[test]
    fn a_long_text_is_searched_as_fast_as_it_is_long() {
        for part in ["a=", "a:", "token%3d", "cookie:", "?a=", "bearer%20", "=\"", "<a ", "//a:b@", ";base64,", "%25"] {
            let text = part.repeat((1 << 17) / part.len());
            assert!(find_secrets(&text).iter().all(|part| part.end <= text.len()));
        }
    }

    #[test]
    fn texts_are_shown_without_credentials() {
        for (text, shown) in [
            ("password=hunter2", "password=[secret]"),
            ("password = hunter2, user = lene", "password = [secret], user = lene"),
            ("api_key=hunter2, access-key: x", "api_key=[secret], access-key: [secret]"),
            ("a: 1\naccessToken: x\nb: 2", "a: 1\naccessToken: [secret]\nb: 2"),
            (r#"x {"password":"a \"b\" c","d":1}"#, r#"x {"password":"[secret]","d":1}"#),
            (r#"x {\"password\":\"a b\",\"d\":1}"#, r#"x {\"password\":\"[secret]\",\"d\":1}"#),
            ("token='a b' c", "token='[secret]' c"),
            ("\"token\":\"cut off", "\"token\":\"[secret]"),
            ("to=a%26token%3Db%26c%3Dd", "to=a%26token%3D[secret]%26c%3Dd"),
            (
                r#"{"name":"X-Session-Token","value":"a"} {"name":"Accept","value":"b"} 1}"#,
                r#"{"name":"X-Session-Token","value":"[secret]"} {"name":"Accept","value":"b"} 1}"#,
            ),
            (
                "Authorization: Digest user=\"lene\", response=\"5\"\nAccept: x",
                "Authorization: [secret]\"lene\", response=\"5\"\nAccept: x",
            ),
            ("Cookie: a=b; c=d\r\nAccept: x", "Cookie: [secret]\r\nAccept: x"),
            (r#""Authorization": "Basic bGVuZTpw""#, r#""Authorization": "[secret]""#),
            ("sent Bearer AAEB, got 401", "sent Bearer [secret], got 401"),
            ("sent bearer%20abcd", "sent bearer%20[secret]"),
            ("Negotiate YIIFzg==", "Negotiate [secret]"),
            ("Basic bGVuZTpw was refused", "Basic [secret] was refused"),
            ("see https://lene:pw@contoso.com/a", "see https://lene:[secret]@contoso.com/a"),
            ("(eyJhbGciOiJub25lIn0.eyJzdWIiOiJsIn0.)", "([secret])"),
            ("x-eyJhbGciOiJub25lIn0.eyJzdWIiOiJsIn0", "x-eyJhbGciOiJub25lIn0.eyJzdWIiOiJsIn0"),
            (
                r#"<property id="1" name = 'password'>a b</property><b>c</b>"#,
                r#"<property id="1" name = 'password'>[secret]</property><b>c</b>"#,
            ),
            (
                "<propertyList name='tokens'><item>a</item> <item>b</item></propertyList>",
                "<propertyList name='tokens'><item>[secret]</item> <item>[secret]</item></propertyList>",
            ),
            ("<t:Password><![CDATA[a<b]]></t:Password>c", "<t:Password><![CDATA[[secret]]]></t:Password>c"),
            ("<password>cut off", "<password>[secret]"),
            (r#"<b accessToken="x"/>c"#, r#"<b accessToken="[secret]"/>c"#),
            (r#"{"userToken":{"value":"x"}}"#, r#"{"userToken":{"value":"[secret]"}}"#),
            ("accessToken: x and more", "accessToken: [secret] and more"),
            ("cookie=a b", "cookie=[secret] b"),
            (r#"{"name":"token", =, "value":"x"}"#, r#"{"name":"token", =, "value":"[secret]"}"#),
            (
                "<password> a <![CDATA[b c]]>d<i> e</i></password>f",
                "<password> [secret] <![CDATA[[secret]]]>[secret]<i> [secret]</i></password>f",
            ),
            ("Basic abcdefghijklmnopqrst!", "Basic [secret]"),
            (
                r#"<input name="password" id="p" value="a b"/><input value='c' name='token'><input name="a" value="b">"#,
                r#"<input name="password" id="p" value="[secret]"/><input value='[secret]' name='token'><input name="a" value="b">"#,
            ),
            ("password=a,(b)[c]&x=1", "password=[secret]&x=1"),
            ("x=1&Password=(a)", "x=1&Password=[secret]"),
            ("GET /a?token={a;b}&c=d HTTP/1.1", "GET /a?token=[secret]&c=d HTTP/1.1"),
            ("Basic abc1", "Basic [secret]"),
            ("Basic abc=", "Basic [secret]"),
            ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJsIn0.c2ln is one", "[secret] is one"),
            ("(eyJhbGci.abcde)", "([secret])"),
            (
                "to=%7B%22name%22%3A%22a%22%2C%22password%22%3A%22b%2Cc%22%7D",
                "to=%7B%22name%22%3A%22a%22%2C%22password%22%3A%22[secret]%22%7D",
            ),
            (
                "to=%2Fa%3Fb%3D%257b%2522token%2522%253a%2522c%2522%257d",
                "to=%2Fa%3Fb%3D%257b%2522token%2522%253a%2522[secret]%2522%257d",
            ),
            ("é%+1%zz%token%3A%20a%20é%", "é%+1%zz%token%3A%20[secret]%20é%"),
            (SDP, SHOWN_SDP),
            (
                "data:application/sdp,a=crypto:1+AES+inline%3aAAAABBBBCCCCDDDD%7C2%5E31%0d%0ab=c",
                "data:application/sdp,a=crypto:1+AES+inline%3a[secret]%0d%0ab=c",
            ),
            (
                "data:application/sdp;charset=utf-8,a%3Dice-pwd%3Ad%0D%0Ab",
                "data:application/sdp;charset=utf-8,a%3Dice-pwd%3A[secret]%0D%0Ab",
            ),
        ] {
            assert_eq!(redact_text(text), shown);
            assert_eq!(redact_text(shown), shown, "what was redacted stays as it is");
        }
    }

    #[test]
    fn texts_without_credentials_are_shown_as_they_are() {
        for text in [
            "",
            "=",
            ":",
            "%3d",
            "the token is missing",
            "a bearer token is needed",
            "Basic authentication is off",
            "Basic Authentication is off",
            r#"Bearer trusted_issuers="a@b", client_id="c""#,
            "token_type=Bearer",
            "password=",
            "password: none",
            "tokens required: true",
            "<token/>x",
            "<name>password</name>",
            r#"<property name="mood">sunny</property>"#,
            r#"<a surname="password">x</a>"#,
            "https://lene@contoso.com",
            r#"{"rel":"token","href":"/token"}"#,
            "eyJ.eyJ",
            "(eyJhbGc.abcde)",
            "(eyJhbGci.abcd)",
            "password%20reset",
            "Basic abcdefghijklmnopqrs",
            "a < b > c",
            "http://a:80/b@c",
            "é=ü",
            "Content-Disposition: inline; filename=a, inline: one-or-two",
            "data:text/plain;base64,aGVsbG8=",
        ] {
            assert_eq!(redact_text(text), text);
        }
    }

    proptest! {
        #[test]
        fn no_value_with_the_name_of_a_secret_gets_through(
            before in "[ -PR-~é]{0,12}[ ,;{<]", name in "(my|x-)?(password|accessToken|Set-Cookie)|cwt", value in "QQ[a-zA-Z0-9+/._-]{1,16}",
        ) {
            for text in [
                format!("{before}{name}={value}"), format!("{before}{name}: {value}"),
                format!(r#"{before}"{name}": "{value}""#), format!("{before}<{name}>{value}</{name}>"),
                format!(r#"{before}<property name="{name}">{value}</property>"#),
            ] {
                let shown = redact_text(&text);
                prop_assert!(!shown.contains("QQ"), "{text}: {shown}");
            }
        }

        #[test]
        fn any_text_can_be_searched(text in "([\"'\\\\<>/=:@%&;é\\[\\] \n]|name|value|token|password|%3D|%20|%25|;base64,|inline:|eyJ|Bearer|//|<!\\[CDATA\\[|\\]\\]>){0,30}") {
            let found = find_secrets(&text);
            for part in &found {
                prop_assert!(text.get(part.clone()).is_some_and(|secret| !secret.is_empty()));
            }
            prop_assert!(found.is_sorted_by(|one, other| one.end <= other.start));
        }
    }
}
