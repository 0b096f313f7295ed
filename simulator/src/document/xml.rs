//! Documents in XML.

use std::borrow::Cow;

use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event as Node};
use quick_xml::writer::Writer;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::{Event, Events, Link, Marker, Reason, Resource, Value, etag};

/// The namespace of all documents.
const NAMESPACE: &str = "http://schemas.microsoft.com/rtc/2012/03/ucwa";

/// ISO 8601 with seven digits of a second.
const ISO: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:7]Z");

/// A resource as XML.
pub(crate) fn resource_xml(resource: &Resource, marker: &Marker) -> Vec<u8> {
    document(|writer| write_resource(writer, &resource.rel, resource, Some(marker)))
}

/// The reason of a failure as XML.
pub(crate) fn reason_xml(reason: &Reason) -> Vec<u8> {
    document(|writer| write_reason(writer, reason, &[("xmlns", NAMESPACE)]))
}

/// What the event channel answers, as XML.
pub(crate) fn events_xml(events: &Events) -> Vec<u8> {
    document(|writer| {
        element(writer, "events", &[("href", &events.href), ("xmlns", NAMESPACE)], |writer| {
            empty(writer, "link", &[("rel", events.way.0), ("href", &events.way.1)]);
            for sender in events.senders.iter().flatten() {
                element(writer, "sender", &[("rel", &sender.rel), ("href", &sender.href)], |writer| {
                    for event in &sender.events {
                        write_event(writer, event);
                    }
                });
            }
        });
    })
}

/// The answer to OPTIONS as XML.
pub(crate) fn metadata_xml(methods: &[(&str, Vec<&str>)]) -> Vec<u8> {
    document(|writer| {
        element(writer, "optionsMetadata", &[], |writer| {
            element(writer, "metadata", &[], |writer| {
                for (method, parameters) in methods {
                    write_method(writer, method, parameters);
                }
            });
        });
    })
}

fn write_method(writer: &mut XmlWriter, method: &str, parameters: &[&str]) {
    element(writer, "httpMethodMetadata", &[], |writer| {
        text(writer, "httpMethod", &[], method);
        element(writer, "parameters", &[], |writer| {
            for name in parameters {
                element(writer, "parameter", &[], |writer| text(writer, "name", &[], name));
            }
        });
    });
}

type XmlWriter = Writer<Vec<u8>>;

fn document(write: impl FnOnce(&mut XmlWriter)) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    node(&mut writer, Node::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
    write(&mut writer);
    writer.into_inner()
}

/// Writes to memory, which cannot fail.
fn node(writer: &mut XmlWriter, event: Node<'_>) {
    writer.write_event(event).unwrap_or(());
}

/// A text with a replacement for each character that XML cannot hold, not even escaped.
fn allowed(text: &str) -> Cow<'_, str> {
    let is_forbidden = |character: char| matches!(character, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(is_forbidden) { text.replace(is_forbidden, "\u{fffd}").into() } else { text.into() }
}

fn start<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        start.push_attribute((*name, allowed(value).as_ref()));
    }
    start
}

fn element(writer: &mut XmlWriter, name: &str, attributes: &[(&str, &str)], write: impl FnOnce(&mut XmlWriter)) {
    node(writer, Node::Start(start(name, attributes)));
    write(writer);
    node(writer, Node::End(BytesEnd::new(name)));
}

fn empty(writer: &mut XmlWriter, name: &str, attributes: &[(&str, &str)]) {
    node(writer, Node::Empty(start(name, attributes)));
}

fn text(writer: &mut XmlWriter, name: &str, attributes: &[(&str, &str)], text: &str) {
    element(writer, name, attributes, |writer| node(writer, Node::Text(BytesText::new(&allowed(text)))));
}

fn write_resource(writer: &mut XmlWriter, key: &str, resource: &Resource, marker: Option<&Marker>) {
    let mut attributes = vec![("rel", key), ("href", resource.href.as_str())];
    if marker.is_some() {
        attributes.push(("xmlns", NAMESPACE));
    }
    element(writer, "resource", &attributes, |writer| {
        for (rel, links) in &resource.links {
            for link in links.as_slice() {
                write_link(writer, rel, link);
            }
        }
        for (name, value) in &resource.properties {
            write_property(writer, name, value);
        }
        if let Some(marker) = marker.filter(|_| resource.needs_marker) {
            text(writer, "property", &[("name", &marker.name)], Marker::VALUE);
        }
        text(writer, "property", &[("name", "rel")], &resource.rel);
        if resource.shows_etag {
            text(writer, "property", &[("name", "etag")], &etag(resource));
        }
        for (rel, embedded) in &resource.embedded {
            for resource in embedded.as_slice() {
                write_resource(writer, rel, resource, None);
            }
        }
    });
}

fn write_link(writer: &mut XmlWriter, rel: &str, link: &Link) {
    let revision = link.revision.map(|revision| revision.to_string());
    let mut attributes = vec![("rel", rel), ("href", link.href.as_str())];
    attributes.extend(link.title.as_deref().map(|title| ("title", title)));
    attributes.extend(revision.as_deref().map(|revision| ("revision", revision)));
    empty(writer, "link", &attributes);
}

fn write_property(writer: &mut XmlWriter, name: &str, value: &Value) {
    match value {
        Value::List(values) => element(writer, "propertyList", &[("name", name)], |writer| {
            for value in values {
                text(writer, "item", &[], &value_text(value));
            }
        }),
        value => text(writer, "property", &[("name", name)], &value_text(value)),
    }
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone().into_owned(),
        Value::Boolean(true) => "True".into(),
        Value::Boolean(false) => "False".into(),
        Value::Number(number) => number.to_string(),
        Value::Time(milliseconds) => iso(*milliseconds),
        Value::List(values) => values.iter().map(value_text).collect::<Vec<_>>().join(" "),
    }
}

fn iso(milliseconds: i64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000);
    moment.ok().and_then(|moment| moment.format(ISO).ok()).unwrap_or_default()
}

fn write_event(writer: &mut XmlWriter, event: &Event) {
    let mut attributes = vec![("rel", event.rel.as_ref()), ("href", event.href.as_str())];
    attributes.extend(event.title.as_deref().map(|title| ("title", title)));
    element(writer, &event.kind, &attributes, |writer| {
        if let Some((rel, href)) = &event.collection {
            empty(writer, "in", &[("rel", rel), ("href", href)]);
        }
        if let Some(resource) = &event.resource {
            write_resource(writer, &event.rel, resource, None);
        }
        if let Some(status) = event.status {
            text(writer, "status", &[], status);
        }
        if let Some(reason) = &event.reason {
            write_reason(writer, reason, &[]);
        }
    });
}

fn write_reason(writer: &mut XmlWriter, reason: &Reason, attributes: &[(&str, &str)]) {
    element(writer, "reason", attributes, |writer| {
        text(writer, "code", &[], &reason.code);
        if let Some(subcode) = &reason.subcode {
            text(writer, "subcode", &[], subcode);
        }
        if let Some(message) = &reason.message {
            text(writer, "message", &[], message);
        }
        if !reason.parameters.is_empty() {
            element(writer, "parameters", &[], |writer| {
                for (name, reason) in &reason.parameters {
                    element(writer, "parameter", &[], |writer| {
                        text(writer, "name", &[], name);
                        text(writer, "reason", &[], reason);
                    });
                }
            });
        }
        if !reason.debug_info.is_empty() {
            element(writer, "debugInfo", &[], |writer| {
                for (name, value) in &reason.debug_info {
                    text(writer, name, &[], value);
                }
            });
        }
    });
}
