//! Credentials in JSON documents, and in texts that may be such documents.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::name::{is_harmless_value, is_secret_name};
use super::text::{MASK, find_secrets, replace};

/// Keys whose values say which resource something is and where, whatever it is called.
const STRUCTURE: [&str; 2] = ["rel", "href"];

/// Keys whose values have rels as keys: what is called a token there is a resource.
const RELATIONS: [&str; 2] = ["_links", "_embedded"];

/// A value that is neither an object nor a list, in a document that is searched for secrets.
#[derive(Debug)]
pub enum Leaf<'a> {
    /// A text or number whose name, or the name of an object or list around it, is that of a secret; also a `value` beside a
    /// `name` that says so.
    Secret(&'a mut Json),
    /// Any other text. It may have secrets in it.
    Text(&'a mut String),
}

/// Shows all texts of a document, and the numbers that are secrets, to `visit`.
pub fn visit_json(document: &mut Json, visit: &mut dyn FnMut(Leaf<'_>)) {
    walk(document, false, visit);
}

fn walk(value: &mut Json, is_secret: bool, visit: &mut dyn FnMut(Leaf<'_>)) {
    match value {
        Json::Object(entries) => {
            let names_secret = entries
                .iter()
                .any(|(name, value)| name.eq_ignore_ascii_case("name") && value.as_str().is_some_and(is_secret_name));
            for (name, value) in entries {
                match name.as_str() {
                    name if RELATIONS.contains(&name) && value.is_object() => {
                        let targets = value.as_object_mut().into_iter().flatten();
                        targets.for_each(|(_, target)| walk(target, false, visit));
                    }
                    name if STRUCTURE.contains(&name) => walk(value, false, visit),
                    name if names_secret && name.eq_ignore_ascii_case("value") => walk(value, true, visit),
                    name => walk(value, is_secret || is_secret_name(name), visit),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| walk(item, is_secret, visit)),
        Json::String(text) if is_secret && !is_harmless_value(text) => visit(Leaf::Secret(value)),
        Json::String(text) => visit(Leaf::Text(text)),
        Json::Number(_) if is_secret => visit(Leaf::Secret(value)),
        Json::Number(_) | Json::Bool(_) | Json::Null => {}
    }
}

/// Returns a text without the credentials in it.
///
/// A credential is the value behind a name for which [`is_secret_name`] is true (`password=x`, `"accessToken":"x"`,
/// `<property name="password">x`), what follows `Bearer`, `Basic`, `Negotiate` or `NTLM`, the password before the `@` of
/// an address, and a JSON web token. A text that is a JSON document is searched by its structure.
pub fn redact_text(text: &str) -> Cow<'_, str> {
    if text.trim_start().starts_with(['{', '['])
        && let Ok(document) = serde_json::from_str::<Json>(text)
    {
        let redacted = redact_json(&document);
        return if redacted == document { text.into() } else { redacted.to_string().into() };
    }
    replace(text, find_secrets(text))
}

/// Returns a document without the credentials in it: see [`redact_text`].
pub fn redact_json(document: &Json) -> Json {
    redacted(document.clone(), false)
}

/// The value of a property without the credentials in it, or without all of it where the name is that of a secret.
pub(super) fn redact_property(name: &str, value: &Json) -> Json {
    redacted(value.clone(), is_secret_name(name))
}

fn redacted(mut value: Json, is_secret: bool) -> Json {
    walk(&mut value, is_secret, &mut |leaf| match leaf {
        Leaf::Secret(secret) => *secret = MASK.into(),
        Leaf::Text(text) => *text = redact_text(text).into_owned(),
    });
    value
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_is_redacted_by_the_names_in_it() {
        let document = json!({
            "rel": "mediaRelayAccessToken", "password": "x", "userName": "lene", "tokenRequired": true,
            "tokens": ["a", 5, { "kind": "b" }],
            "_links": { "accessToken": { "href": "/a?sig=x", "title": "t" } },
            "_embedded": { "token": [{ "rel": "token", "note": "Bearer AAEB", "pin": 1234 }] },
            "text": "{\"password\":\"x\"}",
        });
        let expected = json!({
            "rel": "mediaRelayAccessToken", "password": MASK, "userName": "lene", "tokenRequired": true,
            "tokens": [MASK, MASK, { "kind": MASK }],
            "_links": { "accessToken": { "href": "/a?sig=[secret]", "title": "t" } },
            "_embedded": { "token": [{ "rel": "token", "note": "Bearer [secret]", "pin": MASK }] },
            "text": "{\"password\":\"[secret]\"}",
        });
        assert_eq!(redact_json(&document), expected);
        assert_eq!(redact_json(&expected), expected, "what was redacted stays as it is");
        assert_eq!(redact_json(&json!({ "_links": "token=x" })), json!({ "_links": "token=[secret]" }));
    }

    #[test]
    fn a_value_is_a_secret_where_the_name_beside_it_is_that_of_one() {
        let document = json!({ "headers": [
            { "name": "X-Session-Token", "value": "a" }, { "value": ["b", 5], "name": "password" },
            { "name": "Accept", "value": "c" }, { "name": "token", "reason": "d" },
        ] });
        let expected = json!({ "headers": [
            { "name": "X-Session-Token", "value": MASK }, { "value": [MASK, MASK], "name": "password" },
            { "name": "Accept", "value": "c" }, { "name": "token", "reason": "d" },
        ] });
        assert_eq!(redact_json(&document), expected);
        assert_eq!(redact_text(&document.to_string()), expected.to_string());
    }

    #[test]
    fn a_visitor_sees_secrets_and_other_texts_once_each() {
        let mut document =
            json!({ "password": "x", "name": "lene", "tokens": [5, "none", true], "rel": "token", "size": 7 });
        let (mut secrets, mut texts) = (Vec::new(), Vec::new());
        visit_json(&mut document, &mut |leaf| match leaf {
            Leaf::Secret(secret) => secrets.push(secret.clone()),
            Leaf::Text(text) => texts.push(text.clone()),
        });
        texts.sort();
        secrets.sort_by_key(Json::is_string);
        assert_eq!(
            (secrets, texts),
            (vec![json!(5), json!("x")], vec!["lene".into(), "none".into(), "token".to_owned()])
        );
    }

    #[test]
    fn the_value_of_a_secret_property_is_none_of_ours_to_show() {
        assert_eq!(redact_property("accessToken", &json!({ "a": ["b"] })), json!({ "a": [MASK] }));
        assert_eq!(redact_property("mood", &json!("sunny")), json!("sunny"));
        let named = json!({ "rel": "mediaRelayAccessToken", "href": "/a" });
        assert_eq!(redact_property("accessToken", &named), named, "which resource it is and where is no secret");
    }
}
