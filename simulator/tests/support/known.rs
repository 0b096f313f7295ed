//! Whether `ucwa` reads a response with nothing unknown.

use bytes::Bytes;
use http::Response;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use ucwa::{AnyResource, Event, Format, Limits, Object, decode_error, decode_events};

/// What a response says that `ucwa` does not know. Responses that are no documents say nothing.
pub(crate) fn unknown_in(response: &Response<Bytes>) -> Vec<String> {
    let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(format) = Format::of_media_type(media_type).filter(|_| !response.body().is_empty()) else {
        return Vec::new();
    };
    let body = response.body();
    let text = String::from_utf8_lossy(body);
    if response.status().is_client_error() || response.status().is_server_error() {
        return match decode_error(format, body) {
            Ok(error) => error.unknown.keys().cloned().collect(),
            // The token endpoint has errors of its own.
            Err(_) if text.contains(r#""error":"#) => Vec::new(),
            Err(error) => vec![format!("{error}: {text}")],
        };
    }
    if text.contains(r#""access_token":"#) || text.contains("metadata") {
        return Vec::new();
    }
    if text.contains("<events ") || text.contains(r#""sender":"#) || text.contains(r#""resync":"#) {
        return match decode_events(format, body) {
            Ok(document) => document.events().flat_map(|(_, event)| in_event(event)).collect(),
            Err(error) => vec![format!("{error}: {text}")],
        };
    }
    match AnyResource::decode(&ucwa::registry::REGISTRY, format, body, Limits::default()) {
        Ok(resource) if resource.is_known() => in_object(resource.as_object(), ""),
        Ok(resource) => vec![format!("resource `{}`", resource.rel())],
        Err(error) => vec![format!("{error}: {text}")],
    }
}

fn in_event(event: &Event) -> Vec<String> {
    let mut found: Vec<_> = event.unknown.iter().map(|(name, _)| format!("event: {name}")).collect();
    found.extend(event.unreadable.as_ref().map(|unreadable| format!("event: {}", unreadable.text)));
    found.extend(event.resource.iter().flat_map(|resource| in_object(resource.as_object(), "event: ")));
    found
}

/// What a resource holds that `ucwa` has no name for.
fn in_object(object: &dyn Object, path: &str) -> Vec<String> {
    let envelope = object.envelope();
    // The property that a PUT brings back has another name every time.
    let is_marker = |value: &Value| value.as_str().is_some_and(|text| text.starts_with("please pass this in a PUT"));
    let properties = envelope.unknown_properties().filter(|(_, value)| !is_marker(value));
    let mut found: Vec<_> = properties.map(|(name, _)| format!("{path}{name}")).collect();
    let known: Vec<_> = object.description().relations.iter().map(|relation| relation.rel).collect();
    for relation in envelope.relations() {
        if !known.contains(&relation.rel()) {
            found.push(format!("{path}{} (relation)", relation.rel()));
        }
        for embedded in relation.embedded() {
            found.extend(in_object(&**embedded, &format!("{path}{}.", relation.rel())));
        }
    }
    found
}
