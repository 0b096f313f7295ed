//! What samples show: the values of properties, and how many resources a relation leads to.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use ucwa_schema::Method;

use crate::extract::placing::draft::{Draft, Topic};
use crate::extract::revision::rel_and_revision;
use crate::extract::samples::{Sample, SampleKind};

/// The value that samples hold in place of one.
const PLACEHOLDER: &str = "samplevalue";

/// How deep documents may nest; samples stay below ten.
const DEPTH: usize = 64;

/// What all samples of all pages show.
#[derive(Default)]
pub(in crate::extract) struct Observations {
    /// By the rel of the owner and the name of the property.
    properties: HashMap<(String, String), Values>,
    /// By the rel of the owner and the rel.
    relations: HashMap<(String, String), Relations>,
    /// By the name of the resource, the verb and the name of the parameter.
    inputs: HashMap<(String, Method, String), Values>,
}

/// The values that one property has in samples.
#[derive(Default, Clone)]
pub(in crate::extract) struct Values {
    /// What they look like.
    shapes: BTreeSet<Shape>,
    /// Texts, without placeholders.
    pub(in crate::extract) texts: BTreeSet<String>,
}

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::extract) enum Shape {
    Boolean,
    Integer,
    /// A number of more than 32 bits.
    WideInteger,
    Fraction,
    Date,
    /// There is a list of them.
    List,
    /// It is content, as a `data:` URI in a link.
    Content,
}

/// How one relation stands in samples.
#[derive(Default, Clone)]
pub(in crate::extract) struct Relations {
    pub(in crate::extract) many: bool,
    pub(in crate::extract) embedded: bool,
    /// The rels of the resources that it embeds.
    pub(in crate::extract) rels: BTreeSet<String>,
}

impl Observations {
    /// What the samples of these pages show.
    pub(in crate::extract) fn of(drafts: &[Draft]) -> Self {
        let mut observations = Self::default();
        for draft in drafts {
            if let Topic::Resource(resource) = &draft.topic {
                for sample in resource.operations.iter().flat_map(|operation| &operation.samples) {
                    observations.sample(sample);
                }
            }
        }
        observations
    }

    pub(in crate::extract) fn property(&self, rel: &str, name: &str) -> Option<&Values> {
        self.properties.get(&(rel.to_string(), name.to_string()))
    }

    pub(in crate::extract) fn relation(&self, owner: &str, rel: &str) -> Option<&Relations> {
        self.relations.get(&(owner.to_string(), rel.to_string()))
    }

    pub(in crate::extract) fn input(&self, resource: &str, method: Method, name: &str) -> Option<&Values> {
        self.inputs.get(&(resource.to_string(), method, name.to_string()))
    }

    fn sample(&mut self, sample: &Sample) {
        let document = if let Some(json) = sample.json() {
            from_json(&json, 0)
        } else if sample.is_document() && sample.body.starts_with('<') {
            from_xml(&sample.body)
        } else {
            None
        };
        let Some(document) = document else { return };
        match (sample.kind, sample.method) {
            (SampleKind::Request, Some(method)) => self.input_document(&sample.resource, method, document),
            (SampleKind::Response, method) => {
                let owner = rel_and_revision(&sample.resource).0;
                let rel = document.rel.as_deref().unwrap_or(owner);
                // What is read at the address of a resource is that resource, whatever it calls itself.
                let is_itself = method == Some(Method::Get) && rel != owner;
                let owners = if is_itself { vec![rel, owner] } else { vec![rel] };
                self.document(&owners, &document);
            }
            _ => {}
        }
    }

    fn input_document(&mut self, resource: &str, method: Method, document: Document) {
        for (name, values) in document.values {
            self.inputs.entry((resource.to_string(), method, name)).or_default().join(&values);
        }
    }

    /// Notes a document for each of the rels that it goes by.
    fn document(&mut self, owners: &[&str], document: &Document) {
        for owner in owners {
            for (name, values) in &document.values {
                self.properties.entry(((*owner).to_string(), name.clone())).or_default().join(values);
            }
            for (rel, relation) in &document.relations {
                let known = self.relations.entry(((*owner).to_string(), rel.clone())).or_default();
                known.many |= relation.many;
                known.embedded |= relation.embedded;
                known.rels.extend(relation.rels.iter().cloned());
            }
        }
        for (key, embedded) in &document.embedded {
            let rel = embedded.rel.as_deref().unwrap_or(key);
            let owners = if rel == key { vec![rel] } else { vec![rel, key.as_str()] };
            self.document(&owners, embedded);
        }
    }
}

