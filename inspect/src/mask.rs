//! Keeping secrets of the traffic out of everything that is printed.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value as Json;
use ucwa::registry::REGISTRY;

use crate::message::Message;

/// What stands where a secret stood.
pub const MASK: &str = "[masked]";

/// Shorter texts are part of too many words to be looked for.
const SHORTEST: usize = 3;

/// Cookies also keep languages and switches, which are no secrets.
const SHORTEST_COOKIE: usize = 6;

/// Names of parameters and properties whose values are secrets, in lower case.
const NAMES: [&str; 12] = [
    "access_token",
    "accesstoken",
    "assertion",
    "client_assertion",
    "client_secret",
    "cwt",
    "id_token",
    "password",
    "passwd",
    "refresh_token",
    "secret",
    "token",
];

/// A pattern that was written here and is known to be one.
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this file")
}

/// What looks like a secret without anyone having said that it is one; the first group stays.
static SECRETS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        pattern(r#"(?i)(\b(?:bearer|basic|negotiate|ntlm)\s+)[^\s"',;\\\[]{2,}"#),
        pattern(r#"(?i)(\bcwt=)[^\s"'&;,\\\[]+"#),
        pattern(
            r#"(?i)(\\?"?(?:access_?token|refresh_token|id_token|client_secret|client_assertion|assertion|password|passwd)\\?"?\s*[=:]\s*\\?"?)[^\s"&;,\\\[]+"#,
        ),
        pattern(
            r#"(?i)("name"\s*:\s*"(?:access_?token|refresh_token|password|authorization|cookie|set-cookie)"\s*,\s*"value"\s*:\s*")[^"\[]+"#,
        ),
    ]
});

/// What looks like a token in text that no one could read: a long run without a space.
static RUNS: LazyLock<Regex> = LazyLock::new(|| pattern(r"[A-Za-z0-9_\-+/=.~%]{24,}"));

/// What names people: addresses of mail and `sip:`, and phone numbers.
static PEOPLE: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        pattern(r"(?i)(?:sips?:)?[a-z0-9._%+\-]+(?:@|%40)[a-z0-9.\-]+"),
        pattern(r"(?i)tel:[+0-9().;=a-z\-]+"),
        pattern(r"\+[0-9][0-9 ().\-]{5,}[0-9]"),
    ]
});

/// Whom masking protects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum People {
    /// Addresses of people are shown.
    #[default]
    Shown,
    /// Addresses and phone numbers of people are masked too.
    Masked,
}

/// Masks what must not be printed: the secrets it has seen, and all that looks like one.
#[derive(Debug, Default)]
pub struct Masker {
    people: People,
    secrets: BTreeSet<String>,
}

impl Masker {
    /// A masker that has seen nothing.
    pub fn new(people: People) -> Self {
        Self { people, secrets: BTreeSet::new() }
    }

    /// Remembers the secrets of a message.
    pub fn learn(&mut self, message: &Message) {
        for (name, value) in &message.headers {
            match name.to_ascii_lowercase().as_str() {
                "authorization" | "proxy-authorization" => self.learn_credentials(value),
                "cookie" => value.split(';').for_each(|cookie| self.learn_cookie(cookie)),
                // What follows says where and until when it holds.
                "set-cookie" => self.learn_cookie(value.split(';').next().unwrap_or_default()),
                _ => {}
            }
        }
        let query = message.address.as_deref().and_then(|address| address.split_once('?')).map(|(_, query)| query);
        self.learn_form(query.unwrap_or_default().as_bytes());
        match serde_json::from_slice::<Json>(message.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&message.body)) {
            Ok(document) => self.learn_json(&document, false),
            Err(_) => self.learn_text(&message.body),
        }
    }

    fn learn_credentials(&mut self, value: &str) {
        let credentials = value.trim().split_once(' ').map_or(value, |(_, credentials)| credentials);
        self.add(credentials);
        for part in credentials.split([' ', ',']) {
            let part = part.split_once('=').map_or(part, |(_, value)| value);
            self.add(part.trim_matches('"'));
        }
    }

    fn learn_cookie(&mut self, cookie: &str) {
        let value = cookie.split_once('=').map_or(cookie, |(_, value)| value).trim();
        if value.len() >= SHORTEST_COOKIE {
            self.add(value);
        }
    }

    fn learn_text(&mut self, body: &[u8]) {
        let text = String::from_utf8_lossy(body);
        if !text.trim_start().starts_with('<') {
            return self.learn_form(body);
        }
        // <property name="password">…</property>, and <password>…</password>
        let lower = text.to_ascii_lowercase();
        for name in NAMES.into_iter().chain(SECRET_PROPERTIES.iter().map(String::as_str)) {
            for start in [format!("\"{name}\">"), format!("<{name}>")] {
                for (at, _) in lower.match_indices(&start) {
                    let value = text.get(at + start.len()..).and_then(|rest| rest.split('<').next());
                    let value = value.unwrap_or_default();
                    self.add(value);
                    self.add(&quick_xml::escape::unescape(value).unwrap_or_default());
                }
            }
        }
    }

    fn learn_form(&mut self, body: &[u8]) {
        for (name, value) in url::form_urlencoded::parse(body) {
            if is_secret(&name) {
                self.add(&value);
                let encoded: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
                self.add(&encoded);
            }
        }
    }

    fn learn_json(&mut self, value: &Json, secret: bool) {
        match value {
            Json::Object(entries) => {
                for (name, value) in entries {
                    self.learn_json(value, secret || is_secret(name));
                }
            }
            Json::Array(items) => items.iter().for_each(|item| self.learn_json(item, secret)),
            Json::String(text) if secret => self.add(text),
            _ => {}
        }
    }

    fn add(&mut self, secret: &str) {
        let secret = secret.trim();
        if secret.chars().count() >= SHORTEST {
            self.secrets.insert(secret.to_owned());
        }
    }

    /// The text without secrets.
    pub fn mask(&self, text: &str) -> String {
        let mut text = text.to_owned();
        // Longer ones first, as a shorter one may be a part of them.
        let mut secrets: Vec<_> = self.secrets.iter().collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        for secret in secrets {
            text = text.replace(secret.as_str(), MASK);
        }
        for secret in &*SECRETS {
            text = secret.replace_all(&text, format!("${{1}}{MASK}")).into_owned();
        }
        if self.people == People::Masked {
            for people in &*PEOPLE {
                text = people.replace_all(&text, MASK).into_owned();
            }
        }
        text
    }

    /// The same for text that could not be read, in which anything long may be a secret.
    pub fn mask_unread(&self, text: &str) -> String {
        RUNS.replace_all(&self.mask(text), MASK).into_owned()
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || SECRET_PROPERTIES.contains(name.as_str())
}

/// The properties that the bindings keep out of `Debug`.
static SECRET_PROPERTIES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let entries = REGISTRY.resources.iter().chain(REGISTRY.inputs);
    let descriptions = entries.map(|entry| (entry.create)().description());
    let properties = descriptions.flat_map(|description| description.properties);
    properties.filter(|property| property.secret).map(|property| property.name.to_ascii_lowercase()).collect()
});
