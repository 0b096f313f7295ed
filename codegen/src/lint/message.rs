//! What a sample shows, whatever its format: the names in it, and which of them are lists.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

use crate::extract::{Sample, SampleKind};

/// How deep documents may nest; samples stay below ten.
const DEPTH: usize = 64;

/// A resource or the input of an operation, as a sample shows it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// The resource that it calls itself.
    pub(super) rel: Option<String>,
    /// The texts that each property has; none where its values are no texts.
    pub(super) values: BTreeMap<String, BTreeSet<String>>,
    /// The properties that are lists.
    pub(super) lists: BTreeSet<String>,
    /// The relations that hold content in place.
    pub(super) content: BTreeSet<String>,
    /// The relations that are linked to.
    pub(super) links: BTreeSet<String>,
    /// The resources in it, each with the relation that leads to it.
    pub(super) embedded: Vec<(String, Self)>,
}

/// The documents of a sample: one in a request or response, any number in what the event channel returns.
pub(super) fn documents(sample: &Sample) -> Vec<(Option<String>, Node)> {
    if let Some(json) = sample.json() {
        if sample.kind == SampleKind::Event {
            return embedded_in_events(&json);
        }
        return from_json(&json, 0).map(|node| (None, node)).into_iter().collect();
    }
    let is_ours = sample.media_type().is_none_or(|kind| kind.ends_with("xml"));
    if is_ours && sample.body.starts_with('<') {
        return from_xml(&sample.body).map(|node| (None, node)).into_iter().collect();
    }
    Vec::new()
}

fn embedded_in_events(json: &Value) -> Vec<(Option<String>, Node)> {
    let array = |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let events = array(json, "sender").into_iter().flat_map(|sender| array(&sender, "events"));
    let mut found = Vec::new();
    for event in events {
        for (key, value) in event.get("_embedded").and_then(Value::as_object).into_iter().flatten() {
            found.extend(from_json(value, 0).map(|node| (Some(key.clone()), node)));
        }
    }
    found
}

fn from_json(value: &Value, depth: usize) -> Option<Node> {
    let entries = value.as_object().filter(|_| depth < DEPTH)?;
    let mut node = Node { rel: entries.get("rel").and_then(Value::as_str).map(str::to_string), ..Node::default() };
    for (name, value) in entries {
        match (name.as_str(), value) {
            ("rel", _) => {}
            ("_links", Value::Object(links)) => {
                for (rel, link) in links {
                    let href = link.get(0).unwrap_or(link).get("href").and_then(Value::as_str);
                    node.link(rel, href);
                }
            }
            ("_embedded", Value::Object(embedded)) => {
                for (key, value) in embedded {
                    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                    let nodes = items.iter().filter_map(|item| from_json(item, depth + 1));
                    node.embedded.extend(nodes.map(|node| (key.clone(), node)));
                }
            }
            // What has to be sent back in a PUT has another name every time.
            (_, Value::String(text)) if text.starts_with("please pass") => {}
            _ => node.json_property(name, value),
        }
    }
    Some(node)
}

impl Node {
    fn link(&mut self, rel: &str, href: Option<&str>) {
        let is_content = href.is_some_and(|href| href.starts_with("data:"));
        let names = if is_content { &mut self.content } else { &mut self.links };
        names.insert(rel.to_string());
    }

    fn json_property(&mut self, name: &str, value: &Value) {
        if value.is_array() {
            self.lists.insert(name.to_string());
        }
        let texts = self.values.entry(name.to_string()).or_default();
        let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        texts.extend(items.iter().filter_map(Value::as_str).map(str::to_string));
    }
}

/// Reads `<resource>` and `<input>` documents; what is not well-formed counts up to where it breaks.
fn from_xml(text: &str) -> Option<Node> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut stack: Vec<Node> = Vec::new();
    let mut property: Option<String> = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => match element.name().as_ref() {
                "resource" | "input" if stack.len() < DEPTH => {
                    stack.push(Node { rel: attribute(&element, "rel"), ..Node::default() });
                }
                name @ ("property" | "propertyList") => {
                    property = attribute(&element, "name").filter(|name| name != "rel");
                    if let (Some(property), Some(node)) = (&property, stack.last_mut()) {
                        node.values.entry(property.clone()).or_default();
                        if name == "propertyList" {
                            node.lists.insert(property.clone());
                        }
                    }
                }
                _ => {}
            },
            Ok(Event::Empty(element)) => match element.name().as_ref() {
                "link" => {
                    let (rel, href) = (attribute(&element, "rel"), attribute(&element, "href"));
                    if let (Some(rel), Some(node)) = (rel, stack.last_mut()) {
                        node.link(&rel, href.as_deref());
                    }
                }
                "resource" if !stack.is_empty() => {
                    close(&mut stack, Node { rel: attribute(&element, "rel"), ..Node::default() });
                }
                _ => {}
            },
            Ok(Event::Text(text)) => {
                let text = text.as_ref().trim();
                if let (Some(property), Some(node)) = (&property, stack.last_mut())
                    && !text.is_empty()
                {
                    if text.starts_with("please pass") {
                        node.values.remove(property);
                    } else {
                        node.values.entry(property.clone()).or_default().insert(text.to_string());
                    }
                }
            }
            Ok(Event::End(element)) => match element.name().as_ref() {
                "property" | "propertyList" => property = None,
                "resource" | "input" => {
                    let closed = stack.pop()?;
                    if stack.is_empty() {
                        return Some(closed);
                    }
                    close(&mut stack, closed);
                }
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => return stack.into_iter().next(),
            Ok(_) => {}
        }
    }
}

/// In XML, the `rel` of an embedded resource is the relation that leads to it.
fn close(stack: &mut [Node], closed: Node) {
    if let (Some(parent), Some(rel)) = (stack.last_mut(), closed.rel.clone()) {
        parent.embedded.push((rel, closed));
    }
}

fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok().flatten()?;
    attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_and_xml_of_one_message_show_the_same() {
        let json = json!({
            "rel": "note", "formats": ["Plain"], "type": "Personal", "d7": "please pass this in a PUT request",
            "_links": { "self": { "href": "/n" }, "offer": { "href": "data:text/plain,x" } },
            "_embedded": { "participant": { "rel": "participant", "role": "Leader" } },
        });
        let xml = r#"<resource rel="note" href="/n"><property name="rel">note</property><link rel="self" href="/n" />
            <link rel="offer" href="data:text/plain,x" /><propertyList name="formats"><item>Plain</item></propertyList>
            <property name="type">Personal</property><property name="d7">please pass this in a PUT request</property>
            <resource rel="participant" href="/p"><property name="role">Leader</property></resource></resource>"#;
        assert_eq!(from_json(&json, 0), from_xml(xml));
    }

    #[test]
    fn broken_documents_are_no_panic() {
        for text in
            ["<resource", "<resource rel='a'><property name='b'>", "</resource>", "<resource/>", "<link rel='a'/>"]
        {
            let _ = from_xml(text);
        }
    }
}