impl Values {
    /// Whether a sample shows a value of this shape.
    pub(in crate::extract) fn has(&self, shape: Shape) -> bool {
        self.shapes.contains(&shape)
    }

    fn of(shape: Shape) -> Self {
        Self { shapes: BTreeSet::from([shape]), ..Self::default() }
    }

    fn join(&mut self, other: &Self) {
        self.shapes.extend(&other.shapes);
        self.texts.extend(other.texts.iter().cloned());
    }

    fn json(&mut self, value: &Value) {
        match value {
            Value::Bool(_) => self.see(Shape::Boolean),
            Value::Number(number) if number.is_f64() => self.see(Shape::Fraction),
            Value::Number(number) => {
                let is_wide = number.as_i64().is_none_or(|number| i32::try_from(number).is_err());
                self.see(if is_wide { Shape::WideInteger } else { Shape::Integer });
            }
            Value::String(text) if text.starts_with("/Date(") => self.see(Shape::Date),
            Value::String(text) => self.text(text),
            Value::Array(items) => {
                self.see(Shape::List);
                for item in items {
                    self.json(item);
                }
            }
            Value::Null | Value::Object(_) => {}
        }
    }

    /// In XML, every value is text: only what can be nothing else counts as such.
    fn xml_text(&mut self, text: &str) {
        if is_date(text) {
            self.see(Shape::Date);
        } else if ["True", "False", "true", "false"].contains(&text) {
            self.see(Shape::Boolean);
        } else if text.parse::<f64>().is_err() {
            self.text(text);
        }
    }

    fn see(&mut self, shape: Shape) {
        self.shapes.insert(shape);
    }

    fn text(&mut self, text: &str) {
        if text != PLACEHOLDER && !text.is_empty() {
            self.texts.insert(text.to_string());
        }
    }
}

/// Whether a text is a date and time such as `2016-09-26T16:20:23.9946221-07:00`.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has = |index: usize, byte: u8| bytes.get(index) == Some(&byte);
    bytes.first().is_some_and(u8::is_ascii_digit) && has(4, b'-') && has(7, b'-') && has(10, b'T')
}

/// A resource as one sample shows it, whatever the format.
#[derive(Default)]
struct Document {
    rel: Option<String>,
    values: Vec<(String, Values)>,
    relations: BTreeMap<String, Relations>,
    embedded: Vec<(String, Document)>,
}

impl Document {
    fn content(&mut self, rel: &str) {
        self.values.push((rel.to_string(), Values::of(Shape::Content)));
    }
}

fn from_json(value: &Value, depth: usize) -> Option<Document> {
    let entries = value.as_object().filter(|_| depth < DEPTH)?;
    let mut document =
        Document { rel: entries.get("rel").and_then(Value::as_str).map(str::to_string), ..Document::default() };
    for (name, value) in entries {
        match (name.as_str(), value) {
            ("rel", _) => {}
            ("_links", Value::Object(links)) => {
                for (rel, link) in links {
                    json_link(&mut document, rel, link);
                }
            }
            ("_embedded", Value::Object(embedded)) => {
                for (key, value) in embedded {
                    json_embedded(&mut document, key, value, depth);
                }
            }
            _ => {
                let mut values = Values::default();
                values.json(value);
                document.values.push((name.clone(), values));
            }
        }
    }
    Some(document)
}

fn json_link(document: &mut Document, rel: &str, link: &Value) {
    let is_content =
        |link: &Value| link.get("href").and_then(Value::as_str).is_some_and(|href| href.starts_with("data:"));
    let first = link.get(0).unwrap_or(link);
    if is_content(first) {
        document.content(rel);
    } else {
        document.relations.entry(rel.to_string()).or_default().many |= link.is_array();
    }
}

fn json_embedded(document: &mut Document, key: &str, value: &Value, depth: usize) {
    let relation = document.relations.entry(key.to_string()).or_default();
    relation.embedded = true;
    relation.many |= value.is_array();
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    for embedded in items.iter().filter_map(|item| from_json(item, depth + 1)) {
        let relation = document.relations.entry(key.to_string()).or_default();
        relation.rels.extend(embedded.rel.clone());
        document.embedded.push((key.to_string(), embedded));
    }
}

