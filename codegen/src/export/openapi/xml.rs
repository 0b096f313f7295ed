//! Documents in XML: the same few elements, whatever the resource.

use serde_json::{Map, Value, json};

/// The namespace of documents in XML.
const NAMESPACE: &str = "http://schemas.microsoft.com/rtc/2012/03/ucwa";

/// The descriptions of documents in XML, by name.
pub(super) fn schemas() -> Map<String, Value> {
    let reason = json!({
        "type": "object",
        "description": "An error in XML. Only the code is always present.",
        "xml": { "name": "reason", "namespace": NAMESPACE },
        "properties": { "code": { "type": "string" }, "subcode": { "type": "string" }, "message": { "type": "string" } },
    });
    let resource = elements("resource", "A resource in XML: its links, properties and what it embeds.");
    let input = elements("input", "The input of an operation in XML.");
    let entries = [("XmlResource", resource), ("XmlInput", input), ("XmlReason", reason)];
    entries.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
}

/// The elements that all documents in XML are made of.
fn elements(element: &str, description: &str) -> Value {
    let attribute = json!({ "type": "string", "xml": { "attribute": true } });
    let mut value = json!({
        "type": "object",
        "description": description,
        "xml": { "name": element, "namespace": NAMESPACE },
        "properties": {
            "property": {
                "type": "array",
                "description": "A value as text; booleans are `True` and `False`.",
                "items": { "type": "object", "xml": { "name": "property" }, "properties": { "name": attribute } },
            },
            "propertyList": {
                "type": "array",
                "description": "Several values, each an `item`.",
                "items": {
                    "type": "object", "xml": { "name": "propertyList" },
                    "properties": {
                        "name": attribute,
                        "item": { "type": "array", "items": { "type": "string", "xml": { "name": "item" } } },
                    },
                },
            },
        },
    });
    if element == "resource" {
        value["properties"]["rel"] = attribute.clone();
        value["properties"]["href"] = attribute.clone();
        value["properties"]["link"] = json!({
            "type": "array",
            "items": {
                "type": "object", "xml": { "name": "link" },
                "properties": { "rel": attribute, "href": attribute, "title": attribute, "revision": attribute },
            },
        });
        value["properties"]["resource"] =
            json!({ "type": "array", "items": { "$ref": "#/components/schemas/XmlResource" } });
    }
    value
}
