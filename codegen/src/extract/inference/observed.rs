//! What samples show: the values of properties, and how many resources a relation leads to.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use ucwa_schema::{Cardinality, Method};

use crate::extract::placing::draft::{Draft, PageTopic};
use crate::extract::revision::rel_and_revision;
use crate::extract::samples::{Sample, SampleKind, SampleObject, SampleValue, documents};

/// The value that samples hold in place of one.
const PLACEHOLDER: &str = "samplevalue";

/// What all samples of all pages show.
#[derive(Default)]
pub(in crate::extract) struct Observations {
    /// By the rel of the owner and the name of the property.
    properties: HashMap<(String, String), ObservedValues>,
    /// By the rel of the owner and the rel.
    relations: HashMap<(String, String), Relations>,
    /// By the name of the resource, the verb and the name of the parameter.
    inputs: HashMap<(String, Method, String), ObservedValues>,
}

/// The values that one property has in samples.
#[derive(Default, Clone)]
pub(in crate::extract) struct ObservedValues {
    /// What they look like.
    shapes: BTreeSet<ValueShape>,
    /// Texts, without placeholders.
    pub(in crate::extract) texts: BTreeSet<String>,
}

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::extract) enum ValueShape {
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
            if let PageTopic::Resource(resource) = &draft.topic {
                for sample in resource.operations.iter().flat_map(|operation| &operation.samples) {
                    observations.sample(sample);
                }
            }
        }
        observations
    }

    pub(in crate::extract) fn property(&self, rel: &str, name: &str) -> Option<&ObservedValues> {
        self.properties.get(&(rel.to_string(), name.to_string()))
    }

    pub(in crate::extract) fn relation(&self, owner: &str, rel: &str) -> Option<&Relations> {
        self.relations.get(&(owner.to_string(), rel.to_string()))
    }

    pub(in crate::extract) fn input(&self, resource: &str, method: Method, name: &str) -> Option<&ObservedValues> {
        self.inputs.get(&(resource.to_string(), method, name.to_string()))
    }

    fn sample(&mut self, sample: &Sample) {
        for (_, object) in documents(sample) {
            match (sample.kind, sample.method) {
                (SampleKind::Request, Some(method)) => self.input_object(&sample.resource, method, &object),
                (SampleKind::Response, method) => {
                    let owner = rel_and_revision(&sample.resource).0;
                    let rel = object.rel.as_deref().unwrap_or(owner);
                    // What is read at the address of a resource is that resource, whatever it calls itself.
                    let is_itself = method == Some(Method::Get) && rel != owner;
                    let owners = if is_itself { vec![rel, owner] } else { vec![rel] };
                    self.object(&owners, &object);
                }
                _ => {}
            }
        }
    }

    fn input_object(&mut self, resource: &str, method: Method, object: &SampleObject) {
        for (name, values) in values(object) {
            self.inputs.entry((resource.to_string(), method, name)).or_default().join(&values);
        }
    }

    /// Notes an object for each of the rels that it goes by.
    fn object(&mut self, owners: &[&str], object: &SampleObject) {
        for owner in owners {
            for (name, values) in values(object) {
                self.properties.entry(((*owner).to_string(), name)).or_default().join(&values);
            }
            for link in object.links.iter().filter(|link| !link.is_content) {
                self.relation_of(owner, &link.rel).many |= link.cardinality == Cardinality::Many;
            }
            for embedded in &object.embedded {
                // In XML, the relation is not told.
                let Some(cardinality) = embedded.cardinality else { continue };
                let relation = self.relation_of(owner, &embedded.rel);
                relation.embedded = true;
                relation.many |= cardinality == Cardinality::Many;
                relation.rels.extend(embedded.objects.iter().filter_map(|object| object.rel.clone()));
            }
        }
        for embedded in &object.embedded {
            let key = embedded.rel.as_str();
            for object in &embedded.objects {
                let rel = object.rel.as_deref().unwrap_or(key);
                let owners = if rel == key { vec![rel] } else { vec![rel, key] };
                self.object(&owners, object);
            }
        }
    }

    fn relation_of(&mut self, owner: &str, rel: &str) -> &mut Relations {
        self.relations.entry((owner.to_string(), rel.to_string())).or_default()
    }
}