/// Reads `<resource>` and `<input>` documents; what is not well-formed counts up to where it breaks.
fn from_xml(text: &str) -> Option<Document> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut stack: Vec<Document> = Vec::new();
    let mut property: Option<(String, Values)> = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => match element.name().as_ref() {
                "resource" | "input" if stack.len() < DEPTH => stack.push(opened(&element)),
                "property" | "propertyList" => {
                    let list = element.name().as_ref() == "propertyList";
                    let values = if list { Values::of(Shape::List) } else { Values::default() };
                    property = attribute(&element, "name").map(|name| (name, values));
                }
                _ => {}
            },
            Ok(Event::Empty(element)) if element.name().as_ref() == "link" => xml_link(stack.last_mut()?, &element),
            Ok(Event::Text(text)) => {
                if let Some((_, values)) = &mut property {
                    values.xml_text(text.as_ref().trim());
                }
            }
            Ok(Event::End(element)) => match element.name().as_ref() {
                "property" | "propertyList" => {
                    if let Some((name, values)) = property.take().filter(|(name, _)| name != "rel") {
                        stack.last_mut()?.values.push((name, values));
                    }
                }
                "resource" | "input" => {
                    let closed = stack.pop()?;
                    match stack.last_mut() {
                        Some(parent) => embed(parent, closed),
                        None => return Some(closed),
                    }
                }
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => return stack.into_iter().next(),
            Ok(_) => {}
        }
    }
}

fn opened(element: &BytesStart) -> Document {
    Document { rel: attribute(element, "rel"), ..Document::default() }
}

fn xml_link(document: &mut Document, element: &BytesStart) {
    let Some(rel) = attribute(element, "rel") else { return };
    if attribute(element, "href").is_some_and(|href| href.starts_with("data:")) {
        document.content(&rel);
        return;
    }
    let repeated = document.relations.contains_key(&rel);
    document.relations.entry(rel).or_default().many |= repeated;
}

/// In XML, an embedded resource goes by its own rel; the rel that leads to it is not told.
fn embed(parent: &mut Document, embedded: Document) {
    let Some(rel) = embedded.rel.clone() else { return };
    parent.embedded.push((rel, embedded));
}

fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok().flatten()?;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_shows_values_and_relations() {
        let body = json!({
            "rel": "note", "text": "samplevalue", "size": 3, "wide": 5_000_000_000_i64, "when": "/Date(1474932023993)/",
            "formats": ["Plain"],
            "_links": { "self": { "href": "/n" }, "contact": [{ "href": "/c" }], "offer": { "href": "data:text/plain,x" } },
            "_embedded": { "from": { "rel": "participant", "local": true } },
        });
        let mut observations = Observations::default();
        observations.document(&["note"], &from_json(&body, 0).expect("a document"));
        let value = |name: &str| observations.property("note", name).cloned().unwrap_or_default();
        assert!(value("text").texts.is_empty(), "a placeholder proves nothing");
        assert!(value("size").has(Shape::Integer) && value("wide").has(Shape::WideInteger));
        assert!(
            value("when").has(Shape::Date) && value("formats").has(Shape::List) && value("offer").has(Shape::Content)
        );
        assert!(observations.relation("note", "contact").is_some_and(|relation| relation.many && !relation.embedded));
        let from = observations.relation("note", "from").cloned().unwrap_or_default();
        assert!(from.embedded && !from.many && from.rels.contains("participant"));
        for owner in ["participant", "from"] {
            assert!(observations.property(owner, "local").is_some_and(|values| values.has(Shape::Boolean)), "{owner}");
        }
    }

    #[test]
    fn xml_shows_the_same_as_far_as_it_can() {
        let text = r#"<?xml version="1.0"?><resource rel="note" href="/n">
            <link rel="contact" href="/1" /><link rel="contact" href="/2" /><link rel="offer" href="data:text/plain,x" />
            <property name="rel">note</property><property name="when">2016-09-26T16:20:23.99-07:00</property>
            <property name="id">7</property><property name="muted">False</property>
            <propertyList name="formats"><item>Plain</item></propertyList>
            <resource rel="participant" href="/p"><property name="role">Leader</property></resource></resource>"#;
        let mut observations = Observations::default();
        observations.document(&["note"], &from_xml(text).expect("a document"));
        let value = |name: &str| observations.property("note", name).cloned().unwrap_or_default();
        assert!(value("when").has(Shape::Date) && value("muted").has(Shape::Boolean));
        assert!(value("offer").has(Shape::Content) && value("formats").has(Shape::List));
        assert!(!value("id").has(Shape::Integer), "in XML, a number may be text");
        assert!(observations.relation("note", "contact").is_some_and(|relation| relation.many));
        assert!(observations.property("participant", "role").is_some_and(|values| values.texts.contains("Leader")));
    }

    #[test]
    fn broken_documents_are_no_panic() {
        for text in
            ["<resource", "<resource rel='a'><property name='b'>", "</resource>", "<property name='x'>1</property>"]
        {
            let _ = from_xml(text);
        }
    }
}
