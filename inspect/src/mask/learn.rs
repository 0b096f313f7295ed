//! Taking the secrets out of messages, to find them wherever else they stand.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::escape::{escape, unescape};
use serde_json::Value as Json;
use url::form_urlencoded::{byte_serialize, parse};

use super::names::is_secret;
use super::{Masker, SHORTEST, patterns};
use crate::message::Message;

/// Cookies also keep languages and switches, which are no secrets.
const SHORTEST_COOKIE: usize = 6;

/// What stands where secrets do and is none.
const HARMLESS: [&str; 6] = ["true", "false", "null", "none", "bearer", "basic"];

/// Keys whose values say which resource something is and where, whatever it is called.
const STRUCTURE: [&str; 2] = ["rel", "href"];

impl Masker {
    /// Remembers the secrets of a message.
    pub fn learn(&mut self, message: &Message) {
        for (name, value) in &message.headers {
            self.learn_text(value);
            match name.to_ascii_lowercase().as_str() {
                "authorization" | "proxy-authorization" => self.learn_credentials(value),
                "cookie" => value.split(';').for_each(|cookie| self.learn_cookie(cookie)),
                // What follows says where and until when it holds.
                "set-cookie" => self.learn_cookie(value.split(';').next().unwrap_or_default()),
                name if is_secret(name) => self.add(value),
                _ => {}
            }
        }
        if let Some(address) = &message.address {
            self.learn_text(address);
            address.split(['?', '#', ';']).for_each(|part| self.learn_form(part.as_bytes()));
        }
        self.learn_body(message.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&message.body));
    }

    fn learn_body(&mut self, body: &[u8]) {
        let text = String::from_utf8_lossy(body);
        self.learn_text(&text);
        match serde_json::from_slice::<Json>(body) {
            Ok(document) => self.learn_json(&document, false),
            Err(_) if text.trim_start().starts_with('<') => self.learn_xml(&text),
            Err(_) => self.learn_form(body),
        }
    }

    fn learn_credentials(&mut self, value: &str) {
        let (scheme, credentials) = value.trim().split_once(' ').unwrap_or(("", value));
        self.add(credentials);
        if scheme.eq_ignore_ascii_case("basic") {
            let pair = STANDARD.decode(credentials.trim()).unwrap_or_default();
            let pair = String::from_utf8_lossy(&pair);
            self.add(pair.split_once(':').map_or(&*pair, |(_, password)| password));
        }
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

    /// Finds what has the name of a secret before it, whatever kind of text it stands in.
    fn learn_text(&mut self, text: &str) {
        let found: Vec<_> = patterns::secrets(text).map(str::to_owned).collect();
        for secret in &found {
            self.add(secret);
        }
    }

    fn learn_form(&mut self, body: &[u8]) {
        for (_, value) in parse(body).filter(|(name, _)| is_secret(name)) {
            self.add(&value);
        }
    }

    fn learn_json(&mut self, value: &Json, secret: bool) {
        match value {
            Json::Object(entries) => {
                for (name, value) in entries {
                    match name.as_str() {
                        // Their keys are rels, and what is called a token there is a resource.
                        "_links" | "_embedded" => {
                            value
                                .as_object()
                                .into_iter()
                                .flatten()
                                .for_each(|(_, target)| self.learn_json(target, false));
                        }
                        name if STRUCTURE.contains(&name) => self.learn_json(value, false),
                        name => self.learn_json(value, secret || is_secret(name)),
                    }
                }
            }
            Json::Array(items) => items.iter().for_each(|item| self.learn_json(item, secret)),
            Json::String(text) if secret => self.add(text),
            Json::Number(number) if secret => self.add(&number.to_string()),
            Json::String(text) => self.learn_text(text),
            _ => {}
        }
    }

    /// Follows the elements, of which one with the name of a secret holds some, however deep.
    fn learn_xml(&mut self, text: &str) {
        use quick_xml::events::Event;
        let mut reader = quick_xml::Reader::from_str(text);
        let (mut secret_depth, mut content) = (0_usize, String::new());
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Start(start) => {
                    let name = start.try_get_attribute("name").ok().flatten().map(|name| name.value.to_string());
                    let names = [name.as_deref().unwrap_or_default(), start.local_name().into_inner()];
                    secret_depth += usize::from(secret_depth > 0 || names.into_iter().any(is_secret));
                    content.clear();
                }
                Event::Text(text) => content.push_str(&text),
                Event::CData(text) => content.push_str(&text.into_inner()),
                Event::GeneralRef(name) => content.push_str(&unescape(&format!("&{};", &*name)).unwrap_or_default()),
                Event::End(_) if secret_depth > 0 => {
                    self.add(&content);
                    content.clear();
                    secret_depth -= 1;
                }
                Event::Eof => return,
                _ => {}
            }
        }
    }

    /// Remembers a secret in the forms that it takes in other places.
    fn add(&mut self, secret: &str) {
        let secret = secret.trim();
        let whole = secret.replace('+', "%2B").replace('&', "%26");
        let decoded = parse(format!("={whole}").as_bytes()).map(|(_, value)| value.into_owned()).collect();
        let forms: [String; 5] = [
            secret.to_owned(),
            decoded,
            byte_serialize(secret.as_bytes()).collect(),
            escape(secret).into_owned(),
            Json::from(secret).to_string().trim_matches('"').to_owned(),
        ];
        let forms = forms.into_iter().filter(|form| {
            form.chars().count() >= SHORTEST && !HARMLESS.iter().any(|word| form.eq_ignore_ascii_case(word))
        });
        self.secrets.extend(forms);
    }
}