/// The values of the properties of an object, those that are content in links among them.
fn values(object: &SampleObject) -> impl Iterator<Item = (String, ObservedValues)> {
    let content = object.links.iter().filter(|link| link.is_content);
    let content = content.map(|link| (link.rel.clone(), ObservedValues::of(ValueShape::Content)));
    object.properties.iter().map(|(name, value)| (name.clone(), ObservedValues::in_sample(value))).chain(content)
}

impl ObservedValues {
    /// Whether a sample shows a value of this shape.
    pub(in crate::extract) fn has(&self, shape: ValueShape) -> bool {
        self.shapes.contains(&shape)
    }

    fn in_sample(value: &SampleValue) -> Self {
        let mut values = Self::default();
        match value {
            SampleValue::Json(value) => values.json(value),
            SampleValue::Text(text) => values.xml_text(text),
            SampleValue::Texts(items) => {
                values.see(ValueShape::List);
                for item in items {
                    values.xml_text(item);
                }
            }
        }
        values
    }

    fn of(shape: ValueShape) -> Self {
        Self { shapes: BTreeSet::from([shape]), ..Self::default() }
    }

    fn join(&mut self, other: &Self) {
        self.shapes.extend(&other.shapes);
        self.texts.extend(other.texts.iter().cloned());
    }

    fn json(&mut self, value: &Value) {
        match value {
            Value::Bool(_) => self.see(ValueShape::Boolean),
            Value::Number(number) if number.is_f64() => self.see(ValueShape::Fraction),
            Value::Number(number) => {
                let is_wide = number.as_i64().is_none_or(|number| i32::try_from(number).is_err());
                self.see(if is_wide { ValueShape::WideInteger } else { ValueShape::Integer });
            }
            Value::String(text) if text.starts_with("/Date(") => self.see(ValueShape::Date),
            Value::String(text) => self.text(text),
            Value::Array(items) => {
                self.see(ValueShape::List);
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
            self.see(ValueShape::Date);
        } else if ["True", "False", "true", "false"].contains(&text) {
            self.see(ValueShape::Boolean);
        } else if text.parse::<f64>().is_err() {
            self.text(text);
        }
    }

    fn see(&mut self, shape: ValueShape) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::SampleFormat;
    use serde_json::json;

    fn observed(format: SampleFormat, body: &str) -> Observations {
        let mut observations = Observations::default();
        let sample = Sample::parse(&format!("HTTP/1.1 200 OK\n{body}"), SampleKind::Response, format, 1);
        observations.sample(&sample);
        observations
    }

    #[test]
    fn a_document_shows_values_and_relations() {
        let body = json!({
            "rel": "note", "text": "samplevalue", "size": 3, "wide": 5_000_000_000_i64, "when": "/Date(1474932023993)/",
            "formats": ["Plain"],
            "_links": { "self": { "href": "/n" }, "contact": [{ "href": "/c" }], "offer": { "href": "data:text/plain,x" } },
            "_embedded": { "from": { "rel": "participant", "local": true } },
        });
        let observations = observed(SampleFormat::Json, &body.to_string());
        let value = |name: &str| observations.property("note", name).cloned().unwrap_or_default();
        assert!(value("text").texts.is_empty(), "a placeholder proves nothing");
        assert!(value("size").has(ValueShape::Integer) && value("wide").has(ValueShape::WideInteger));
        assert!(
            value("when").has(ValueShape::Date)
                && value("formats").has(ValueShape::List)
                && value("offer").has(ValueShape::Content)
        );
        assert!(observations.relation("note", "contact").is_some_and(|relation| relation.many && !relation.embedded));
        let from = observations.relation("note", "from").cloned().unwrap_or_default();
        assert!(from.embedded && !from.many && from.rels.contains("participant"));
        for owner in ["participant", "from"] {
            assert!(
                observations.property(owner, "local").is_some_and(|values| values.has(ValueShape::Boolean)),
                "{owner}"
            );
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
        let observations = observed(SampleFormat::Xml, text);
        let value = |name: &str| observations.property("note", name).cloned().unwrap_or_default();
        assert!(value("when").has(ValueShape::Date) && value("muted").has(ValueShape::Boolean));
        assert!(value("offer").has(ValueShape::Content) && value("formats").has(ValueShape::List));
        assert!(!value("id").has(ValueShape::Integer), "in XML, a number may be text");
        assert!(observations.relation("note", "contact").is_some_and(|relation| relation.many));
        assert!(observations.property("participant", "role").is_some_and(|values| values.texts.contains("Leader")));
    }
}
