//! Taking the secrets out of messages, to find them wherever else they stand.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::escape::{escape, unescape};
use serde_json::Value as Json;
use url::form_urlencoded::{byte_serialize, parse};

use ucwa_runtime::secret::{Leaf, find_secrets, is_harmless_value, is_secret_name, visit_json};
use ucwa_runtime::split_batch;

use super::{Masker, SHORTEST};
use crate::message::Message;

/// Cookies also keep languages and switches, which are no secrets.
const SHORTEST_COOKIE: usize = 6;

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
                name if is_secret_name(name) => self.add(value),
                _ => {}
            }
        }
        for (name, value) in &message.parameters {
            self.learn_parameter(name, value);
        }
        if let Some(address) = &message.address {
            self.learn_text(address);
            address.split(['?', '#', ';']).for_each(|part| self.learn_form(part.as_bytes()));
        }
        self.learn_body(message.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&message.body));
        let parts = message.media_type().and_then(|media_type| split_batch(media_type, &message.body).ok());
        parts.into_iter().flatten().for_each(|part| self.learn_field(&String::from_utf8_lossy(part)));
    }

    /// Learns from a part of a body that is a field of a form, with its name among its headers.
    fn learn_field(&mut self, part: &str) {
        let Some((headers, value)) = part.split_once("\r\n\r\n").or_else(|| part.split_once("\n\n")) else { return };
        let mut parameters = headers.split(['\n', ';']).filter_map(|parameter| parameter.split_once('='));
        let is_secret = |(name, value): (&str, &str)| {
            name.trim().eq_ignore_ascii_case("name") && is_secret_name(value.trim().trim_matches('"'))
        };
        if parameters.any(is_secret) {
            self.add(value);
        }
    }

    fn learn_body(&mut self, body: &[u8]) {
        let text = String::from_utf8_lossy(body);
        self.learn_text(&text);
        match serde_json::from_slice::<Json>(body) {
            Ok(mut document) => visit_json(&mut document, &mut |leaf| match leaf {
                Leaf::Secret(secret) => self.add(secret.as_str().unwrap_or(&secret.to_string())),
                Leaf::Text(text) => self.learn_text(text),
            }),
            // What is secret in XML stands in text too.
            Err(_) if text.trim_start().starts_with('<') => {}
            Err(_) => self.learn_form(body),
        }
    }

    fn learn_credentials(&mut self, value: &str) {
        let (scheme, credentials) = value.trim().split_once([' ', '\t']).unwrap_or(("", value));
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

    /// Learns from what a recording says of a message beside its headers.
    fn learn_parameter(&mut self, name: &str, value: &str) {
        self.learn_text(value);
        value.split(['?', '#', ';']).for_each(|part| self.learn_form(part.as_bytes()));
        if is_secret_name(name) {
            self.add(value);
        }
    }

    fn learn_cookie(&mut self, cookie: &str) {
        let value = cookie.split_once('=').map_or(cookie, |(_, value)| value).trim().trim_matches('"');
        if value.len() >= SHORTEST_COOKIE {
            self.add(value);
        }
    }

    /// Finds what has the name of a secret before it, whatever kind of text it stands in.
    fn learn_text(&mut self, text: &str) {
        for secret in find_secrets(text) {
            self.add(&text[secret]);
        }
    }

    fn learn_form(&mut self, body: &[u8]) {
        for (_, value) in parse(body).filter(|(name, _)| is_secret_name(name)) {
            self.add(&value);
        }
    }

    /// Remembers a secret in the forms that it takes in other places.
    pub(super) fn add(&mut self, secret: &str) {
        let secret = secret.trim();
        let whole = secret.replace('+', "%2B").replace('&', "%26");
        let decoded = parse(format!("={whole}").as_bytes()).map(|(_, value)| value.into_owned()).collect();
        let forms: [String; 6] = [
            secret.to_owned(),
            decoded,
            byte_serialize(secret.as_bytes()).collect(),
            escape(secret).into_owned(),
            unescape(secret).unwrap_or_default().into_owned(),
            Json::from(secret).to_string().trim_matches('"').to_owned(),
        ];
        let forms = forms.into_iter().filter(|form| form.chars().count() >= SHORTEST && !is_harmless_value(form));
        self.secrets.extend(forms);
        self.finder.take();
    }
}
