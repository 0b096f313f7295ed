//! Messages that have another shape in JSON than in XML.

use std::collections::BTreeSet;

use crate::extract::{Sample, SampleKind};
use crate::pages::Format;

use super::finding::{Findings, Kind};
use super::message::{self, Node};
use super::reference::Reference;
use super::samples::place;

pub(super) fn find(reference: &Reference, findings: &mut Findings) {
    let messages = || reference.samples.iter().filter(|sample| sample.kind != SampleKind::Event);
    for json in messages().filter(|sample| sample.format == Format::Json) {
        let is_other = |sample: &&Sample| {
            (&sample.page, sample.method, sample.kind) == (&json.page, json.method, json.kind)
                && sample.format == Format::Xml
        };
        if let Some(xml) = messages().find(is_other) {
            compare(reference, json, xml, findings);
        }
    }
}

fn compare(reference: &Reference, json: &Sample, xml: &Sample, findings: &mut Findings) {
    let mut add = |message: String, sample: &Sample, name: &str| {
        let help = "use the union of both, and explain the difference";
        findings.add(Kind::Shape, &json.page, place(json), message, help, reference.in_sample(sample, name));
    };
    if json.status() != xml.status() {
        add(format!("the status is {} in JSON and {} in XML", status(json), status(xml)), xml, "");
    }
    let (mut left, mut right) = (BTreeSet::new(), BTreeSet::new());
    for (sample, names) in [(json, &mut left), (xml, &mut right)] {
        for (_, node) in message::documents(sample) {
            collect("", &node, names);
        }
    }
    if left.is_empty() != right.is_empty() {
        let (format, other, sample) = if left.is_empty() { ("XML", "JSON", xml) } else { ("JSON", "XML", json) };
        add(format!("{format} has a body and {other} has none"), sample, "");
        return;
    }
    for (names, others, format, sample) in [(&left, &right, "JSON", json), (&right, &left, "XML", xml)] {
        for name in names.difference(others) {
            let last = name.rsplit(['.', ' ']).next().unwrap_or(name);
            add(format!("{name} is in {format} only"), sample, last);
        }
    }
}

fn status(sample: &Sample) -> String {
    sample.status().map_or_else(|| "missing".into(), |status| status.to_string())
}

/// Every name in a document with its path. A link to itself is an attribute in XML, and so left out.
fn collect(path: &str, node: &Node, names: &mut BTreeSet<String>) {
    for name in node.values.keys() {
        let kind = if node.lists.contains(name) { "list" } else { "property" };
        names.insert(format!("{kind} {path}{name}"));
    }
    names.extend(node.content.iter().map(|name| format!("content {path}{name}")));
    names.extend(node.links.iter().filter(|rel| *rel != "self").map(|rel| format!("link {path}{rel}")));
    for (key, embedded) in &node.embedded {
        names.insert(format!("resource {path}{key}"));
        collect(&format!("{path}{key}."), embedded, names);
    }
}
