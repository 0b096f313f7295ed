//! An OpenAPI 3.1 document in the words of OpenAPI 3.0, whose schemas know no `null` and nothing beside a `$ref`.

use serde_json::{Map, Value, json};

/// The version that the words are of.
const VERSION: &str = "3.0.3";

/// The document in the words of OpenAPI 3.0.
pub(super) fn older(mut document: Value) -> Value {
    document["openapi"] = VERSION.into();
    rewrite(&mut document);
    document
}

/// Rewrites everything below a value, and then the value.
fn rewrite(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(rewrite),
        Value::Object(entries) => {
            entries.values_mut().for_each(rewrite);
            types(entries);
            alternatives(entries);
            examples(entries);
            bytes(entries);
            reference(entries);
        }
        _ => {}
    }
}

/// `"type": ["object", "null"]` is an object that is nullable.
fn types(entries: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = entries.get("type") else { return };
    let (null, others): (Vec<_>, Vec<_>) = types.iter().cloned().partition(|kind| kind == "null");
    if let [only] = &others[..] {
        entries.insert("type".into(), only.clone());
    }
    if !null.is_empty() {
        entries.insert("nullable".into(), true.into());
    }
}

/// An alternative that is `null` makes the others nullable.
fn alternatives(entries: &mut Map<String, Value>) {
    let Some(Value::Array(alternatives)) = entries.get_mut("anyOf") else { return };
    let before = alternatives.len();
    alternatives.retain(|alternative| alternative["type"] != "null");
    if alternatives.len() == before {
        return;
    }
    if alternatives.len() == 1 {
        let only = entries.remove("anyOf").unwrap_or_default();
        match only.get(0).cloned() {
            Some(Value::Object(only)) if !only.contains_key("$ref") => entries.extend(only),
            Some(only) => drop(entries.insert("allOf".into(), json!([only]))),
            None => {}
        }
    }
    entries.insert("nullable".into(), true.into());
}

/// A schema has one example.
fn examples(entries: &mut Map<String, Value>) {
    if let Some(Value::Array(examples)) = entries.get("examples").cloned() {
        entries.remove("examples");
        entries.extend(examples.into_iter().next().map(|example| ("example".to_owned(), example)));
    }
}

/// Bytes as text have a format.
fn bytes(entries: &mut Map<String, Value>) {
    if entries.get("contentEncoding").is_some_and(|encoding| encoding == "base64") {
        entries.remove("contentEncoding");
        entries.insert("format".into(), "byte".into());
    }
}

/// What stands beside a `$ref` is not read, and so the reference becomes a part of what stands there.
fn reference(entries: &mut Map<String, Value>) {
    if entries.len() > 1
        && entries.get("$ref").is_some_and(Value::is_string)
        && let Some(reference) = entries.remove("$ref")
    {
        entries.insert("allOf".into(), json!([{ "$ref": reference }]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_the_newer_version_can_say_is_said_otherwise() {
        for (newer, expected) in [
            (json!({ "type": ["object", "null"] }), json!({ "type": "object", "nullable": true })),
            (
                json!({ "anyOf": [{ "type": "boolean" }, { "type": "null" }], "description": "d" }),
                json!({ "type": "boolean", "description": "d", "nullable": true }),
            ),
            (
                json!({ "anyOf": [{ "$ref": "#/a" }, { "type": "null" }] }),
                json!({ "allOf": [{ "$ref": "#/a" }], "nullable": true }),
            ),
            (
                json!({ "anyOf": [{ "type": "string" }, { "$ref": "#/a" }] }),
                json!({ "anyOf": [{ "type": "string" }, { "$ref": "#/a" }] }),
            ),
            (json!({ "$ref": "#/a", "x-b": 1 }), json!({ "allOf": [{ "$ref": "#/a" }], "x-b": 1 })),
            (json!({ "$ref": "#/a" }), json!({ "$ref": "#/a" })),
            (json!({ "type": "string", "contentEncoding": "base64" }), json!({ "type": "string", "format": "byte" })),
            (json!({ "examples": ["a", "b"] }), json!({ "example": "a" })),
            // Properties may be called like keywords.
            (
                json!({ "properties": { "type": { "type": "string" }, "examples": { "type": "array" } } }),
                json!({ "properties": { "type": { "type": "string" }, "examples": { "type": "array" } } }),
            ),
            (
                json!({ "properties": { "$ref": { "type": "string" }, "id": { "type": "string" } } }),
                json!({ "properties": { "$ref": { "type": "string" }, "id": { "type": "string" } } }),
            ),
        ] {
            let mut older = newer.clone();
            rewrite(&mut older);
            assert_eq!(older, expected, "{newer}");
        }
    }
}
