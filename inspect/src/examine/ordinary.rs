//! What servers send though no table lists it, and what is known all the same.

use serde_json::Value as Json;
use ucwa_runtime::Description;

/// Properties of resources, by rel, that all servers send and no page lists.
const UNLISTED_PROPERTIES: [(&str, &str); 2] = [("application", "expires"), ("contact", "expires")];

/// How the value of the property begins that resources with PUT have under another name each time, in lower case. Without it
/// a PUT is refused; the bindings send it back with the other properties that no table lists.
const MARKERS: [&str; 2] = ["please pass this in a put request", "please pass me in a put request"];

/// Whether a property that no table lists is no news.
pub(super) fn is_ordinary(description: &Description, name: &str, value: &Json) -> bool {
    UNLISTED_PROPERTIES.contains(&(description.rel, name)) || is_marker(value) || is_parameter(description, name)
}

/// Whether a value marks a resource that can be replaced.
fn is_marker(value: &Json) -> bool {
    let text = value.as_str().unwrap_or_default().trim_start().to_lowercase();
    MARKERS.iter().any(|marker| text.starts_with(marker))
}

/// Whether a name is that of a parameter in other letters. Servers take parameters whatever the case of their names.
fn is_parameter(description: &Description, name: &str) -> bool {
    description.input && description.properties.iter().any(|property| property.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_marker_is_known_by_how_it_begins() {
        for text in [
            "please pass this in a PUT request",
            "Please pass me in a PUT request.",
            " please pass this in a put request: 5",
        ] {
            assert!(is_marker(&json!(text)), "{text}");
        }
        for value in [json!("please"), json!("do not please pass this in a PUT request"), json!(5), json!(null)] {
            assert!(!is_marker(&value), "{value}");
        }
    }
}
